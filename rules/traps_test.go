package rules_test

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/engine"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/cond"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/test/memory"
	"github.com/api7-preflight/api7-preflight/internal/test/ruletest"
	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/rules"
)

// These tests say what no rule may say, whatever rules there are.

// paths returns upgrades on which every rule that any upgrade concerns is judged: from the oldest release to each, from
// each to the newest, and from each to the next.
func paths() []version.Path {
	all := version.Releases()
	oldest, newest := all[0].Version, all[len(all)-1].Version
	var paths []version.Path
	for i, r := range all[1:] {
		paths = append(paths, version.Path{From: oldest, To: r.Version}, version.Path{From: all[i].Version, To: newest},
			version.Path{From: all[i].Version, To: r.Version})
	}
	return paths
}

// onEveryPath calls f with each path until one fails, in a subtest, so that the selection of a rule leaves it out.
func onEveryPath(t *testing.T, f func(*testing.T, version.Path)) {
	t.Helper()
	t.Run("on every path", func(t *testing.T) {
		t.Parallel()
		for _, p := range paths() {
			if f(t, p); t.Failed() {
				return
			}
		}
	})
}

// assess runs rules over resources as one installation.
func assess(t *testing.T, all []*rule.Rule, p version.Path, resources []estate.Resource) *report.Report {
	t.Helper()
	rep, err := engine.Run(t.Context(), engine.Options{
		Path: p, Rules: all,
		Sources: []estate.Source{&memory.Source{About: estate.Info{Kind: "memory", Name: "trap"}, Resources: resources}},
		Scope:   report.ScopeAll, FailOn: report.SeverityBreaking, RunID: "trap", Now: func() time.Time { return time.Time{} },
	})
	if err != nil {
		t.Fatal(err)
	}
	return rep
}

// alarms returns what a report says that speaks of a word: findings and doubts, not checks by hand.
func alarms(t *testing.T, rep *report.Report, word string) []string {
	t.Helper()
	var said []string
	for f := range rep.Findings.All() {
		text, err := json.Marshal(f)
		if err != nil {
			t.Fatal(err)
		}
		if f.Object.Kind != "path" && strings.Contains(string(text), word) {
			said = append(said, f.Rule+": "+f.Message)
		}
	}
	for _, u := range rep.Unexamined {
		if strings.Contains(u.What+u.Why, word) {
			said = append(said, u.What+": "+u.Why)
		}
	}
	return said
}

// breaking returns what a report calls breaking in the installation; the path itself may be.
func breaking(rep *report.Report) []string {
	var said []string
	for f := range rep.Findings.All() {
		if f.Severity == report.SeverityBreaking && f.Object.Kind != "path" {
			said = append(said, f.Rule+" on "+f.Object.Kind+" "+f.Object.ID+": "+f.Message)
		}
	}
	return said
}

func TestRequestIDWithoutSnowflakeIsNeverReported(t *testing.T) {
	t.Parallel()
	trap := load(t, "testdata/traps/requestid.yaml")
	onEveryPath(t, func(t *testing.T, p version.Path) {
		t.Helper()
		if said := alarms(t, assess(t, rules.All(), p, trap.Resources), "request-id"); len(said) > 0 {
			t.Errorf("from %s to %s: %s", p.From, p.To, strings.Join(said, "; "))
		}
	})
}

