package render

import (
	"io"
	"strings"
	"time"
)

// Reading is how far reading has got.
type Reading struct {
	Source    string
	Kind      string // of the last resource; empty: none came yet
	Resources int64
	Requests  int64 // 0: the source sends none
}

// Progress says during a long operation how far it has got: on a terminal in one line that it rewrites, in a log in a
// line each time. It uses no escape sequences. It ignores errors of the stream, because a progress line is not worth a
// failed run.
type Progress struct {
	w       io.Writer
	width   int // 0: a log
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

// NewProgressLog returns progress on w, which keeps every line. Its clock starts now.
func NewProgressLog(w io.Writer, now func() time.Time) *Progress {
	return &Progress{w: w, now: now, started: now()}
}

// Show writes how far reading has got: "reading admin-api, routes … 12,000 resources, 1,300 requests, 9 s". On a
// terminal it shortens a line that is too wide, because a broken line could not be rewritten.
func (p *Progress) Show(r Reading) {
	source, kinds := "reading "+Sanitize(r.Source), ""
	if r.Kind != "" {
		_, kinds = noun(r.Kind)
		kinds = ", " + Sanitize(kinds)
	}
	resources, requests := count(r.Resources, "resource", "resources"), ""
	if r.Requests > 0 {
		requests = ", " + count(r.Requests, "request", "requests")
	}
	elapsed := thousands(int64(p.now().Sub(p.started).Seconds())) + " s"
	tries := []string{
		source + kinds + " … " + resources + requests + ", " + elapsed,
		source + kinds + " … " + resources + ", " + elapsed,
		source + " … " + resources + ", " + elapsed,
		"reading … " + resources + ", " + elapsed,
		resources + ", " + elapsed,
		elapsed,
	}
	if p.width == 0 {
		_, _ = io.WriteString(p.w, tries[0]+"\n")
		return
	}
	line := ""
	for _, try := range tries {
		if width(try) < p.width {
			line = try
			break
		}
	}
	p.write(line)
}

// Clear removes the line from a terminal, if it was ever shown.
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
