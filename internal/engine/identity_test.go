package engine_test

import (
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/engine"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// TestFindingOnThePathIsTheSameFromAnotherSourceVersion proves that a waiver or a ticket survives a small upgrade, and that
// another target is another path.
func TestFindingOnThePathIsTheSameFromAnotherSourceVersion(t *testing.T) {
	t.Parallel()
	from := func(from, to string) string {
		r := run(t, func(o *engine.Options) {
			o.Path = version.Path{From: version.MustParse(from), To: version.MustParse(to)}
			o.Rules = []*rule.Rule{{
				ID: "path", Title: "The path", Severity: rule.Warning, Applies: rule.Always,
				Start: func(p *rule.Pass) { p.ReportPath("it is "+from, nil, rule.Beforehand("Do something.")) },
			}}
		})
		return r.Findings[0].Fingerprint
	}
	if from("3.4.0", "3.7.3") != from("3.4.1", "3.7.3") {
		t.Error("another patch of the source changes the fingerprint")
	}
	if from("3.4.1", "3.7.3") == from("3.4.1", "3.7.8") {
		t.Error("another target has the same fingerprint")
	}
}

// TestCheckByHandSaysWhatBringsIt proves the three answers, and that each check has a fingerprint of its own.
func TestCheckByHandSaysWhatBringsIt(t *testing.T) {
	t.Parallel()
	change := version.Since("3.5.0")
	r := run(t, func(o *engine.Options) {
		reminds := func(id string, applies rule.Applies, change version.Change, m rows.Reminder) *rule.Rule {
			m.Title, m.Steps = "Check "+id+".", rule.Beforehand("Do it.")
			return &rule.Rule{ID: id, Title: id, Severity: rule.Notice, Applies: applies, Change: change, Facts: []rule.Fact{m}}
		}
		o.Rules = []*rule.Rule{
			{ID: "always", Title: "always", Severity: rule.Notice, Applies: rule.Always, Manual: rule.Beforehand("Take a backup.")},
			reminds("path", rule.Crossing, change, rows.Reminder{Case: rule.Case{Entry: "R-1", Change: change}}),
			reminds("installation", rule.Crossing, change, rows.Reminder{Case: rule.Case{Entry: "R-2", Change: change}, If: []rows.Sign{{Plugins: []string{"p"}}}}),
		}
	}, service("b", hit, "kine"))
	want := map[string]report.About{"always": report.AboutUpgrade, "path": report.AboutPath, "installation": report.AboutInstallation}
	seen := map[string]bool{}
	for _, c := range r.ManualChecks {
		if c.About != want[c.Rule] {
			t.Errorf("%s is about the %s", c.Rule, c.About)
		}
		seen[c.Fingerprint] = true
	}
	if len(r.ManualChecks) != len(want) || len(seen) != len(want) {
		t.Errorf("%d checks with %d fingerprints", len(r.ManualChecks), len(seen))
	}
}
