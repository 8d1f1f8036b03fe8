package waiver_test

import (
	"strings"
	"testing"
	"time"

	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/waiver"
)

const (
	first  = "0123456789abcdef01234567"
	second = "fedcba9876543210fedcba98"
)

// sample returns a report with two breaking findings of one rule and two checks by hand.
func sample() *report.Report {
	f := report.Finding{
		Fingerprint: first, Rule: "traffic-split-attached", Severity: report.SeverityBreaking,
		Object: report.Object{Kind: "route", ID: "r1", Name: "pay", GatewayGroup: "edge", GatewayGroupID: "g1"},
	}
	g := f
	g.Fingerprint, g.Object = second, report.Object{Kind: "service", ID: "r1", Name: "orders", GatewayGroup: "default"}
	g.Location.File = "conf.yaml"
	r := &report.Report{
		Path: report.Path{From: "3.4.1", To: "3.7.3"}, FailOn: report.SeverityBreaking, Findings: report.FindingsOf(f, g),
		Sources: []report.Source{{Kind: "postgres"}},
		Rules:   []report.Rule{{Rule: "traffic-split-attached", Status: report.Failed, Examined: 2, Findings: 2}},
		ManualChecks: []report.ManualCheck{
			{Fingerprint: strings.Repeat("a", 24), Rule: "backups-taken"},
			{Fingerprint: strings.Repeat("b", 24), Rule: "api-clients-adapted"},
			{Fingerprint: strings.Repeat("c", 24), Rule: "api-clients-adapted"},
		},
	}
	r.Seal()
	return r
}

