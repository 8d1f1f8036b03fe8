package render_test

import (
	"encoding/xml"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/api7-preflight/api7-preflight/internal/render"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/test/reporttest"
)

// suite is what the tests read of a JUnit report.
type suite struct {
	Tests      int `xml:"tests,attr"`
	Failures   int `xml:"failures,attr"`
	Errors     int `xml:"errors,attr"`
	Skipped    int `xml:"skipped,attr"`
	Properties []struct {
		Name  string `xml:"name,attr"`
		Value string `xml:"value,attr"`
	} `xml:"properties>property"`
	Cases []struct {
		Name    string `xml:"name,attr"`
		Failure *why   `xml:"failure"`
		Error   *why   `xml:"error"`
		Skipped *why   `xml:"skipped"`
		Out     string `xml:"system-out"`
	} `xml:"testcase"`
}

type why struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

func readSuite(t *testing.T, text string) (*suite, map[string]string) {
	t.Helper()
	var all struct {
		Suites []suite `xml:"testsuite"`
	}
	if err := xml.Unmarshal([]byte(text), &all); err != nil {
		t.Fatal(err)
	}
	if len(all.Suites) != 1 {
		t.Fatalf("%d suites", len(all.Suites))
	}
	properties := map[string]string{}
	for _, p := range all.Suites[0].Properties {
		properties[p.Name] = p.Value
	}
	return &all.Suites[0], properties
}

// outcome returns what became of the case of a rule, and what it says.
func (s *suite) outcome(rule string) (outcome, text string) {
	for _, c := range s.Cases {
		switch {
		case c.Name != rule:
		case c.Failure != nil:
			return "failure", c.Failure.Message + "\n" + c.Failure.Text
		case c.Error != nil:
			return "error", c.Error.Message + "\n" + c.Error.Text
		case c.Skipped != nil:
			return "skipped", c.Skipped.Message + "\n" + c.Skipped.Text
		default:
			return "passed", c.Out
		}
	}
	return "", ""
}

func TestJUnitLooksAsItShould(t *testing.T) {
	t.Parallel()
	samples := reporttest.Samples(10)
	samples["hostile"] = func() *report.Report { return reporttest.Hostile(reporttest.HostileNames()...) }
	for name, sample := range samples {
		golden(t, name+".junit.xml", draw(t, "junit", sample(), render.Options{Beside: []string{"report.json"}}))
	}
}

// TestJUnitIsAsRedAsTheExitCode proves for every verdict: failures if and only if it is blocked, errors without failures if and
// only if it is incomplete, neither if and only if it is ready.
func TestJUnitIsAsRedAsTheExitCode(t *testing.T) {
	t.Parallel()
	samples := reporttest.Samples(3)
	samples["hostile"] = func() *report.Report { return reporttest.Hostile(reporttest.HostileNames()...) }
	samples["no source"] = func() *report.Report { return &report.Report{} }
	samples["nothing judged"] = func() *report.Report {
		return &report.Report{Sources: []report.Source{{Kind: "config"}}, Rules: []report.Rule{{Rule: "a", Status: report.NotAssessed}}}
	}
	samples["everything accepted"] = func() *report.Report {
		r := reporttest.Incomplete()
		for i := range r.Rules {
			r.Rules[i].Accepted = true
		}
		for i := range r.Unexamined {
			r.Unexamined[i].Accepted = true
		}
		return r
	}
	samples["rule not listed"] = func() *report.Report {
		r := reporttest.Base()
		r.Findings = report.FindingsOf(reporttest.Finding("another", "breaking", "before", "route", "r", "r", "", "Something."))
		return r
	}
	samples["waived"] = func() *report.Report {
		r, reason := reporttest.Many(3), "agreed"
		reporttest.ChangeEach(r, func(f *report.Finding) { f.Waived = &reason })
		return r
	}
	for name, sample := range samples {
		for _, failOn := range []string{"breaking", "warning", "notice", "never"} {
			r := sample()
			r.FailOn = failOn
			r.Seal()
			s, properties := readSuite(t, draw(t, "junit", r, render.Options{}))
			want := report.Ready
			switch {
			case s.Failures > 0:
				want = report.Blocked
			case s.Errors > 0:
				want = report.Incomplete
			}
			if r.Verdict != want || properties["verdict"] != string(want) {
				t.Errorf("%s with --fail-on %s is %s, but the suite has %d failures and %d errors", name, failOn, r.Verdict, s.Failures, s.Errors)
			}
			counts := map[string]int{}
			for _, c := range s.Cases {
				outcome, _ := s.outcome(c.Name)
				counts[outcome]++
			}
			if s.Tests != len(s.Cases) || s.Failures != counts["failure"] || s.Errors != counts["error"] || s.Skipped != counts["skipped"] {
				t.Errorf("%s: %+v, but its attributes say %d, %d, %d, %d", name, counts, s.Tests, s.Failures, s.Errors, s.Skipped)
			}
			sum := r.Summary
			if got, want := fmt.Sprint(properties["breaking"], properties["warning"], properties["notice"], properties["waived"]), fmt.Sprintf("%d%d%d%d", sum.Breaking, sum.Warning, sum.Notice, sum.Waived); got != want {
				t.Errorf("%s: counts %s, want %s", name, got, want)
			}
		}
	}
}

