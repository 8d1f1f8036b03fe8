package engine_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/engine"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/test/memory"
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
		return r.Findings[0].Open().Fingerprint
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
			reminds("not-read", rule.Crossing, change, rows.Reminder{Case: rule.Case{Entry: "R-3", Change: change}, If: []rows.Sign{{Kind: estate.SSL}}}),
		}
		o.Sources = []estate.Source{&memory.Source{
			About:     estate.Info{Kind: "memory", Name: "no certificates"},
			Kinds:     slices.DeleteFunc(estate.Kinds(), func(k estate.Kind) bool { return k == estate.SSL }),
			Resources: []estate.Resource{service("b", hit, "kine")},
		}}
	})
	want := map[string]report.About{"always": report.AboutUpgrade, "path": report.AboutPath, "installation": report.AboutInstallation, "not-read": report.AboutPath}
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

// TestWhatAPersonDoesOnceIsOneCheck: changes with the same steps are facts of one check, whose fingerprint does not depend on
// which of them the path has.
func TestWhatAPersonDoesOnceIsOneCheck(t *testing.T) {
	t.Parallel()
	reminder := func(entry, release, do string) rows.Reminder {
		return rows.Reminder{
			Case: rule.Case{Entry: entry, Change: version.Since(release)}, Title: "Rebuild for " + release, Why: "It is " + release + ".", Steps: rule.Beforehand(do),
		}
	}
	from := func(release string) []report.ManualCheck {
		return run(t, func(o *engine.Options) {
			o.Path.From = version.MustParse(release)
			o.Rules = []*rule.Rule{{
				ID: "images-rebuilt", Title: "Rebuild images", Severity: rule.Notice, Applies: rule.Crossing,
				Facts: rule.Facts(reminder("R-1", "3.5.0", "Rebuild them."), reminder("R-2", "3.6.0", "Test them."), reminder("R-3", "3.7.0", "Rebuild them.")),
			}}
		}).ManualChecks
	}
	all, later := from("3.4.1"), from("3.5.0")
	if len(all) != 2 || len(later) != 2 {
		t.Fatalf("%d and %d checks, want 2: %+v", len(all), len(later), all)
	}
	fact := func(entry, release string) report.ManualFact {
		return report.ManualFact{Catalogue: []string{entry}, Change: release, Title: "Rebuild for " + release, Why: "It is " + release + "."}
	}
	if diff := cmp.Diff([]report.ManualFact{fact("R-1", "3.5.0"), fact("R-3", "3.7.0")}, all[0].Facts); diff != "" {
		t.Errorf("facts (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"R-1", "R-3"}, all[0].Catalogue); diff != "" {
		t.Errorf("catalogue (-want +got):\n%s", diff)
	}
	if all[0].Fingerprint != later[1].Fingerprint || all[1].Fingerprint != later[0].Fingerprint || all[0].Fingerprint == all[1].Fingerprint {
		t.Errorf("fingerprints %s, %s from 3.4.1 and %s, %s from 3.5.0", all[0].Fingerprint, all[1].Fingerprint, later[0].Fingerprint, later[1].Fingerprint)
	}
}