func parse(t *testing.T, text string) *waiver.List {
	t.Helper()
	l, err := waiver.Parse("w.yaml", []byte(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// applied returns the report after waivers.
func applied(t *testing.T, now time.Time, text string) *report.Report {
	t.Helper()
	r := sample()
	parse(t, text).Apply(r, now)
	r.Seal()
	return r
}

var today = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

const decided = "reason: agreed, owner: ann, until: 2026-12-31"

func TestAWaiverIsFoundByFingerprintOrByRuleAndObject(t *testing.T) {
	t.Parallel()
	for names, want := range map[string]int{
		"fingerprint: '" + first + "'":                                        1,
		"fingerprints: ['" + first + "', '" + second + "']":                   2,
		"rule: traffic-split-attached, object: {kind: route, id: r1}":         1,
		"rule: traffic-split-attached, object: {id: r1}":                      2,
		"rule: traffic-split-attached, object: {name: pay}":                   1,
		"rule: traffic-split-attached, object: {id: r1, gateway_group: edge}": 1,
		"rule: traffic-split-attached, object: {id: r1, gateway_group: g1}":   1,
		"rule: traffic-split-attached, object: {file: conf.yaml}":             1,
		"rule: traffic-split-attached, object: {id: r2}":                      0,
		"rule: canary-rule-active, object: {id: r1}":                          0,
		"rule: canary-rule-active, fingerprint: '" + first + "'":              0,
		"fingerprint: '" + strings.Repeat("0", 24) + "'":                      0,
		"fingerprint: '" + first + "', target: '3.7'":                         1,
		"fingerprint: '" + first + "', target: 3.7.3":                         1,
		"fingerprint: '" + first + "', target: v3.7.3":                        1,
		"fingerprint: '" + first + "', target: '3.8'":                         0,
		"fingerprint: '" + first + "', target: 3.7.4":                         0,
	} {
		r := applied(t, today, "waivers: [{"+names+", "+decided+"}]")
		if r.Summary.Waived != want || r.Summary.Breaking != 2-want || r.Waivers[0].Findings != want {
			t.Errorf("%s: %d waived, want %d", names, r.Summary.Waived, want)
		}
		if (r.ExitCode == report.ExitReady) != (want == 2) {
			t.Errorf("%s: exit %d", names, r.ExitCode)
		}
		if (len(r.Notes) > 0) != (want == 0) {
			t.Errorf("%s: notes %v", names, r.Notes)
		}
	}
}

func TestAWaiverExpiresAtItsMomentAndNotASecondBefore(t *testing.T) {
	t.Parallel()
	for until, end := range map[string]time.Time{
		"2026-12-31":                time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC), // with the end of the day
		"2026-12-31T18:00:00Z":      time.Date(2026, 12, 31, 18, 0, 0, 0, time.UTC),
		"2026-12-31T18:00Z":         time.Date(2026, 12, 31, 18, 0, 0, 0, time.UTC),
		"2026-12-31T18:00:00+02:00": time.Date(2026, 12, 31, 16, 0, 0, 0, time.UTC),
	} {
		file := "waivers: [{fingerprints: ['" + first + "', '" + second + "'], reason: agreed, owner: ann, until: '" + until + "'}]"
		if r := applied(t, end.Add(-time.Second), file); r.ExitCode != report.ExitReady || r.Waivers[0].State != report.WaiverUsed {
			t.Errorf("%s: exit %d a second before, %s", until, r.ExitCode, r.Waivers[0].State)
		}
		r := applied(t, end, file)
		f := r.Findings[0].Open()
		if r.ExitCode != report.ExitBlocked || r.Waivers[0].State != report.WaiverExpired || r.Summary.Waived != 0 || f.Waived != nil || !f.Waiver.Expired || f.Waiver.Owner != "ann" {
			t.Errorf("%s: exit %d at the moment, %+v", until, r.ExitCode, r.Waivers[0])
		}
	}
}

func TestAWaiverInForceComesBeforeAnExpiredOne(t *testing.T) {
	t.Parallel()
	r := applied(t, today, `waivers:
- {fingerprints: ['`+first+`', '`+second+`'], reason: old, owner: ann, until: 2026-01-01}
- {rule: traffic-split-attached, object: {id: r1}, reason: new, owner: bea, until: 2026-12-31}`)
	if r.ExitCode != report.ExitReady || *r.Findings[0].Open().Waived != "new" {
		t.Errorf("exit %d", r.ExitCode)
	}
}

func TestAWaiverNeverAnswersADoubt(t *testing.T) {
	t.Parallel()
	r := sample()
	r.Rules[0].Reasons = []string{"not everything was read"}
	r.Unexamined = []report.Unexamined{{Fingerprint: strings.Repeat("d", 24), What: "table service", Why: "not granted", Rules: []string{"traffic-split-attached"}}}
	parse(t, "waivers: [{fingerprints: ['"+first+"', '"+second+"', '"+strings.Repeat("d", 24)+"'], "+decided+"}]").Apply(r, today)
	r.Seal()
	if r.Verdict != report.Incomplete || r.Summary.Unknown != 1 || r.Summary.Unexamined != 1 || !strings.Contains(r.Waivers[0].Why, "--accept-unknown") {
		t.Errorf("%s %+v %+v", r.Verdict, r.Summary, r.Waivers)
	}
}

func TestACheckByHandCanBeMarkedAsDone(t *testing.T) {
	t.Parallel()
	for names, want := range map[string]int{
		"rule: backups-taken": 1, "fingerprint: " + strings.Repeat("b", 24): 1, "rule: backups-taken, target: '3.8'": 0,
		"rule: api-clients-adapted": 0, // has two: which one?
		"rule: no-such-check":       0,
	} {
		r := applied(t, today, "checks: [{"+names+", by: ann, 'on': 2026-11-28, note: restored on a copy}]")
		if r.Summary.Done != want || r.Summary.Manual != 3-want || r.Waivers[0].Findings != want || r.ExitCode != report.ExitBlocked {
			t.Errorf("%s: %+v", names, r.Summary)
		}
		if (len(r.Notes) > 0) != (want == 0) {
			t.Errorf("%s: notes %v", names, r.Notes)
		}
	}
}

func TestAFileThatIsWrongIsRefusedAtItsLine(t *testing.T) {
	t.Parallel()
	known := func(id string) (string, bool) { return "traffic-split-attached", id == "traffic-split-attached" }
	for text, want := range map[string]string{
		"":                "w.yaml: not a map with waivers",
		"- a":             "w.yaml: not a map with waivers",
		"waivers: {a: b}": "w.yaml:1: ",
		"waivers: [a]":    "w.yaml:1: an element of waivers is not a map",
		"waiver: []":      `w.yaml:1: a file of waivers has no such key "waiver"`,
		"waivers:\n- {fingerprint: '" + first + "', reason: r, owner: o, until: 2026-12-31, unitl: 1}":              `w.yaml:2: a waiver has no such key "unitl"`,
		"waivers:\n- {fingerprint: '" + first + "', reason: '', owner: o, until: 2026-12-31}":                       "w.yaml:2: reason is empty",
		"waivers:\n- {fingerprint: '" + first + "', reason: ' ', owner: o, until: 2026-12-31}":                      "w.yaml:2: reason is empty",
		"waivers:\n- {fingerprint: '" + first + "', reason: r, until: 2026-12-31}":                                  "w.yaml:2: owner is empty",
		"waivers:\n- {fingerprint: '" + first + "', reason: r, owner: o}":                                           "w.yaml:2: until is empty",
		"waivers:\n- {fingerprint: '" + first + "', reason: r, owner: o, until: tomorrow}":                          "w.yaml:2: until is not a date",
		"waivers:\n- {fingerprint: '" + first + "', reason: r, owner: o, until: 2026-02-30}":                        "w.yaml:2: until is not a date",
		"waivers:\n- {fingerprint: r1, reason: r, owner: o, until: 2026-12-31}":                                     "w.yaml:2: a fingerprint is not one",
		"waivers:\n- {rule: traffic-split-attached, reason: r, owner: o, until: 2026-12-31}":                        "w.yaml:2: a waiver names no finding",
		"waivers:\n- {rule: traffic-split-attached, object: {kind: route}, reason: r, owner: o, until: 2026-12-31}": "w.yaml:2: a waiver names no finding",
		"waivers:\n- {rule: traffic-splt, object: {id: a}, reason: r, owner: o, until: 2026-12-31}":                 "w.yaml:2: there is no such rule",
		"waivers:\n- {object: {id: a}, fingerprint: '" + first + "', reason: r, owner: o, until: 2026-12-31}":       "w.yaml:2: a waiver has both",
		"waivers:\n- {fingerprint: '" + first + "', reason: [r], owner: o, until: 2026-12-31}":                      "w.yaml:2: reason is not a text",
		"waivers:\n- {fingerprint: '" + first + "', target: soon, reason: r, owner: o, until: 2026-12-31}":          "w.yaml:2: target is neither",
		"checks:\n- {by: ann, 'on': 2026-11-01}":                                                                    "w.yaml:2: a check names none",
		"checks:\n- {rule: traffic-split-attached, 'on': 2026-11-01}":                                               "w.yaml:2: by is empty",
		"checks:\n- {rule: traffic-split-attached, by: ann}":                                                        "w.yaml:2: on is empty",
		"waivers:\n- {fingerprint: '" + first + "', reason: \"\\u200b\", owner: o, until: 2026-12-31}":              "w.yaml:2: reason is empty",
		"waivers: [\n": "w.yaml: ",
	} {
		_, err := waiver.Parse("w.yaml", []byte(text), known)
		var broken *waiver.Error
		if e, ok := err.(*waiver.Error); ok { //nolint:errorlint // it is never wrapped
			broken = e
		}
		if broken == nil || !strings.HasPrefix(strings.Replace(broken.Message, "w.yaml: near line 2", "w.yaml", 1), want) || broken.Hint == "" {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

func TestWhatLooksLikeASecretIsRefusedAndNotRepeated(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"see postgres://u:hunter2@h/d", "token=hunter2", "password: hunter2", "API-KEY : hunter2"} {
		for _, file := range []string{
			"waivers: [{fingerprint: '" + first + "', reason: '" + text + "', owner: o, until: 2026-12-31}]",
			"waivers: [{fingerprint: '" + first + "', reason: r, owner: '" + text + "', until: 2026-12-31}]",
			"checks: [{rule: backups-taken, by: ann, 'on': 2026-11-01, note: '" + text + "'}]",
		} {
			if _, err := waiver.Parse("w.yaml", []byte(file), nil); err == nil || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("%s: %v", text, err)
			}
		}
	}
}

// TestAnEntryThatAppliesToNothingSaysWhy has no advice to remove one that may be right.
func TestAnEntryThatAppliesToNothingSaysWhy(t *testing.T) {
	t.Parallel()
	names := func(text string) string { return "waivers: [{" + text + ", " + decided + "}]" }
	for file, want := range map[string]string{
		names("rule: traffic-split-attached, object: {id: gone}"):                                                     "correct it, or remove it",
		names("fingerprint: " + strings.Repeat("e", 24)):                                                              "correct it, or remove it",
		names("rule: canary-rule-active, object: {id: gone}"):                                                         "may not have been judged", // it is not in the report
		"waivers: [{fingerprint: '" + first + "', " + decided + "}, {fingerprint: '" + first + "', " + decided + "}]": "another entry waives the same",
		"checks: [{rule: backups-taken, by: ann, 'on': 2026-11-30}]":                                                  "still to come",
		"checks: [{rule: traffic-split-attached, by: ann, 'on': 2026-11-28}]":                                         "no such check by hand",
		"checks: [{rule: api-clients-adapted, by: ann, 'on': 2026-11-28}]":                                            "has 2 checks by hand",
	} {
		r := applied(t, today, file)
		if got := r.Waivers[len(r.Waivers)-1].Why; !strings.Contains(got, want) || len(r.Notes) != 1 {
			t.Errorf("%s: %q, %v", file, got, r.Notes)
		}
	}
	r := sample()
	r.Rules[0].Status = report.Disabled
	parse(t, names("fingerprint: "+strings.Repeat("e", 24))).Apply(r, today)
	if !strings.Contains(r.Waivers[0].Why, "may not have been judged") {
		t.Errorf("a rule that was left out: %q", r.Waivers[0].Why)
	}
}

// FuzzParse proves that no file makes the parser panic, and that what it accepts can be applied.
func FuzzParse(f *testing.F) {
	f.Add("waivers: [{fingerprint: '" + first + "', reason: r, owner: o, until: 2026-12-31}]\nchecks: [{rule: a, by: b, on: 2026-01-01}]")
	f.Add("waivers: [{rule: a, object: {id: a}, target: '3.7', <<: {reason: r}}]")
	f.Fuzz(func(_ *testing.T, text string) {
		if l, err := waiver.Parse("w.yaml", []byte(text), nil); err == nil {
			l.Apply(sample(), today)
		}
	})
}
