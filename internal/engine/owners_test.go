package engine_test

import (
	"context"
	"fmt"
	"maps"
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

// in returns an object of a gateway group.
func in(group string, kind estate.Kind, id, body string) estate.Resource {
	r := past(kind, id, body)
	r.Group.ShortID = group
	return r
}

// running returns r as read from the store that gateways run.
func running(r estate.Resource) estate.Resource {
	r.Origin.Running = true
	return r
}

// owned returns whose the objects with findings are.
func owned(r *report.Report) []string {
	var all []string
	for f := range r.Findings.All() {
		o := f.Object
		all = append(all, strings.TrimSpace(fmt.Sprintf("%s %s %s: %v", o.GatewayGroup, o.Kind, o.ID, o.Owner)))
	}
	return all
}

func TestAnObjectWithoutALabelHasThatOfWhatItBelongsTo(t *testing.T) {
	t.Parallel()
	const service, route, template = estate.Service, estate.Route, estate.ServiceTemplate
	hitOf := func(parent string) string { return fmt.Sprintf(`{"service_id":%q,"plugins":{%s}}`, parent, bad) }
	mine := func(labels string) string {
		return fmt.Sprintf(`{"service_id":"s","labels":%s,"plugins":{%s}}`, labels, bad)
	}
	edge := estate.Resource{
		Kind: estate.GatewayGroup, ID: "g1", Group: estate.Group{ID: "g1", ShortID: "e1", Name: "edge"}, Body: []byte(`{}`),
	}
	for name, tt := range map[string]struct {
		in   []estate.Resource
		want []string
	}{
		"a route, read before its service": {
			[]estate.Resource{in("a", route, "r", hitOf("s")), in("a", service, "s", `{"labels":{"team":"pay","tier":"1"}}`)},
			[]string{"a route r: map[team:pay tier:1]"},
		},
		"a route with a label of its own, which keeps what it lacks": {
			[]estate.Resource{in("a", service, "s", `{"labels":{"team":"pay","tier":"1"}}`), in("a", route, "r", mine(`{"team":"web"}`))},
			[]string{"a route r: map[team:web tier:1]"},
		},
		"its own is empty, which is an answer": {
			[]estate.Resource{in("a", service, "s", `{"labels":{"team":"pay"}}`), in("a", route, "r", mine(`{"team":""}`))},
			[]string{"a route r: map[team:]"},
		},
		"services with one id in two gateway groups": {
			[]estate.Resource{
				in("a", service, "s", `{"labels":{"team":"pay"}}`), in("b", service, "s", `{"labels":{"team":"web"}}`),
				in("a", route, "r", hitOf("s")), in("b", route, "r", hitOf("s")), in("c", route, "r", hitOf("s")),
			},
			[]string{"a route r: map[team:pay]", "b route r: map[team:web]", "c route r: map[]"},
		},
		"a service and a template with one id": {
			[]estate.Resource{
				in("", template, "s", `{"labels":{"team":"pay"}}`), in("a", service, "s", `{"labels":{"team":"web"}}`),
				in("a", route, "r", hitOf("s")), in("", estate.RouteTemplate, "r", hitOf("s")), in("", estate.StreamRouteTemplate, "x", hitOf("s")),
			},
			[]string{"route_template r: map[team:pay]", "stream_route_template x: map[team:pay]", "a route r: map[team:web]"},
		},
		"a stream route and a credential": {
			[]estate.Resource{
				in("a", estate.StreamRoute, "r", hitOf("s")), in("a", estate.Credential, "anna/credentials/key", hitOf("")),
				in("a", service, "s", `{"labels":{"team":"pay"}}`), in("a", estate.Consumer, "anna", `{"labels":{"team":"web"}}`),
			},
			[]string{"a credential anna/credentials/key: map[team:web]", "a stream_route r: map[team:pay]"},
		},
		"a historic version and its route": {
			[]estate.Resource{
				versionOf("t", "v", "1", bad), routeOf("v", "r"), versionOf("u", "w", "1", ""), routeOf("w", "r2"),
				in("", template, "t", `{"labels":{"team":"pay"}}`), in("", template, "u", `{"labels":{"team":"web"}}`),
			},
			[]string{"service_version t: map[team:pay]", "service_version u: map[team:web]"},
		},
		"a service that names its gateway group otherwise": {
			[]estate.Resource{edge, in("edge", service, "s", `{"labels":{"team":"pay"}}`), in("e1", route, "r", hitOf("s"))},
			[]string{"edge route r: map[team:pay]"},
		},
		"copies that differ: what gateways run counts, in any order": {
			[]estate.Resource{
				in("a", service, "s", `{"labels":{"team":"a"}}`), running(in("a", service, "s", `{"labels":{"team":"pay"}}`)),
				in("a", service, "s", `{"labels":{"team":"z"}}`), in("a", route, "r", hitOf("s")),
			},
			[]string{"a route r: map[team:pay]"},
		},
		"copies of which one has labels": {
			[]estate.Resource{
				running(in("a", service, "s", `{"labels":{}}`)), in("a", service, "s", `{"labels":{"team":"pay"}}`), running(in("a", service, "s", `{}`)),
				in("a", route, "r", hitOf("s")),
			},
			[]string{"a route r: map[team:pay]"},
		},
		"the object itself has its label in one place only": {
			[]estate.Resource{
				in("a", service, "s", `{"labels":{"team":"pay"}}`), running(in("a", route, "r", hitOf("s"))), in("a", route, "r", mine(`{"team":"web"}`)),
			},
			[]string{"a route r: map[team:web]"},
		},
		"a value that is hidden, and a credential": {
			[]estate.Resource{
				in("a", service, "s", `{"labels":{"team":"<redacted: up to 16 characters>","token":"hunter2hunter2","on":["x","y"],"n":1}}`), in("a", route, "r", hitOf("s")),
			},
			[]string{"a route r: map[on:x,y team:<redacted: up to 16 characters> token:<redacted: up to 16 characters>]"},
		},
		"labels that are none": {
			[]estate.Resource{in("a", service, "s", `{"labels":"team"}`), in("a", route, "r", hitOf("s")), in("a", route, "q", hitOf("gone"))},
			[]string{"a route q: map[]", "a route r: map[]"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, owned(run(t, findsPlugins, tt.in...))); diff != "" {
				t.Errorf("owners (-want +got):\n%s", diff)
			}
			slices.Reverse(tt.in)
			if diff := cmp.Diff(tt.want, owned(run(t, findsPlugins, tt.in...))); diff != "" {
				t.Errorf("owners in the other order (-want +got):\n%s", diff)
			}
		})
	}
}

