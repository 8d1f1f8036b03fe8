package engine

import (
	"fmt"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// plan is what has to be judged on one path.
type plan struct {
	path    version.Path
	outline bool // no full report is wanted
	rules   []*ruleRun
	need    estate.Need // what has to be read for it, whatever other paths need
}

// ruleRun is one rule on one path.
type ruleRun struct {
	rule    *rule.Rule
	leftOut string        // why the user leaves the rule out; empty: the report has what it says
	status  report.Status // of rules that are not judged
	judged  bool          // its parts were started
	runs    []*run        // its parts
	packers *packers

	*outcome // while a report is written, because there may be many paths
}

// outcome is what the parts of a rule say together on one path.
type outcome struct {
	kinds, asked []estate.Kind
	doubts       []doubt
	checks       []rule.Check
	defects      []rule.Defect // that the target has
	broken       string
	answer       answer
}

// newPlan decides which rules are judged on a path, and starts those. Known defects of the target are judged whatever is left
// out: the report says of them what the installation meets, not what the user looks at.
func newPlan(o *Options, p version.Path, outline bool, all *runs, s *stream) *plan {
	out := &plan{path: p, outline: outline, rules: make([]*ruleRun, len(o.Rules))}
	for i, r := range o.Rules {
		out.rules[i] = &ruleRun{rule: r, leftOut: o.leavesOut(r.ID), packers: all.packers(r)}
		if out.rules[i].leftOut == "" || r.Defects {
			out.rules[i].plan(o, out, all, s)
		}
	}
	for _, t := range out.rules {
		if t.leftOut != "" && !t.rule.Defects && decides(t.rule.ID, out.rules) {
			t.plan(o, out, all, s)
		}
	}
	out.need = estate.Need{Kinds: map[estate.Kind]bool{estate.GatewayGroup: true}}
	for _, t := range out.rules {
		for _, r := range t.runs {
			for _, k := range r.kinds {
				out.need.Kinds[k] = true
			}
		}
	}
	withHistory(out.need)
	withParents(out.need)
	return out
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
func (t *ruleRun) plan(o *Options, on *plan, all *runs, s *stream) {
	switch {
	case !t.rule.On(on.path):
		t.status = report.NotApplicable
	case len(t.rule.Manual) > 0:
		t.status = report.Manual
	default:
		t.judged = true
		for _, part := range t.rule.Parts(on.path) {
			t.runs = append(t.runs, all.on(on, part, o.Tools, s))
		}
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

// gather puts together what the parts say, on path p.
func (t *ruleRun) gather(p version.Path) {
	t.outcome = &outcome{}
	if t.status == report.Manual {
		t.checks = []rule.Check{{Title: t.rule.Title, Steps: t.rule.Manual}}
	}
	for _, r := range t.runs {
		t.kinds, t.asked = append(t.kinds, r.kinds...), append(t.asked, r.asked...)
		t.doubts, t.checks = append(t.doubts, r.doubts...), append(t.checks, r.checks...)
		for _, d := range r.defects {
			if d.Grade(p) > 0 {
				t.defects = append(t.defects, d)
			}
		}
		if t.broken == "" {
			t.broken = r.broken
		}
	}
	slices.Sort(t.kinds) // parts ask in any order
	slices.Sort(t.asked)
	t.kinds, t.asked = slices.Compact(t.kinds), slices.Compact(t.asked)
	slices.SortFunc(t.doubts, doubt.compare)
}
