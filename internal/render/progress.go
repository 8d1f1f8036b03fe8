package render

import (
	"io"
	"strings"
	"time"
)

// Progress keeps one line of a terminal up to date while something long goes on. It uses no escape sequence, and an
// error of the terminal is ignored: a progress line is not worth a failed run.
type Progress struct {
	w       io.Writer
	width   int
	now     func() time.Time
	started time.Time
	used    int
}

// NewProgress returns a progress line on w, a terminal of the given width (0 means 80), whose clock begins now.
func NewProgress(w io.Writer, width int, now func() time.Time) *Progress {
	if width <= 0 {
		width = defaultWidth
	}
	return &Progress{w: w, width: width, now: now, started: now()}
}

// Show rewrites the line: "reading postgres, routes … 120,000 resources, 3 s". Where that is too wide it says less, never
// more than fits, because a broken line could not be rewritten.
func (p *Progress) Show(source, kind string, n int64) {
	_, kinds := noun(kind)
	resources := count(n, "resource", "resources")
	elapsed := thousands(int64(p.now().Sub(p.started).Seconds())) + " s"
	line := ""
	for _, try := range []string{
		"reading " + Sanitize(source) + ", " + Sanitize(kinds) + " … " + resources + ", " + elapsed,
		"reading " + Sanitize(source) + " … " + resources + ", " + elapsed,
		"reading … " + resources + ", " + elapsed,
		resources + ", " + elapsed,
		elapsed,
	} {
		if width(try) < p.width {
			line = try
			break
		}
	}
	p.write(line)
}

// Clear removes the line. A line that was never shown leaves nothing behind.
func (p *Progress) Clear() {
	if p.used > 0 {
		p.write("")
		_, _ = io.WriteString(p.w, "\r")
	}
}

func (p *Progress) write(line string) {
	size := width(line)
	_, _ = io.WriteString(p.w, "\r"+line+strings.Repeat(" ", max(p.used-size, 0)))
	p.used = size
}
