package targets_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/targets"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// defect is a known defect that every release has before the first ones with the fix.
type defect struct {
	severity, concerned string
	fixed               version.Change
}

const breaking, warning, notice = report.SeverityBreaking, report.SeverityWarning, report.SeverityNotice

const met, open, spared = "yes", "unknown", "no"

func until(severity, concerned string, first ...string) defect {
	return defect{severity, concerned, version.Since(first...)}
}

// judged returns the report on a path whose target has the defects as they say, and breaking findings.
func judged(from, to string, breaking int, defects ...defect) *report.Report {
	r := &report.Report{
		Path: report.Path{From: from, To: to}, FailOn: report.SeverityBreaking, Sources: []report.Source{{}},
		Rules:  []report.Rule{{Rule: "r", Status: report.Passed, Examined: 1}},
		Target: report.Target{Best: []string{}, Candidates: []report.Candidate{}, Defects: []report.Defect{}},
	}
	for _, d := range defects {
		if !d.fixed.In(version.MustParse(to).Release()) {
			r.Target.Defects = append(r.Target.Defects, report.Defect{Severity: d.severity, Concerned: d.concerned, Says: "a"})
		}
	}
	for range breaking {
		r.Findings = append(r.Findings, report.FindingsOf(report.Finding{Rule: "r", Severity: report.SeverityBreaking})...)
	}
	r.Seal()
	return r
}

// all returns what every release above the installed one would bring.
func all(from string, defects ...defect) (out []targets.Target) {
	for _, p := range targets.Paths(version.Path{From: version.MustParse(from)}, false) {
		out = append(out, targets.Of(judged(from, p.To.String(), 0, defects...)))
	}
	return out
}

func advised(from, to string, defects ...defect) report.Target {
	return among(all(from, defects...), from, to, defects...)
}

func among(others []targets.Target, from, to string, defects ...defect) report.Target {
	r := judged(from, to, 0, defects...)
	targets.Advise(r, others)
	return r.Target
}

