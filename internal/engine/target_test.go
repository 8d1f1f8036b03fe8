package engine_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/engine"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// lists adds a rule that lists known defects of the target.
func lists(defects ...rule.Defect) func(*engine.Options) {
	return func(o *engine.Options) {
		o.Rules = append(o.Rules, &rule.Rule{
			ID: "lists", Title: "t", Severity: rule.Warning, Applies: rule.Always, Confidence: rule.Confirmed, Defects: true,
			Start: func(p *rule.Pass) {
				for _, d := range defects {
					p.Judge(d)
				}
			},
		})
	}
}

// grade is that of a defect which is as grave on every path.
func grade(s rule.Severity) func(version.Path) rule.Severity {
	return func(version.Path) rule.Severity { return s }
}

func TestDefectsOfTheTargetAreListedTheGravestAndTheMetFirst(t *testing.T) {
	t.Parallel()
	got := run(t, lists(
		rule.Defect{Entry: "R-1", Grade: grade(rule.Notice), Says: "a", Concerned: rule.Met, Why: "w"},
		rule.Defect{Entry: "R-2", Grade: grade(rule.Warning), Says: "b", Concerned: rule.Spared, Why: "w"},
		rule.Defect{Entry: "R-3", Grade: grade(rule.Warning), Says: "c", Concerned: rule.Open, Why: "w"},
		rule.Defect{Entry: "R-4", Grade: grade(rule.Warning), Says: "d", Concerned: rule.Met, Why: "w", FixedIn: version.Since("3.8.22", "3.9.2").First()},
	)).Target.Defects
	want := []report.Defect{
		{Catalogue: "R-4", Severity: "warning", Says: "d", FixedIn: []string{"3.8.22", "3.9.2"}, Concerned: "yes", Why: "w"},
		{Catalogue: "R-3", Severity: "warning", Says: "c", FixedIn: []string{}, Concerned: "unknown", Why: "w"},
		{Catalogue: "R-2", Severity: "warning", Says: "b", FixedIn: []string{}, Concerned: "no", Why: "w"},
		{Catalogue: "R-1", Severity: "notice", Says: "a", FixedIn: []string{}, Concerned: "yes", Why: "w"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("defects (-want +got):\n%s", diff)
	}
}

func TestWhatAnotherRuleFoundSaysWhetherADefectIsMet(t *testing.T) {
	t.Parallel()
	by := func(id string) rule.Defect {
		return rule.Defect{Entry: "R-1", Grade: grade(rule.Notice), Says: "a", By: id}
	}
	skipped := func(o *engine.Options) { o.Skip = map[string]string{"attached": "reason"} }
	for name, tt := range map[string]struct {
		by, body, concerned, why string
		also                     func(*engine.Options)
	}{
		"it found something":   {"attached", hit, "yes", "attached found it", nil},
		"it found nothing":     {"attached", clean, "no", "attached found nothing", nil},
		"it is in doubt":       {"attached", `{"name":"c","plugins":{"p":{"n":"x"}}}`, "yes", "attached found it", nil},
		"it could not read":    {"attached", `{"name":`, "unknown", "attached could not look at everything", nil},
		"it was skipped":       {"attached", hit, "yes", "attached found it", skipped},
		"there is no such one": {"other", hit, "unknown", "other was not judged", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := run(t, func(o *engine.Options) {
				lists(by(tt.by))(o)
				o.Rules[0].Catalogue = []string{"R-1"}
				if tt.also != nil {
					tt.also(o)
				}
			}, service("a", tt.body, "t")).Target.Defects
			if len(got) != 1 || got[0].Concerned != tt.concerned || got[0].Why != tt.why {
				t.Errorf("%+v, want %s, %q", got, tt.concerned, tt.why)
			}
		})
	}
}

