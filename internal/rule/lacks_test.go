package rule_test

import (
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

func TestAGapOfOneFieldHidesNothingFromRulesThatLookAtOthers(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		start func(*rule.Pass)
		of    string
		want  bool
	}{
		"whole resources": {func(p *rule.Pass) { p.On(estate.Route, func(*estate.Resource) {}) }, "", true},
		"plugins of none": {func(p *rule.Pass) { p.On(estate.Route, func(*estate.Resource) {}) }, estate.OfPlugins, false},
		"plugins":         {func(p *rule.Pass) { p.OnResourceWith("cors", func(*estate.Resource, []estate.Plugin) {}) }, estate.OfPlugins, true},
		"plugins of a service": {func(p *rule.Pass) {
			p.OnResourceWith("cors", func(*estate.Resource, []estate.Plugin) {}, estate.Service)
		}, estate.OfPlugins, false},
		"a field that is read": {func(p *rule.Pass) { p.Reads(estate.Route, "vars") }, "vars", true},
		"another field":        {func(p *rule.Pass) { p.Reads(estate.Route, "vars") }, "uris", false},
		"that of another kind": {func(p *rule.Pass) { p.Reads(estate.Service, "vars") }, "vars", false},
	} {
		r := rule.Rule{Applies: rule.Always, Start: tt.start}
		if got := r.Begin(version.Path{}, rule.Engine{}).Lacks(estate.Route, estate.Gap{Of: tt.of}); got != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
