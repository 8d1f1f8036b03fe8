package cli

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/api7-preflight/api7-preflight/internal/render"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/runbook"
	"github.com/api7-preflight/api7-preflight/internal/source/adc"
	"github.com/api7-preflight/api7-preflight/internal/window"
)

// The files of --out beside the scripts.
const (
	bookFile    = "runbook.md"
	bookData    = "runbook.json"
	requestFile = "acceptance.sh"
)

// outputs returns where everything goes: the documents, and the files of the folder of --out. Beside a folder a document is
// written only if one is asked for.
func (f *runbookFlags) outputs() ([]*output, error) {
	switch {
	case f.out == "" && f.force:
		return nil, usage("add --out DIR", "--force replaces the files of --out, which is missing")
	case f.out == "":
		return outputs(f.targets), nil
	case f.status != "":
		return nil, usage("leave one of them out", "--out and --status cannot be given together: --status shows a runbook as it was planned")
	case f.out == "-":
		return nil, usage("--out window", "--out takes a folder")
	}
	if len(f.targets) == 1 && f.targets[0].flag == "" { // the default
		f.targets = nil
	}
	outs := outputs(f.targets)
	entries, err := os.ReadDir(f.out)
	if os.IsNotExist(err) {
		return append(outs, &output{flag: "--out ", name: f.out}), nil
	}
	if len(entries) > 0 && !f.force {
		return nil, usage("name a new folder, or add --force to replace the files of an earlier run", "--out %s: there is something in it", f.out)
	}
	for _, name := range append(window.Names(), bookFile, bookData, requestFile) {
		outs = append(outs, &output{flag: "--out ", name: filepath.Join(f.out, name)})
	}
	return outs, nil
}

// plan returns what the flags say of the plan for a report, and for those of the hops if there are several.
func (f *runbookFlags) plan(r *report.Report, hops []*report.Report) runbook.Options {
	o := runbook.Options{Times: f.times, Parallel: f.parallel, Starts: f.starts, Hops: hops, Sources: f.source.flags(), Copies: f.source.copies(), Out: f.out}
	does := map[runbook.Task]bool{}
	for task := range window.Tasks(r) {
		does[runbook.Task(task)] = true
	}
	if f.out == "" {
		o.Could = does
		return o
	}
	o.Does, o.Left = does, map[runbook.Task]string{}
	_, left := window.Files(r)
	for _, l := range left {
		o.Left[runbook.Task(l.Task)] = l.Why
	}
	return o
}

// copies returns the files among the sources that show the installation as it was when they were made.
func (f *sourceFlags) copies() []runbook.Copy {
	var all []runbook.Copy
	for _, name := range []string{"snapshot", "backup", "adc"} {
		for _, text := range f.given(name) {
			one := runbook.Copy{Flag: name, File: text}
			if name == "adc" {
				dump := adc.ParseFlag(text)
				one.File, one.Group = dump.Path, dump.Group
			}
			all = append(all, one)
		}
	}
	return all
}

// folder writes the folder of --out, if there is one: all of its files or none.
func (f *runbookFlags) folder(ctx context.Context, r *report.Report, b *runbook.Runbook) error {
	if f.out == "" {
		return nil
	}
	files, _ := window.Files(r)
	for name, format := range map[string]string{bookFile: "markdown", bookData: "json"} {
		var text bytes.Buffer
		if err := render.Runbook(&text, format, b); err != nil {
			return fmt.Errorf("writing %s: %w", name, err)
		}
		files = append(files, window.File{Name: name, Mode: render.Mode(format), Content: text.Bytes()})
	}
	files = append(files, window.File{Name: requestFile, Mode: 0o700, Content: []byte(b.Script())})
	return unwritten(window.Write(ctx, f.out, files, f.force))
}
