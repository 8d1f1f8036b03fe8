package render_test

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/render"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/test/reporttest"
)

// rulesWith returns a report in which each of n rules, from breaking to notices, has found the same number of objects in three
// gateway groups.
func rulesWith(n, each int) *report.Report {
	r := reporttest.Base()
	r.Rules = nil
	for i := range n {
		id := fmt.Sprintf("rule-%02d", i)
		r.Rules = append(r.Rules, reporttest.Passed(id, "Something is wrong.", "breaking", "3.5.0", 100))
		for k := range each {
			name := fmt.Sprintf("bulk-%d", k+1)
			severity := []string{"breaking", "warning", "notice"}[i*3/n]
			f := reporttest.Finding(id, severity, "before", "route", name, name, []string{"default", "edge", "prod-eu"}[k%3], "Attached.")
			f.Fingerprint = id + name
			f.Action = "delete it now, and put it back after"
			f.Object.Owner = map[string]string{"team": fmt.Sprintf("t%d", k%10), "id": name}
			r.Findings = append(r.Findings, report.FindingsOf(f)...)
		}
	}
	return reporttest.Settle(r)
}

// lines counts the lines of a table at the width of a usual terminal.
func lines(t *testing.T, r *report.Report) (out string, n int) {
	t.Helper()
	out = draw(t, "table", r, render.Options{})
	return out, strings.Count(out, "\n")
}

func TestEverythingFitsOnOneScreen(t *testing.T) {
	t.Parallel()
	for name, r := range map[string]*report.Report{
		"blocked": reporttest.Blocked(), "incomplete": reporttest.Incomplete(), "10,000 findings of one rule": reporttest.Many(10_000),
		"10 rules": rulesWith(10, 30), "60 rules": rulesWith(60, 100), "hostile names": reporttest.Hostile(reporttest.HostileNames()...),
	} {
		most := 24
		if name == "hostile names" {
			most += 2 // of the installed version, which nobody can tell
		}
		if out, n := lines(t, r); n > most {
			t.Errorf("%s: %d lines, want at most 24:\n%s", name, n, out)
		}
	}
	if out, n := lines(t, reporttest.Ready()); n > 20 {
		t.Errorf("ready: %d lines, want at most 20:\n%s", n, out)
	}
}

// TestWhatBlocksIsCalledMUST has findings of all severities, and each threshold.
func TestWhatBlocksIsCalledMUST(t *testing.T) {
	t.Parallel()
	for failOn, want := range map[string][3]int{ // rules that must, should, and are good to know
		report.SeverityBreaking: {10, 10, 10}, report.SeverityWarning: {20, 0, 10}, report.SeverityNotice: {30, 0, 0}, report.FailNever: {10, 10, 10},
	} {
		r := rulesWith(30, 3)
		r.FailOn = failOn
		r.Seal()
		out, _ := lines(t, r)
		got := [3]int{}
		for i, word := range []string{"MUST", "should"} {
			got[i] = len(regexp.MustCompile(`(?m)^  `+word+` +rule-`).FindAllString(out, -1))
			if m := regexp.MustCompile(`(?m)^  ` + word + ` +(\d+) more rules?\b`).FindStringSubmatch(out); m != nil {
				more, err := strconv.Atoi(m[1])
				if err != nil {
					t.Fatal(err)
				}
				got[i] += more
			}
		}
		if m := regexp.MustCompile(`notices of (\d+) rule`).FindStringSubmatch(out); m != nil {
			got[2], _ = strconv.Atoi(m[1])
		}
		if got != want {
			t.Errorf("--fail-on %s: %v rules, want %v:\n%s", failOn, got, want, out)
		}
	}
}

// TestWhatHasNoRoomIsCounted adds up what the screen shows and what it says that it does not.
func TestWhatHasNoRoomIsCounted(t *testing.T) {
	t.Parallel()
	for _, n := range []int{3, 9, 15, 30, 60} {
		out, _ := lines(t, rulesWith(n, 12))
		shown := len(regexp.MustCompile(`(?m)^  (MUST|should) +rule-`).FindAllString(out, -1))
		for _, m := range regexp.MustCompile(`(\d+) more rules?\b`).FindAllStringSubmatch(out, -1) {
			rest := 0
			_, _ = fmt.Sscan(m[1], &rest)
			shown += rest
		}
		if want := n * 2 / 3; shown != want {
			t.Errorf("%d rules: %d are shown or counted, want %d:\n%s", n, shown, want, out)
		}
		if !strings.Contains(out, fmt.Sprintf("%d notices of %d rule", n/3*12, n/3)) {
			t.Errorf("%d rules: the notices are not counted:\n%s", n, out)
		}
	}
}

