package engine

import (
	"cmp"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/rule"
)

// weighed returns the known defects that rules listed, of the target and of other releases, each with its concern. r has the
// findings and the rules of the run.
func weighed(runs []*ruleRun, r *report.Report) []rule.Defect {
	var all []rule.Defect
	for _, t := range runs {
		all = append(all, t.defects...)
	}
	for i, d := range all {
		if d.Concerned == "" {
			all[i].Concerned, all[i].Why = concern(d, runs, r)
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
func concern(d rule.Defect, runs []*ruleRun, r *report.Report) (rule.Concern, string) {
	if slices.ContainsFunc(runs, func(t *ruleRun) bool { return t.rule.ID == d.By && t.met[d.Entry] }) {
		return rule.Met, d.By + " found it"
	}
	for _, c := range r.ManualChecks {
		if c.Rule == d.By && slices.Contains(c.Catalogue, d.Entry) {
			return rule.Open, "check by hand: " + c.Title
		}
	}
	i := slices.IndexFunc(r.Rules, func(res report.Rule) bool { return res.Rule == d.By })
	switch {
	case d.Severity == 0: // the path does not concern that rule, or not because of this defect
		return rule.Open, d.By + " looks for it only where the target has it"
	case i < 0 || r.Rules[i].Status == report.Disabled:
		return rule.Open, d.By + " was not judged"
	case len(r.Rules[i].Reasons) > 0 && r.Rules[i].Status != report.NotApplicable:
		return rule.Open, d.By + " could not look at everything"
	}
	return rule.Spared, d.By + " found nothing"
}
