package engine

import (
	"cmp"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/rule"
)

// answer is what a rule said in the end. Known defects of the target ask for it also where the report leaves it out.
type answer struct {
	result  report.Rule
	entries map[string]bool // catalogue entries of the findings
	checks  []report.ManualCheck
}

// judge takes a known defect. A rule that lists some must say so, because it is judged also where it is left out.
func (t *ruleRun) judge(d rule.Defect) {
	if !t.rule.Defects {
		panic("the rule lists a known defect, and does not say that it lists any")
	}
	t.defects = append(t.defects, d)
}

// decides reports whether what a rule finds says of some defect whether the installation meets it.
func decides(id string, runs []*ruleRun) bool {
	return slices.ContainsFunc(runs, func(t *ruleRun) bool {
		return slices.ContainsFunc(t.defects, func(d rule.Defect) bool { return d.Concerned == "" && d.By == id })
	})
}

// listed reports whether the known defects of the target were listed to the end.
func listed(runs []*ruleRun) bool {
	lists := func(t *ruleRun) bool { return t.rule.Defects }
	return slices.ContainsFunc(runs, lists) && !slices.ContainsFunc(runs, func(t *ruleRun) bool { return lists(t) && t.broken != "" })
}

// weighed returns the known defects that rules listed, of the target and of other releases, each with its concern.
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

// defects returns those that the target has, the gravest first, then those that the installation meets.
func defects(all []rule.Defect) []report.Defect {
	all = slices.DeleteFunc(slices.Clone(all), func(d rule.Defect) bool { return d.Severity == 0 })
	order := []rule.Concern{rule.Met, rule.Open, rule.Spared}
	slices.SortFunc(all, func(a, b rule.Defect) int {
		return cmp.Or(
			-cmp.Compare(a.Severity, b.Severity),
			cmp.Compare(slices.Index(order, a.Concerned), slices.Index(order, b.Concerned)),
			cmp.Compare(a.Says, b.Says), cmp.Compare(a.Entry, b.Entry),
		)
	})
	out := make([]report.Defect, len(all))
	for i, d := range all {
		out[i] = report.Defect{Catalogue: d.Entry, Severity: d.Severity.String(), Says: d.Says, FixedIn: []string{}, Concerned: string(d.Concerned), Why: d.Why}
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
	case d.Severity == 0: // the path does not concern that rule, or not because of this defect
		return rule.Open, d.By + " looks for it only where the target has it"
	case len(said.result.Reasons) > 0 && said.result.Status != report.NotApplicable:
		return rule.Open, d.By + " could not look at everything"
	}
	return rule.Spared, d.By + " found nothing"
}
