package cli

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/api7-preflight/api7-preflight/internal/infile"
	"github.com/api7-preflight/api7-preflight/internal/outfile"
	"github.com/api7-preflight/api7-preflight/internal/source/files"
	"github.com/api7-preflight/api7-preflight/internal/source/postgres"
	"github.com/api7-preflight/api7-preflight/internal/source/snapshot"
)

// output is a place to which a command writes a document.
type output struct {
	flag, name string // as given, such as "--format json=" and "r.json"; no name: standard output
	target     outfile.Target
	replaces   bool // may replace whatever is there: that was asked for
}

func (o *output) String() string {
	if o.name == "" {
		return "standard output"
	}
	return o.flag + o.name
}

// input is a file or folder that a command reads, and the flag or variable that names it.
type input struct{ path, by string }

// claim checks, before anything is read, that a command can write each output and harms nothing there. An output that
// is also an input, or another output, is a usage error. Names that lead to standard output become it.
func (a *app) claim(cmd *cobra.Command, outs ...*output) error {
	var obstacle error
	for _, out := range outs {
		if strings.Contains(out.name, "://") { // it may contain a password and is not repeated
			return usage("name a file", "%s takes a file, not a URL", strings.TrimRight(out.flag, "= "))
		}
		if err := a.find(out); err != nil && obstacle == nil {
			obstacle = err
		}
	}
	if err := apart(outs); err != nil {
		return err
	}
	inputs := a.inputs(cmd)
	for _, out := range outs {
		if t, is := out.precious(); is {
			return usage("choose another file", "%s would replace %s, which is %s", out, out.name, t.called)
		}
		for _, in := range inputs {
			if path, hit := a.overwrites(cmd.Context(), out, in); hit {
				return overwritten(out, path, in.by)
			}
		}
	}
	return obstacle
}

// precious reports whether an output is an existing source, such as the only backup. A snapshot may replace one with
// --force.
func (o *output) precious() (sourceType, bool) {
	if o.name == "" || o.replaces || o.target.Info() == nil || !o.target.Info().Mode().IsRegular() {
		return sourceType{}, false
	}
	return typeOf(o.name)
}

// find follows the name of an output to its target.
func (a *app) find(out *output) error {
	stdout, shut := a.stdout()
	if out.name == "-" {
		out.name = ""
	}
	if out.name != "" {
		var err error
		if out.target, err = outfile.Find(out.name); err != nil {
			return unwritten(err)
		}
		if !out.target.Is(stdout) {
			return unwritten(out.target.Check())
		}
		out.name = ""
	}
	if shut {
		return cannotRun("give it a file, or /dev/null to discard it", "cannot write the output: %v", errShut)
	}
	return nil
}

// apart returns an error if two outputs are the same file.
func apart(outs []*output) error {
	for i, out := range outs {
		for _, other := range outs[:i] {
			switch {
			case out.name == "" && other.name == "":
				return usage("give all but one a file: --format json=report.json", "only one format can go to standard output")
			case out.name != "" && other.name != "" && out.target.Same(other.target):
				return usage("give each format a file of its own", "%s and %s are the same file", other, out)
			}
		}
	}
	return nil
}

func overwritten(out *output, path, by string) error {
	return usage("choose another file", "%s would overwrite %s, which this run reads (%s)", out, path, by)
}

// inputs returns what a command's flags, its settings file and libpq's environment name to read.
func (a *app) inputs(cmd *cobra.Command) []input {
	var all []input
	add := func(path, by string) string {
		all = append(all, input{path, by})
		return path
	}
	eachFlag(cmd, func(f *pflag.Flag, own *flag) {
		if own.path == nil || !own.input {
			return
		}
		for _, text := range own.given {
			own.path(func(path string) string { return add(path, "--"+f.Name) }, text)
		}
	})
	if a.settingsRead.path != "" {
		all = append(all, a.settingsRead)
	}
	if dsn := cmd.Flags().Lookup("dsn"); dsn != nil {
		for _, path := range postgres.Files(dsn.Value.String(), a.env.get) {
			add(path, "connection to the database")
		}
	}
	return all
}

// overwrites reports whether an output would overwrite something that a command reads, and which file.
func (a *app) overwrites(ctx context.Context, out *output, in input) (path string, hit bool) {
	is := out.target.Is
	if out.name == "" {
		stdout, _ := a.stdout()
		if stdout == nil || !stdout.Mode().IsRegular() || stdout.Size() == 0 { // the shell emptied it: nothing is left to harm
			return "", false
		}
		is = func(info fs.FileInfo) bool { return info != nil && os.SameFile(stdout, info) }
	}
	switch {
	case in.path == "-":
		return "standard input", is(a.stdin())
	case out.name != "" && out.target.Info() == nil: // nothing exists there, so the input does not either
		found, err := outfile.Find(in.path)
		return in.path, err == nil && out.target.Same(found)
	}
	for _, path := range in.files(ctx) {
		if info, err := os.Stat(path); err == nil && is(info) {
			return path, !in.folder() || own(beginning(path)) == ""
		}
	}
	return "", false
}

// spared returns an error if an output is one of these files, which are known only after others were read.
func spared(outs []*output, files []string) error {
	for _, path := range files {
		info, err := os.Stat(path)
		for _, out := range outs {
			if err == nil && out.name != "" && out.target.Is(info) {
				return overwritten(out, path, "--config")
			}
		}
	}
	return nil
}

func (in input) folder() bool {
	info, err := os.Stat(in.path)
	return err == nil && info.IsDir()
}

// files returns the files that reading the input will read, if they can be found. Errors are left to the reader.
func (in input) files(ctx context.Context) []string {
	if in.by == "--config" {
		return files.Files(ctx, in.path)
	}
	if !in.folder() {
		return []string{in.path}
	}
	var files []string
	entries, _ := os.ReadDir(in.path) // a backup's folder has no subfolders
	for _, entry := range entries {
		files = append(files, filepath.Join(in.path, entry.Name()))
	}
	return files
}

// beginning returns the first bytes of a file, enough to tell whether this program wrote it; nil if it is not a
// regular file or cannot be read.
func beginning(path string) []byte { return infile.Beginning(path, snapshot.Beginning) }

// stdout returns the file behind standard output; nil if there is none. closed is true if the program was started
// without standard output.
func (a *app) stdout() (info fs.FileInfo, closed bool) {
	f, ok := file(a.env.Stdout)
	if !ok {
		return nil, false
	}
	return stat(f), shut(f)
}

// stdin returns the file behind standard input; nil if there is none.
func (a *app) stdin() fs.FileInfo {
	f, ok := file(a.env.Stdin)
	if !ok {
		return nil
	}
	return stat(f)
}

// unwritten returns the failure for a document that cannot be written. An interruption stays one.
func unwritten(err error) error {
	if e, ok := errors.AsType[*outfile.Error](err); ok {
		return cannotRun(e.Hint, "%v", e)
	}
	return err
}
