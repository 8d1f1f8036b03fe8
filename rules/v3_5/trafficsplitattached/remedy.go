package trafficsplitattached

import (
	"fmt"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/redact"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/remedy"
	"github.com/api7-preflight/api7-preflight/rules/internal/traffic"
)

// action is the rule's for what can be edited.
func action(k estate.Kind) string {
	if k.State() == estate.History {
		return "avoid rolling back to this version"
	}
	return ""
}

// remedy saves, deletes and puts back.
func remediation(on apis, r *estate.Resource, splits []split, owner string) []rule.Step {
	s := r.Subject()
	w := work{apis: on, subject: s, owner: owner, file: remedy.FileFor(plugin, s), first: splits[0]}
	now := w.endpoint(w.now)
	steps := []rule.Step{{
		When: rule.Before, Text: "Save the object with its Traffic Split.", Command: now.Save(w.file),
	}}
	for _, at := range splits {
		steps = append(steps, w.drop(at.at, now))
	}
	if r.Kind.State() == estate.History {
		return steps
	}
	ids, taken := map[string]string{}, map[string]bool{}
	for _, id := range foreign(w.first.rules, owner) {
		ids[id] = id
		if owner != "" {
			ids[id] = traffic.UpstreamID(owner, id, taken)
		}
		steps = append(steps, w.replace(redact.Text(id), ids[id]))
	}
	steps = append(steps, w.restore(ids))
	for _, other := range splits[1:] {
		text := fmt.Sprintf("Put the plugin back at %s too, as in the saved file, with upstreams of the service.", other.at.Pointer)
		steps = append(steps, rule.Step{When: rule.After, Text: text})
	}
	return steps
}

// apis are the Admin APIs of today and of the target.
type apis struct{ now, then remedy.API }

// work is what the steps for one object share.
type work struct {
	apis

	subject estate.Subject
	owner   string // published service that may own the upstreams
	file    string // where the object is saved
	first   split
}

// endpoint returns the address of the object; the Admin API has one for each plugin of the global rules.
func (w work) endpoint(api remedy.API) remedy.Endpoint {
	if w.subject.Ref.Kind == estate.GlobalRule {
		return remedy.GlobalRuleOf(w.subject.Group, plugin)
	}
	return remedy.EndpointOf(w.subject, api)
}

// patchable reports whether the Admin API takes a PATCH for the object.
func (w work) patchable() bool {
	switch w.subject.Ref.Kind { //nolint:exhaustive // no PATCH is documented for the others
	case estate.Service, estate.Route, estate.StreamRoute:
		return true
	}
	return false
}

func direct(at estate.Plugin) bool { return at.Pointer == "/plugins/"+plugin }

func (w work) drop(at estate.Plugin, now remedy.Endpoint) rule.Step {
	kind := w.subject.Ref.Kind
	step := rule.Step{When: rule.Before, Text: "Delete the plugin."}
	switch {
	case kind.State() == estate.History:
		step.Text = "Do not roll back to such a version after the upgrade: it would bring the plugin back as it was. History itself cannot be edited."
	case kind.State() == estate.Template:
		step.Text = "Delete the plugin from the template in the Dashboard, so that the next publication does not carry it."
	case !direct(at):
		step.Text = fmt.Sprintf("Delete %s.", at.Pointer)
	case w.patchable():
		step.Command = now.Send("PATCH", remedy.Patch(remedy.PatchOp{Op: "remove", Path: at.Pointer}))
	case kind == estate.GlobalRule:
		step.Command = now.Delete()
	}
	return step
}

// replace makes what an id stood for an upstream of the service.
func (w work) replace(old, id string) rule.Step {
	step := rule.Step{When: rule.After, Text: fmt.Sprintf("The upstream id %s names something outside the service; releases from 3.8.0 on do not accept it.", old)}
	if w.owner == "" {
		step.Text += " There is no service here that could own the upstream: write it inline, in place of the id."
		return step
	}
	service := estate.Subject{Ref: estate.Ref{Kind: estate.Service, ID: w.owner}, Group: w.subject.Group}
	file := "upstream-" + remedy.Escape(id) + ".json"
	step.Text += fmt.Sprintf(" Create an upstream of service %s with id %s and the nodes of the old one; write it into %s first, as in %s.",
		w.owner, id, file, `{"name":"next","type":"roundrobin","nodes":[{"host":"10.0.0.1","port":8080,"weight":1}]}`)
	step.Command = remedy.EndpointOf(service, w.then).Sub("upstreams", id).SendFrom("cat "+remedy.Quote(file), "PUT")
	return step
}

// restore puts the plugin back in the form that the target accepts.
func (w work) restore(ids map[string]string) rule.Step {
	clean, hidden := redact.Value(w.first.at.Conf)
	if w.owner != "" {
		replaceIDs(clean, ids)
	}
	step := rule.Step{When: rule.After, Text: "Put the plugin back"}
	then := w.endpoint(w.then)
	global := w.subject.Ref.Kind == estate.GlobalRule
	switch {
	case w.first.why != "":
		step.Text += ", in a form that can be read; the saved one cannot."
	case !direct(w.first.at) || !w.patchable() && !global || len(ids) > 0 && w.owner == "":
		step.Text += " at " + w.first.at.Pointer + ": " + rule.JSON(clean)
	case hidden && len(ids) > 0:
		step.Text += ". It holds values that are not shown; take them from the saved file: " + rule.JSON(clean)
	case hidden:
		step.Text += ". It holds values that are not shown: they are taken from the saved file."
		step.Command = w.resend(then)
	case global:
		step.Text += ", conditions, weights and inline upstreams unchanged."
		step.Command = then.Send("PUT", rule.JSON(map[string]any{"plugins": map[string]any{plugin: clean}}))
	default:
		step.Text += ", conditions, weights and inline upstreams unchanged."
		step.Command = then.Send("PATCH", remedy.Patch(remedy.PatchOp{Op: "add", Path: "/plugins/" + plugin, Value: clean}))
	}
	return step
}

// resend sends the saved configuration, secrets included.
func (w work) resend(then remedy.Endpoint) rule.Command {
	if w.subject.Ref.Kind == estate.GlobalRule {
		return then.SendFrom("jq '{plugins: .value.plugins}' "+remedy.Quote(w.file), "PUT")
	}
	filter := `[{op: "add", path: "/plugins/` + plugin + `", value: .value.plugins["` + plugin + `"]}]`
	return then.SendFrom("jq "+remedy.Quote(filter)+" "+remedy.Quote(w.file), "PATCH")
}

// replaceIDs writes the new ids into a decoded configuration. An id with a secret in it is masked there, and stays so: the
// mask does not tell which of several it is.
func replaceIDs(conf any, ids map[string]string) {
	switch conf := conf.(type) {
	case map[string]any:
		for _, v := range conf {
			replaceIDs(v, ids)
		}
		if id, ok := ids[fmt.Sprint(conf["upstream_id"])]; ok {
			conf["upstream_id"] = id
		}
	case []any:
		for _, v := range conf {
			replaceIDs(v, ids)
		}
	}
}