func TestARuleIsOneBlockWithItsReachAndTheFirstNamesInNaturalOrder(t *testing.T) {
	t.Parallel()
	r := rulesWith(1, 300)
	n := 0
	reporttest.ChangeEach(r, func(f *report.Finding) {
		if n++; n <= 20 {
			f.Severity = "warning"
		}
	})
	r.Seal()
	out, _ := lines(t, r)
	for _, want := range []string{
		"  MUST    rule-00  delete it now, and put it back after           280+20 objects\n",
		"          prod-eu 94, default 93, edge 93; team t0 28, t1 28, t2 28, 7 more\n",
		"          default: route bulk-22; edge: route bulk-23 and 278 more\n",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("want %q in\n%s", want, out)
		}
	}
	if strings.Count(out, "rule-00 ") != 2 { // the block, and the command that shows it
		t.Errorf("the rule has not exactly one block:\n%s", out)
	}
}

// TestWhoseObjectsAreIsToldByTheUsualLabelElseByTheCommonest has labels of several keys on the same objects.
func TestWhoseObjectsAreIsToldByTheUsualLabelElseByTheCommonest(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		labels func(i int) map[string]string
		want   string
	}{
		{func(int) map[string]string { return map[string]string{"env": "prod", "squad": "blue"} }, "; squad blue 12"},
		{func(int) map[string]string { return map[string]string{"besitzer": "kasse"} }, "; besitzer kasse 12"},
		{func(i int) map[string]string { return map[string]string{"serial": strconv.Itoa(i)} }, "prod-eu 4\n"},
		{func(i int) map[string]string { return []map[string]string{{"owner": "a"}, {}}[i%2] }, "; owner a 6, none 6"},
		{func(int) map[string]string { return nil }, "prod-eu 4\n"},
	} {
		r := rulesWith(1, 12)
		n := 0
		reporttest.ChangeEach(r, func(f *report.Finding) { f.Object.Owner, n = c.labels(n), n+1 })
		if out, _ := lines(t, r); !strings.Contains(out, c.want) {
			t.Errorf("want %q in\n%s", c.want, out)
		}
	}
}

func TestWhatIsFoundAboutTheUpgradeItselfIsSaid(t *testing.T) {
	t.Parallel()
	r := reporttest.Base()
	for _, what := range []string{"3.7.3: kafka-logger leaks memory until workers crash", "3.7.3: a client can overwrite what jwt-auth reads"} {
		f := reporttest.Finding("untested-jump", "warning", "before", "path", "3.4.1 to 3.7.3", "3.4.1 to 3.7.3", "", what)
		f.Fingerprint, f.Action = what, "weigh it"
		r.Findings = append(r.Findings, report.FindingsOf(f)...)
	}
	out, _ := lines(t, reporttest.Settle(r))
	want := "  should  untested-jump  weigh it\n          3.7.3: a client can overwrite what jwt-auth reads and 1 more\n"
	other := "  should  untested-jump  weigh it\n          3.7.3: kafka-logger leaks memory until workers crash and 1 more\n"
	if !strings.Contains(out, want) && !strings.Contains(out, other) {
		t.Errorf("want\n%s\nin\n%s", want, out)
	}
}

func TestFiltersHideFindingsAndKeepTheVerdict(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		filter       render.Filter
		want, absent string
	}{
		{render.Filter{Groups: []string{"edge"}}, "Shown: only --group edge, 2 of 8 findings", "canary-rule-active"},
		{render.Filter{Owners: []string{"team=checkout"}}, "canary-rule-active", "traffic-split-attached"},
		{render.Filter{Owners: []string{"team=checkout", "team=none"}}, "--owner team=checkout --owner team=none", "traffic-split-attached"},
		{render.Filter{MinSeverity: "breaking"}, "template-runtime-config", "untested-jump"},
		{render.Filter{Groups: []string{"nowhere"}}, "Gateway groups with findings: ", "MUST"},
		{render.Filter{Owners: []string{"team=nobody"}}, "Labels with findings: ", "MUST"},
	} {
		r := reporttest.Blocked()
		r.Rules[3].Groups = []report.Tally{{Name: "edge", Findings: 2}}
		r.Rules[0].Labels = []report.Tally{{Name: "team=checkout", Findings: 1}}
		if c.filter.Groups != nil && c.filter.Groups[0] == "edge" {
			moved := false
			reporttest.ChangeEach(r, func(f *report.Finding) {
				if f.Object.GatewayGroup == "edge" && !moved {
					f.Object.GatewayGroup, f.Object.GatewayGroupID, moved = "another", "edge", true // by its id
				}
			})
		}
		all, few := draw(t, "table", r, render.Options{}), draw(t, "table", r, render.Options{Filter: c.filter})
		verdict := regexp.MustCompile(`(?s)BLOCKED.*?\n\n`)
		if verdict.FindString(all) != verdict.FindString(few) || !strings.HasSuffix(few, "exit 1: blocked\n") {
			t.Errorf("%+v changes the verdict:\n%s", c.filter, few)
		}
		if !strings.Contains(few, c.want) || strings.Contains(few, c.absent) {
			t.Errorf("%+v: want %q and not %q in\n%s", c.filter, c.want, c.absent, few)
		}
		if draw(t, "json", r, render.Options{}) != draw(t, "json", r, render.Options{Filter: c.filter}) {
			t.Errorf("%+v changes the JSON report", c.filter)
		}
	}
}

