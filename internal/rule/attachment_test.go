package rule_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// TestASightingIsWhatConcernsTheRule: the handler sees each resource once, with the attachments that the rule selects.
func TestASightingIsWhatConcernsTheRule(t *testing.T) {
	t.Parallel()
	redis := func(at estate.Plugin) bool { return at.Conf.Get("policy").TextOrEmpty() == "redis" }
	for name, tt := range map[string]struct {
		concerns func(estate.Plugin) bool
		kind     estate.Kind
		body     string
		want     []string
	}{
		"every attachment":       {nil, estate.Route, `{"name":"n","plugins":{"p":{}}}`, []string{"route n on edge", "/plugins/p"}},
		"of another kind":        {nil, estate.Consumer, `{"plugins":{"p":{}}}`, nil},
		"of another plugin":      {nil, estate.Route, `{"plugins":{"q":{}}}`, nil},
		"so configured":          {redis, estate.Route, `{"plugins":{"p":{"policy":"redis"}}}`, []string{"route id on edge", "/plugins/p"}},
		"otherwise configured":   {redis, estate.Route, `{"plugins":{"p":{"policy":"local"}}}`, nil},
		"one of two":             {redis, estate.Route, nested(`{"policy":"local"}`, `{"policy":"redis"}`), []string{"route id on edge", "/plugins/workflow/rules/0/actions/0/p"}},
		"both":                   {redis, estate.Route, nested(`{"policy":"redis"}`, `{"policy":"redis"}`), []string{"route id on edge", "/plugins/p", "/plugins/workflow/rules/0/actions/0/p"}},
		"two, and none concerns": {redis, estate.Route, nested(`{}`, `{}`), nil},
		"two, and each concerns": {nil, estate.Route, nested(`{}`, `{}`), []string{"route id on edge", "/plugins/p", "/plugins/workflow/rules/0/actions/0/p"}},
		"without plugins":        {nil, estate.Route, `{"plugins":{}}`, nil},
	} {
		var got []string
		r := rule.Rule{Start: func(p *rule.Pass) {
			p.OnSighting("p", tt.concerns, func(on rule.Sighting, places []estate.Plugin) {
				got = append(got, on.Kind().String()+" "+on.Name()+" on "+on.Group())
				for _, at := range places {
					got = append(got, at.Pointer)
				}
			}, estate.Route)
		}, Applies: rule.Always}
		registered := r.Begin(version.Path{From: version.MustParse("3.4.1"), To: version.MustParse("3.7.3")}, rule.Engine{})
		on := estate.Resource{Kind: tt.kind, ID: "id", Group: estate.Group{ShortID: "e1", Name: "edge"}, Body: []byte(tt.body)}
		if err := estate.NewReader([]string{"p"}).Read(&on); err != nil {
			t.Fatal(err)
		}
		for _, at := range on.Plugins() {
			for _, call := range registered.Attachments["p"] {
				call(&on, at)
			}
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if w := registered.Wishes["p"]; len(w) != 1 || !w[0].Named || (w[0].If == nil) != (tt.concerns == nil) {
			t.Errorf("%s: a source is told %+v", name, w)
		}
	}
}

// nested returns a route with the plugin twice: by itself, and in workflow.
func nested(outer, inner string) string {
	return `{"plugins":{"p":` + outer + `,"workflow":{"rules":[{"actions":[["p",` + inner + `]]}]}}}`
}
