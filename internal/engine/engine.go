// Package engine judges an installation. It decides which rules an upgrade path needs, streams each source once
// through their handlers, and reports what was found and what was not examined. Nothing else calls rules.
package engine

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// Options configures a run.
type Options struct {
	Tool         report.Tool
	Path         version.Path
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
	RunID        string
	Now          func() time.Time
}

// Run judges the installation and returns the sealed report. It returns an error only if no report is possible: a
// source failed while being read, or the context is done.
func Run(ctx context.Context, o Options) (*report.Report, error) {
	started := o.Now()
	s := newStream(&o)
	runs := plan(&o, s)
	s.listen(runs)
	transactions := []report.Transaction{}
	for _, src := range o.Sources {
		if err := s.read(ctx, src); err != nil {
			return nil, err
		}
		if held, ok := src.(estate.Holder); ok { // other sources may take long
			transactions = append(transactions, report.Transaction{Source: src.Info().Name, OpenMS: held.Release().Milliseconds()})
		}
	}
	for _, t := range runs {
		t.finish()
	}
	r := write(&o, runs, s)
	r.Run = report.Run{ID: o.RunID, StartedAt: started.UTC(), DurationMS: o.Now().Sub(started).Milliseconds(), Settings: []report.Setting{}, Transactions: transactions}
	r.Seal()
	return r, nil
}

// ruleRun is one rule in one run.
type ruleRun struct {
	rule       *rule.Rule
	leftOut    string        // why the user leaves the rule out; empty: the report has what it says
	status     report.Status // set from the start for rules that are not judged, else empty until the end
	reasons    []string
	judged     bool // the rule was started
	registered rule.Registration
	kinds      []estate.Kind
	asked      []estate.Kind // kinds for which [rule.Pass.Absent] answered false
	findings   findings
	answer     answer // at the end
	doubts     []doubt
	checks     []rule.Check
	defects    []rule.Defect
	broken     string // the rule's panic; empty: none
}

// doubt is something that a rule could not judge, with its place.
type doubt struct {
	rule.Doubt

	at report.Location
}

// plan decides which rules are judged, and starts those. Known defects of the target are judged whatever is left out: the
// report says of them what the installation meets, not what the user looks at.
func plan(o *Options, s *stream) []*ruleRun {
	runs := make([]*ruleRun, len(o.Rules))
	for i, r := range o.Rules {
		runs[i] = &ruleRun{rule: r, leftOut: o.leavesOut(r.ID)}
		if runs[i].leftOut == "" || r.Defects {
			runs[i].plan(o, s)
		}
	}
	for _, t := range runs {
		if t.leftOut != "" && !t.rule.Defects && decides(t.rule.ID, runs) {
			t.plan(o, s)
		}
	}
	return runs
}

// leavesOut returns why the user leaves a rule out; empty if not.
func (o *Options) leavesOut(id string) string {
	if reason, skipped := o.Skip[id]; skipped {
		return "skipped: " + reason
	}
	if len(o.Only) > 0 && !o.Only[id] {
		return "not among the rules of --only"
	}
	return ""
}

// plan starts the rule if the path concerns it.
func (t *ruleRun) plan(o *Options, s *stream) {
	switch {
	case !t.rule.On(o.Path):
		t.status, t.reasons = report.NotApplicable, []string{whyNot(t.rule, o.Path)}
	case len(t.rule.Manual) > 0:
		t.status, t.checks = report.Manual, []rule.Check{{Title: t.rule.Title, Steps: t.rule.Manual}}
	default:
		t.start(o.Path, o.Tools, s)
	}
}

func whyNot(r *rule.Rule, p version.Path) string {
	switch {
	case r.Change.IsZero() && len(r.Facts) == 1:
		return fmt.Sprintf("its change does not affect an upgrade from %s to %s", p.From, p.To)
	case r.Change.IsZero():
		return fmt.Sprintf("none of its %d changes affects an upgrade from %s to %s", len(r.Facts), p.From, p.To)
	case !r.Change.In(p.To.Release()):
		return fmt.Sprintf("%s does not have the change of %s", p.To, r.Change)
	default:
		return fmt.Sprintf("%s already has the change of %s", p.From, r.Change)
	}
}

func (t *ruleRun) start(p version.Path, tools map[string]version.Version, s *stream) {
	t.judged = true
	t.guard(func() {
		t.registered = t.rule.Begin(p, rule.Engine{
			Report:   t.findings.add,
			Unknown:  func(d rule.Doubt) { t.doubts = append(t.doubts, doubt{d, located(d.Subject, d.Pointer)}) },
			Complete: s.complete,
			Absent:   func(k estate.Kind, group string) bool { return t.absent(s, k, group) },
			Remind:   func(c rule.Check) { t.checks = append(t.checks, c) },
			Judge:    t.judge,
			Count:    s.counted,
			Tools:    tools,
		})
	})
	t.kinds = t.registered.Kinds()
}

// finish lets the rule judge what it collected. It sorts the doubts, because the stream has no fixed order.
func (t *ruleRun) finish() {
	for _, reg := range t.listens() {
		for _, end := range reg.Ends {
			t.guard(end)
		}
	}
	slices.SortFunc(t.doubts, func(a, b doubt) int {
		return cmp.Or(
			cmp.Compare(a.at.Where, b.at.Where), cmp.Compare(a.Why, b.Why), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Next, b.Next),
			cmp.Compare(a.Subject.Ref.ID, b.Subject.Ref.ID), cmp.Compare(a.Pointer, b.Pointer),
		)
	})
}

// guard calls f unless the rule has panicked before. A panic is recorded: it neither ends the run nor counts as a
// clean result.
func (t *ruleRun) guard(f func()) {
	if t.broken != "" {
		return
	}
	defer func() {
		if v := recover(); v != nil {
			t.broken = fmt.Sprintf("internal error: %v", v)
		}
	}()
	f()
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
				if !r.On(p) {
					continue
				}
				t := &ruleRun{rule: r}
				t.start(p, nil, &stream{})
				for _, k := range t.kinds {
					need.Kinds[k] = true
				}
			}
		}
	}
	return need
}