func TestEachPartIsUnfoldedAlone(t *testing.T) {
	t.Parallel()
	parts := map[string][2]string{
		"missing":  {"Not examined", "By hand,"},
		"manual":   {"By hand, because", "Not examined"},
		"target":   {"3.7.3 has no known defect that this installation can meet.", "Not examined"},
		"notices":  {"Noticed", "Not examined"},
		"settings": {"1 disabled: noisy-rule (skipped: agreed in change 4711)", "Not examined"},
		"all":      {"Looked at", "MUST"},
	}
	for _, topic := range render.Topics() {
		var s render.Show
		want := parts[topic]
		if !s.Add(topic) {
			t.Errorf("%s is no part of the report", topic)
		}
		if out := draw(t, "table", reporttest.Blocked(), render.Options{Show: s}); !strings.Contains(out, want[0]) || strings.Contains(out, want[1]) {
			t.Errorf("%s: want %q and not %q in\n%s", topic, want[0], want[1], out)
		}
	}
	if (&render.Show{}).Add("everything") {
		t.Error("a word that is no part was taken")
	}
}

// TestARuleWithoutFindingsSaysWhatBecameOfIt asks for rules that found nothing.
func TestARuleWithoutFindingsSaysWhatBecameOfIt(t *testing.T) {
	t.Parallel()
	for rule, want := range map[string]string{
		"canary-rule-active":      "passed    canary-rule-active",
		"old-rule":                "3.7.3 does not have the change of 3.9.2",
		"noisy-rule":              "skipped: agreed in change 4711",
		"backups-taken":           "[ ]       backups-taken",
		"template-runtime-config": `table "service": SELECT is not granted`,
	} {
		r := reporttest.Ready()
		if rule == "template-runtime-config" {
			r = reporttest.Incomplete()
		}
		if out := draw(t, "table", r, only(rule)); !strings.Contains(out, want) {
			t.Errorf("%s: want %q in\n%s", rule, want, out)
		}
	}
}

func TestWhatCommandsNeedStandsAboveTheFirst(t *testing.T) {
	t.Parallel()
	r := reporttest.Many(2)
	reporttest.ChangeEach(r, func(f *report.Finding) { f.Remediation[0].Variables = []string{"API7_ADMIN", "API7_TOKEN"} })
	out := draw(t, "table", r, only("traffic-split-attached"))
	need, first := strings.Index(out, "API7_ADMIN is the address"), strings.Index(out, "curl -X DELETE")
	if need < 0 || first < need || strings.Count(out, "API7_ADMIN is") != 1 {
		t.Errorf("the variables stand at %d, the first command at %d:\n%s", need, first, out)
	}
}

// TestFilesAloneAreListedAsLintersDo has findings in files with and without a place, and more than are shown.
func TestFilesAloneAreListedAsLintersDo(t *testing.T) {
	t.Parallel()
	r := reporttest.Base()
	r.Sources[0].Kind = "config"
	r.Scope = report.ScopeGiven
	for _, line := range []int{40, 7, 300} {
		f := reporttest.Finding("canary-rule-active", "warning", "before", "dashboard_config", "", "conf.yaml", "", "a.b: no longer read")
		f.Location = report.Location{File: "deploy/conf.yaml", Line: line, Column: 3}
		r.Findings = append(r.Findings, report.FindingsOf(f)...)
	}
	gravest := reporttest.Finding("traffic-split-attached", "breaking", "before", "gateway_config", "", "z.yaml", "", "c: refused")
	gravest.Location = report.Location{File: "deploy/z.yaml", Line: 2}
	r.Findings = append(r.Findings, report.FindingsOf(gravest, reporttest.Finding("untested-jump", "warning", "before", "path", "p", "", "", "skips 3.5"))...)
	want := "deploy/z.yaml:2: breaking: c: refused (traffic-split-attached)\n" +
		"deploy/conf.yaml:7:3: warning: a.b: no longer read (canary-rule-active)\n" +
		"deploy/conf.yaml:40:3: warning: a.b: no longer read (canary-rule-active)\n" +
		"deploy/conf.yaml:300:3: warning: a.b: no longer read (canary-rule-active)\n" +
		"upgrade path p: warning: skips 3.5 (untested-jump)\n"
	reporttest.Settle(r)
	if out, _ := lines(t, r); !strings.Contains(out, want) {
		t.Errorf("want\n%s\nin\n%s", want, out)
	}
	r.Findings = slices.Repeat(r.Findings, 10)
	reporttest.Settle(r)
	out, _ := lines(t, r)
	if n := strings.Count(out, "deploy/"); n != 20 || !strings.Contains(out, "20 of 50 shown. `--show all` shows all") {
		t.Errorf("%d places, want 20 and the total:\n%s", n, out)
	}
}
