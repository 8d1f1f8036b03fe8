//nolint:tagliatelle // the names are those of SARIF
package render_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/render"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/test/reporttest"
)

// log is what the tests read of a SARIF log.
type log struct {
	Runs []struct {
		Tool struct {
			Driver struct {
				Rules []struct {
					ID   string `json:"id"`
					Help struct {
						Text     string `json:"text"`
						Markdown string `json:"markdown"`
					} `json:"help"`
					Properties struct {
						Tags []string `json:"tags"`
					} `json:"properties"`
				} `json:"rules"`
			} `json:"driver"`
		} `json:"tool"`
		Bases       map[string]any `json:"originalUriBaseIds"`
		Invocations []struct {
			Successful    bool  `json:"executionSuccessful"`
			ExitCode      int   `json:"exitCode"`
			Notifications []any `json:"toolExecutionNotifications"`
		} `json:"invocations"`
		Results    []result       `json:"results"`
		Properties map[string]any `json:"properties"`
	} `json:"runs"`
}

type result struct {
	RuleID    string `json:"ruleId"`
	RuleIndex int    `json:"ruleIndex"`
	Kind      string `json:"kind"`
	Level     string `json:"level"`
	Message   struct {
		Text string `json:"text"`
	} `json:"message"`
	Locations []struct {
		Physical struct {
			Artifact struct {
				URI  string `json:"uri"`
				Base string `json:"uriBaseId"`
			} `json:"artifactLocation"`
			Region map[string]int `json:"region"`
		} `json:"physicalLocation"`
		Logical []struct {
			Full string `json:"fullyQualifiedName"`
			Kind string `json:"kind"`
		} `json:"logicalLocations"`
	} `json:"locations"`
	Partial      map[string]string `json:"partialFingerprints"`
	Baseline     string            `json:"baselineState"`
	Suppressions []struct {
		Justification string `json:"justification"`
	} `json:"suppressions"`
	Properties struct {
		Count int `json:"count"`
	} `json:"properties"`
}

func readLog(t *testing.T, text string) *log {
	t.Helper()
	var l log
	if err := json.Unmarshal([]byte(text), &l); err != nil {
		t.Fatal(err)
	}
	if len(l.Runs) != 1 {
		t.Fatalf("%d runs", len(l.Runs))
	}
	return &l
}

// counts returns the findings of each level, and those that are suppressed.
func (l *log) counts() map[string]int {
	n := map[string]int{}
	for i := range l.Runs[0].Results {
		one := &l.Runs[0].Results[i]
		what := one.Level
		switch {
		case one.Kind == "open":
			continue
		case len(one.Suppressions) > 0:
			what = "suppressed"
		}
		n[what] += max(one.Properties.Count, 1)
	}
	return n
}

func summary(l *log) report.Summary {
	n := l.counts()
	return report.Summary{Breaking: n["error"], Warning: n["warning"], Notice: n["note"], Waived: n["suppressed"]}
}

func found(r *report.Report) report.Summary {
	s := r.Summary
	return report.Summary{Breaking: s.Breaking, Warning: s.Warning, Notice: s.Notice, Waived: s.Waived}
}

func TestSARIFHasEveryFindingAndEveryGap(t *testing.T) {
	t.Parallel()
	samples := reporttest.Samples(3)
	samples["hostile"] = func() *report.Report { return reporttest.Hostile(reporttest.HostileNames()...) }
	for name, sample := range samples {
		r := sample()
		out := draw(t, "sarif", r, render.Options{})
		golden(t, name+".sarif", out)
		l := readLog(t, out)
		if got := summary(l); got != found(r) {
			t.Errorf("%s: %+v, want %+v", name, got, found(r))
		}
		open := 0
		for i := range l.Runs[0].Results {
			one := &l.Runs[0].Results[i]
			if one.Kind == "open" {
				open++
			}
			if rules := l.Runs[0].Tool.Driver.Rules; rules[one.RuleIndex].ID != one.RuleID {
				t.Errorf("%s: result %d names another rule than its index", name, i)
			}
		}
		in := l.Runs[0].Invocations[0]
		if complete := r.Summary.Unexamined+r.Summary.Unknown == 0; in.Successful != complete || (open == 0) != complete || (len(in.Notifications) == 0) != complete || in.ExitCode != r.ExitCode {
			t.Errorf("%s: %d gaps, %+v", name, open, in)
		}
	}
}