// TestOwnLabelsAndFingerprintDoNotDependOnTheParent also proves that the rule's tally counts owners.
func TestOwnLabelsAndFingerprintDoNotDependOnTheParent(t *testing.T) {
	t.Parallel()
	route := in("a", estate.Route, "r", `{"service_id":"s","labels":{"own":"1"},"plugins":{`+bad+`}}`)
	alone := run(t, findsPlugins, route)
	owned := run(t, findsPlugins, route, in("a", estate.Service, "s", `{"labels":{"team":"pay"}}`))
	was, is := alone.Findings[0].Open(), owned.Findings[0].Open()
	if was.Fingerprint != is.Fingerprint || !maps.Equal(was.Object.Labels, is.Object.Labels) {
		t.Errorf("fingerprint %s and labels %v became %s and %v", was.Fingerprint, was.Object.Labels, is.Fingerprint, is.Object.Labels)
	}
	want := []report.Tally{{Name: "own=1", Findings: 1}, {Name: "team=pay", Findings: 1}}
	if diff := cmp.Diff(want, owned.Rules[0].Labels); diff != "" {
		t.Errorf("tally (-want +got):\n%s", diff)
	}
}

// skimming is a source that leaves out what no rule looks at.
type skimming struct{ memory.Source }

// Stream yields what a [estate.Skimmer] leaves.
func (s *skimming) Stream(ctx context.Context, need estate.Need, yield func(*estate.Resource) error) (estate.Coverage, error) {
	skimmer := estate.NewSkimmer(need)
	return s.Source.Stream(ctx, need, func(r *estate.Resource) error {
		if r.Body = skimmer.Skim(r.Kind, r.ID, r.Body); r.Body == nil {
			return nil
		}
		return yield(r)
	})
}

// TestOwnersAreKnownWhicheverRulesAreJudged has a rule that looks at routes only, and a source that leaves out what no
// rule looks at.
func TestOwnersAreKnownWhicheverRulesAreJudged(t *testing.T) {
	t.Parallel()
	src := &skimming{memory.Source{About: estate.Info{Kind: "memory"}, Resources: []estate.Resource{
		in("a", estate.Service, "s", `{"labels" : { "team" : "pay" } }`), in("a", estate.Service, "plain", `{"labels":{}}`),
		in("a", estate.Route, "r", `{"service_id":"s","plugins":{`+bad+`}}`),
	}}}
	r := run(t, func(o *engine.Options) {
		o.Sources = []estate.Source{src}
		o.Rules[0].Start = func(p *rule.Pass) {
			p.OnResourceWith("p", func(r *estate.Resource, _ []estate.Plugin) {
				p.Report(rule.Finding{Subject: r.Subject(), Message: "x"})
			}, estate.Route)
		}
	})
	if diff := cmp.Diff([]string{"a route r: map[team:pay]"}, owned(r)); diff != "" {
		t.Errorf("owners (-want +got):\n%s", diff)
	}
	if r.Rules[0].Status != report.Failed || r.Rules[0].Examined != 1 {
		t.Errorf("the rule examined what it does not listen to: %+v", r.Rules[0])
	}
}
