package window

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/api7-preflight/api7-preflight/internal/redact"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// object is a line of objects.jsonl.
type object struct {
	Kind      string   `json:"kind"`
	Group     string   `json:"group"` // id of the gateway group; empty for templates
	GroupName string   `json:"group_name"`
	ID        string   `json:"id"`
	Name      string   `json:"name"`
	Plugins   []string `json:"plugins"` // what is taken off; none: it is only saved
	Change    string   `json:"change"`  // release before which it has to be done
	Rules     []string `json:"rules"`
	Optional  bool     `json:"optional,omitempty"` // it need not exist
}

// taken are the rules of what is saved before an upgrade, and the plugins that are taken off the object; none where it is
// only saved. Their ids are frozen.
var taken = map[string][]string{
	"traffic-split-attached":  {"traffic-split"},
	"canary-rule-active":      {"api7-traffic-split"},
	"template-runtime-config": {},
}

// choose returns what the scripts do, and what they do not, in the order of the report.
func choose(r *report.Report) (objects []object, left []Left, does map[Task]bool) {
	at := map[[3]string]int{}
	does = map[Task]bool{}
	for f := range r.Findings.All() {
		plugins, ours := taken[f.Rule]
		if !ours {
			continue
		}
		if why, instead := refused(r, f); why != "" {
			left = append(left, Left{Task: Task{f.Fingerprint, beforeUpgrade}, Rule: f.Rule, Object: f.Object, Text: instead, Why: why})
			continue
		}
		does[Task{f.Fingerprint, beforeUpgrade}] = true
		switch {
		case f.Rule == "canary-rule-active": // it comes back only if the script is told to finish it
			left = append(left, Left{Task: Task{f.Fingerprint, afterUpgrade}, Rule: f.Rule, Object: f.Object, Text: "put it back as a Traffic Split", Why: "after.sh puts it back only where before.sh was run with --finish-canaries"})
		case len(plugins) > 0:
			does[Task{f.Fingerprint, afterUpgrade}] = true
		}
		for _, o := range objectsOf(r, f, plugins) {
			key := [3]string{o.Kind, o.Group, o.ID}
			i, known := at[key]
			if !known {
				at[key] = len(objects)
				objects = append(objects, o)
				continue
			}
			objects[i] = merged(objects[i], o)
		}
		left = append(left, afterwards(f)...)
	}
	return objects, left, does
}

// objectsOf returns the objects of the Admin API that a finding is about.
func objectsOf(r *report.Report, f *report.Finding, plugins []string) []object {
	o := object{
		Kind: f.Object.Kind, Group: groupID(r, f.Object), GroupName: f.Object.GatewayGroup, ID: f.Object.ID, Name: f.Object.Name,
		Plugins: plugins, Change: f.Change, Rules: []string{f.Rule},
	}
	if o.Kind != globalRule {
		return []object{o}
	}
	inside := o
	o.ID, o.Name, o.Optional = plugins[0], "", true
	inside.ID, inside.Name, inside.Optional = "workflow", "", true
	return []object{o, inside}
}

// merged returns an object that two findings are about. What is taken off decides when.
func merged(a, b object) object {
	if len(a.Plugins) == 0 && len(b.Plugins) > 0 {
		a.Change = b.Change
	}
	a.Plugins = together(a.Plugins, b.Plugins)
	a.Rules = together(a.Rules, b.Rules)
	return a
}

func together(a, b []string) []string {
	all := slices.Clone(a)
	for _, s := range b {
		if !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	return all
}

// globalRule is the kind of which gateways read one object with all plugins. In the Admin API each plugin is one.
const globalRule = "global_rule"

// kinds are those that the Admin API has an address for, and whether they are in a gateway group.
var kinds = map[string]bool{
	"service": true, "route": true, "stream_route": true, "consumer": true, globalRule: true,
	"service_template": false, "route_template": false, "stream_route_template": false,
}

// refused says why no script can deal with a finding, and what a person does; both are empty if one can.
func refused(r *report.Report, f *report.Finding) (why, instead string) {
	grouped, known := kinds[f.Object.Kind]
	from, err := version.Parse(r.Path.From)
	change, changed := version.Parse(f.Change)
	inHand := "do what the finding says by hand"
	switch {
	case f.Waived != nil:
		return "it is waived: " + *f.Waived, "nothing, as it was decided"
	case f.Object.State == "history":
		return "history cannot be edited", "do not roll back to this version after the upgrade"
	case !known:
		return "the Admin API has no address for a " + strings.ReplaceAll(f.Object.Kind, "_", " "), inHand
	case err != nil || changed != nil:
		return "the installed release is not known", inHand
	case !from.Less(change):
		return "it is no matter of this upgrade and can be done now", inHand
	case !version.Since("3.2.13.0").In(from.Release()):
		return "releases before 3.2.13.0 have other addresses", inHand
	case hidden(f.Object.GatewayGroupID) || f.Object.Kind != globalRule && hidden(f.Object.ID):
		return "its id holds what may be a secret, which is not shown", inHand
	case f.Object.ID == "":
		return "its id is not known", inHand
	case grouped && groupID(r, f.Object) == "":
		return "the id of its gateway group is not known; a source that gives it is the database or the Admin API", inHand
	}
	return "", ""
}

// hidden reports whether something of a text is not shown, or must not be.
func hidden(text string) bool {
	return strings.Contains(text, redact.Marker) || redact.Text(text) != text
}

// groupID returns the id of the gateway group of an object; empty if it is not known.
func groupID(r *report.Report, o report.Object) string {
	if !kinds[o.Kind] {
		return ""
	}
	if o.GatewayGroupID != "" {
		return o.GatewayGroupID
	}
	var ids []string
	for _, g := range r.GatewayGroups {
		switch {
		case g.Name != o.GatewayGroup:
		case g.ID == "" && g.ShortID == "default": // the only one whose id is its short id
			ids = append(ids, g.ShortID)
		default:
			ids = append(ids, g.ID)
		}
	}
	if len(ids) != 1 {
		return ""
	}
	return ids[0]
}

// afterwards returns what is left to do by hand for what a script saves.
func afterwards(f *report.Finding) []Left {
	if len(taken[f.Rule]) > 0 || f.Severity == report.SeverityNotice {
		return nil
	}
	var out []Left
	for _, step := range f.Remediation {
		if step.When == afterUpgrade {
			out = append(out, Left{
				Task: Task{f.Fingerprint, afterUpgrade}, Rule: f.Rule, Object: f.Object, Text: step.Text,
				Why: "to which gateway groups it is published, and whether it is still wanted, is for its owner to decide",
			})
		}
	}
	return out
}

// escaped returns a character as JSON has it in a text, in ASCII.
func escaped(c rune) string {
	if high, low := utf16.EncodeRune(c); high != '\uFFFD' {
		return fmt.Sprintf(`\u%04x\u%04x`, high, low)
	}
	return fmt.Sprintf(`\u%04x`, c)
}