// TestGitHubAcceptsEverySARIFResult has what code scanning refuses or needs.
func TestGitHubAcceptsEverySARIFResult(t *testing.T) {
	t.Parallel()
	relative := regexp.MustCompile(`^([A-Za-z0-9._~$&+=@/-]|%[0-9A-F]{2})+$`)
	for _, r := range []*report.Report{reporttest.Blocked(), reporttest.Files(), reporttest.Hostile(reporttest.HostileNames()...)} {
		l := readLog(t, draw(t, "sarif", r, render.Options{}))
		for _, one := range l.Runs[0].Results {
			at := one.Locations[0].Physical
			if uri := at.Artifact.URI; !relative.MatchString(uri) || strings.HasPrefix(uri, "/") || at.Region["startLine"] < 1 || l.Runs[0].Bases[at.Artifact.Base] == nil {
				t.Errorf("a place is %+v", at)
			}
			if one.Message.Text == "" || one.Partial["primaryLocationLineHash"] == "" {
				t.Errorf("a result is %+v", one)
			}
		}
		for _, rule := range l.Runs[0].Tool.Driver.Rules {
			if rule.Help.Text == "" || len(rule.Properties.Tags) > 20 {
				t.Errorf("a rule is %+v", rule)
			}
		}
	}
}

func TestSARIFPlacesAreThoseOfTheReport(t *testing.T) {
	t.Parallel()
	files := readLog(t, draw(t, "sarif", reporttest.Files(), render.Options{})).Runs[0].Results[0].Locations[0].Physical
	if got := fmt.Sprint(files); got != "{{gateway%20conf/edge%2C%2050%25.yaml %SRCROOT%} map[endColumn:16 endLine:10 startColumn:3 startLine:10]}" {
		t.Error(got)
	}
	r := reporttest.Many(1)
	rows := readLog(t, draw(t, "sarif", r, render.Options{})).Runs[0].Results[0].Locations[0]
	if got := fmt.Sprint(rows); got != "{{{kine/gateway_groups/default/routes/r-00001 INSTALLATION} map[startLine:1]} [{default/route/r-00001 route}]}" {
		t.Error(got)
	}
	for path, want := range map[string]string{
		"./conf.yaml": "conf.yaml", "a:b/c:d.yaml": "a%3Ab/c%3Ad.yaml", "/etc/api7/conf #1.yaml": "file:///etc/api7/conf%20%231.yaml", "../x?y": "../x%3Fy",
	} {
		reporttest.Change(r, func(f *report.Finding) { f.Location.File = path })
		if got := readLog(t, draw(t, "sarif", r, render.Options{})).Runs[0].Results[0].Locations[0].Physical.Artifact.URI; got != want {
			t.Errorf("%s is written %s, want %s", path, got, want)
		}
	}
}

// TestSARIFFoldsWhatConsumersRefuse has more findings than a consumer takes: the gravest stay, the rest is counted, and a rule
// with few findings keeps them.
func TestSARIFFoldsWhatConsumersRefuse(t *testing.T) {
	t.Parallel()
	r := reporttest.Many(25_500)
	reason := "agreed"
	warnings := make([]report.Finding, 1_000)
	for i := range warnings {
		f := reporttest.Finding("untested-jump", "warning", "during", "route", strconv.Itoa(i), "", "", "A warning.")
		if i%2 == 0 {
			f.Waived = &reason
		}
		warnings[i] = f
	}
	r.Findings = append(report.FindingsOf(warnings...), r.Findings...)
	for i := range 7 {
		r.Findings = append(r.Findings, report.FindingsOf(reporttest.Finding("canary-rule-active", "breaking", "before", "service", strconv.Itoa(i), "", "", "A canary."))...)
	}
	reporttest.Settle(r)
	l := readLog(t, draw(t, "sarif", r, render.Options{Beside: []string{"report.json"}}))
	results := l.Runs[0].Results
	if got := summary(l); got != found(r) || len(results) > 25_000 || len(results) < 24_990 {
		t.Errorf("%d results stand for %+v, want %+v", len(results), got, found(r))
	}
	written, last := map[string]int{}, 0
	for i := range results {
		one := &results[i]
		written[one.RuleID]++
		grade := map[string]int{"error": 0, "warning": 1}[one.Level]
		if grade < last {
			t.Fatalf("result %d is graver than the one before it", i)
		}
		last = grade
	}
	if written["canary-rule-active"] != 7 || written["untested-jump"] != 2 {
		t.Errorf("of each rule there are %v", written)
	}
	text := results[len(results)-1].Message.Text
	if want := "untested-jump: 500 findings (waived, warning); consumers refuse a file with more than 25,000 results or 10 MB. The whole list is in report.json."; text != want {
		t.Errorf("got  %s\nwant %s", text, want)
	}
}

