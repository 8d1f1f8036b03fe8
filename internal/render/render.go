// Package render turns a report into bytes: a table for people, JSON for programs. It sees only the report or a
// diagnosis, never a resource, so it cannot print what they do not contain. Text that they quote from a database or a
// file is made harmless before it reaches a terminal.
package render

import (
	"bufio"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// Options says how to render.
type Options struct {
	Width   int    // columns of the terminal; 0 means 80; limited to 60 to 120, which is readable
	Color   bool   // use escape sequences for colour
	Command string // how the program was called, to say what to run next; empty: check
	Show    Show   // what the table unfolds
	Filter  Filter // which findings the table shows
	// Beside are the files into which the same run writes reports that have everything: where a format cannot, it names them.
	Beside []string
	// Explain returns the text, in Markdown, that explains a rule; empty for a rule that is not known. Nil: none is known.
	Explain func(rule string) string
}

// format is one way to write a report. To add one, write a file for it and add a line to formats.
type format struct {
	name string
	// render writes a report as it goes: what it has written need not stay in memory. The writer keeps its first error.
	render func(*bufio.Writer, *report.Report, Options) error
	// is recognises a report in this format by its beginning.
	is func(content []byte) bool
	// whole is true if it has every finding with all that there is to know, whatever their number.
	whole bool
	// mode is the mode of a new file, before the umask. A report names what an installation has, so only its owner
	// may read it.
	mode fs.FileMode
}

// pieces is the size of the pieces in which a report is written.
const pieces = 64 << 10

var formats = []format{
	{"table", table, isTable, false, 0o600},
	{"json", asJSON, isJSON, true, 0o600},
	{"jsonl", asLines, isLines, true, 0o600},
	{"markdown", asMarkdown, isMarkdown, false, 0o600},
	{"html", asHTML, isHTML, true, 0o600},
	{"github", asGitHub, isGitHub, false, 0o600},
	{"sarif", asSARIF, isSARIF, false, 0o600},
	{"junit", asJUnit, isJUnit, false, 0o600},
	{"gitlab", asGitLab, isGitLab, false, 0o600},
	{"csv", asCSV, isCSV, true, 0o600},
	{"prometheus", asPrometheus, isPrometheus, false, 0o644}, // numbers only, and the collector is another user
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

// Whole reports whether the named format has every finding, whatever their number.
func Whole(name string) bool {
	return slices.ContainsFunc(formats, func(f format) bool { return f.name == name && f.whole })
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

// Error is a report that could not be put into a format. Other errors of [Render] are the writer's.
type Error struct {
	format string
	err    error
}

// Error says what went wrong.
func (e *Error) Error() string { return "rendering the report as " + e.format + ": " + e.err.Error() }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.err }

// Render writes a sealed report to w piece by piece. If it returns an error, w may hold a part of it. It does not change
// the report.
func Render(w io.Writer, format string, r *report.Report, o Options) error {
	for _, f := range formats {
		if f.name != format {
			continue
		}
		out := bufio.NewWriterSize(w, pieces)
		err := f.render(out, r, o)
		if unwritten := out.Flush(); unwritten != nil {
			return unwritten //nolint:wrapcheck // names the file itself
		}
		if err != nil {
			return &Error{format, err}
		}
		return nil
	}
	return fmt.Errorf("unknown format %q; known formats: %s", format, strings.Join(Formats(), ", "))
}
