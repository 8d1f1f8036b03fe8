package engine

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// run is a part of a rule, run once for all the paths on which it behaves alike.
type run struct {
	rule       *rule.Rule
	path       version.Path     // one of them
	several    []version.Change // of its changes those with several first releases, of which a report names one
	registered rule.Registration
	kinds      []estate.Kind
	asked      []estate.Kind // kinds for which [rule.Pass.Absent] answered false
	findings   findings
	packers    *packers
	exported   *exported // the same in the form of the report, once asked for
	doubts     []doubt
	checks     []rule.Check
	defects    []rule.Defect
	broken     string // the panic of the rule; empty: none
}

// doubt is something that a rule could not judge, with its place.
type doubt struct {
	rule.Doubt

	at report.Location
}

// runs are the parts that were started.
type runs struct {
	list   []*run
	of     map[rule.Part][]*run
	packed map[*rule.Rule]*packers
}

func newRuns() *runs { return &runs{of: map[rule.Part][]*run{}, packed: map[*rule.Rule]*packers{}} }

func (all *runs) packers(r *rule.Rule) *packers {
	if all.packed[r] == nil {
		all.packed[r] = &packers{}
	}
	return all.packed[r]
}

// on returns the run of a part for a plan. It starts the part, unless it was started for a path on which it behaves alike.
func (all *runs) on(on *plan, part rule.Part, tools map[string]version.Version, s *stream) *run {
	for _, r := range slices.Backward(all.of[part]) { // neighbours come one after the other
		if r.registered.Alike(on.path) && r.named(on.path) {
			r.findings.outline = r.findings.outline && on.outline
			return r
		}
	}
	r := &run{rule: part.Rule(), path: on.path, packers: all.packers(part.Rule())}
	r.findings.packer, r.findings.outline = &r.packers.found, on.outline
	for _, c := range part.Cases() {
		if len(c.Change.First()) > 1 {
			r.several = append(r.several, c.Change)
		}
	}
	r.start(part, tools, s)
	all.list, all.of[part] = append(all.list, r), append(all.of[part], r)
	return r
}

// named reports whether a report on another path names the same first release of each change of the part.
func (r *run) named(p version.Path) bool {
	return p.To.Line() == r.path.To.Line() || !slices.ContainsFunc(r.several, func(c version.Change) bool {
		return firstGained(c, p) != firstGained(c, r.path)
	})
}

func (r *run) start(part rule.Part, tools map[string]version.Version, s *stream) {
	r.guard(func() {
		r.registered = part.Begin(r.path, rule.Engine{
			Report:   r.findings.add,
			Unknown:  func(d rule.Doubt) { r.doubts = append(r.doubts, doubt{d, located(d.Subject, d.Pointer)}) },
			Complete: s.complete,
			Absent:   func(k estate.Kind, group string) bool { return r.absent(s, k, group) },
			Remind:   func(c rule.Check) { r.checks = append(r.checks, c) },
			Judge:    r.judge,
			Count:    s.counted,
			Tools:    tools,
		})
	})
	r.kinds = r.registered.Kinds()
}

// settle forgets what was only needed until the handlers were registered: there may be thousands of runs.
func (r *run) settle() {
	was := r.registered
	r.registered = rule.Registration{Ends: was.Ends, Carriers: was.Carriers, Reads: was.Reads, Judges: was.Judges, Legs: was.Legs}
}

// judge takes a known defect. A rule that lists some must say so, because it is judged also where it is left out.
func (r *run) judge(d rule.Defect) {
	if !r.rule.Defects {
		panic("the rule lists a known defect, and does not say that it lists any")
	}
	r.defects = append(r.defects, d)
}

// finish lets the rule judge what it collected. It sorts the doubts, because the stream has no fixed order.
func (r *run) finish() {
	for _, end := range r.registered.Ends {
		r.guard(end)
	}
	slices.SortFunc(r.doubts, doubt.compare)
}

func (d doubt) compare(e doubt) int {
	return cmp.Or(
		cmp.Compare(d.at.Where, e.at.Where), cmp.Compare(d.Why, e.Why), cmp.Compare(d.ID, e.ID), cmp.Compare(d.Next, e.Next),
		cmp.Compare(d.Subject.Ref.ID, e.Subject.Ref.ID), cmp.Compare(d.Pointer, e.Pointer),
	)
}

// guard calls f unless the rule has panicked before. A panic is recorded: it neither ends the run nor counts as a
// clean result.
func (r *run) guard(f func()) {
	if r.broken != "" {
		return
	}
	defer func() {
		if v := recover(); v != nil {
			r.broken = fmt.Sprintf("internal error: %v", v)
		}
	}()
	f()
}
