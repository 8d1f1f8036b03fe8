package engine_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/engine"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/test/memory"
)

// past returns an object of no gateway group.
func past(kind estate.Kind, id, body string) estate.Resource {
	return estate.Resource{Kind: kind, ID: id, Body: []byte(body), Origin: estate.Origin{Source: "memory", Table: kind.String(), Key: id}}
}

// versionOf returns a version of a service, with plugins.
func versionOf(service, id, number, plugins string) estate.Resource {
	return past(estate.ServiceVersion, id, fmt.Sprintf(`{"id":%q,"service_id":%q,"version":%q,"plugins":{%s}}`, id, service, number, plugins))
}

// routeOf returns a route of a version, which holds something bad.
func routeOf(version, id string) estate.Resource {
	return past(estate.RouteVersion, id, fmt.Sprintf(`{"id":%q,"name":"pay","service_version_id":%q,"plugins":{%s}}`, id, version, bad))
}

// findsPlugins makes the rule report each plugin p, as gravely as its configuration says.
func findsPlugins(o *engine.Options) {
	o.Rules[0].Start = func(p *rule.Pass) {
		for _, k := range estate.PluginKinds() {
			p.On(k, func(r *estate.Resource) {
				conf := r.Field("plugins").Get("p")
				if conf.Absent() {
					return
				}
				n := rule.Finding{Subject: r.Subject(), Pointer: "/plugins/p", Message: "holds " + conf.Get("n").Word(), Severity: rule.Warning}
				if conf.Get("n").Word() == "worse" {
					n.Severity = rule.Breaking
				}
				n.Remediation = []rule.Step{{When: rule.Before, Text: "do not go back"}}
				p.Report(n)
			})
		}
	}
}

const bad, worse = `"p":{"n":"bad"}`, `"p":{"n":"worse"}`

// told returns what a reader of the findings sees.
func told(r *report.Report) []string {
	var all []string
	for f := range r.Findings.All() {
		line := []string{fmt.Sprintf("%s %s %s (%s) %s: %s", f.Severity, f.Object.State, f.Object.Kind, f.Object.ID, f.Object.Name, f.Message)}
		for _, e := range f.Evidence {
			line = append(line, e.Name+" "+e.Value)
		}
		all = append(all, strings.Join(line, "; "))
	}
	return all
}

