package render_test

import (
	"errors"
	"strings"
	"testing"
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
