package render_test

import (
	"strings"
	"testing"
	"time"

	"github.com/api7-preflight/api7-preflight/internal/render"
)

func TestProgressRewritesOneLineAndClearsIt(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 20, 22, 0, 0, 0, time.UTC)
	var out strings.Builder
	p := render.NewProgress(&out, 80, func() time.Time { return now })
	now = now.Add(3 * time.Second)
	p.Show("postgres", "route", 120_000)
	p.Show("pg\x1b[2J", "ssl", 1)
	p.Clear()
	first, second := "reading postgres, routes … 120,000 resources, 3 s", `reading pg\x1b[2J, SSL certificates … 1 resource, 3 s`
	want := "\r" + first + "\r" + second + "\r" + strings.Repeat(" ", 53) + "\r"
	if out.String() != want {
		t.Errorf("got %q\nwant %q", out.String(), want)
	}
}

func TestProgressNeverFillsTheTerminal(t *testing.T) {
	t.Parallel()
	for width := range 70 {
		var out strings.Builder
		p := render.NewProgress(&out, width, func() time.Time { return time.Time{} })
		p.Show("postgres", "stream_route", 1_234_567)
		if line := []rune(strings.TrimPrefix(out.String(), "\r")); width > 0 && len(line) >= width {
			t.Errorf("width %d: %q", width, string(line))
		}
	}
}

func TestProgressThatWasNeverShownLeavesNothing(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	render.NewProgress(&out, 0, time.Now).Clear()
	if out.Len() > 0 {
		t.Errorf("got %q", out.String())
	}
}