func TestOneAdviceOnTheTargetWeighsAllKnownDefects(t *testing.T) {
	t.Parallel()
	leak := func() defect { return until(warning, met, "3.7.8", "3.8.5") }
	tests := map[string]struct {
		from, to string
		defects  []defect
		advice   string
		best     []string
	}{
		"nothing is known": {"3.4.1", "3.8.22", nil, "3.8.22 has no known defect.", []string{"3.8.22"}},
		"none can be met": {
			"3.4.1", "3.8.22",
			[]defect{until(breaking, spared, "3.9.0")},
			"3.8.22 has no known defect that this installation can meet.",
			[]string{"3.8.22"},
		},
		"what this installation cannot meet makes no other release better": {
			"3.4.1", "3.9.2",
			[]defect{until(warning, spared, "3.9.3")},
			"3.9.2 has no known defect that this installation can meet.",
			[]string{"3.9.2"},
		},
		"long-term support makes no release better that has no fewer defects": {
			"3.4.1", "3.7.8",
			[]defect{until(notice, met, "3.9.0")},
			"3.7.8 has 1 known defect; 1 meets this installation, a notice. Better: 3.9.3 (none known).",
			[]string{"3.9.3"},
		},
		"one in its line, and the line with long-term support": {
			"3.4.1", "3.7.3",
			[]defect{leak(), until(notice, open, "3.8.0"), until(notice, met, "3.9.0")},
			"3.7.3 has 3 known defects; 2 meet this installation (1 graver than a notice), 1 may. Better: 3.7.8 (1, 1 may) or 3.8.22 (LTS, 1).",
			[]string{"3.7.8", "3.8.22"},
		},
		"notices alone": {
			"3.4.1", "3.7.3",
			[]defect{until(notice, met, "3.7.8", "3.8.5"), until(notice, open, "3.8.0"), until(notice, spared, "3.9.0")},
			"3.7.3 has 3 known defects; 1 meets this installation, 1 may, all notices. Better: 3.7.8 (1 may) or 3.8.22 (LTS, none).",
			[]string{"3.7.8", "3.8.22"},
		},
		"nobody can tell of any": {
			"3.4.1", "3.9.0",
			[]defect{until(warning, open, "3.9.2"), until(notice, open, "3.9.3")},
			"3.9.0 has 2 known defects; 2 may meet this installation (1 graver than a notice). Better: 3.9.3 (none known).",
			[]string{"3.9.3"},
		},
		"a release without long-term support is better by defects alone": {
			"3.4.1", "3.8.22",
			[]defect{until(notice, met, "3.9.0"), until(notice, spared, "3.9.0")},
			"3.8.22 has 2 known defects; 1 meets this installation, a notice. 3.9.3 (none known) is better by defects alone, but no LTS.",
			[]string{"3.8.22"},
		},
		"a warning that is met outweighs notices and long-term support": {
			"3.4.1", "3.8.21",
			[]defect{until(warning, met, "3.9.0"), until(notice, met, "3.8.22"), until(notice, met, "3.9.4")},
			"3.8.21 has 3 known defects; 3 meet this installation (1 graver than a notice). Better: 3.8.22 (LTS, 2, 1 graver) or 3.9.3 (1).",
			[]string{"3.8.22", "3.9.3"},
		},
		"one that may be met does not outweigh long-term support": {
			"3.4.1", "3.8.21",
			[]defect{until(warning, open, "3.9.0"), until(notice, met, "3.8.22")},
			"3.8.21 has 2 known defects; 1 meets this installation, 1 may (1 graver than a notice). Better: 3.8.22 (LTS, 1 may, 1 graver).",
			[]string{"3.8.22"},
		},
		"what is met outweighs what nobody can tell": {
			"3.4.1", "3.9.0",
			[]defect{until(warning, met, "3.9.2"), until(warning, open, "3.9.4"), until(warning, open, "3.9.4")},
			"3.9.0 has 3 known defects; 1 meets this installation (1 graver than a notice), 2 may (2 graver than a notice). Better: 3.9.3 (2 may, 2 graver).",
			[]string{"3.9.3"},
		},
		"a target without public notes": {
			"3.8.22", "3.10.5", nil,
			"3.10.5 has no public release notes, so its defects are not known. With public notes: 3.9.3 (none known).",
			[]string{"3.9.3"},
		},
		"a target without public notes, whose neighbours have known defects": {
			"3.4.1", "3.8.23",
			[]defect{until(notice, met, "3.9.0"), until(warning, open, "3.9.0")},
			"3.8.23 has no public release notes, so its defects are not known. With public notes: " +
				"3.8.22 (LTS, 1 known defect meets this installation, 1 may, 1 graver).",
			[]string{"3.8.22"},
		},
		"the installed release is no choice": {
			"3.8.22", "3.8.23",
			[]defect{until(notice, met, "3.9.0")},
			"3.8.23 has no public release notes, so its defects are not known. With public notes: 3.9.3 (none known).",
			[]string{"3.9.3"},
		},
		"nothing with public notes is as new as the installed release": {
			"3.9.3", "3.10.5", nil, "3.10.5 has no public release notes, so its defects are not known.", []string{},
		},
		"what is older than the installed release is no choice": {
			"3.8.23", "3.9.0",
			[]defect{until(warning, met, "3.9.2")},
			"3.9.0 has 1 known defect; 1 meets this installation (1 graver than a notice). It is older than the installed 3.8.23, so fixes would be lost.",
			[]string{},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := advised(tt.from, tt.to, tt.defects...)
			if got.Advice != tt.advice {
				t.Errorf("advice\n%s\nwant\n%s", got.Advice, tt.advice)
			}
			if diff := cmp.Diff(tt.best, got.Best); diff != "" {
				t.Errorf("best (-want +got):\n%s", diff)
			}
			if got.Candidates == nil || slices.ContainsFunc(got.Candidates, func(c report.Candidate) bool { return !documented(c.Version) }) {
				t.Errorf("candidates %+v, want only releases whose defects are known", got.Candidates)
			}
			for _, v := range got.Best {
				if !documented(v) {
					t.Errorf("%s has no public notes", v)
				}
			}
		})
	}
}

