package rule

import (
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// Attached is the commonest fact: a plugin is attached, perhaps with a configuration that the change is about.
type Attached struct {
	Case    Case
	Plugins []string
	// On are the kinds of resources to look at; empty: every kind that can carry a plugin.
	On []estate.Kind
	// If is asked of the plugin's configuration; nil: the attachment alone is enough.
	If Condition
	// Severity is that of an attachment that gateways run; zero: the rule's. One that is switched off, or in a template or
	// a historic version, is one degree less grave.
	Severity Severity
	// Says is what is wrong. It follows the plugin's name and a colon.
	Says string
	// Steps are what to do.
	Steps []Step
	// Patch fixes the configuration, with paths below it. The first step shows it as a command where the object can be
	// patched through the Admin API.
	Patch []PatchOp
}

// About returns the case.
func (a Attached) About() Case { return a.Case }

// Watch looks at every attachment of the plugins.
func (a Attached) Watch(p *Pass) {
	for _, name := range a.Plugins {
		p.OnAttached(name, func(r *estate.Resource, places []estate.Plugin) { a.judge(p, r, places) }, a.On...)
	}
}

// judge reports an object once for each plugin, at the gravest of its places.
func (a Attached) judge(p *Pass, r *estate.Resource, places []estate.Plugin) {
	var worst *Finding
	var others []Evidence
	for _, at := range places {
		truth := Truth{yes: true}
		if a.If != nil {
			truth = a.If(at.Conf)
		}
		if why := truth.Doubt(); why != "" {
			p.Doubt(r, at.Pointer, at.Name+": "+why)
		}
		if !truth.yes {
			continue
		}
		f := a.finding(p, r, at, truth)
		switch {
		case worst == nil:
			worst = &f
		case f.Severity > worst.Severity:
			others = append(others, AlsoAt(r.Origin.At(worst.Pointer)))
			worst = &f
		default:
			others = append(others, AlsoAt(r.Origin.At(f.Pointer)))
		}
	}
	if worst != nil {
		worst.Evidence = append(worst.Evidence, others...)
		p.Report(*worst)
	}
}

func (a Attached) finding(p *Pass, r *estate.Resource, at estate.Plugin, truth Truth) Finding {
	f := Finding{
		Subject: r.Subject(), Case: a.Case, Part: at.Name, Pointer: at.Pointer + truth.at, Severity: a.Severity,
		Message: at.Name + ": " + a.Says, Evidence: truth.evidence(), Remediation: a.steps(p, r, at),
	}
	if f.Severity == 0 {
		f.Severity = p.severity
	}
	off := at.Disabled()
	if why := off.Unreadable(); why != "" {
		p.Doubt(r, at.Pointer, "whether "+at.Name+" is switched off (_meta.disable) cannot be read: "+why)
	}
	if disabled, _ := off.Known(); disabled {
		f.Message = "switched off: " + f.Message
		f.Severity = Milder(f.Severity)
	}
	if r.Kind.State() != estate.Live {
		f.Severity = Milder(f.Severity)
	}
	return f
}

// Milder returns the severity one degree less grave; a notice stays one.
func Milder(s Severity) Severity { return max(s-1, Notice) }

// steps returns the remediation for one object. Only what stands at the top of a published object or template has a path
// that a JSON Patch can name.
func (a Attached) steps(p *Pass, r *estate.Resource, at estate.Plugin) []Step {
	if len(a.Patch) == 0 || at.Nested() {
		return a.Steps
	}
	if !slices.Contains([]estate.Kind{estate.Service, estate.Route, estate.StreamRoute, estate.ServiceTemplate, estate.RouteTemplate, estate.StreamRouteTemplate}, r.Kind) {
		return a.Steps
	}
	ops := make([]PatchOp, len(a.Patch))
	for i, op := range a.Patch {
		op.Path = at.Pointer + op.Path
		ops[i] = op
	}
	steps := slices.Clone(a.Steps)
	if steps[0].Command == "" {
		steps[0].Command = EndpointOf(r.Subject(), p.Path.From).Send("PATCH", Patch(ops...))
	}
	return steps
}
