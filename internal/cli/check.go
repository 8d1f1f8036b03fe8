package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/api7-preflight/api7-preflight/internal/engine"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/targets"
)

// checkFlags are the flags of check.
type checkFlags struct {
	judgeFlags

	out outputFlags
	to  string
}

func (a *app) check() *cobra.Command {
	f := &checkFlags{}
	cmd := &cobra.Command{
		Use:   "check --to VERSION",
		Short: "Assess an installation: can it be upgraded, and what breaks?",
		Example: "  api7-preflight check --dsn postgres://preflight@db-1/api7ee --from 3.4.1 --to 3.7.3\n" +
			"  api7-preflight check --backup api7ee.dump --from 3.4.1 --to 3.7.3\n" +
			"  api7-preflight check --config api7-ee --dsn-from-config --to 3.7.3\n" +
			"  api7-preflight check --from 3.4.1 --to 3.7.3 --format json=report.json --format table",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.runCheck(cmd, f)
		},
	}
	f.add(cmd)
	f.out.add(cmd, "check …")
	flags := flagsOf(cmd)
	flags.text(&f.to, "to", "version to upgrade to: a release, a line such as 3.8, lts or latest")
	flags.completes("to", goalNames())
	return cmd
}

func (a *app) runCheck(cmd *cobra.Command, f *checkFlags) error {
	ctx := cmd.Context()
	options, err := f.options()
	if err != nil {
		return err
	}
	to, from, err := versions(f.to, f.from)
	if err != nil {
		return err
	}
	if err := a.claim(cmd, outputs(f.out.targets)...); err != nil {
		return err
	}
	return a.judge(ctx, &f.judgeFlags, options, from, &to, outputs(f.out.targets), func(ctx context.Context, decided *decisions) error {
		return a.assess(ctx, options, &to, decided, &f.out)
	})
}

// assess judges the installation, and writes the report.
func (a *app) assess(ctx context.Context, options *engine.Options, to *goal, decided *decisions, out *outputFlags) error {
	r, _, err := a.weighed(ctx, options, to, decided)
	if err != nil {
		return err
	}
	a.code = r.ExitCode
	return a.emit(ctx, r, out)
}

// weighed judges the installation, applies what was decided, which may be nil, and weighs other targets.
func (a *app) weighed(ctx context.Context, options *engine.Options, to *goal, decided *decisions) (*report.Report, *engine.Judgement, error) {
	options.Outlines = targets.Rivals(options.Path)
	j, err := a.judged(ctx, options)
	if err != nil {
		return nil, nil, err
	}
	r := j.Report(options.Path)
	to.mark(&r.Path)
	r.Run.Settings = append([]report.Setting{}, a.used...)
	decided.apply(r)
	var others []targets.Target
	for _, p := range options.Outlines {
		others = append(others, targets.Of(decided.on(j.Outline(p))))
	}
	targets.Advise(r, others)
	return r, j, nil
}
