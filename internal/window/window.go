// Package window makes the files of a change window from a report: scripts that save what the upgrade must not meet,
// take it off before, and put it back after in the form that the new release takes. It opens nothing and changes nothing:
// the scripts do, when a person runs them.
//
// Nothing of the installation becomes part of a script. The scripts are the same for everyone; which objects they are
// about is in a file of data, which they read with jq.
package window

import (
	"bytes"
	_ "embed" // of the scripts
	"encoding/json"
	"io/fs"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// File is one file. Its name has no folder in it.
type File struct {
	Name    string
	Mode    fs.FileMode
	Content []byte
}

// Task is something that a finding asks for.
type Task struct {
	Fingerprint string // of the finding
	When        string // before or after
}

// Left is something that the files do not do.
type Left struct {
	Task

	Rule   string
	Object report.Object
	Text   string // what a person does instead
	Why    string // why no file does it
}

// When something is done.
const (
	beforeUpgrade = "before"
	afterUpgrade  = "after"
)

// The modes of files: nothing in them is for other users.
const (
	script fs.FileMode = 0o700
	data   fs.FileMode = 0o600
)

//go:embed files/common.sh
var common []byte

//go:embed files/before.sh
var before []byte

//go:embed files/after.sh
var after []byte

//go:embed files/adc.sh
var adc []byte

//go:embed files/window.jq
var questions []byte

// Files returns the files for what a report has found, and what no file does, both in a fixed order. There are no files
// if there is nothing for them to do. The report must be one whose texts may be shown.
func Files(r *report.Report) ([]File, []Left) {
	objects, left, _ := choose(r)
	if len(objects) == 0 {
		return nil, left
	}
	return []File{
		{"README.txt", data, readme(r, objects, left)},
		{"before.sh", script, whole(before)},
		{"after.sh", script, whole(after)},
		{"adc.sh", script, adc},
		{"window.jq", data, questions},
		{"objects.jsonl", data, lines(objects)},
	}, left
}

// Tasks returns what the files for a report do. What they leave to a person when they run, they say then.
func Tasks(r *report.Report) map[Task]bool {
	_, _, does := choose(r)
	return does
}

// Names returns the names of all files that there can be.
func Names() []string {
	return []string{"README.txt", "before.sh", "after.sh", "adc.sh", "window.jq", "objects.jsonl"}
}

// Is reports whether content begins a file of a change window that could be taken for configuration, because it speaks of
// plugins.
func Is(content []byte) bool {
	first, _, _ := bytes.Cut(questions, []byte("\n"))
	return bytes.HasPrefix(content, first)
}

// whole returns a script with what both have in common in front.
func whole(own []byte) []byte {
	return bytes.Join([][]byte{[]byte("#!/bin/sh\nset -eu\n"), common, own}, []byte("\n"))
}

// lines returns the objects, one a line. Every text is in ASCII, so that nothing in a line ends it or means something to
// a terminal.
func lines(objects []object) []byte {
	var out bytes.Buffer
	for _, o := range objects {
		line, err := json.Marshal(o)
		if err != nil {
			panic(err) // never happens for these types
		}
		for _, c := range string(line) {
			if c < ' ' || c >= 0x7f {
				out.WriteString(escaped(c))
				continue
			}
			out.WriteRune(c)
		}
		out.WriteByte('\n')
	}
	return out.Bytes()
}
