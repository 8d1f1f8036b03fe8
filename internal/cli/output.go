package cli

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/api7-preflight/api7-preflight/internal/engine"
	"github.com/api7-preflight/api7-preflight/internal/render"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/suggest"
)

// outputFlags say what to write and where.
type outputFlags struct {
	formats  []string
	noColor  bool
	quiet    bool
	all      bool
	progress string
}

func (f *outputFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringArrayVar(&f.formats, "format", nil, "FORMAT or FORMAT=FILE, repeatable: "+strings.Join(render.Formats(), ", ")+" (default table)")
	flags.BoolVar(&f.all, "all", false, "table: show every affected object, not the first 20 of a rule")
	flags.BoolVar(&f.noColor, "no-color", false, "no colour, as with NO_COLOR in the environment")
	flags.BoolVar(&f.quiet, "quiet", false, "no progress and no warnings on standard error")
	flags.StringVar(&f.progress, "progress", "auto", "progress line on standard error: auto, always or never")
}

// target is one report to write; an empty file means standard output.
type target struct{ format, file string }

func (f *outputFlags) targets() ([]target, error) {
	if !slices.Contains([]string{"auto", "always", "never"}, f.progress) {
		return nil, usage("one of auto, always, never", "unknown value %q for --progress", f.progress)
	}
	if len(f.formats) == 0 {
		return []target{{format: "table"}}, nil
	}
	targets := make([]target, 0, len(f.formats))
	for _, text := range f.formats {
		t, err := parseTarget(text)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(targets, func(other target) bool { return other.file == t.file }) {
			if t.file == "" {
				return nil, usage("give all but one a file: --format json=report.json", "only one format can go to standard output")
			}
			return nil, usage("give each format a file of its own", "two formats go to %s", t.file)
		}
		targets = append(targets, t)
	}
	return targets, nil
}

func parseTarget(text string) (target, error) {
	format, file, named := strings.Cut(text, "=")
	if !slices.Contains(render.Formats(), format) {
		hint := "one of " + strings.Join(render.Formats(), ", ")
		if near, ok := suggest.Nearest(format, render.Formats()); ok {
			hint = "did you mean " + near + "?"
		}
		return target{}, usage(hint, "unknown format %q", format)
	}
	if named && file == "" {
		return target{}, usage("--format "+format+"=report."+format, "--format %s names no file", text)
	}
	return target{format, file}, nil
}

// emit writes every asked-for format. A file is replaced only by a whole report.
func (a *app) emit(r *report.Report, f *outputFlags, targets []target) error {
	for _, t := range targets {
		if err := a.emitOne(r, f, t); err != nil {
			a.code = report.ExitCannotRun
			return err
		}
	}
	return nil
}

func (a *app) emitOne(r *report.Report, f *outputFlags, t target) error {
	options := render.Options{ShowAll: f.all}
	if width, ok := a.env.Terminal(a.env.Stdout); ok && t.file == "" {
		options.Width = width
		options.Color = !f.noColor && a.env.Getenv("NO_COLOR") == "" && a.env.Getenv("TERM") != "dumb"
	}
	var text bytes.Buffer
	if err := render.Render(&text, t.format, r, options); err != nil {
		return cannotRun("", "cannot write the %s report: %v", t.format, err)
	}
	if t.file == "" {
		return a.write(text.String())
	}
	err := replace(t.file, func(w io.Writer) error {
		_, err := w.Write(text.Bytes())
		return err //nolint:wrapcheck // names the file and the activity itself
	})
	if err != nil {
		return cannotRun("choose a folder that exists and can be written", "cannot write the %s report: %v", t.format, err)
	}
	return nil
}

// replace lets write fill a file. A regular file is replaced by a whole one in one step, through a link and with the
// mode that it had, so that no reader meets half a report; a device or pipe is written to.
func replace(name string, write func(io.Writer) error) error {
	if target, err := filepath.EvalSymlinks(name); err == nil {
		name = target
	}
	mode := fs.FileMode(0o644)
	if info, err := os.Stat(name); err == nil {
		if !info.Mode().IsRegular() {
			f, err := os.OpenFile(name, os.O_WRONLY, 0)
			if err != nil {
				return err //nolint:wrapcheck // names the file and the activity itself
			}
			return errors.Join(write(f), f.Close())
		}
		mode = info.Mode().Perm()
	}
	f, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".*")
	if err != nil {
		return err //nolint:wrapcheck // as above
	}
	if err = errors.Join(write(f), f.Chmod(mode), f.Close()); err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err //nolint:wrapcheck // as above
}

// progress returns the engine's progress function and what clears the line at the end.
func (a *app) progress(f *outputFlags) (func(engine.Progress), func()) {
	width, terminal := a.env.Terminal(a.env.Stderr)
	if f.quiet || f.progress == "never" || f.progress == "auto" && !terminal {
		return nil, func() {}
	}
	line := render.NewProgress(a.env.Stderr, width, a.env.Now)
	return func(p engine.Progress) { line.Show(p.Source, p.Kind.String(), p.Count) }, line.Clear
}
