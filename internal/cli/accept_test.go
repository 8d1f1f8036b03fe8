package cli_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/rules"
)

// unknown returns the rules whose doubt is not accepted.
func unknown(r report.Report) []string {
	var ids []string
	for i := range r.Rules {
		if rule := &r.Rules[i]; !rule.Accepted && (rule.Status == report.Unknown || rule.Status == report.Failed && len(rule.Reasons) > 0) {
			ids = append(ids, rule.Rule)
		}
	}
	return ids
}

// TestAcceptedCauseLeavesOtherDoubts proves that accepting a cause accepts the rules that lack nothing else, and no
// others.
func TestAcceptedCauseLeavesOtherDoubts(t *testing.T) {
	t.Parallel()
	check := func(accept ...string) report.Report {
		args := []string{"check", "--adc", dump, "--from", "3.4.1", "--to", "3.7.3", "--fail-on", "never", "--format", "json"}
		for _, a := range accept {
			args = append(args, "--accept-unknown", a)
		}
		code, stdout, stderr := ask(t, nil, args...)
		r := decode(t, stdout)
		if code != r.ExitCode || stderr != "" {
			t.Errorf("exit %d, %s", code, stderr)
		}
		return r
	}
	whole := check()
	causes := map[string][]string{} // of each rule in doubt
	for _, u := range whole.Unexamined {
		if u.ID == "" || !slices.Contains(estate.Causes(), u.ID) {
			t.Errorf("%q has the unknown id %q", u.What, u.ID)
		}
		for _, id := range u.Rules {
			causes[id] = append(causes[id], u.ID)
		}
	}
	for _, cause := range []string{estate.ConfigurationFiles, estate.NoDatabase} {
		var want []string
		for _, id := range unknown(whole) {
			if slices.ContainsFunc(causes[id], func(c string) bool { return c != cause }) {
				want = append(want, id)
			}
		}
		r := check(cause + "=judged apart")
		if got := unknown(r); !slices.Equal(want, got) || len(want) == len(unknown(whole)) || r.Verdict != report.Incomplete {
			t.Errorf("%s: %s, in doubt %q, want %q", cause, r.Verdict, got, want)
		}
	}
	r := check("configuration-files=judged apart", "database=judged apart", "other-gateway-groups=the same everywhere")
	if r.Verdict != report.Ready || len(unknown(r)) > 0 || r.Summary.Unknown != 0 {
		t.Errorf("%s, in doubt %q", r.Verdict, unknown(r))
	}
	_, table, _ := ask(t, nil, "check", "--adc", dump, "--from", "3.4.1", "--to", "3.7.3", "--fail-on", "never",
		"--accept-unknown", "configuration-files=judged apart", "--accept-unknown", "database=judged apart", "--show", "missing,settings")
	if !strings.Contains(table, "2 doubts accepted") || !strings.Contains(table, "accepted  configuration-files") || !strings.Contains(table, "id other-gateway-groups") {
		t.Errorf("the table does not say what is accepted and what is not:\n%s", table)
	}
}

// TestAcceptanceIsNamedRight proves that accepting something that was examined is reported to have no effect, and
// that a misspelt id is refused.
func TestAcceptanceIsNamedRight(t *testing.T) {
	t.Parallel()
	args := []string{"check", "--adc", dump, "--from", "3.4.1", "--to", "3.7.3", "--scope", "given", "--format", "json", "--accept-unknown"}
	_, stdout, _ := ask(t, nil, append(args, "row-security=there is none")...)
	if r := decode(t, stdout); !slices.ContainsFunc(r.Notes, func(n report.Note) bool { return n.What == "--accept-unknown row-security" }) {
		t.Errorf("notes %+v", r.Notes)
	}
	for id, hint := range map[string]string{"databse": "did you mean database?", "configuration-file": "did you mean configuration-files?", "database": "has no reason"} {
		code, _, stderr := ask(t, nil, append(args, id)...)
		if code != report.ExitUsage || !strings.Contains(stderr, hint) {
			t.Errorf("%s: exit %d, %s", id, code, stderr)
		}
	}
}

// TestNoRuleIsCalledLikeACause proves that an id given to --accept-unknown has only one meaning.
func TestNoRuleIsCalledLikeACause(t *testing.T) {
	t.Parallel()
	for _, r := range rules.All() {
		if slices.Contains(estate.Causes(), r.ID) {
			t.Errorf("%s is a rule and a cause", r.ID)
		}
	}
}
