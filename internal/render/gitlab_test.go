package render_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/render"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/test/reporttest"
)

// issue is an entry of a Code Quality report.
type issue struct {
	Description string `json:"description"`
	CheckName   string `json:"check_name"`
	Fingerprint string `json:"fingerprint"`
	Severity    string `json:"severity"`
	Location    struct {
		Path  string `json:"path"`
		Lines struct {
			Begin int `json:"begin"`
		} `json:"lines"`
	} `json:"location"`
	Count int `json:"count"`
}

func readIssues(t *testing.T, text string) []issue {
	t.Helper()
	var all []issue
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// TestGitLabHasEveryFindingAndEveryGap also proves what GitLab asks of every entry.
func TestGitLabHasEveryFindingAndEveryGap(t *testing.T) {
	t.Parallel()
	samples := reporttest.Samples(10)
	samples["hostile"] = func() *report.Report { return reporttest.Hostile(reporttest.HostileNames()...) }
	for name, sample := range samples {
		r := sample()
		out := draw(t, "gitlab", r, render.Options{})
		golden(t, name+".gitlab.json", out)
		findings, others, marks := 0, map[string]int{}, map[string]bool{}
		for _, one := range readIssues(t, out) {
			switch one.CheckName {
			case "verdict", "waived", "not-examined":
				others[one.CheckName]++
			default:
				findings += max(one.Count, 1)
			}
			at := one.Location
			if one.Description == "" || one.Fingerprint == "" || marks[one.Fingerprint] || at.Path == "" || strings.HasPrefix(at.Path, "./") || strings.HasPrefix(at.Path, "/") || at.Lines.Begin < 1 {
				t.Errorf("%s: GitLab would not take %+v", name, one)
			}
			marks[one.Fingerprint] = true
		}
		if want := r.Summary.Breaking + r.Summary.Warning + r.Summary.Notice; findings != want {
			t.Errorf("%s: %d findings, want %d", name, findings, want)
		}
		if gaps := r.Summary.Unexamined + r.Summary.Unknown; others["verdict"] != 1 || others["waived"] != min(r.Summary.Waived, 1) || min(others["not-examined"], 1) != min(gaps, 1) {
			t.Errorf("%s: besides findings it has %v", name, others)
		}
	}
}

func TestGitLabCallsBlockerWhatBlocks(t *testing.T) {
	t.Parallel()
	for failOn, want := range map[string]string{
		"breaking": "map[blocker:1 major:1 minor:1]", "warning": "map[blocker:2 minor:1]", "notice": "map[blocker:3]", "never": "map[critical:1 major:1 minor:1]",
	} {
		r := reporttest.Files()
		r.FailOn = failOn
		r.Seal()
		got := map[string]int{}
		for _, one := range readIssues(t, draw(t, "gitlab", r, render.Options{})) {
			if one.CheckName != "verdict" {
				got[one.Severity]++
			}
		}
		if fmt.Sprint(got) != want {
			t.Errorf("--fail-on %s: %v, want %s", failOn, got, want)
		}
	}
}

func TestGitLabSaysWhatIsKnownOrWaived(t *testing.T) {
	t.Parallel()
	r, reason := reporttest.Many(3), "agreed"
	reporttest.ChangeEach(r, func(f *report.Finding) {
		f.Baseline, f.Location.File, f.Location.Line = "known", "./a b/conf.yaml", 7
		if f.Object.ID == "r-00002" {
			f.Waived = &reason
		}
	})
	r.Seal()
	all := readIssues(t, draw(t, "gitlab", r, render.Options{Beside: []string{"report.json", "report.html"}}))
	if len(all) != 4 || all[1].Severity != "critical" || !strings.HasPrefix(all[1].Description, "Known to the baseline: ") ||
		all[3].Description != "1 finding is waived and not listed here. The whole list is in report.json, report.html." {
		t.Errorf("got %+v", all)
	}
	if at := all[1].Location; at.Path != "a b/conf.yaml" || at.Lines.Begin != 7 {
		t.Errorf("its place is %+v", at)
	}
}

func TestNothingLookedAtIsSaidToGitLab(t *testing.T) {
	t.Parallel()
	r := &report.Report{FailOn: "breaking"}
	r.Seal()
	all := readIssues(t, draw(t, "gitlab", r, render.Options{}))
	if len(all) != 2 || all[1].CheckName != "not-examined" || all[1].Description != "Not examined: everything: no source was read." {
		t.Errorf("got %+v", all)
	}
}

// TestGitLabFoldsWhatItRefuses has descriptions of 45 KB.
func TestGitLabFoldsWhatItRefuses(t *testing.T) {
	t.Parallel()
	const n, limit = 2_100, 100_000_000
	r := reporttest.Many(n)
	long := strings.TrimSuffix(strings.Repeat(strings.Repeat("x", 900)+" ", 50), " ")
	reporttest.ChangeEach(r, func(f *report.Finding) { f.Message = long })
	out := draw(t, "gitlab", r, render.Options{})
	all := readIssues(t, out)
	findings := 0
	for _, one := range all[1:] {
		findings += max(one.Count, 1)
	}
	last := all[len(all)-1]
	if findings != n || len(out) > limit || last.Count == 0 || !strings.Contains(last.Description, "`--format json=FILE` writes them all.") {
		t.Errorf("%d bytes, %d findings, the last entry is %.300s", len(out), findings, fmt.Sprint(last))
	}
}