// TestTheTrapsSeeARuleThatStepsIn gives the checks rules that they are there to catch.
func TestTheTrapsSeeARuleThatStepsIn(t *testing.T) {
	t.Parallel()
	lacks := func(plugin, field string) rows.Attached {
		return rows.Attached{Plugins: []string{plugin}, If: cond.Lacks(field)}
	}
	tests := map[string]struct {
		file  string
		bad   rows.Attached
		alarm func(*report.Report) []string
	}{
		"the plugin itself": {"requestid", rows.Attached{Plugins: []string{"request-id"}}, func(r *report.Report) []string { return alarms(t, r, "request-id") }},
		"a doubt":           {"requestid", rows.Attached{Plugins: []string{"request-id"}, If: cond.Is("/range_id", "x")}, func(r *report.Report) []string { return alarms(t, r, "request-id") }},
		"session.secret":    {"apisix", lacks("openid-connect", "/session/secret"), breaking},
		"jwt-auth secret":   {"apisix", lacks("jwt-auth", "/secret"), breaking},
		"both lists":        {"apisix", rows.Attached{Plugins: []string{"ua-restriction"}, If: cond.All(cond.Has("/allowlist"), cond.Has("/denylist"))}, breaking},
		"stream route":      {"apisix", rows.Attached{Plugins: []string{"ip-restriction"}, On: []estate.Kind{estate.StreamRoute}}, breaking},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tt.bad.Case = rule.Case{Entry: "R-3.7.4-1", Change: version.Since("3.7.4", "3.8.1")}
			tt.bad.Says, tt.bad.Steps = "is gone", []rule.Step{{When: rule.Before, Text: "x"}}
			bad := &rule.Rule{
				ID: "bad-rule", Title: "t", Severity: rule.Breaking, Applies: rule.Crossing, Timing: rule.Before,
				Confidence: rule.Confirmed, Facts: rule.Facts(tt.bad),
			}
			trap := load(t, "testdata/traps/"+tt.file+".yaml")
			if said := tt.alarm(assess(t, []*rule.Rule{bad}, trap.Path, trap.Resources)); len(said) == 0 {
				t.Error("the check did not see it")
			}
		})
	}
}

func TestChangesOfApacheAPISIXAreNotTakenForThoseOfAPI7(t *testing.T) {
	t.Parallel()
	trap := load(t, "testdata/traps/apisix.yaml")
	onEveryPath(t, func(t *testing.T, p version.Path) {
		t.Helper()
		if said := breaking(assess(t, rules.All(), p, trap.Resources)); len(said) > 0 {
			t.Errorf("from %s to %s: %s", p.From, p.To, strings.Join(said, "; "))
		}
	})
}

// TestEncryptedFieldsCountByPresenceAlone compares what is said of the same installation with plain text, with
// ciphertext and with plain text that is longer than any field may be.
func TestEncryptedFieldsCountByPresenceAlone(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/traps/encrypted.yaml")
	if err != nil {
		t.Fatal(err)
	}
	word := regexp.MustCompile(`plantedsecret-[a-z-]+`)
	write := func(f func(string) string) []estate.Resource {
		trap, err := ruletest.ParseFixture("encrypted.yaml", []byte(word.ReplaceAllStringFunc(string(data), f)))
		if err != nil {
			t.Fatal(err)
		}
		return trap.Resources
	}
	plain := write(func(s string) string { return s })
	others := map[string][]estate.Resource{
		"ciphertext": write(func(s string) string { return base64.StdEncoding.EncodeToString([]byte(strings.Repeat(s, 4))) }),
		"short":      write(func(s string) string { return "x" + s[len(s)-2:] }),
		"long":       write(func(s string) string { return strings.Repeat(s, 100) }),
	}
	onEveryPath(t, func(t *testing.T, p version.Path) {
		t.Helper()
		if p.From.Compare(version.Oldest()) != 0 {
			return // four installations for each path: where it begins changes nothing about presence
		}
		want := said(assess(t, rules.All(), p, plain))
		for name, resources := range others {
			if diff := cmp.Diff(want, said(assess(t, rules.All(), p, resources)), cmp.Transformer("Open", report.Packed.Open)); diff != "" {
				t.Errorf("from %s to %s: %s is judged otherwise (-plain +%s):\n%s", p.From, p.To, name, name, diff)
			}
		}
		if text, err := json.Marshal(want); err != nil || word.Match(text) {
			t.Errorf("from %s to %s: a secret is shown, or %v", p.From, p.To, err)
		}
	})
}

// said is a report without its run, which differs.
func said(rep *report.Report) *report.Report {
	rep.Run = report.Run{}
	return rep
}
