package engine_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/engine"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// lists adds a rule that lists known defects of the target.
func lists(defects ...rule.Defect) func(*engine.Options) {
	return func(o *engine.Options) {
		o.Rules = append(o.Rules, &rule.Rule{
			ID: "lists", Title: "t", Severity: rule.Warning, Applies: rule.Always, Confidence: rule.Confirmed,
			Start: func(p *rule.Pass) {
				for _, d := range defects {
					p.Judge(d)
				}
			},
		})
	}
}

func TestDefectsOfTheTargetAreListedTheGravestAndTheMetFirst(t *testing.T) {
	t.Parallel()
	got := run(t, lists(
		rule.Defect{Entry: "R-1", Severity: rule.Notice, Says: "a", Concerned: rule.Met, Why: "w"},
		rule.Defect{Entry: "R-2", Severity: rule.Warning, Says: "b", Concerned: rule.Spared, Why: "w"},
		rule.Defect{Entry: "R-3", Severity: rule.Warning, Says: "c", Concerned: rule.Open, Why: "w"},
		rule.Defect{Entry: "R-4", Severity: rule.Warning, Says: "d", Concerned: rule.Met, Why: "w", FixedIn: version.Since("3.8.22", "3.9.2").First()},
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
		return rule.Defect{Entry: "R-1", Severity: rule.Notice, Says: "a", By: id}
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
		"it was skipped":       {"attached", hit, "unknown", "attached was not judged", skipped},
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