func TestWhatHistoricVersionsOfOneServiceHoldIsOneFinding(t *testing.T) {
	t.Parallel()
	var many []estate.Resource
	for i := range 12 {
		many = append(many, versionOf("t", fmt.Sprintf("v%02d", i), fmt.Sprintf("1.%d.0", i), bad))
	}
	template := past(estate.ServiceTemplate, "t", `{"id":"t","name":"orders"}`)
	for name, tt := range map[string]struct {
		in   []estate.Resource
		want []string
	}{
		"a dozen versions": {
			append(many, template),
			[]string{"warning history service_version (t) orders: in 12 historic versions: holds bad; " +
				"versions 1.0.0 (v00), 1.1.0 (v01), 1.10.0 (v10), 1.11.0 (v11), 1.2.0 (v02) and 7 more"},
		},
		"one version, so that its finding stays the same when another comes": {
			[]estate.Resource{versionOf("t", "v", "1", bad)},
			[]string{"warning history service_version (t) t: in 1 historic version: holds bad; versions 1 (v)"},
		},
		"routes, one of a version that holds nothing itself": {
			[]estate.Resource{routeOf("v", "r2"), versionOf("t", "v", "1", ""), routeOf("v", "r1"), versionOf("t", "w", "2", bad)},
			[]string{"warning history service_version (t) t: in 2 historic versions: holds bad; versions 1 (v), 2 (w); " +
				"routes of versions pay (r1), pay (r2)"},
		},
		"the gravest is shown, and the others are told": {
			[]estate.Resource{versionOf("t", "a", "1", bad), versionOf("t", "b", "2", worse), versionOf("t", "c", "3", `"p":{"n":"x"}`)},
			[]string{"breaking history service_version (t) t: in 3 historic versions, for example: holds worse; " +
				"versions 1 (a), 2 (b), 3 (c); also found in versions holds bad, holds x"},
		},
		"two services": {
			[]estate.Resource{versionOf("t", "a", "1", bad), versionOf("u", "b", "1", bad)},
			[]string{
				"warning history service_version (t) t: in 1 historic version: holds bad; versions 1 (a)",
				"warning history service_version (u) u: in 1 historic version: holds bad; versions 1 (b)",
			},
		},
		"ids that are numbers": {
			[]estate.Resource{past(estate.ServiceVersion, "7", `{"id":7,"service_id":3,"version":2,"plugins":{`+bad+`}}`), past(estate.RouteVersion, "9", `{"id":9,"service_version_id":7,"plugins":{`+bad+`}}`)},
			[]string{"warning history service_version (3) 3: in 1 historic version: holds bad; versions 2 (7); routes of versions 9"},
		},
		"a route that names its service, of a version that was not read": {
			[]estate.Resource{past(estate.RouteVersion, "r", `{"service_version_id":"v","service_id":"t","plugins":{`+bad+`}}`)},
			[]string{"warning history service_version (t) t: in 1 historic version: holds bad; versions v; routes of versions r"},
		},
		"versions of nobody knows what stay alone": {
			[]estate.Resource{routeOf("gone", "r1"), routeOf("gone", "r2"), past(estate.ServiceVersion, "v", `{"plugins":{`+bad+`}}`)},
			[]string{
				"warning history route_version (r1) pay: holds bad", "warning history route_version (r2) pay: holds bad",
				"warning history service_version (v) v: holds bad",
			},
		},
		"what is not history stays alone": {
			[]estate.Resource{
				past(estate.RouteTemplate, "a", `{"service_id":"t","plugins":{`+bad+`}}`), past(estate.RouteTemplate, "b", `{"service_id":"t","plugins":{`+bad+`}}`),
				versionOf("t", "v", "1", bad),
			},
			[]string{
				"warning template route_template (a) a: holds bad", "warning template route_template (b) b: holds bad",
				"warning history service_version (t) t: in 1 historic version: holds bad; versions 1 (v)",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := run(t, findsPlugins, tt.in...)
			if diff := cmp.Diff(tt.want, told(r)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			if n := len(r.Findings[0].Open().Remediation); n != 1 {
				t.Errorf("%d steps", n)
			}
			slices.Reverse(tt.in)
			if diff := cmp.Diff(told(r), told(run(t, findsPlugins, tt.in...))); diff != "" {
				t.Errorf("the order of objects matters (-one +other):\n%s", diff)
			}
		})
	}
}

func TestFindingOnHistoryKeepsItsFingerprint(t *testing.T) {
	t.Parallel()
	printsOf := func(change func(*engine.Options), in ...estate.Resource) string {
		r := run(t, func(o *engine.Options) {
			findsPlugins(o)
			if change != nil {
				change(o)
			}
		}, in...)
		var prints []string
		for f := range r.Findings.All() {
			prints = append(prints, f.Fingerprint)
		}
		return strings.Join(prints, " ")
	}
	first := versionOf("t", "a", "1", bad)
	want := printsOf(nil, first)
	for name, got := range map[string]string{
		"another version":        printsOf(nil, versionOf("t", "b", "2", worse), first),
		"only a route":           printsOf(nil, routeOf("a", "r"), versionOf("t", "a", "1", "")),
		"a name of the template": printsOf(nil, first, past(estate.ServiceTemplate, "t", `{"name":"orders"}`)),
		"a second source": printsOf(func(o *engine.Options) {
			o.Sources = append(o.Sources, &memory.Source{About: estate.Info{Kind: "memory"}, Resources: []estate.Resource{first}})
		}, first),
	} {
		if got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	if other := printsOf(nil, versionOf("u", "a", "1", bad)); other == want {
		t.Errorf("two services have the fingerprint %s", want)
	}
}

// TestRoutesOfHistoryAreJoinedWhereNoRuleLooksAtVersions proves that the finding does not depend on which rules run.
func TestRoutesOfHistoryAreJoinedWhereNoRuleLooksAtVersions(t *testing.T) {
	t.Parallel()
	r := run(t, func(o *engine.Options) {
		o.Rules[0].Start = func(p *rule.Pass) {
			p.On(estate.RouteVersion, func(r *estate.Resource) { p.Report(rule.Finding{Subject: r.Subject(), Message: "old"}) })
		}
	}, routeOf("v", "r1"), routeOf("v", "r2"), versionOf("t", "v", "1", ""))
	want := []string{"breaking history service_version (t) t: in 1 historic version: old; versions 1 (v); routes of versions pay (r1), pay (r2)"}
	if diff := cmp.Diff(want, told(r)); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}
