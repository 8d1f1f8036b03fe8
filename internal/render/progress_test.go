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
	p.Show(render.Reading{Source: "postgres", Kind: "route", Resources: 120_000})
	p.Show(render.Reading{Source: "pg\x1b[2J", Kind: "ssl", Resources: 1})
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
		p.Show(render.Reading{Source: "postgres", Kind: "stream_route", Resources: 1_234_567, Requests: 9})
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

func TestProgressInALogIsALineEachTime(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 20, 22, 0, 0, 0, time.UTC)
	var out strings.Builder
	p := render.NewProgressLog(&out, func() time.Time { return now })
	now = now.Add(30 * time.Second)
	p.Show(render.Reading{Source: "admin-api", Requests: 1})
	now = now.Add(30 * time.Second)
	p.Show(render.Reading{Source: "admin-api", Kind: "route", Resources: 12_000, Requests: 1_300})
	p.Clear()
	want := "reading admin-api … 0 resources, 1 request, 30 s\nreading admin-api, routes … 12,000 resources, 1,300 requests, 60 s\n"
	if out.String() != want {
		t.Errorf("got %q\nwant %q", out.String(), want)
	}
}
