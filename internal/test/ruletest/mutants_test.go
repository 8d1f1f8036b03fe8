package ruletest_test

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/cond"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/test/ruletest"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// ofRows returns a rule with the given rows.
func ofRows(facts ...rule.Fact) *rule.Rule {
	r := good()
	r.Start, r.Change, r.Catalogue, r.Facts = nil, version.Change{}, nil, facts
	return r
}

func change(first string) rule.Case {
	return rule.Case{Entry: "R-" + first + "-1", Change: version.Since(first)}
}

var fix = []rule.Step{{When: rule.Before, Text: "fix it"}}

// attached returns a row about a missing policy.
func attached(with func(*rows.Attached)) rows.Attached {
	row := rows.Attached{Case: change("3.5.0"), Plugins: []string{"p"}, If: cond.Lacks("/policy"), Says: "policy is missing", Steps: fix}
	if with != nil {
		with(&row)
	}
	return row
}

// other is a row that every fixture of these tests covers, so that something of the rule is left when another row is
// removed.
func other() rows.Attached {
	return rows.Attached{Case: change("3.6.0"), Plugins: []string{"other"}, Says: "is gone", Steps: fix}
}

const (
	upgrade      = "upgrade: {from: 3.4.1, to: 3.7.3}\n"
	provesOther  = "global_rule:\n  - id: o\n    plugins:\n      other: {} # want breaking \"other: is gone\"\n"
	hitsP        = "route:\n  - id: r\n    plugins:\n      p: {} # want breaking \"^p: policy is missing$\"\n"
	nearMiss     = "service:\n  - {id: s, plugins: {p: {policy: local}}}\n"
	consumerNear = "consumer:\n  - {id: c, plugins: {p: {}}}\n"
)

func TestRowsThatNoFixtureTestsAreReported(t *testing.T) {
	t.Parallel()
	two := func(a *rows.Attached) { a.Plugins = []string{"p", "q"} }
	onRoutes := func(a *rows.Attached) { a.On = []estate.Kind{estate.Route} }
	grave := func(a *rows.Attached) { a.Severity = rule.Breaking }
	mild := func(a *rows.Attached) { a.Severity = rule.Notice }
	tests := map[string]struct {
		row     rule.Fact
		fixture string // beside the upgrade and the proof of the other row
		want    string
	}{
		"tested":                      {attached(nil), hitsP + nearMiss, ""},
		"row never met":               {attached(nil), "", "row 1 (R-3.5.0-1): no fixture notices its loss"},
		"no near miss":                {attached(nil), hitsP, "no fixture notices that its condition is not asked"},
		"without a condition":         {attached(func(a *rows.Attached) { a.If = nil }), hitsP, ""},
		"one plugin of two":           {attached(two), hitsP + nearMiss, "no fixture notices the loss of q"},
		"both plugins":                {attached(two), hitsP + "      q: {} # want breaking \"^q: policy\"\n" + nearMiss, ""},
		"no object of other kinds":    {attached(onRoutes), hitsP + "      workflow: {rules: [{actions: [[p, {policy: local}]]}]}\n", "no fixture notices that it looks at every kind"},
		"an object of another kind":   {attached(onRoutes), hitsP + "  - {id: r2, plugins: {p: {policy: local}}}\n" + consumerNear, ""},
		"severity of a row is tested": {attached(grave), hitsP + nearMiss, ""},
		"severity met in doubt only":  {attached(mild), "route:\n  - id: r\n    plugins:\n      p: text # unknown \"policy\"\n" + nearMiss, "no fixture notices another severity"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var rec recorder
			r := ofRows(tt.row, other())
			f := parse(t, upgrade+tt.fixture+provesOther)
			ruletest.CheckWants(t.Context(), &rec, r, f)
			rec.expect(t, "") // the fixture is right; what it leaves untested is the question
			ruletest.CheckMutants(t.Context(), &rec, r, []*ruletest.Fixture{f})
			rec.expect(t, tt.want)
		})
	}
}

