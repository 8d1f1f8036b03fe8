package ruletest_test

import (
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/test/ruletest"
)

const (
	orphan = `upgrade: {from: 3.4.1, to: 3.5.0}
credential:
  - {id: lost, gateway_group: a} # want breaking "lost"
`
	kept = `upgrade: {from: 3.4.1, to: 3.5.0}
consumer:
  - {id: kept, gateway_group: a}
credential:
  - {id: kept, gateway_group: a}
`
	empty = "upgrade: {from: 3.4.1, to: 3.5.0}\n"
)

// TestJoinsCatchRulesThatPassForWhatWasNotRead varies a rule that reports credentials without a consumer of their id.
func TestJoinsCatchRulesThatPassForWhatWasNotRead(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		needs  func(*rule.Pass)
		absent func(p *rule.Pass, group string) bool
		text   string
		want   string
	}{
		"good":           {inGroup, ask, orphan, ""},
		"good and clean": {inGroup, ask, kept, ""},
		"more than good": {whole, ask, orphan, ""},
		"needs nothing":  {func(*rule.Pass) {}, ask, empty, "does not say whether it needs kind consumer: p.Needs, or p.Uses"},
		"asks nothing":   {inGroup, always, kept, `of kind consumer some gateway groups were read, and the rule concludes from what it did not see: "cors on kept"`},
		"asks for all": {
			inGroup,
			func(p *rule.Pass, _ string) bool { return p.Complete(estate.Consumer) },
			orphan, `not all gateway groups were read, and the rule says nothing for that of "cors on lost"`,
		},
		"says nothing of some groups": {
			uses, func(p *rule.Pass, _ string) bool { return p.Complete(estate.Consumer) },
			kept, `of kind consumer some gateway groups were read, and the rule is passed without a word on "cors on kept"`,
		},
		"says nothing without": {
			uses, func(p *rule.Pass, _ string) bool { return p.Complete(estate.Consumer) },
			orphan, `the rule uses kind consumer, and is passed without it and without a word on "cors on lost"`,
		},
		"uses what it needs, and asks": {uses, ask, orphan, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var rec recorder
			r := good()
			r.Start = func(p *rule.Pass) {
				tt.needs(p)
				join(p, tt.absent)
			}
			ruletest.CheckJoins(t.Context(), &rec, r, parse(t, tt.text))
			rec.expect(t, tt.want)
		})
	}
}

func inGroup(p *rule.Pass) { p.NeedsInGroup(estate.Consumer, estate.Credential) }

func whole(p *rule.Pass) { p.Needs(estate.Consumer, estate.Credential) }

func uses(p *rule.Pass) { p.Uses(estate.Consumer, estate.Credential) }

func ask(p *rule.Pass, group string) bool { return p.Absent(estate.Consumer, group) }

func always(*rule.Pass, string) bool { return true }

func join(p *rule.Pass, absent func(p *rule.Pass, group string) bool) {
	consumers, waiting := map[string]bool{}, map[string]rule.Finding{}
	p.On(estate.Consumer, func(r *estate.Resource) { consumers[r.Subject().Ref.ID] = true })
	p.On(estate.Credential, func(r *estate.Resource) { waiting[r.Subject().Ref.ID] = finding(r, "") })
	p.AtEnd(func() {
		for id, f := range waiting {
			if !consumers[id] && absent(p, f.Subject.Ref.Group) {
				p.Report(f)
			}
		}
	})
}

func TestJoinsLeaveRulesAloneThatJudgeEachKindByItself(t *testing.T) {
	t.Parallel()
	var rec recorder
	r := good()
	r.Facts = []rule.Fact{rows.Reminder{Title: "look", If: []rows.Sign{{Kind: estate.Consumer}}}}
	ruletest.CheckJoins(t.Context(), &rec, r, parse(t, fixture))
	rec.expect(t, "")
}

func TestKindsThatStandInForEachOtherAreTakenAwayTogether(t *testing.T) {
	t.Parallel()
	var rec recorder
	r := good()
	r.Start = func(p *rule.Pass) {
		p.NeedsSome(2, estate.Service, estate.Route, estate.Consumer)
		for _, k := range []estate.Kind{estate.Service, estate.Route, estate.Consumer} {
			p.On(k, func(*estate.Resource) {})
		}
		p.AtEnd(func() {})
	}
	ruletest.CheckJoins(t.Context(), &rec, r, parse(t, empty))
	rec.expect(t, "")
}
