package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/api7-preflight/api7-preflight/internal/engine"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/targets"
	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/rules"
)

// checkFlags are the flags of check.
type checkFlags struct {
	source   sourceFlags
	out      outputFlags
	decision decisionFlags
	from, to string
	failOn   string
	scope    string
	only     []string
	skip     []string
	accept   []string
	adc      string
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
	f.source.add(cmd)
	f.out.add(cmd, "check …")
	f.failOn, f.scope = report.SeverityBreaking, string(report.ScopeAll)
	flags := flagsOf(cmd)
	flags.text(&f.from, "from", "installed version of the control plane")
	flags.text(&f.to, "to", "version to upgrade to: a release, a line such as 3.8, lts or latest")
	flags.choice(&f.failOn, "fail-on", []string{report.SeverityBreaking, report.SeverityWarning, report.SeverityNotice, report.FailNever},
		"severity that blocks: breaking, warning, notice or never")
	flags.choice(&f.scope, "scope", []string{string(report.ScopeAll), string(report.ScopeGiven)},
		"all: assess the whole installation; given: only what the given sources can hold")
	flags.list(&f.only, "only", "run only these rules, or the rules of these catalogue entries (comma-separated, repeatable)")
	flags.list(&f.skip, "skip", "skip a rule: RULE=REASON (repeatable)").reasoned()
	flags.list(&f.accept, "accept-unknown", "accept a doubt: RULE=REASON, or ID=REASON of something not examined (repeatable)").reasoned()
	for _, name := range []string{"only", "skip", "accept-unknown"} {
		flags.completes(name, ruleNames())
	}
	flags.completes("from", releaseNames())
	flags.completes("to", goalNames())
	f.decision.add(flags)
	flags.text(&f.adc, "adc-version", "version of ADC that pipelines use, as adc --version prints it")
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
	decided, err := f.decision.read(ctx, a, f.source.timeout)
	if err != nil {
		return err
	}
	f.source.outputs, f.source.installed = outputs(f.out.targets), from
	return a.with(ctx, &f.source, func(ctx context.Context, open []estate.Source) error {
		options.Sources, options.Elsewhere = open, func(k estate.Kind) string { return f.source.elsewhere(k) }
		if err := a.forewarn(ctx, open); err != nil {
			return err
		}
		if err := settlePath(ctx, options, from, &to); err != nil {
			return err
		}
		madeBy(open, options.Tools["adc"], options.Path.From)
		return a.assess(ctx, options, &to, decided, &f.out)
	})
}

// assess runs the engine, applies what was decided, which may be nil, and writes the report.
func (a *app) assess(ctx context.Context, options *engine.Options, to *goal, decided *decisions, out *outputFlags) error {
	options.Tool = report.Tool{Name: report.Program, Version: a.env.Version}
	options.RunID = a.env.RunID()
	options.Now = a.env.Now
	options.Also = targets.Paths(options.Path, true)
	j, err := engine.Judge(ctx, *options)
	if err != nil {
		return cannotRead(ctx, err, "")
	}
	r := j.Report(options.Path)
	to.mark(&r.Path)
	r.Run.Settings = append([]report.Setting{}, a.used...)
	decided.apply(r)
	targets.Advise(r, others(j, options.Also, decided))
	a.code = r.ExitCode
	return a.emit(ctx, r, out)
}

// others returns what the installation would meet on other paths.
func others(j *engine.Judgement, paths []version.Path, decided *decisions) []targets.Target {
	var all []targets.Target
	for _, p := range paths {
		r := j.Outline(p)
		decided.apply(r)
		all = append(all, targets.Of(r))
	}
	return all
}

// options returns the engine's options, after checking everything that can be checked before reading.
func (f *checkFlags) options() (*engine.Options, error) {
	o := &engine.Options{Rules: rules.All(), Scope: report.Scope(f.scope), FailOn: f.failOn}
	var err error
	if o.Only, err = chosen(f.only, o.Rules); err != nil {
		return nil, err
	}
	if o.Tools, err = f.tools(); err != nil {
		return nil, err
	}
	if o.Skip, err = reasons("skip", f.skip, aRule(o.Rules)); err != nil {
		return nil, err
	}
	if o.Accept, err = reasons("accept-unknown", f.accept, aDoubt(o.Rules)); err != nil {
		return nil, err
	}
	o.AcceptCauses = map[string]string{}
	for _, cause := range estate.Causes() {
		if reason, ok := o.Accept[cause]; ok {
			o.AcceptCauses[cause] = reason
			delete(o.Accept, cause)
		}
	}
	return o, nil
}

// tools returns the versions of companion programs, which no source can show.
func (f *checkFlags) tools() (map[string]version.Version, error) {
	v, err := adcVersion(f.adc)
	if err != nil || v.IsZero() {
		return nil, err
	}
	return map[string]version.Version{"adc": v}, nil
}
