package targets_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

func TestWhatSpeaksAgainstAReleaseIsSaidInWords(t *testing.T) {
	t.Parallel()
	worse := func(p version.Path) *report.Report {
		r := breaks(map[string]int{"3.7": 3}, 2, until(warning, met, "3.8.5"), until(notice, met, "3.8.0"), until(notice, open, "3.8.0"))(p)
		if p.To.Line().String() == "3.7" {
			r.Findings = append(r.Findings, report.FindingsOf(report.Finding{Rule: "r", Severity: warning})...)
			r.ManualChecks = []report.ManualCheck{{Title: "look"}, {Title: "look again"}}
		}
		return r
	}
	for name, tt := range map[string]struct {
		from, v string
		brings  brings
		than    string
		reasons []string
	}{
		"the best itself": {"3.8.21", "3.8.22", with(), "", []string{}},
		"one of the best": {"3.4.1", "3.5.5", with(), "3.8.22", []string{"3.8.22 has long-term support until 2028-04-21"}},
		"no public notes": {"3.8.21", "3.8.23", with(until(notice, met, "3.8.22")), "3.8.22", []string{"no public release notes, so its defects are not known"}},
		"older than the installed, and there is nothing to choose": {
			"3.8.23", "3.9.0", with(), "", []string{"older than the installed 3.8.23, so fixes would be lost"},
		},
		"worse in every respect": {
			"3.4.1", "3.7.8", worse, "3.8.22",
			[]string{
				"3.8.22 has 1 fewer breaking finding, 1 fewer warning, 2 fewer known defects that meet this installation, " +
					"1 fewer known defect that may meet it, 2 fewer checks by hand, long-term support until 2028-04-21",
				"3.5.5 has 1 fewer breaking finding, 1 fewer warning, 2 fewer checks by hand",
			},
		},
		"an untested jump": {
			"3.4.1", "3.9.2", with(until(notice, met, "3.8.22", "3.9.3")), "3.8.22",
			[]string{
				"the direct way passes over 3.5, 3.6, 3.7, 3.8, which the vendor does not test",
				"3.8.22 has 1 fewer known defect that meets this installation, long-term support until 2028-04-21",
				"3.9.3 is newer in the same line, and no worse",
			},
		},
		"as good as another": {"3.8.20", "3.8.21", with(), "3.8.22", []string{"3.8.22 is newer in the same line, and no worse"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := asked(t, tt.from, tt.brings, whyNot(tt.v)).WhyNot
			if diff := cmp.Diff(tt.reasons, got.Reasons); diff != "" {
				t.Errorf("reasons (-want +got):\n%s", diff)
			}
			if got.Version != tt.v || got.Than != tt.than || got.Only.Version != tt.v {
				t.Errorf("%s than %s, %s; want %s than %s", got.Version, got.Than, got.Only.Version, tt.v, tt.than)
			}
		})
	}
}

// TestWhyNotShowsWhatOnlyThatReleaseBrings: compared with the best one.
func TestWhyNotShowsWhatOnlyThatReleaseBrings(t *testing.T) {
	t.Parallel()
	got := asked(t, "3.8.20", func(p version.Path) *report.Report {
		r := judged(p.From.String(), p.To.String(), 0)
		r.Findings = report.FindingsOf(found("both", notice, "", "1"))
		if p.To.String() == "3.8.21" {
			r.Findings = report.FindingsOf(found("both", notice, "", "1"), found("only", warning, "", "1"))
		}
		return r
	}, whyNot("3.8.21")).WhyNot
	if len(got.Only.Findings) != 1 || got.Only.Findings[0].Open().Rule != "only" || got.Than != "3.8.22" {
		t.Errorf("%+v", got)
	}
}