func TestJUnitSaysWhatBecameOfEachRule(t *testing.T) {
	t.Parallel()
	s, _ := readSuite(t, draw(t, "junit", reporttest.Blocked(), render.Options{}))
	for rule, want := range map[string][]string{
		"everything was examined":     {"error", `1 thing was not examined`, `table "service": SELECT is not granted. To close the gap: `},
		"traffic-split-attached":      {"failure", "3 findings block the upgrade.", "service billing in edge: The upstream ext-77 by its id", "(kine/gateway_groups/edge/services/billing#/plugins/traffic-split)", "There may be more", "before: Save, then delete the plugin."},
		"template-runtime-config":     {"failure", "1 finding blocks the upgrade.", "These do not block the upgrade:\n- warning: service template checkout"},
		"untested-jump":               {"passed", "1 finding, which does not block the upgrade with --fail-on breaking:\n- warning: 3.4.1 to 3.7.3 skips 3.5 and 3.6\n1 finding more is waived."},
		"publish-with-runtime-config": {"skipped", "To be checked by hand."},
		"old-rule":                    {"skipped", "Does not apply: 3.7.3 does not have the change of 3.9.2"},
		"noisy-rule":                  {"skipped", "Left out: skipped: agreed in change 4711"},
	} {
		outcome, text := s.outcome(rule)
		for _, part := range want[1:] {
			if outcome != want[0] || !strings.Contains(text, part) {
				t.Errorf("%s is %s, want %s with %q in\n%s", rule, outcome, want[0], part, text)
			}
		}
	}
	r, reason := reporttest.Many(3), "the plugin stays off"
	reporttest.ChangeEach(r, func(f *report.Finding) { f.Waived = &reason })
	r.Seal()
	s, _ = readSuite(t, draw(t, "junit", r, render.Options{}))
	if outcome, text := s.outcome("traffic-split-attached"); outcome != "skipped" || !strings.Contains(text, "3 findings are waived.") || strings.Count(text, reason) != 3 {
		t.Errorf("waived is %s:\n%s", outcome, text)
	}
}

// TestJUnitKeepsToWhatConsumersShow has ten thousand findings that block, and as many that do not.
func TestJUnitKeepsToWhatConsumersShow(t *testing.T) {
	t.Parallel()
	const jenkinsPassed, jenkinsFailed = 1_000, 100_000
	r := reporttest.Many(10_000)
	o := render.Options{Beside: []string{"report.json"}}
	s, _ := readSuite(t, draw(t, "junit", r, o))
	if _, text := s.outcome("traffic-split-attached"); len(text) > jenkinsFailed || len(text) < jenkinsFailed/3 || !strings.Contains(text, " more that block the upgrade. The whole list is in report.json.") {
		t.Errorf("%d bytes, ending in %s", len(text), text[len(text)-300:])
	}
	r.FailOn = report.FailNever
	r.Seal()
	s, _ = readSuite(t, draw(t, "junit", r, o))
	if outcome, text := s.outcome("traffic-split-attached"); outcome != "passed" || utf8.RuneCountInString(text) > jenkinsPassed || !strings.Contains(text, " more findings. The whole list is in report.json.") {
		t.Errorf("%s, %d bytes:\n%s", outcome, len(text), text)
	}
}
