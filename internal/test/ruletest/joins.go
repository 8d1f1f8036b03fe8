package ruletest

import (
	"context"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/rule"
)

// CheckJoins checks that a rule that joins kinds declares for each whether it needs it, that this is true, and that
// the rule concludes nothing from what it did not see unless everything was read.
func CheckJoins(ctx context.Context, t Reporter, r *rule.Rule, f *Fixture) {
	t.Helper()
	j := &joining{ctx: ctx, t: t, rule: r, fixture: f}
	registered := r.Begin(f.Path, rule.Engine{})
	kinds, legs := registered.Kinds(), registered.Legs
	for _, n := range silenced(j.judge(variation{scope: report.ScopeGiven}), j.judge(variation{part: true, scope: report.ScopeGiven})) {
		t.Errorf("%s: not all gateway groups were read, and the rule says nothing for that of %q", f.Name, n.Message)
	}
	for _, leg := range legs {
		j.leg(leg)
	}
	if !registered.Judges || len(kinds) < 2 {
		return
	}
	for _, k := range kinds {
		needed := slices.ContainsFunc(legs, func(l rule.Leg) bool { return slices.Contains(l.Kinds, k) })
		if !needed && !registered.Uses[k] {
			t.Errorf("%s: the rule judges at the end and does not say whether it needs kind %s: p.Needs, or p.Uses", f.Name, k)
		}
		j.absence(k)
		if !needed {
			j.used(k)
		}
	}
}

// joining is the check of one rule on one fixture.
type joining struct {
	ctx     context.Context //nolint:containedctx // of the one call that made it
	t       Reporter
	rule    *rule.Rule
	fixture *Fixture
}

// judge runs the rule. An error is reported, and gives an empty outcome.
func (j *joining) judge(how variation) *outcome {
	out, err := judge(j.ctx, j.rule, j.fixture, how)
	if err != nil {
		j.t.Errorf("%v", err)
		return &outcome{}
	}
	return out
}

// leg checks that a rule that lacks what it needs does not pass.
func (j *joining) leg(leg rule.Leg) {
	for _, k := range leg.Kinds {
		without := []estate.Kind{k}
		for _, also := range leg.Kinds { // where kinds replace each other, remove enough of them that one is missing
			if also != k && len(without) <= len(leg.Kinds)-leg.Least {
				without = append(without, also)
			}
		}
		given := j.judge(variation{without: without, scope: report.ScopeGiven})
		j.expect(k, "no source can hold it", given, report.NotAssessed)
		j.expect(k, "no source can hold it, and the whole is judged", j.judge(variation{without: without}), report.Unknown)
		if leg.Least < len(leg.Kinds) || leg.InGroup && !j.has(leg, k) {
			continue // another kind is enough, or there is no gateway group to join in
		}
		j.expect(k, "some gateway groups were read", j.judge(variation{of: k, scope: report.ScopeGiven}), report.Unknown)
	}
}

// has reports whether the fixture has a resource of another kind of the leg.
func (j *joining) has(leg rule.Leg, but estate.Kind) bool {
	return slices.ContainsFunc(j.fixture.Resources, func(r estate.Resource) bool {
		return r.Kind != but && slices.Contains(leg.Kinds, r.Kind)
	})
}

// expect checks the status of a rule that lacks a kind. The rule may still have found something, or be in doubt over
// something that it saw.
func (j *joining) expect(k estate.Kind, why string, out *outcome, want report.Status) {
	spoke := out.status == report.Failed || out.status == report.Unknown && len(out.doubts) > 0
	if out.status == report.Passed || j.fixture.Clean() && !spoke && out.status != want {
		j.t.Errorf("%s: the rule needs kind %s, %s, and the rule is %s, want %s", j.fixture.Name, k, why, out.status, want)
	}
}

// absence checks that a rule concludes at most a notice from the absence of something that may exist, and says so if
// it could not conclude anything. One that says that it does not know may warn.
func (j *joining) absence(k estate.Kind) {
	fixture := j.judge(variation{scope: report.ScopeGiven})
	none := j.judge(variation{of: k, whole: true, scope: report.ScopeGiven})
	some := j.judge(variation{of: k, scope: report.ScopeGiven})
	for _, n := range some.findings {
		doubted := n.Severity == report.SeverityWarning && givesNewReason(fixture, some)
		if n.Severity != report.SeverityNotice && !doubted && grave(n) > graveness(fixture, n) {
			j.t.Errorf("%s: of kind %s some gateway groups were read, and the rule concludes from what it did not see: %q", j.fixture.Name, k, n.Message)
		}
	}
	for _, n := range silenced(none, some) {
		j.t.Errorf("%s: of kind %s some gateway groups were read, and the rule is %s without a word on %q", j.fixture.Name, k, some.status, n.Message)
	}
}

// used checks that without a kind that it only uses, a rule finds the same on other kinds, or says why not.
func (j *joining) used(k estate.Kind) {
	fixture := j.judge(variation{scope: report.ScopeGiven})
	without := j.judge(variation{without: []estate.Kind{k}, scope: report.ScopeGiven})
	for _, n := range silenced(fixture, without) {
		if n.Object.Kind != k.String() && len(without.findings) == 0 {
			j.t.Errorf("%s: the rule uses kind %s, and is %s without it and without a word on %q", j.fixture.Name, k, without.status, n.Message)
		}
	}
}

// givesNewReason reports whether has is in doubt for a reason that had does not give.
func givesNewReason(had, has *outcome) bool {
	return slices.ContainsFunc(has.reasons, func(reason string) bool { return !slices.Contains(had.reasons, reason) })
}

// silenced returns the findings in had that are missing or less grave in has, unless has gives a new reason.
func silenced(had, has *outcome) []report.Finding {
	if givesNewReason(had, has) {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(had.findings), func(n report.Finding) bool { return graveness(has, n) >= grave(n) })
}

// graveness returns the severity, as a number, of the finding on the same object in an outcome; 0 if there is none.
func graveness(out *outcome, n report.Finding) int {
	i := slices.IndexFunc(out.findings, func(o report.Finding) bool { return o.Fingerprint == n.Fingerprint })
	if i < 0 {
		return 0
	}
	return grave(out.findings[i])
}

func grave(n report.Finding) int {
	return 1 + slices.Index([]string{report.SeverityNotice, report.SeverityWarning, report.SeverityBreaking}, n.Severity)
}
