package render_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/runbook"
	"github.com/api7-preflight/api7-preflight/internal/test/reporttest"
)

// large returns a runbook for 300 gateway groups and 2000 findings of 150 teams.
func large() *runbook.Runbook {
	f := runbook.Facts{}
	for i := range 300 {
		name := fmt.Sprintf("group-%03d", i)
		f.Groups = append(f.Groups, runbook.Group{ID: "id-" + name, ShortID: name, Name: name, Instances: []runbook.Instance{{Name: "gw-" + name, Version: "3.4.1", Live: true}}})
	}
	r := reporttest.Base()
	var all []report.Finding
	could := map[runbook.Task]bool{}
	for i := range 2000 {
		id := fmt.Sprintf("route-%04d", i)
		one := reporttest.Finding("traffic-split-attached", "breaking", "before", "route", id, id, f.Groups[i%300].Name, "attached")
		one.Object.Owner = map[string]string{"team": fmt.Sprintf("team-%03d", i%150)}
		one.Remediation = []report.Remediation{{When: "before", Text: "Save it.", Command: "curl -o '" + id + "' \"$API7_ADMIN\""}}
		all = append(all, one)
		could[runbook.Task{Fingerprint: one.Fingerprint, When: "before"}] = true
	}
	r.Findings = report.FindingsOf(all...)
	return runbook.Make(reporttest.Settle(r), &f, runbook.Options{Times: runbook.GuideTimes(), Could: could, Sources: "--dsn \"$DSN\""})
}

// TestTheFirstPageOfALargeRunbookCanBeRead counts its lines.
func TestTheFirstPageOfALargeRunbookCanBeRead(t *testing.T) {
	t.Parallel()
	b := large()
	text := drawn(t, "markdown", b)
	first, rest, _ := strings.Cut(text, "\n## Preparation\n")
	if n := strings.Count(first, "\n"); n > 200 {
		t.Errorf("the first page has %d lines:\n%s", n, first)
	}
	for _, want := range []string{
		"It is longer than 12 hours", "Gateway group group-000 and 299 others", "more owners have something to do", "more points of no return", "more are found in the same way",
	} {
		if !strings.Contains(first, want) {
			t.Errorf("the first page has no %q", want)
		}
	}
	step, _, _ := strings.Cut(rest[strings.Index(rest, "`prepare-traffic-split-attached`"):], "\n### ")
	for _, want := range []string{
		"1,950 more objects (in group-050 7, ", "; of `team=team-",
		"… and 1800 more: scripts do it for all: api7-preflight runbook --dsn \"$DSN\" --from 3.4.1 --to 3.7.3 --out window",
	} {
		if !strings.Contains(step, want) {
			t.Errorf("the step has no %q", want)
		}
	}
	if n := strings.Count(step, "\n- route "); n != 50 {
		t.Errorf("the step lists %d objects", n)
	}
	for _, format := range []string{"markdown", "html"} {
		if n := len(drawn(t, format, b)); n > 3<<20 {
			t.Errorf("%s has %d bytes", format, n)
		}
	}
}