func TestRemindersThatNoFixtureTestsAreReported(t *testing.T) {
	t.Parallel()
	remind := func(signs ...rows.Sign) rows.Reminder {
		return rows.Reminder{Case: change("3.5.0"), Title: "check it", Steps: fix, If: signs}
	}
	always := rows.Reminder{Case: change("3.6.0"), Title: "always", Steps: fix}
	saml := rows.Sign{Plugins: []string{"saml-auth"}}
	redis := rows.Sign{Plugins: []string{"limit-count"}, Conf: cond.Is("/policy", "redis")}
	pair := rows.Sign{Plugins: []string{"a", "b"}}
	certificates := rows.Sign{Kind: estate.SSL}
	odd := rows.Sign{Kind: estate.GatewayGroup, Body: func(r *estate.Resource) bool { return r.ID == "odd" }}
	fixture := func(due bool, body string) string {
		comment := ` # want manual "^always$"`
		if due {
			comment += ` "^check it$"`
		}
		return "upgrade: {from: 3.4.1, to: 3.7.3}" + comment + "\n" + body
	}
	const samlHit, redisHit, redisMiss = "route:\n  - {id: r, plugins: {saml-auth: {}}}\n", "route:\n  - {id: r, plugins: {limit-count: {policy: redis}}}\n", "route:\n  - {id: r, plugins: {limit-count: {policy: local}}}\n"
	tests := map[string]struct {
		row      rows.Reminder
		fixtures []string
		want     string
	}{
		"due":                          {remind(saml), []string{fixture(true, samlHit), fixture(false, "")}, ""},
		"never due":                    {remind(saml), []string{fixture(false, "")}, "row 1 (R-3.5.0-1): no fixture notices its loss"},
		"due everywhere":               {remind(saml), []string{fixture(true, samlHit)}, "no fixture notices the loss of sign 1"},
		"a condition without a miss":   {remind(redis), []string{fixture(true, redisHit), fixture(false, "")}, "no fixture notices that the condition of sign 1 is not asked"},
		"a condition with a near miss": {remind(redis), []string{fixture(true, redisHit), fixture(false, redisMiss)}, ""},
		"a sign that shows nothing":    {remind(saml, certificates), []string{fixture(true, samlHit), fixture(false, "")}, "no fixture notices the loss of sign 2"},
		"both signs":                   {remind(saml, certificates), []string{fixture(true, samlHit), fixture(true, "ssl:\n  - {id: c}\n"), fixture(false, "")}, ""},
		"a plugin that shows nothing":  {remind(pair), []string{fixture(true, "route:\n  - {id: r, plugins: {a: {}}}\n"), fixture(false, "")}, "no fixture notices the loss of b"},
		"a body without a miss":        {remind(odd), []string{fixture(true, "gateway_group:\n  - {id: odd}\n"), fixture(false, "")}, "that the condition of sign 1 is not asked"},
		"a body with a near miss":      {remind(odd), []string{fixture(true, "gateway_group:\n  - {id: odd}\n"), fixture(false, "gateway_group:\n  - {id: even}\n")}, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var rec recorder
			r := ofRows(tt.row, always)
			var fixtures []*ruletest.Fixture
			for i, text := range tt.fixtures {
				f, err := ruletest.ParseFixture(fmt.Sprintf("f%d.yaml", i), []byte(text))
				if err != nil {
					t.Fatal(err)
				}
				ruletest.CheckWants(t.Context(), &rec, r, f)
				fixtures = append(fixtures, f)
			}
			rec.expect(t, "")
			ruletest.CheckMutants(t.Context(), &rec, r, fixtures)
			rec.expect(t, tt.want)
		})
	}
}

func TestMutantsLeaveTheRuleAsItIs(t *testing.T) {
	t.Parallel()
	var rec recorder
	row := attached(func(a *rows.Attached) { a.Plugins = []string{"p", "q"} })
	r := ofRows(row, other())
	f := parse(t, upgrade+hitsP+"      q: {} # want breaking \"^q: policy\"\n"+nearMiss+provesOther)
	ruletest.CheckMutants(t.Context(), &rec, r, []*ruletest.Fixture{f})
	ruletest.CheckWants(t.Context(), &rec, r, f)
	rec.expect(t, "")
	if len(r.Facts) != 2 || row.Plugins[0] != "p" || row.Plugins[1] != "q" {
		t.Errorf("the rule has %d rows, the first with plugins %v", len(r.Facts), row.Plugins)
	}
}

func TestRowsAndTheirEntriesHaveTheSameReleases(t *testing.T) {
	t.Parallel()
	const entry = "- id: R-3.5.0-1\n  versions: [3.5.0]\n  kind: removed\n  summary: s\n  affects: a\n  sources: [https://example.org/x]\n  confidence: confirmed\n  handled: {rules: [cors-attached]}\n"
	window := rule.Case{Entry: "R-3.5.0-1", Change: version.Since("3.5.0"), Until: version.Since("3.5.2", "3.6.1")}
	tests := map[string]struct {
		about           rule.Case
		catalogue, want string
	}{
		"the same":           {change("3.5.0"), entry, ""},
		"another release":    {rule.Case{Entry: "R-3.5.0-1", Change: version.Since("3.5.1")}, entry, `the row of R-3.5.0-1 says "3.5.1", catalogue.yaml "3.5.0"`},
		"a line less":        {rule.Case{Entry: "R-3.5.0-1", Change: version.Since("3.5.0", "3.6.1")}, entry, `says "3.5.0, 3.6.1", catalogue.yaml "3.5.0"`},
		"an end less":        {window, entry, `says until "3.5.2, 3.6.1", catalogue.yaml ""`},
		"the same window":    {window, entry + "  until: [3.5.2, 3.6.1]\n", ""},
		"an end in the text": {change("3.5.0"), entry + "  until: [3.5.2]\n", `says until "", catalogue.yaml "3.5.2"`},
		"another entry":      {change("3.6.0"), strings.Replace(entry, "R-3.5.0-1", "R-3.6.0-1", 1), `the row of R-3.6.0-1 says "3.6.0", catalogue.yaml "3.5.0"`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var rec recorder
			ruletest.CheckCatalogue(&rec, ofRows(rows.Reminder{Case: tt.about}), ruletest.ReadCatalogue(&rec, catalogueOf(tt.catalogue)))
			rec.expect(t, tt.want)
		})
	}
}

func catalogueOf(entries string) fs.FS {
	return fstest.MapFS{"catalogue.yaml": {Data: []byte("as_of: 2026-08-21\nchanges:\n" + entries)}}
}
