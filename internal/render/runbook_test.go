package render_test

import (
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // hours of a zone are tried on machines without its data too
	"unicode"

	"github.com/api7-preflight/api7-preflight/internal/render"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/runbook"
	"github.com/api7-preflight/api7-preflight/internal/test/reporttest"
)

// planned returns the runbook for a report and some facts.
func planned(r *report.Report) *runbook.Runbook {
	const evil = "a'b\"`c|\n# <script>alert(1)</script>\x1b[31m\u202e ##[error] ```"
	return runbook.Make(r, &runbook.Facts{
		Groups: []runbook.Group{
			{ID: "default", ShortID: "default", Name: "default", Instances: []runbook.Instance{{Name: "gw-1", Version: "3.4.1", Live: true}, {Name: "gw-2", Version: "3.4.1", Live: true}}},
			{ID: "2", ShortID: "evil", Name: evil, Instances: []runbook.Instance{{Name: evil, Version: evil, Live: true}}},
		},
		Services:   []runbook.Service{{Group: "evil", ID: evil, Name: evil, Routes: 1, Hosts: []string{evil}, Route: runbook.Route{Path: "/" + evil}}},
		Containers: []runbook.Container{{Component: "dashboard", Found: "compose", File: evil, Service: evil, Repository: evil, Tag: evil}},
		Database:   runbook.Database{Host: evil, User: evil, Name: evil},
	}, runbook.Options{Times: runbook.GuideTimes()})
}

// drawn writes a runbook.
func drawn(t *testing.T, format string, b *runbook.Runbook) string {
	t.Helper()
	var out strings.Builder
	if err := render.Runbook(&out, format, b); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// TestNothingInARunbookMovesACursor feeds every format hostile names.
func TestNothingInARunbookMovesACursor(t *testing.T) {
	t.Parallel()
	for _, r := range []*report.Report{reporttest.Blocked(), reporttest.Incomplete(), reporttest.Ready(), reporttest.Hostile(reporttest.HostileNames()...)} {
		b := planned(r)
		for _, format := range render.RunbookFormats() {
			text := drawn(t, format, b)
			for _, c := range text {
				if c != '\n' && !unicode.IsPrint(c) {
					t.Errorf("%s has the character %U", format, c)
					break
				}
			}
			if strings.Contains(text, "##[") {
				t.Errorf("%s has a command to a build server", format)
			}
			if format == "html" && strings.Contains(text, "<script") {
				t.Error("html has a script")
			}
		}
	}
}

// TestCommandsInMarkdownStayInTheirBlocks follows the fences: between two of them nothing ends a block, and no name begins a
// heading of its own.
func TestCommandsInMarkdownStayInTheirBlocks(t *testing.T) {
	t.Parallel()
	text := drawn(t, "markdown", planned(reporttest.Hostile(reporttest.HostileNames()...)))
	fence := ""
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		switch {
		case fence != "" && line == fence:
			fence = ""
		case fence != "":
		case strings.HasPrefix(line, "```"):
			fence = strings.TrimSuffix(line, "sh")
		default:
			if strings.ContainsAny(bare(line), "<@") {
				t.Errorf("markup outside of code: %s", line)
			}
		}
	}
	if fence != "" {
		t.Error("the last block has no end")
	}
}

func TestARunbookIsKnownAgain(t *testing.T) {
	t.Parallel()
	b := planned(reporttest.Blocked())
	for _, format := range render.RunbookFormats() {
		text := []byte(drawn(t, format, b))
		if !render.IsReport(text) && !render.IsRunbook(text) {
			t.Errorf("%s: the next run would take it for configuration", format)
		}
	}
	if render.IsRunbook([]byte("# Runbook: another\n")) {
		t.Error("another runbook is taken for one of this program")
	}
}

// broken is a writer that fails after some bytes.
type broken struct{ left int }

var errBroken = errors.New("no space left")

func (w *broken) Write(p []byte) (int, error) {
	if w.left -= len(p); w.left < 0 {
		return 0, errBroken
	}
	return len(p), nil
}

func TestARunbookThatCannotBeWrittenIsAnError(t *testing.T) {
	t.Parallel()
	b := planned(reporttest.Blocked())
	for _, format := range render.RunbookFormats() {
		if err := render.Runbook(&broken{left: 100}, format, b); !errors.Is(err, errBroken) {
			t.Errorf("%s: %v", format, err)
		}
	}
	if err := render.Runbook(&broken{}, "table", b); err == nil || !strings.Contains(err.Error(), "known formats: markdown, html, json, change-request") {
		t.Error(err)
	}
}

// TestAWindowThatIsTooShortOrTooLongSaysSo reads what Markdown and HTML say of it.
func TestAWindowThatIsTooShortOrTooLongSaysSo(t *testing.T) {
	t.Parallel()
	many := &runbook.Facts{}
	for i := range 60 {
		name := "group-" + strconv.Itoa(i)
		many.Groups = append(many.Groups, runbook.Group{ShortID: name, Name: name})
	}
	short := runbook.GuideTimes()
	short.Window = 40
	for _, tt := range []struct {
		facts *runbook.Facts
		times runbook.Times
		says  []string
	}{
		{&runbook.Facts{Groups: many.Groups[:2]}, short, []string{"too short", "the work alone is longer than that"}},
		{many, runbook.GuideTimes(), []string{"longer than 12 hours", "--parallel", "29 more"}},
	} {
		b := runbook.Make(reporttest.Blocked(), tt.facts, runbook.Options{Times: tt.times})
		for _, format := range []string{"markdown", "html"} {
			text := drawn(t, format, b)
			for _, want := range tt.says {
				if !strings.Contains(text, want) {
					t.Errorf("%s does not say %q", format, want)
				}
			}
		}
	}
}

// TestTheFirstLinesOfARunbookSayUntilWhenToTurnBack reads them.
func TestTheFirstLinesOfARunbookSayUntilWhenToTurnBack(t *testing.T) {
	t.Parallel()
	b := runbook.Make(reporttest.Blocked(), &runbook.Facts{}, runbook.Options{Times: runbook.GuideTimes(), Starts: []time.Time{time.Date(2026, 10, 25, 1, 30, 0, 0, zone(t, "Europe/Berlin"))}})
	text := drawn(t, "markdown", b)
	head, _, _ := strings.Cut(text, "\n## ")
	for _, want := range []string{"Roll back if it is not done", "`upgrade-control-plane` by `", "Sunday, 2026-10-25"} {
		if !strings.Contains(head, want) {
			t.Errorf("it does not say %q:\n%s", want, head)
		}
	}
	if !strings.Contains(text, "(UTC+01:00)") { // clocks go back in this night
		t.Errorf("hours that there are twice are not told apart:\n%s", text)
	}
}

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}