// TestSARIFStaysWithinTheSizeThatGitHubTakes has texts that do not compress.
func TestSARIFStaysWithinTheSizeThatGitHubTakes(t *testing.T) {
	t.Parallel()
	const n = 2_100
	r := reporttest.Many(n)
	seed := uint64(1)
	noise := func() string {
		var b strings.Builder
		for range 700 {
			seed = seed*6364136223846793005 + 1442695040888963407
			fmt.Fprintf(&b, "%016x", seed)
		}
		return b.String()
	}
	reporttest.ChangeEach(r, func(f *report.Finding) { f.Remediation[0].Command = noise() })
	out := draw(t, "sarif", r, render.Options{})
	var zipped bytes.Buffer
	zip := gzip.NewWriter(&zipped)
	_, _ = zip.Write([]byte(out))
	_ = zip.Close()
	const limit = 10_000_000
	if l := readLog(t, out); zipped.Len() > limit || summary(l).Breaking != n || len(l.Runs[0].Results) < n/3 {
		t.Errorf("%d bytes, %d results for %d findings", zipped.Len(), len(l.Runs[0].Results), summary(l).Breaking)
	}
}

func TestSARIFSaysWhatIsWaivedAndKnown(t *testing.T) {
	t.Parallel()
	r := reporttest.Blocked()
	baseline := map[bool]string{true: "new", false: "known"}
	reporttest.ChangeEach(r, func(f *report.Finding) { f.Baseline = baseline[f.Rule == "traffic-split-attached"] })
	states := map[string]int{}
	for _, one := range readLog(t, draw(t, "sarif", r, render.Options{})).Runs[0].Results {
		states[one.Baseline]++
		if len(one.Suppressions) > 0 && one.Suppressions[0].Justification != "the jump was rehearsed on a copy" {
			t.Errorf("waived: %+v", one.Suppressions)
		}
	}
	if got := fmt.Sprint(states); got != "map[new:4 unchanged:5]" { // three findings and the gap are new
		t.Error(got)
	}
}

func TestSARIFExplainsItsRules(t *testing.T) {
	t.Parallel()
	o := render.Options{Explain: func(rule string) string {
		return map[string]string{"untested-jump": "The vendor tests **neighbours** only.\n"}[rule]
	}}
	for _, rule := range readLog(t, draw(t, "sarif", reporttest.Blocked(), o)).Runs[0].Tool.Driver.Rules {
		if want := rule.ID == "untested-jump"; strings.Contains(rule.Help.Markdown, "**neighbours**") != want || rule.Help.Text == "" {
			t.Errorf("%s is explained with %q", rule.ID, rule.Help)
		}
	}
}

func TestNothingLookedAtIsNoSuccessInSARIF(t *testing.T) {
	t.Parallel()
	r := &report.Report{FailOn: "breaking"}
	r.Seal()
	run := readLog(t, draw(t, "sarif", r, render.Options{})).Runs[0]
	if in := run.Invocations[0]; in.Successful || in.ExitCode != 4 || len(in.Notifications) != 1 || len(run.Results) != 1 || run.Results[0].Kind != "open" {
		t.Errorf("got %+v, %+v", in, run.Results)
	}
}
