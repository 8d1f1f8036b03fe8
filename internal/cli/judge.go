package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/api7-preflight/api7-preflight/internal/engine"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/rules"
)

// judgeFlags say what is judged and by which rules. Every command that judges an installation has them.
type judgeFlags struct {
	source   sourceFlags
	decision decisionFlags
	from     string
	failOn   string
	scope    string
	only     []string
	skip     []string
	accept   []string
	adc      string
	running  []version.Version // that a running control plane itself said, once the path is settled
}

func (f *judgeFlags) add(cmd *cobra.Command) {
	f.source.add(cmd)
	f.failOn, f.scope = report.SeverityBreaking, string(report.ScopeAll)
	flags := flagsOf(cmd)
	flags.text(&f.from, "from", "installed version of the control plane")
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
	f.decision.add(flags)
	flags.text(&f.adc, "adc-version", "version of ADC that pipelines use, as adc --version prints it")
}

// judge reads what was decided, opens the sources, settles the path, and calls do. outs are the outputs of the command, which
// no source may be; from may be zero.
func (a *app) judge(ctx context.Context, f *judgeFlags, o *engine.Options, from version.Version, to *goal, outs []*output, do func(context.Context, *decisions) error) error {
	decided, err := f.decision.read(ctx, a, f.source.timeout)
	if err != nil {
		return err
	}
	f.source.outputs, f.source.installed = outs, from
	return a.with(ctx, &f.source, func(ctx context.Context, open []estate.Source) error {
		o.Sources, o.Elsewhere = open, func(k estate.Kind) string { return f.source.elsewhere(k) }
		if err := a.forewarn(ctx, open); err != nil {
			return err
		}
		running, err := settlePath(ctx, o, from, to)
		if err != nil {
			return err
		}
		f.running = running
		madeBy(open, o.Tools["adc"], o.Path.From)
		return do(ctx, decided)
	})
}

// judged runs the engine.
func (a *app) judged(ctx context.Context, o *engine.Options) (*engine.Judgement, error) {
	o.Tool, o.RunID, o.Now = report.Tool{Name: report.Program, Version: a.env.Version}, a.env.RunID(), a.env.Now
	j, err := engine.Judge(ctx, *o)
	if err != nil {
		return nil, cannotRead(ctx, err, "")
	}
	return j, nil
}

// options returns the engine's options, after checking everything that can be checked before reading.
func (f *judgeFlags) options() (*engine.Options, error) {
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
func (f *judgeFlags) tools() (map[string]version.Version, error) {
	v, err := adcVersion(f.adc)
	if err != nil || v.IsZero() {
		return nil, err
	}
	return map[string]version.Version{"adc": v}, nil
}