func documented(v string) bool {
	r, known := version.Known(version.MustParse(v))
	return known && r.Source == version.Notes
}

func TestCandidatesSayWhatAnInstallationMeetsInEach(t *testing.T) {
	t.Parallel()
	got := advised("3.4.1", "3.8.22", until(warning, met, "3.9.1"), until(notice, open, "3.9.3"), until(breaking, spared, "3.9.4"))
	want := []report.Candidate{
		{Version: "3.8.22", LTS: true, Defects: 3, Met: report.Severities{Warning: 1}, Unknown: report.Severities{Notice: 1}},
		{Version: "3.9.3", Defects: 1},
	}
	if diff := cmp.Diff(want, got.Candidates); diff != "" {
		t.Errorf("candidates (-want +got):\n%s", diff)
	}
}

// TestAdviceTellsWhatABetterReleaseBreaks: fewer defects may come with more that has to be dealt with first.
func TestAdviceTellsWhatABetterReleaseBreaks(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{1: "3.8.22 (LTS, none, breaks 1 more)", 0: "3.8.22 (LTS, none)", -2: "3.8.22 (LTS, none, breaks 2 fewer)"} {
		d := until(notice, met, "3.8.22")
		r := judged("3.4.1", "3.7.8", 2, d, until(notice, spared, "3.9.0"))
		targets.Advise(r, []targets.Target{targets.Of(judged("3.4.1", "3.8.22", 2+n, until(notice, spared, "3.9.0")))})
		if got := r.Target.Advice; !strings.HasSuffix(got, "Better: "+want+".") {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestAReportWithoutItsListOfDefectsGetsNoAdvice(t *testing.T) {
	t.Parallel()
	r := judged("3.4.1", "3.7.3", 0)
	r.Target.Advice = "Known defects of 3.7.3 were not judged."
	targets.Advise(r, all("3.4.1"))
	if len(r.Target.Best)+len(r.Target.Candidates) > 0 || r.Target.Advice != "Known defects of 3.7.3 were not judged." {
		t.Errorf("%+v", r.Target)
	}
}

// TestBestIsNewerThanTheInstalledReleaseAndMeetsLess: on every path, whatever defects releases have.
func TestBestIsNewerThanTheInstalledReleaseAndMeetsLess(t *testing.T) {
	t.Parallel()
	sets := [][]defect{
		nil,
		{until(notice, met, "3.9.0")},
		{until(warning, open, "3.8.22", "3.9.2"), until(notice, met, "3.7.8", "3.8.5")},
		{until(breaking, spared, "3.9.3"), until(warning, met, "3.5.2"), until(notice, open, "3.9.4")},
	}
	for _, from := range []string{"3.2.8.1", "3.4.1", "3.8.22", "3.8.23", "3.9.3"} {
		installed, _ := version.Known(version.MustParse(from))
		for i, set := range sets {
			others := all(from, set...)
			for _, p := range targets.Paths(version.Path{From: installed.Version}, false) {
				name := fmt.Sprintf("%s to %s, defects %d", from, p.To, i)
				got := among(others, from, p.To.String(), set...)
				burdens := map[string]int{}
				for _, c := range got.Candidates {
					burdens[c.Version] = c.Met.Total() + c.Unknown.Total()
				}
				for _, text := range got.Best {
					best, _ := version.Known(version.MustParse(text))
					if !installed.Version.Less(best.Version) || best.Date < installed.Date {
						t.Errorf("%s: %s is not newer than what is installed", name, text)
					}
					burden, listed := burdens[text]
					if !listed || !strings.Contains(got.Advice, text) {
						t.Errorf("%s: best %s, and %v, %q", name, text, burdens, got.Advice)
					}
					if target, documented := burdens[p.To.String()]; documented && text != p.To.String() && burden >= target {
						t.Errorf("%s: %s is called better: %s", name, text, got.Advice)
					}
				}
			}
		}
	}
}