// TestLeavingRulesOutDoesNotChangeWhatIsSaidOfTheTarget: neither where the rule that lists its defects is left out, nor where
// one is that decides whether the installation meets them. What is left out reports nothing else.
func TestLeavingRulesOutDoesNotChangeWhatIsSaidOfTheTarget(t *testing.T) {
	t.Parallel()
	installations := map[string][]estate.Resource{
		"found":           {service("a", hit, "t")},
		"nothing":         {service("a", clean, "t")},
		"cannot be read":  {service("a", `{"name":`, "t")},
		"nothing at all":  nil,
		"is found, twice": {service("a", hit, "t"), service("b", hit, "t")},
	}
	left := map[string]func(*engine.Options){
		"the list is skipped":     func(o *engine.Options) { o.Skip = map[string]string{"lists": "reason"} },
		"the decider is skipped":  func(o *engine.Options) { o.Skip = map[string]string{"attached": "reason"} },
		"both are skipped":        func(o *engine.Options) { o.Skip = map[string]string{"lists": "reason", "attached": "reason"} },
		"only the decider":        func(o *engine.Options) { o.Only = map[string]bool{"attached": true} },
		"only the list":           func(o *engine.Options) { o.Only = map[string]bool{"lists": true} },
		"only a rule beside both": func(o *engine.Options) { o.Only = map[string]bool{"other": true} },
	}
	judged := func(in []estate.Resource, change func(*engine.Options)) *report.Report {
		return run(t, func(o *engine.Options) {
			lists(rule.Defect{Entry: "R-1", Grade: grade(rule.Warning), Says: "a", By: "attached"})(o)
			o.Rules[0].Catalogue = []string{"R-1"}
			o.Rules = append(o.Rules, &rule.Rule{
				ID: "other", Title: "t", Severity: rule.Notice, Applies: rule.Always, Confidence: rule.Confirmed, Start: func(*rule.Pass) {},
			})
			if change != nil {
				change(o)
			}
		}, in...)
	}
	for state, in := range installations {
		want := judged(in, nil).Target
		if len(want.Defects) != 1 {
			t.Fatalf("%s: %+v", state, want)
		}
		for name, change := range left {
			r := judged(in, change)
			if diff := cmp.Diff(want, r.Target); diff != "" {
				t.Errorf("%s, %s: target (-want +got):\n%s", state, name, diff)
			}
			for _, res := range r.Rules {
				if res.Status == report.Disabled && (res.Findings > 0 || res.Examined > 0 || len(res.Reasons) != 1) {
					t.Errorf("%s, %s: a rule that is left out: %+v", state, name, res)
				}
			}
			if o := r.Rules[0]; o.Status == report.Disabled && len(in) > 0 && len(r.Findings)+len(r.Unexamined) > 0 {
				t.Errorf("%s, %s: %d findings and %+v of rules that are left out", state, name, len(r.Findings), r.Unexamined)
			}
		}
	}
}

// TestTargetIsNotJudgedWithoutItsList: that nobody listed its defects does not read as if it had none.
func TestTargetIsNotJudgedWithoutItsList(t *testing.T) {
	t.Parallel()
	broken := func(o *engine.Options) {
		lists()(o)
		o.Rules[1].Start = func(p *rule.Pass) {
			p.Judge(rule.Defect{Entry: "R-1", Grade: grade(rule.Warning), Says: "a", Concerned: rule.Met})
			panic("broken")
		}
	}
	unsaid := func(o *engine.Options) {
		lists(rule.Defect{Entry: "R-1", Grade: grade(rule.Warning), Says: "a", Concerned: rule.Met})(o)
		o.Rules[1].Defects = false
	}
	for name, change := range map[string]func(*engine.Options){"no rule lists any": nil, "the rule breaks": broken, "the rule does not say that it lists some": unsaid} {
		got := run(t, change).Target
		want := report.Target{Advice: "Known defects of 3.7.3 were not judged.", Best: []string{}, Candidates: []report.Candidate{}, Defects: []report.Defect{}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
