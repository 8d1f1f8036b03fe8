package ruletest_test

import (
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/test/ruletest"
)

func TestTextsThatRecommendATargetAreRefused(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ step, action, want string }{
		"a step":            {"If it matters, choose 3.7.8 or later.", "delete it", "recommends a target"},
		"the same, later":   {"Take another: 3.8.22 is better as the target.", "delete it", "recommends a target"},
		"an action":         {"Delete it.", "keep 3.8.22 as the target", "recommends a target"},
		"a chart":           {"Take chart api7ee3 3.10.1.", "delete it", ""},
		"where it is fixed": {"Weigh it when you decide on the target: it is fixed in 3.7.8 and 3.8.5.", "weigh it: fixed in 3.7.8 and 3.8.5", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var rec recorder
			r := good()
			r.Start = func(p *rule.Pass) {
				p.On(estate.Service, func(r *estate.Resource) {
					f := finding(r, "")
					f.Action, f.Remediation[0].Text = tt.action, tt.step
					p.Report(f)
				})
			}
			ruletest.CheckWants(t.Context(), &rec, r, parse(t, "upgrade: {from: 3.4.1, to: 3.5.0}\nservice:\n  - id: a # want breaking \"cors\"\n"))
			rec.expect(t, tt.want)
		})
	}
}
