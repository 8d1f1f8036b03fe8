package canaryruleactive

import (
	"fmt"
	"maps"
	"strconv"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/redact"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/remedy"
	"github.com/api7-preflight/api7-preflight/rules/internal/traffic"
)

// action is the rule's only where the Dashboard has a Canary Rule to finish.
func action(k estate.Kind, c canary, crossing bool) string {
	switch {
	case k.State() == estate.History:
		return "avoid rolling back to this version"
	case k.State() == estate.Template:
		return "delete it from the template"
	case !c.finishable(k) || !c.active():
		return "delete the leftover plugin"
	case !crossing:
		return "replace it with a traffic-split"
	}
	return ""
}

// finishable reports whether the plugin is where the control plane puts a Canary Rule.
func (c canary) finishable(k estate.Kind) bool {
	return k == estate.Service && c.at.Pointer == "/plugins/"+plugin
}

func remediation(r *estate.Resource, c canary, crossing bool, today, target remedy.API) []rule.Step {
	s := r.Subject()
	now := remedy.EndpointOf(s, today)
	file := remedy.FileFor("canary-rule", s)
	saved := rule.Step{When: rule.Before, Text: "Save the object with its Canary Rule.", Command: now.Save(file)}
	if !c.finishable(r.Kind) {
		return []rule.Step{saved, {When: rule.Before, Text: elsewhere(r, c)}}
	}
	drop := remedy.PatchOp{Op: "remove", Path: c.at.Pointer}
	if !c.active() {
		return []rule.Step{saved, {
			When: rule.Before, Text: "Remove the leftover plugin " + plugin + " from the service.",
			Command: now.Send("PATCH", remedy.Patch(drop)),
		}}
	}
	to := successor{service: s, conf: c.at.Conf, file: file, splits: !r.Field("plugins").Get("traffic-split").Absent()}
	if !crossing {
		to.when, to.api, to.ops = rule.Before, now, []remedy.PatchOp{drop}
		return append([]rule.Step{saved}, to.steps(c)...)
	}
	to.when, to.api = rule.After, remedy.EndpointOf(s, target)
	finish := rule.Step{When: rule.Before, Text: "In the Dashboard open the published service: Upstreams, Canary Rules, " +
		"Finish. Choose the upstream that all traffic should use during the upgrade: the baseline if the split is to continue " +
		"afterwards."}
	return append([]rule.Step{saved, finish}, to.steps(c)...)
}

// elsewhere says what to do where the Dashboard has no Canary Rule to finish.
func elsewhere(r *estate.Resource, c canary) string {
	switch r.Kind.State() {
	case estate.History:
		return "Do not roll back to such a version after the upgrade: it would bring the Canary Rule back. History itself cannot be edited."
	case estate.Template:
		return "Remove " + plugin + " from the template in the Dashboard, so that the next publication does not carry it."
	case estate.Live:
	}
	return "Remove " + plugin + " at " + c.at.Pointer + "; the Dashboard has no Canary Rule to finish here."
}

// successor writes the Traffic Split that does what the Canary Rule does.
type successor struct {
	service estate.Subject
	conf    estate.Value
	file    string // where the service is saved
	splits  bool   // whether the service has a Traffic Split already
	when    rule.When
	api     remedy.Endpoint  // of the service at that time
	ops     []remedy.PatchOp // what else the same request does
}

func (to successor) steps(c canary) []rule.Step {
	var steps []rule.Step
	ids, taken := map[string]string{}, map[string]bool{}
	for _, name := range names(c.rules) {
		ids[name] = traffic.UpstreamID(to.service.Ref.ID, name, taken)
		steps = append(steps, to.upstream(name, ids[name]))
	}
	return append(steps, to.split(ids))
}

// upstream makes one canary upstream an upstream of the service.
func (to successor) upstream(name, id string) rule.Step {
	step := rule.Step{When: to.when, Text: "To keep splitting: add the canary upstream to the service as an upstream."}
	at := to.api.Sub("upstreams", id)
	i, v := definition(to.conf, name)
	body, hidden := traffic.Portable(v)
	switch {
	case i < 0 || body == nil:
		step.Text += " The rule does not say what is behind " + name + ": take its nodes from where they are kept."
	case hidden:
		step.Text += " Its secrets are taken from the saved file."
		step.Command = at.SendFrom("jq "+remedy.Quote(`.value.plugins["`+plugin+`"].upstreams[`+strconv.Itoa(i)+"] | del(.id)")+" "+remedy.Quote(to.file), "PUT")
	default:
		step.Command = at.Send("PUT", rule.JSON(body))
	}
	return step
}

// split puts the equivalent plugin on the service.
func (to successor) split(ids map[string]string) rule.Step {
	step := rule.Step{When: to.when, Text: "To keep splitting: put the equivalent traffic-split on the service, with the same conditions and weights."}
	clean, hidden := redact.Value(to.conf.Get("rules"))
	conf := map[string]any{"rules": convert(clean, ids)}
	switch {
	case to.splits:
		step.Text = "The service has a traffic-split of its own: merge these rules into it by hand: " + rule.JSON(conf)
	case hidden:
		step.Text += " Its conditions hold values that are not shown; take them from the saved file: " + rule.JSON(conf)
	default:
		step.Command = to.api.Send("PATCH", remedy.Patch(append(to.ops, remedy.PatchOp{Op: "add", Path: "/plugins/traffic-split", Value: conf})...))
	}
	return step
}

// convert turns the rules of a Canary Rule into those of a Traffic Split.
func convert(rules any, ids map[string]string) []any {
	list, _ := rules.([]any)
	out := make([]any, 0, len(list))
	for _, v := range list {
		from, _ := v.(map[string]any)
		to := map[string]any{"weighted_upstreams": shares(from["canary_upstreams"], ids)}
		if match := conditions(from["match"]); len(match) > 0 {
			to["match"] = match
		}
		out = append(out, to)
	}
	return out
}

func shares(list any, ids map[string]string) []any {
	from, _ := list.([]any)
	out := make([]any, 0, len(from))
	for _, v := range from {
		share, _ := v.(map[string]any)
		to := maps.Clone(share)
		delete(to, "upstream_name")
		if id, ok := ids[fmt.Sprint(share["upstream_name"])]; ok {
			to["upstream_id"] = id
		}
		out = append(out, to)
	}
	return out
}

// conditions returns the match of a rule; none where an entry without expressions makes it hold always.
func conditions(match any) []any {
	list, _ := match.([]any)
	out := make([]any, 0, len(list))
	for _, v := range list {
		entry, _ := v.(map[string]any)
		exprs, _ := entry["exprs"].([]any)
		if len(exprs) == 0 {
			return nil
		}
		out = append(out, map[string]any{"vars": exprs})
	}
	return out
}
