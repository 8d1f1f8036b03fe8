package cli

import (
	"context"
	"errors"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/api7-preflight/api7-preflight/internal/redact"
	"github.com/api7-preflight/api7-preflight/internal/render"
	"github.com/api7-preflight/api7-preflight/internal/report"
)

// outputFlags say what to write and where.
type outputFlags struct {
	targets []target
	called  string // the command, for what to run next
	all     bool
	show    render.Show
	filter  render.Filter
}

// add adds the flags to a command. called is how users call it, apart from those flags.
func (f *outputFlags) add(cmd *cobra.Command, called string) {
	f.called = report.Program + " " + called
	flags := flagsOf(cmd)
	flags.formats(&f.targets, render.Formats(), true)
	f.display(flags)
}

// emit writes the report. If none goes to standard output, a line on standard error shows the verdict.
func (a *app) emit(ctx context.Context, r *report.Report, f *outputFlags) error {
	files, err := a.document(ctx, f.targets, func(w io.Writer, t target) error {
		err := render.Render(w, t.format, r, a.options(f, t))
		if broken, ok := errors.AsType[*render.Error](err); ok {
			return cannotRun("", "cannot write the %s report: %v", t.format, broken)
		}
		return err
	})
	if err == nil && len(files) == len(f.targets) && !a.shared.quiet {
		a.tell(render.Line(r) + "; report in " + strings.Join(files, ", "))
	}
	return err
}

// options returns how to render a report for its target.
func (a *app) options(f *outputFlags, t target) render.Options {
	options := render.Options{Show: f.show, Filter: f.filter, Command: f.called, Explain: docOf}
	for _, other := range f.targets {
		if other.name != "" && other.output != t.output && render.Whole(other.format) {
			options.Beside = append(options.Beside, other.name)
		}
	}
	options.Show.All = options.Show.All || f.all
	options.Width, options.Color = a.screen(t)
	return options
}

// screen returns the width and the colour of a target, if it is a terminal.
func (a *app) screen(t target) (width int, color bool) {
	if width, ok := a.env.Terminal(a.env.Stdout); ok && t.name == "" {
		return width, !a.shared.noColor && a.env.get("NO_COLOR") == "" && a.env.get("TERM") != "dumb"
	}
	return 0, false
}

// tell writes a line to standard error. If that is closed, only the exit code is left.
func (a *app) tell(line string) {
	a.stopProgress()
	_, _ = io.WriteString(a.env.Stderr, render.Sanitize(redact.Text(line))+"\n")
}
