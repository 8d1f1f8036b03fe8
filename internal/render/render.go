// Package render turns a report into bytes: a table for people, JSON for programs. It sees only the report or a
// diagnosis, never a resource, so it cannot print what they do not contain. Text that they quote from a database or a
// file is made harmless before it reaches a terminal.
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

// Options says how to render. Formats for programs ignore it.
type Options struct {
	Width   int  // columns of the terminal; 0 means 80; limited to 60 to 120, which is readable
	Color   bool // use escape sequences for colour
	ShowAll bool // list every affected object, not only the first of each rule
}

// format is one way to write a report. To add one, write a file for it and add a line to formats.
type format struct {
	name   string
	render func(*bytes.Buffer, *report.Report, Options) error
	// is recognises a report in this format by its beginning.
	is func(content []byte) bool
	// mode is the mode of a new file, before the umask. A report names what an installation has, so only its owner
	// may read it.
	mode fs.FileMode
}

var formats = []format{
	{"table", table, isTable, 0o600},
	{"json", asJSON, isJSON, 0o600},
	{"jsonl", asLines, isLines, 0o600},
}

// Mode returns the mode, before the umask, of a new file with a report in the named format.
func Mode(name string) fs.FileMode {
	for _, f := range formats {
		if f.name == name {
			return f.mode
		}
	}
	return 0o600
}

// IsReport reports whether content was written by Render, in any format. Its end may be missing.
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

// Render writes a sealed report to w in a single call of Write, so that a partial report is always an error. It does
// not change the report.
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
