package rows_test

import (
	"testing"
	"time"

	"github.com/api7-preflight/api7-preflight/internal/engine"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/cond"
	"github.com/api7-preflight/api7-preflight/internal/test/memory"
	"github.com/api7-preflight/api7-preflight/internal/test/ruletest"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

var (
	since350 = rule.Case{Entry: "R-3.5.0-1", Change: version.Since("3.5.0")}
	steps    = []rule.Step{{When: rule.Before, Text: "fix it"}}
)

// run judges an installation with a rule of one row on a path over 3.5.0. The installation is a fixture without its
// upgrade; resources of kind blind cannot be read; 0: everything can.
func run(t *testing.T, row rule.Fact, installation string, blind estate.Kind) *report.Report {
	t.Helper()
	return judged(t, rule.Crossing, row, "upgrade: {from: 3.4.1, to: 3.7.3}\n"+installation, blind)
}

// judged runs a rule of one row on a fixture.
func judged(t *testing.T, applies rule.Applies, row rule.Fact, fixture string, blind estate.Kind) *report.Report {
	t.Helper()
	return judgedAs(t, rule.Breaking, applies, row, fixture, blind)
}

// judgedAs is judged for a rule of another severity.
func judgedAs(t *testing.T, severity rule.Severity, applies rule.Applies, row rule.Fact, fixture string, blind estate.Kind) *report.Report {
	t.Helper()
	f, err := ruletest.ParseFixture("f.yaml", []byte(fixture))
	if err != nil {
		t.Fatal(err)
	}
	src := &memory.Source{About: estate.Info{Kind: "memory", Name: "test"}, Resources: f.Resources}
	if blind != 0 {
		src.Gaps = map[estate.Kind][]estate.Gap{blind: {{What: blind.String(), Why: "not granted"}}}
	}
	rep, err := engine.Run(t.Context(), engine.Options{
		Path: f.Path, Sources: []estate.Source{src}, Scope: report.ScopeAll, FailOn: report.SeverityBreaking,
		Rules: []*rule.Rule{{
			ID: "row", Title: "t", Severity: severity, Applies: applies, Timing: rule.Before, Confidence: rule.Confirmed,
			Facts: []rule.Fact{row},
		}},
		Now: func() time.Time { return time.Time{} },
	})
	if err != nil {
		t.Fatal(err)
	}
	return rep
}

// TestARowSaysWhatToDoFirst: without an action of its own it leaves that to its rule.
func TestARowSaysWhatToDoFirst(t *testing.T) {
	t.Parallel()
	plugin, set, absent, value, defect := missing(), keySet(), keyAbsent("/b"), valueIs(cond.Has("/a")), missing()
	plugin.Action, set.Action, absent.Action, value.Action = "set policy", "delete it", "set b", "write a"
	defect.Weigh, defect.Case.Until = true, version.Since("3.7.8", "3.8.5")
	const route, file = "route:\n  - {id: r, plugins: {p: {}}}\n", "dashboard_config:\n  - {id: f, found: file, settings: {a: {old: 1}}}\n"
	for name, tt := range map[string]struct {
		row                rule.Fact
		installation, want string
	}{
		"none":            {missing(), route, ""},
		"a plugin":        {plugin, route, "set policy"},
		"a key":           {set, file, "delete it"},
		"an absent key":   {absent, file, "set b"},
		"a value":         {value, file, "write a"},
		"a defect of 3.7": {defect, route, "weigh it: fixed in 3.7.8 and 3.8.5"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rep := run(t, tt.row, tt.installation, 0)
			if len(rep.Findings) != 1 || rep.Findings[0].Open().Action != tt.want {
				t.Errorf("findings %+v, want one with the action %q", rep.Findings.List(), tt.want)
			}
		})
	}
}
