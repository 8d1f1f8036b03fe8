package cli

import (
	"context"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/api7-preflight/api7-preflight/internal/engine"
	"github.com/api7-preflight/api7-preflight/internal/render"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/targets"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// targetsFlags are the flags of targets.
type targetsFlags struct {
	judgeFlags

	formats []target
	all     bool
	lines   []string
	whyNot  string
	compare string
}

func (a *app) targets() *cobra.Command {
	f := &targetsFlags{}
	cmd := &cobra.Command{
		Use:   "targets",
		Short: "Which release? Judge every one that this installation could go to",
		Long: "Reads the installation once and judges the upgrade to every known release above the installed one: which to choose, and why.\n\n" +
			"Exit codes: 0 judged, 2 usage, 3 could not run, 4 something was not examined that leaves a release undecided.",
		Example: "  api7-preflight targets --dsn postgres://preflight@db-1/api7ee --config api7-ee\n" +
			"  api7-preflight targets --backup api7ee.dump --from 3.4.1 --line 3.8\n" +
			"  api7-preflight targets --backup api7ee.dump --from 3.4.1 --why-not 3.9.3\n" +
			"  api7-preflight targets --backup api7ee.dump --from 3.4.1 --compare 3.7.8,lts --format json",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.runTargets(cmd, f) },
	}
	f.add(cmd)
	flags := flagsOf(cmd)
	flags.formats(&f.formats, []string{"table", "json", "markdown"}, false)
	flags.toggle(&f.all, "all", "list every release").shows()
	flags.list(&f.lines, "line", "list every release of these lines, such as 3.8, and else only what to choose (comma-separated, repeatable)").shows()
	flags.text(&f.whyNot, "why-not", "say what speaks against this release: one of the table, a line, lts or latest").shows()
	flags.text(&f.compare, "compare", "compare two releases: A,B").shows()
	for _, name := range []string{"why-not", "compare"} {
		flags.completes(name, goalNames())
	}
	flags.completes("line", lineNames())
	return cmd
}

func (a *app) runTargets(cmd *cobra.Command, f *targetsFlags) error {
	ctx := cmd.Context()
	options, err := f.options()
	if err != nil {
		return err
	}
	from, err := installed(f.from)
	if err != nil {
		return err
	}
	q, err := f.question()
	if err != nil {
		return err
	}
	if err := a.claim(cmd, outputs(f.formats)...); err != nil {
		return err
	}
	return a.judge(ctx, &f.judgeFlags, options, from, &goal{}, outputs(f.formats), func(ctx context.Context, decided *decisions) error {
		return a.answer(ctx, f, options, decided, q)
	})
}

// question returns what the flags ask, without the judgement that answers it.
func (f *targetsFlags) question() (q targets.Question, err error) {
	if q.Lines, err = linesOf(f.lines); err != nil {
		return q, err
	}
	if f.whyNot != "" {
		g, err := parseGoal("--why-not", f.whyNot)
		if err != nil {
			return q, err
		}
		q.WhyNot = g.to.Release()
	}
	if f.compare == "" {
		return q, nil
	}
	names := strings.Split(f.compare, ",")
	if len(names) != len(q.Compare) {
		return q, usage("for example --compare 3.7.8,3.8.22", "--compare takes two releases, separated by a comma")
	}
	for i, name := range names {
		g, err := parseGoal("--compare", strings.TrimSpace(name))
		if err != nil {
			return q, err
		}
		q.Compare[i] = g.to.Release()
	}
	if q.Compare[0].Compare(q.Compare[1]) == 0 {
		return q, usage("for example --compare 3.7.8,3.8.22", "--compare: both are %s", q.Compare[0])
	}
	return q, nil
}

// told says which releases to choose, in front of where the rest is.
func told(d *targets.Document) string {
	if len(d.Best) == 0 {
		return strings.TrimSuffix(d.Advice, ".") + "; all in"
	}
	return "choose " + strings.Join(d.Best, ", ") + "; all in"
}

// linesOf parses --line.
func linesOf(texts []string) (lines []version.Line, err error) {
	for _, text := range texts {
		for name := range strings.SplitSeq(text, ",") {
			l, err := lineOf(strings.TrimSpace(name))
			if err != nil {
				return nil, err
			}
			lines = append(lines, l)
		}
	}
	return lines, nil
}

func lineOf(name string) (version.Line, error) {
	l, ok := version.ParseLine(name)
	if _, known := version.NewestOf(l); known {
		return l, nil
	}
	if ok && version.Newest().Line().Compare(l) < 0 {
		return l, usage(newerProgram, "--line: %s is newer than this program knows (%s)", l, tableEnd())
	}
	if !plainWord(name) {
		name = "that"
	}
	return l, usage("the known lines are "+strings.Join(lineNames(), ", "), "--line: %s is not a known release line", name)
}

// above returns an error if a release that the question names is not above the installed one.
func above(from version.Version, q *targets.Question) error {
	if !from.Release().Less(version.Newest()) {
		return usage("use a newer api7-preflight", "%s is installed, and this program knows no newer release (%s)", from, tableEnd())
	}
	for _, asked := range []struct {
		flag string
		v    version.Version
	}{{"--why-not", q.WhyNot}, {"--compare", q.Compare[0]}, {"--compare", q.Compare[1]}} {
		if r, _ := version.Known(asked.v); r.GatewayOnly() {
			return usage("name a release of the control plane", "%s: %s exists for gateways only", asked.flag, asked.v)
		}
		if !asked.v.IsZero() && !from.Release().Less(asked.v) {
			return usage("name a release above it", "%s: %s is not above the installed %s", asked.flag, asked.v, from)
		}
	}
	for _, l := range q.Lines {
		if newest, _ := version.NewestOf(l); !from.Release().Less(newest.Version) {
			return usage("name a line with a release above it", "--line: %s has no release above the installed %s", l, from)
		}
	}
	return nil
}

// answer judges the installation, and writes what targets says.
func (a *app) answer(ctx context.Context, f *targetsFlags, o *engine.Options, decided *decisions, q targets.Question) error {
	if err := above(o.Path.From, &q); err != nil {
		return err
	}
	q.Installed = o.Path
	o.Also, o.Outlines = q.Paths()
	j, err := a.judged(ctx, o)
	if err != nil {
		return err
	}
	q.Outline = func(p version.Path) *report.Report { return decided.on(j.Outline(p)) }
	q.Report = func(p version.Path) *report.Report { return decided.on(j.Report(p)) }
	d := targets.Ask(q)
	d.Run.Settings = append([]report.Setting{}, a.used...)
	a.code = d.ExitCode
	files, err := a.document(ctx, f.formats, func(w io.Writer, t target) error {
		r := render.Options{Show: render.Show{All: f.all}}
		r.Width, r.Color = a.screen(t)
		return render.Targets(w, t.format, d, r)
	})
	if err == nil && len(files) == len(f.formats) && !a.shared.quiet {
		a.tell(told(d) + " " + strings.Join(files, ", "))
	}
	return err
}
