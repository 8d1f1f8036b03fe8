package cli

import (
	"cmp"
	"io"

	"github.com/spf13/cobra"

	"github.com/api7-preflight/api7-preflight/internal/compare"
	"github.com/api7-preflight/api7-preflight/internal/infile"
	"github.com/api7-preflight/api7-preflight/internal/render"
	"github.com/api7-preflight/api7-preflight/internal/report"
)

// diffFlags are the flags of diff.
type diffFlags struct {
	targets []target
	failOn  string
	all     bool
}

func (a *app) diff() *cobra.Command {
	f := &diffFlags{}
	cmd := &cobra.Command{
		Use:   "diff OLD NEW",
		Short: "Compare two JSON reports: what is new, fixed, changed",
		Long: "Compares two JSON reports on one installation, by the fingerprints of findings.\n\n" +
			"Exit codes: 0 nothing new at the threshold, 1 something new, 2 usage, 3 could not run.",
		Example: "  api7-preflight diff monday.json today.json\n  api7-preflight diff monday.json today.json --format markdown=diff.md",
		Args:    documentNames("OLD", "NEW"),
		RunE:    func(cmd *cobra.Command, args []string) error { return a.runDiff(cmd, f, args[0], args[1]) },
	}
	flags := flagsOf(cmd)
	flags.formats(&f.targets, []string{"table", "json", "markdown"}, true)
	flags.choice(&f.failOn, "fail-on", []string{report.SeverityBreaking, report.SeverityWarning, report.SeverityNotice, report.FailNever},
		"severity from which something new counts: breaking, warning, notice or never (default: that of NEW)")
	flags.toggle(&f.all, "all", "list everything")
	return cmd
}

func (a *app) runDiff(cmd *cobra.Command, f *diffFlags, before, after string) error {
	ctx, started := cmd.Context(), a.env.Now()
	if before == "-" && after == "-" {
		return usage("save one to a file", "standard input can be read once, and OLD and NEW ask for it")
	}
	if err := a.claim(cmd, outputs(f.targets)...); err != nil {
		return err
	}
	if err := spared(outputs(f.targets), []string{before, after}); err != nil {
		return err
	}
	in := infile.Options{Stdin: a.env.stdin(), Idle: a.patience(cmd)}
	old, err := a.readReport(ctx, "OLD", before, in)
	if err != nil {
		return err
	}
	now, err := a.readReport(ctx, "NEW", after, in)
	if err != nil {
		return err
	}
	d := compare.Reports(old, now, cmp.Or(f.failOn, now.FailOn))
	d.Tool = report.Tool{Name: report.Program, Version: a.env.Version}
	d.Run = report.Run{ID: a.env.RunID(), StartedAt: started.UTC(), DurationMS: a.env.Now().Sub(started).Milliseconds(), Settings: a.used, Transactions: []report.Transaction{}}
	a.code = d.ExitCode
	_, err = a.document(ctx, f.targets, func(w io.Writer, t target) error {
		o := render.Options{Show: render.Show{All: f.all}}
		o.Width, o.Color = a.screen(t)
		return render.Diff(w, t.format, d, o)
	})
	return err
}
