// Package render turns a report into bytes: a table for people, JSON for programs. It sees only the report, or a
// diagnosis, and never a resource, so it cannot print what they do not hold; and whatever they quote from a database or
// a file is made harmless before it reaches a terminal.
package render

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// Options says how to render. Formats for programs ignore all of it.
type Options struct {
	Width   int  // columns of the terminal: 0 means 80; kept between 60 and 120, where it is readable
	Color   bool // whether escape sequences for colour may be used
	ShowAll bool // whether every affected object is listed, not only the first of each rule
}

// format is one way to write a report. A new one is a file of its own and a line in formats.
type format struct {
	name   string
	render func(*bytes.Buffer, *report.Report, Options) error
	// is tells a report in this format by its beginning.
	is func(content []byte) bool
	// mode of a new file, before the umask takes from it: a report names what an installation has, which is for nobody
	// but its owner.
	mode fs.FileMode
}

var formats = []format{
	{"table", table, isTable, 0o600},
	{"json", asJSON, isJSON, 0o600},
}

// Mode returns the mode of a new file with a report in a format, before the umask takes from it.
func Mode(name string) fs.FileMode {
	for _, f := range formats {
		if f.name == name {
			return f.mode
		}
	}
	return 0o600
}

// IsReport reports whether a file holds what Render wrote, in whatever format; its end may be missing.
func IsReport(content []byte) bool {
	return slices.ContainsFunc(formats, func(f format) bool { return f.is(content) })
}

// Formats returns the names of all formats, the default first.
func Formats() []string {
	var names []string
	for _, f := range formats {
		names = append(names, f.name)
	}
	return names
}

// Render writes a sealed report to w in one write, so that a report is written whole or its loss is an error. It
// changes nothing in the report.
func Render(w io.Writer, format string, r *report.Report, o Options) error {
	for _, f := range formats {
		if f.name != format {
			continue
		}
		var buf bytes.Buffer
		if err := f.render(&buf, r, o); err != nil {
			return fmt.Errorf("rendering the report as %s: %w", format, err)
		}
		n, err := w.Write(buf.Bytes())
		if err == nil && n < buf.Len() {
			err = io.ErrShortWrite
		}
		if err != nil {
			return fmt.Errorf("writing the report: %w", err)
		}
		return nil
	}
	return fmt.Errorf("unknown format %q; known formats: %s", format, strings.Join(Formats(), ", "))
}
