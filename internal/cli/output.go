package cli

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/api7-preflight/api7-preflight/internal/engine"
	"github.com/api7-preflight/api7-preflight/internal/render"
	"github.com/api7-preflight/api7-preflight/internal/report"
)

// outputFlags say what to write and where.
type outputFlags struct {
	targets  []target
	all      bool
	progress string
}

func (f *outputFlags) add(cmd *cobra.Command) {
	f.progress = "auto"
	flags := flagsOf(cmd)
	flags.formats(&f.targets, render.Formats(), true)
	flags.toggle(&f.all, "all", "table: show every affected object, not the first 20 of a rule").shows()
	flags.choice(&f.progress, "progress", []string{"auto", "always", "never"}, "progress line on standard error: auto, always or never").shows()
}

// emit writes the report in every format that is asked for. A file is replaced only by a whole one.
func (a *app) emit(r *report.Report, f *outputFlags) error {
	return a.document(f.targets, func(format string) (string, error) {
		options := render.Options{ShowAll: f.all}
		if width, ok := a.env.Terminal(a.env.Stdout); ok && slices.Contains(f.targets, target{format: format}) {
			options.Width = width
			options.Color = !a.shared.noColor && a.env.get("NO_COLOR") == "" && a.env.get("TERM") != "dumb"
		}
		var text bytes.Buffer
		if err := render.Render(&text, format, r, options); err != nil {
			return "", cannotRun("", "cannot write the %s report: %v", format, err)
		}
		return text.String(), nil
	})
}

// deliver writes a text to standard output or to its file.
func (a *app) deliver(t target, text string) error {
	if t.file == "" {
		return a.write(text)
	}
	err := replace(t.file, func(w io.Writer) error {
		_, err := io.WriteString(w, text)
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
	if a.shared.quiet || f.progress == "never" || f.progress == "auto" && !terminal {
		return nil, func() {}
	}
	line := render.NewProgress(a.env.Stderr, width, a.env.Now)
	return func(p engine.Progress) { line.Show(p.Source, p.Kind.String(), p.Count) }, line.Clear
}
