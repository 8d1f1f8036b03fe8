// Package rows holds the facts that most rules consist of, one type for each kind: a plugin is attached; a key of a
// file is set, is absent or has a certain value; a person has to check something. A row registers its own handlers,
// so a rule only lists its rows.
package rows

import (
	"cmp"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/cond"
	"github.com/api7-preflight/api7-preflight/internal/rule/remedy"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// Attached is a fact about an attached plugin, perhaps only with a certain configuration. It is the most common row.
type Attached struct {
	Case    rule.Case
	Plugins []string
	// On are the kinds of resources to look at; empty: every kind that can carry a plugin.
	On []estate.Kind
	// If is asked about the plugin's configuration; nil: the attachment alone is enough.
	If cond.Condition
	// Severity is the severity of an attachment that gateways run; zero: the rule's. An attachment that is switched
	// off, or is in a template or a historic version, gets the next lower one.
	Severity rule.Severity
	// Says is what is wrong. The message puts the plugin's name and a colon before it.
	Says string
	// Action is what to do first, in one line; empty: the rule's.
	Action string
	// Weigh is true if what to do first is to weigh the change when the target is chosen. The action names the releases
	// in which Case.Until has ended it.
	Weigh bool
	// Steps are the things to do.
	Steps []rule.Step
	// Patch fixes the configuration; paths are relative to it. The first step shows it as a command, if the object
	// can be patched through the Admin API.
	Patch []remedy.PatchOp
}

// About returns the case.
func (a Attached) About() rule.Case { return a.Case }

// attached is the row on a path.
type attached struct {
	Attached

	action    string
	now, then remedy.API
}

// Watch looks at every attachment of the plugins.
func (a Attached) Watch(p *rule.Pass) {
	on := attached{Attached: a, action: a.Action}
	on.now, on.then = remedy.APIs(p)
	if a.Weigh {
		on.action = rule.Ask(p, func(path version.Path) string { return a.Case.Weigh(path.To) })
	}
	for _, name := range a.Plugins {
		p.OnResourceWith(name, func(r *estate.Resource, places []estate.Plugin) { on.judge(p, r, places) }, a.On...)
	}
}

// judge reports an object once per plugin, at the place with the gravest finding.
func (a attached) judge(p *rule.Pass, r *estate.Resource, places []estate.Plugin) {
	var worst *rule.Finding
	var others []rule.Evidence
	for _, at := range places {
		truth := cond.Yes()
		if a.If != nil {
			truth = a.If(at.Conf)
		}
		if why := truth.Doubt(); why != "" {
			p.Doubt(r, at.Pointer, at.Name+": "+why)
		}
		if !truth.Yes() {
			continue
		}
		f := a.finding(p, r, at, truth)
		switch {
		case worst == nil:
			worst = &f
		case f.Severity > worst.Severity:
			others = append(others, rule.AlsoAt(r.Origin.At(worst.Pointer)))
			worst = &f
		default:
			others = append(others, rule.AlsoAt(r.Origin.At(f.Pointer)))
		}
	}
	if worst != nil {
		worst.Evidence = append(worst.Evidence, others...)
		p.Report(*worst)
	}
}

func (a attached) finding(p *rule.Pass, r *estate.Resource, at estate.Plugin, truth cond.Truth) rule.Finding {
	f := rule.Finding{
		Subject: r.Subject(), Case: a.Case, Part: at.Name, Pointer: at.Pointer + truth.At(), Severity: cmp.Or(a.Severity, p.Severity),
		Message: at.Name + ": " + a.Says, Evidence: truth.Evidence(cond.Plainly), Action: a.action, Remediation: a.steps(r, at),
	}
	off := at.Disabled()
	if why := off.Unreadable(); why != "" {
		p.Doubt(r, at.Pointer, "whether "+at.Name+" is switched off (_meta.disable) cannot be read: "+why)
	}
	if disabled, _ := off.Known(); disabled {
		f.Message = "switched off: " + f.Message
		f.Severity = f.Severity.Milder()
	}
	if r.Kind.State() != estate.Live {
		f.Severity = f.Severity.Milder()
	}
	return f
}

// patchable are the kinds for which the Admin API accepts a JSON Patch.
var patchable = []estate.Kind{
	estate.Service, estate.Route, estate.StreamRoute, estate.Consumer,
	estate.ServiceTemplate, estate.RouteTemplate, estate.StreamRouteTemplate,
}

// steps returns the remediation for one object. A JSON Patch can only address attachments at the top level of a
// published object or template.
func (a attached) steps(r *estate.Resource, at estate.Plugin) []rule.Step {
	if r.Kind.State() == estate.History {
		return append(slices.Clone(a.Steps), rule.Step{When: rule.After, Text: "History itself cannot be edited: publish a new version of the corrected template instead of one of these."})
	}
	if len(a.Patch) == 0 || at.Nested() {
		return a.Steps
	}
	if !slices.Contains(patchable, r.Kind) {
		return a.Steps
	}
	ops := make([]remedy.PatchOp, len(a.Patch))
	for i, op := range a.Patch {
		op.Path = at.Pointer + op.Path
		ops[i] = op
	}
	steps := slices.Clone(a.Steps)
	if steps[0].Command.Line == "" {
		api := a.now
		if steps[0].When == rule.After {
			api = a.then
		}
		steps[0].Command = remedy.EndpointOf(r.Subject(), api).Send("PATCH", remedy.Patch(ops...))
	}
	return steps
}

// Flaws returns what is wrong with the row.
func (a Attached) Flaws() []string {
	f := foundFlaws(a.Severity, a.Says, a.Action, a.Steps)
	f.Add(a.Weigh && a.Case.Until.IsZero(), "Weigh: Case.Until names no release with the fix")
	f.Add(a.Weigh && a.Action != "", "Action: %q, and Weigh makes one", a.Action)
	f.Add(len(a.Plugins) == 0, "Plugins: none, so that it looks for nothing")
	for i, name := range a.Plugins {
		f.Add(name == "", "Plugins: a name is empty")
		f.Add(slices.Contains(a.Plugins[:i], name), "Plugins: %s is there twice", name)
	}
	for _, k := range a.On {
		f.Add(!slices.Contains(estate.PluginKinds(), k), "On: no %s can carry a plugin", k)
	}
	f.Add(len(a.Patch) > 0 && len(a.Steps) == 0, "Patch: there is no step to show it as the command of the first")
	for i, op := range a.Patch {
		f.Add(!slices.Contains([]string{"add", "remove", "replace"}, op.Op), "Patch: operation %d is %q, want add, remove or replace", i+1, op.Op)
		f.Add(op.Path != "" && op.Path[0] != '/', "Patch: operation %d has the path %q, want a JSON pointer below the configuration", i+1, op.Path)
		f.Add((op.Op == "remove") != (op.Value == nil), "Patch: operation %d wants a value, or removes one", i+1)
	}
	return f
}

// foundFlaws returns the flaws in what every row with findings needs.
func foundFlaws(severity rule.Severity, says, action string, steps []rule.Step) rule.Flaws {
	var f rule.Flaws
	f.Add(severity > rule.Breaking, "Severity: want Notice, Warning, Breaking or the rule's")
	f.Add(says == "", "Says: nothing, so that nobody is told what is wrong")
	f = append(f, rule.RowActionFlaws(action)...)
	return append(f, rule.StepFlaws("Steps", steps)...)
}
