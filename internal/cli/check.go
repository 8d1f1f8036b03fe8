package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/api7-preflight/api7-preflight/internal/engine"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/suggest"
	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/rules"
)

// checkFlags are the flags of check.
type checkFlags struct {
	source   sourceFlags
	out      outputFlags
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
			if err := a.settle(cmd); err != nil {
				return err
			}
			return a.runCheck(cmd.Context(), f)
		},
	}
	f.source.add(cmd)
	f.out.add(cmd)
	flags := cmd.Flags()
	flags.StringVar(&f.from, "from", "", "installed version of the control plane")
	flags.StringVar(&f.to, "to", "", "version to upgrade to")
	flags.StringVar(&f.failOn, "fail-on", report.SeverityBreaking, "severity that blocks: breaking, warning, notice or never")
	flags.StringVar(&f.scope, "scope", string(report.ScopeAll), "all: judge the whole installation; given: only what the sources can hold")
	flags.StringSliceVar(&f.only, "only", nil, "judge these rules only (comma-separated)")
	flags.StringArrayVar(&f.skip, "skip", nil, "leave out a rule, RULE=REASON (repeatable)")
	flags.StringArrayVar(&f.accept, "accept-unknown", nil, "accept that a rule cannot be judged, RULE=REASON (repeatable)")
	flags.StringVar(&f.adc, "adc-version", "", "version of ADC that pipelines use, as adc --version prints it")
	return cmd
}

func (a *app) runCheck(ctx context.Context, f *checkFlags) error {
	options, err := f.options()
	if err != nil {
		return err
	}
	targets, err := f.out.targets()
	if err != nil {
		return err
	}
	to, from, err := versions(f.to, f.from)
	if err != nil {
		return err
	}
	f.source.quiet = f.out.quiet
	return a.with(ctx, &f.source, func(open []estate.Source) error {
		options.Sources = open
		if err := settlePath(ctx, options, from, to); err != nil {
			return err
		}
		return a.assess(ctx, options, &f.out, targets)
	})
}

// assess runs the engine and writes the report.
func (a *app) assess(ctx context.Context, options *engine.Options, out *outputFlags, targets []target) error {
	options.Tool = report.Tool{Name: "api7-preflight", Version: a.env.Version}
	options.RunID = a.env.RunID()
	options.Now = a.env.Now
	progress, done := a.progress(out)
	options.Progress = progress
	r, err := engine.Run(ctx, *options)
	done()
	if err != nil {
		if _, ok := openError(err); ok || ctx.Err() != nil {
			return err
		}
		return cannotRun("run again; api7-preflight doctor shows what can be read", "%v", err)
	}
	a.code = r.ExitCode
	return a.emit(r, out, targets)
}

// options checks all that can be checked before anything is read.
func (f *checkFlags) options() (*engine.Options, error) {
	o := &engine.Options{Rules: rules.All(), Scope: report.Scope(f.scope), FailOn: f.failOn, Only: map[string]bool{}}
	fails := []string{report.SeverityBreaking, report.SeverityWarning, report.SeverityNotice, report.FailNever}
	if !slices.Contains(fails, f.failOn) {
		return nil, usage("one of "+strings.Join(fails, ", "), "unknown severity %q for --fail-on", f.failOn)
	}
	if o.Scope != report.ScopeAll && o.Scope != report.ScopeGiven {
		return nil, usage("one of all, given", "unknown scope %q", f.scope)
	}
	for _, id := range f.only {
		id = strings.TrimSpace(id)
		if err := knownRule(id, o.Rules); err != nil {
			return nil, err
		}
		o.Only[id] = true
	}
	var err error
	if o.Tools, err = f.tools(); err != nil {
		return nil, err
	}
	if o.Skip, err = reasons("skip", f.skip, o.Rules); err != nil {
		return nil, err
	}
	o.Accept, err = reasons("accept-unknown", f.accept, o.Rules)
	return o, err
}

// tools reads the versions of companion programs, which no source can show.
func (f *checkFlags) tools() (map[string]version.Version, error) {
	if f.adc == "" {
		return nil, nil
	}
	v, err := version.Parse(f.adc)
	if err != nil {
		return nil, usage("adc --version prints it, such as 0.27.0", "--adc-version: %v", err)
	}
	return map[string]version.Version{"adc": v}, nil
}

// reasons reads RULE=REASON pairs; a reason is not optional, because it is what the report shows.
func reasons(flag string, pairs []string, all []*rule.Rule) (map[string]string, error) {
	out := make(map[string]string, len(pairs))
	for _, pair := range pairs {
		id, reason, _ := strings.Cut(pair, "=")
		if err := knownRule(id, all); err != nil {
			return nil, err
		}
		if strings.TrimSpace(reason) == "" {
			return nil, usage(fmt.Sprintf("--%s %s='why this is all right'", flag, id), "--%s %s lacks a reason", flag, id)
		}
		out[id] = reason
	}
	return out, nil
}

func knownRule(id string, all []*rule.Rule) error {
	_, err := findRule(id, all)
	return err
}

func findRule(id string, all []*rule.Rule) (*rule.Rule, error) {
	ids := make([]string, len(all))
	for i, r := range all {
		if r.ID == id {
			return r, nil
		}
		ids[i] = r.ID
	}
	hint := "api7-preflight rules list shows them all"
	if near, ok := suggest.Nearest(id, ids); ok {
		hint = "did you mean " + near + "?"
	}
	return nil, usage(hint, "unknown rule %q", id)
}
