package engine

import (
	"cmp"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// answer is what a rule said in the end. Known defects of the target ask for it also where the report leaves it out.
type answer struct {
	result  report.Rule
	entries map[string]bool // catalogue entries of the findings
	checks  []report.ManualCheck
}

// decides reports whether what a rule finds says of some defect whether the installation meets it.
func decides(id string, runs []*ruleRun) bool {
	return slices.ContainsFunc(runs, func(t *ruleRun) bool {
		return slices.ContainsFunc(t.runs, func(r *run) bool {
			return slices.ContainsFunc(r.defects, func(d rule.Defect) bool { return d.Concerned == "" && d.By == id })
		})
	})
}

// listed reports whether the known defects of the target were listed to the end.
func listed(runs []*ruleRun) bool {
	lists := func(t *ruleRun) bool { return t.rule.Defects }
	return slices.ContainsFunc(runs, lists) && !slices.ContainsFunc(runs, func(t *ruleRun) bool { return lists(t) && t.broken != "" })
}

// weighed returns the known defects of the target, each with its concern.
func weighed(runs []*ruleRun) []rule.Defect {
	var all []rule.Defect
	for _, t := range runs {
		all = append(all, t.defects...)
	}
	for i, d := range all {
		if d.Concerned == "" {
			all[i].Concerned, all[i].Why = concern(d, runs)
		}
	}
	return all
}

// defects returns them in the form of the report, the gravest on path p first, then those that the installation meets.
func defects(all []rule.Defect, p version.Path) []report.Defect {
	order := []rule.Concern{rule.Met, rule.Open, rule.Spared}
	slices.SortFunc(all, func(a, b rule.Defect) int {
		return cmp.Or(
			-cmp.Compare(a.Grade(p), b.Grade(p)),
			cmp.Compare(slices.Index(order, a.Concerned), slices.Index(order, b.Concerned)),
			cmp.Compare(a.Says, b.Says), cmp.Compare(a.Entry, b.Entry),
		)
	})
	out := make([]report.Defect, len(all))
	for i, d := range all {
		out[i] = report.Defect{Catalogue: d.Entry, Severity: d.Grade(p).String(), Says: d.Says, FixedIn: []string{}, Concerned: string(d.Concerned), Why: d.Why}
		for _, v := range d.FixedIn {
			out[i].FixedIn = append(out[i].FixedIn, v.String())
		}
	}
	return out
}

// concern answers for a defect that another rule looks for: what that rule found decides.
func concern(d rule.Defect, runs []*ruleRun) (rule.Concern, string) {
	i := slices.IndexFunc(runs, func(t *ruleRun) bool { return t.rule.ID == d.By })
	if i < 0 {
		return rule.Open, d.By + " was not judged"
	}
	said := runs[i].answer
	if said.entries[d.Entry] {
		return rule.Met, d.By + " found it"
	}
	for _, c := range said.checks {
		if slices.Contains(c.Catalogue, d.Entry) {
			return rule.Open, "check by hand: " + c.Title
		}
	}
	switch {
	case len(said.result.Reasons) > 0 && said.result.Status != report.NotApplicable:
		return rule.Open, d.By + " could not look at everything"
	}
	return rule.Spared, d.By + " found nothing"
}

// target says which known defects the release has that the upgrade ends in. Which release to choose instead is for others to
// say, who know what other targets bring.
func target(runs []*ruleRun, p version.Path) report.Target {
	t := report.Target{Best: []string{}, Candidates: []report.Candidate{}, Defects: []report.Defect{}}
	if !listed(runs) {
		t.Advice = "Known defects of " + p.To.String() + " were not judged."
		return t
	}
	t.Defects = defects(weighed(runs), p)
	return t
}

// struck returns the findings of the known defects that the installation meets for certain.
func (t *ruleRun) struck(p version.Path, s *stream) []report.Finding {
	var out []report.Finding
	for _, r := range t.runs {
		for _, d := range r.defects {
			if d.Finding == nil || d.Concerned != rule.Met || d.Grade(p) < rule.Warning {
				continue
			}
			r.guard(func() {
				f := d.Finding(p)
				k := key{f.Subject.Ref, f.Case.Entry + "/" + f.Part}
				out = append(out, export(t.rule, p, k, []rule.Finding{f}, &s.groups))
			})
		}
	}
	return out
}
