package render

import (
	"io"
	"strings"
	"time"
)

// Progress keeps one terminal line up to date during a long operation. It uses no escape sequences. It ignores errors
// of the terminal, because a progress line is not worth a failed run.
type Progress struct {
	w       io.Writer
	width   int
	now     func() time.Time
	started time.Time
	used    int
}

// NewProgress returns a progress line on w, a terminal with the given number of columns; 0 means 80. Its clock starts
// now.
func NewProgress(w io.Writer, width int, now func() time.Time) *Progress {
	if width <= 0 {
		width = defaultWidth
	}
	return &Progress{w: w, width: width, now: now, started: now()}
}

// Show rewrites the line: "reading postgres, routes … 120,000 resources, 3 s". It shortens a line that is too wide,
// because a broken line could not be rewritten.
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

// Clear removes the line, if it was ever shown.
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
