// Package engine judges an installation. It decides which rules the upgrade paths need, streams each source once through
// their handlers, and reports for each path what was found and what was not examined. Nothing else calls rules.
package engine

import (
	"context"
	"slices"
	"time"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/redact"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// Options configures a run.
type Options struct {
	Tool         report.Tool
	Path         version.Path               // of which [Judgement.Report] is wanted; to no release: of none
	Also         []version.Path             // others of which it is
	Outlines     []version.Path             // others of which [Judgement.Outline] is enough; it takes less memory
	FromEvidence string                     // how the installed version is known, in words
	FromGiven    bool                       // the user gave the version and nothing contradicts it
	Tools        map[string]version.Version // versions of companion programs that the user gave
	Rules        []*rule.Rule
	Sources      []estate.Source
	Scope        report.Scope
	FailOn       string                   // a severity such as report.SeverityBreaking, or report.FailNever
	Only         map[string]bool          // ids of the rules to judge; empty: all
	Skip         map[string]string        // rule id to the reason for skipping it
	Accept       map[string]string        // rule id to the reason for accepting its doubt
	AcceptCauses map[string]string        // cause of a gap to the reason for accepting it
	Doubts       []estate.Gap             // gaps that exist whatever the sources hold
	Elsewhere    func(estate.Kind) string // the flags of other sources that could hold a kind; may be nil
	Watch        func(*rule.Pass)         // listens beside the rules and reports nothing; may be nil
	RunID        string
	Now          func() time.Time
}

// Judgement is what one read of an installation says about several upgrade paths.
type Judgement struct {
	options *Options
	stream  *stream
	plans   []*plan
	watcher *run // of [Options.Watch]; nil: there is none
	run     report.Run
}

// Run judges the installation on the path of the options, and returns the sealed report. Its errors are those of [Judge].
func Run(ctx context.Context, o Options) (*report.Report, error) {
	o.Also, o.Outlines = nil, nil
	j, err := Judge(ctx, o)
	if err != nil {
		return nil, err
	}
	return j.Report(o.Path), nil
}

// Judge judges the installation on the path of the options and on the others, in one read. It returns an error only if no
// report is possible: a source failed while being read, or the context is done.
func Judge(ctx context.Context, o Options) (*Judgement, error) {
	started := o.Now()
	s := newStream(&o)
	j := &Judgement{options: &o, stream: s}
	all := newRuns()
	full := slices.Clone(o.Also)
	if !o.Path.To.IsZero() {
		full = append(full, o.Path)
	}
	for _, wanted := range []struct {
		paths   []version.Path
		outline bool
	}{{full, false}, {o.Outlines, true}} {
		for _, p := range wanted.paths {
			if j.plan(p) == nil {
				j.plans = append(j.plans, newPlan(&o, p, wanted.outline, all, s))
			}
		}
	}
	j.watch(all)
	s.listen(all.list, j.plans)
	for _, r := range all.list {
		r.settle()
	}
	transactions := []report.Transaction{}
	for _, src := range o.Sources {
		if err := s.read(ctx, src); err != nil {
			return nil, err
		}
		if held, ok := src.(estate.Holder); ok { // other sources may take long
			transactions = append(transactions, report.Transaction{Source: src.Info().Name, OpenMS: held.Release().Milliseconds()})
		}
	}
	for _, r := range all.list {
		r.finish()
	}
	j.run = report.Run{ID: o.RunID, StartedAt: started.UTC(), DurationMS: o.Now().Sub(started).Milliseconds(), Settings: []report.Setting{}, Transactions: transactions}
	return j, nil
}

// Report returns the sealed report on one of the paths. It panics if that path was not judged, or in outline only.
func (j *Judgement) Report(p version.Path) *report.Report {
	one := j.plan(p)
	if one.outline {
		panic("the path to " + p.To.String() + " was judged in outline only")
	}
	return j.seal(one.write(j.options, j.stream, true))
}

// Outline is [Judgement.Report] for a caller that compares paths: verdict, counts and known defects are the same, and so are
// the fingerprints, rules, severities and objects of the findings. Other texts may be missing, and there are no notes.
func (j *Judgement) Outline(p version.Path) *report.Report {
	r := j.plan(p).write(j.options, j.stream, false)
	for i, c := range r.ManualChecks {
		r.ManualChecks[i] = report.ManualCheck{Fingerprint: c.Fingerprint, Rule: c.Rule, About: c.About}
	}
	for i := range r.Rules {
		r.Rules[i].Reasons = r.Rules[i].Reasons[:min(1, len(r.Rules[i].Reasons))]
	}
	return j.seal(r)
}

// seal lets no credential out, and seals the report. The findings passed the same gate when they were packed.
func (j *Judgement) seal(r *report.Report) *report.Report {
	findings := r.Findings
	r.Findings = nil
	redact.Everything(r)
	r.Findings = findings
	r.Run = j.run
	r.Run.Settings, r.Run.Transactions = []report.Setting{}, slices.Clone(j.run.Transactions)
	r.Seal()
	return r
}

// plan returns the plan for a path; nil if there is none.
func (j *Judgement) plan(p version.Path) *plan {
	for _, one := range j.plans {
		if one.path.Equal(p) {
			return one
		}
	}
	return nil
}

// Need returns every kind that a rule listens to on any path. A role that can read all of them can assess every
// upgrade.
func Need(rules []*rule.Rule) estate.Need {
	need := estate.Need{Kinds: map[estate.Kind]bool{estate.GatewayGroup: true}}
	all := version.Releases()
	newest := all[len(all)-1].Version
	for _, r := range rules {
		for _, v := range all { // what a rule or row listens to may depend on either end of the path
			for _, p := range []version.Path{{From: version.Oldest(), To: v.Version}, {From: v.Version, To: newest}} {
				for _, k := range r.Begin(p, rule.Engine{}).Kinds() {
					need.Kinds[k] = true
				}
			}
		}
	}
	return need
}
