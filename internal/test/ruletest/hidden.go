package ruletest

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/redact"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/rule"
)

// CheckHidden checks that rule r does not lose a finding in silence where a source hides a text: with each text of a
// fixture hidden in turn, every finding is still there, or the rule is in doubt.
func CheckHidden(ctx context.Context, t Reporter, r *rule.Rule, f *Fixture) {
	t.Helper()
	whole, err := judge(ctx, r, f, variation{})
	if err != nil || len(whole.findings) == 0 {
		return // what fails is told elsewhere
	}
	for _, at := range concealable(f) {
		var body any
		if json.Unmarshal(f.Resources[at.resource].Body, &body) != nil {
			continue
		}
		if what := without(ctx, r, f, whole, at.resource, put(body, at.pointer, redact.Marker)); what != "" {
			t.Errorf("%s: %s is hidden: %s", f.Name, at.where(f), what)
		}
	}
}

// without returns what goes wrong with the fixture if one resource has a body in which a text is hidden; empty if nothing
// does.
func without(ctx context.Context, r *rule.Rule, f *Fixture, whole *outcome, i int, body any) string {
	out, err := judgeWith(ctx, r, f, i, body)
	if err != nil {
		return err.Error()
	}
	return differs(whole, out)
}

// differs returns what a rule says wrongly where something is hidden; empty if it says nothing wrong.
func differs(whole, out *outcome) string {
	if lost := lost(whole, out); lost != "" {
		return "without a doubt this is lost: " + lost
	}
	if gained := gained(whole, out); gained != "" {
		return "nothing shows this: " + gained
	}
	return ""
}

// judgeWith judges the fixture with another body of one resource.
func judgeWith(ctx context.Context, r *rule.Rule, f *Fixture, i int, body any) (*outcome, error) {
	changed, err := json.Marshal(body)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.Name, err)
	}
	trial := *f
	trial.Resources = slices.Clone(f.Resources)
	trial.Resources[i].Body = changed
	return judge(ctx, r, &trial, variation{})
}

// kept reports whether no source hides a text, or none without a trace that rules use: it names something, is what the
// source itself says, is a version, which is plain if it can be compared at all, keeps its length as a description does, or
// is a secret whose presence is the finding.
func kept(pointer string) bool {
	return names(pointer) || addresses.MatchString(pointer) || traced.MatchString(pointer)
}

var traced = regexp.MustCompile(`/(component|state|chart_version|tag|workload/[a-z]+|tag_from|\$needs/\d+|desc|admin_key/\d+/key|credentials/(admin|viewer))$|/plugins/own/`)

// lost returns the message of a finding that only whole has, if the rule has no doubt in out. That a release has a change
// already is no news, and nothing is doubted for its sake.
func lost(whole, out *outcome) string {
	if out.status == report.Unknown || len(out.doubts) > 0 || len(out.reasons) > len(whole.reasons) {
		return ""
	}
	for _, f := range whole.findings {
		old := slices.ContainsFunc(f.Evidence, func(e report.Evidence) bool { return e.Name == "not new" })
		open := slices.ContainsFunc(out.defects, func(d report.Defect) bool {
			return slices.Contains(f.Catalogue, d.Catalogue) && d.Concerned == string(rule.Open)
		})
		if !old && !open && !slices.ContainsFunc(out.findings, func(g report.Finding) bool { return g.Fingerprint == f.Fingerprint }) {
			return strings.TrimSpace(f.Message)
		}
	}
	return ""
}
