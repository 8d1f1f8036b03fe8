package report

import (
	"fmt"
	"slices"
	"strings"
)

// Term is a decision under which something was judged, and that can change a verdict.
type Term struct {
	What    string `json:"what" jsonschema:"such as: 3 rules left out"`
	Why     string `json:"why" jsonschema:"which flag or setting says so, and the reasons that were given"`
	Narrows bool   `json:"narrows" jsonschema:"whether less was judged because of it, or less counts"`
}

// Words returns the term as one text.
func (t Term) Words() string {
	if t.Why == "" {
		return t.What
	}
	return t.What + " (" + t.Why + ")"
}

// GivenOnly says what the scope of given sources means.
const GivenOnly = "given sources only: rules that need others are not judged"

// SetElsewhere says which settings that decide come from no flag: "set elsewhere: only from ci.yaml"; empty: none.
func SetElsewhere(settings []Setting) string {
	var set []string
	for _, s := range settings {
		if s.Decides && s.From != FromFlag {
			set = append(set, s.Name+" from "+s.From)
		}
	}
	if len(set) == 0 {
		return ""
	}
	return "set elsewhere: " + strings.Join(set, ", ")
}

// Terms returns under which terms the report was judged: what was left out or does not count, and who said so.
func (r *Report) Terms() []Term {
	terms := []Term{}
	add := func(n int, one, many, why string) {
		if n > 0 {
			if n > 1 {
				one = many
			}
			terms = append(terms, Term{fmt.Sprintf("%d %s", n, one), why, true})
		}
	}
	r.rulesApart(add)
	var accepted []string
	for _, u := range r.Unexamined {
		if u.AcceptedWhy != "" {
			accepted = append(accepted, u.ID+": "+u.AcceptedWhy)
		}
	}
	for _, one := range r.AcceptedRules() {
		accepted = append(accepted, one.Rule+": "+strings.Join(accepting(one.Reasons), ", "))
	}
	accepted = unique(accepted)
	add(len(accepted), "doubt accepted", "doubts accepted", "--accept-unknown "+few(accepted))
	var waived []string
	for _, w := range r.Waivers {
		if w.State == WaiverUsed && !w.Check {
			waived = append(waived, w.What+": "+w.Reason+" ("+w.Owner+", until "+w.Until+")")
		}
	}
	add(r.Summary.Waived, "finding waived", "findings waived", "--waivers "+few(waived))
	add(r.Summary.Known, "finding known to the baseline does not block", "findings known to the baseline do not block", "--baseline")
	if text := SetElsewhere(r.Run.Settings); text != "" {
		terms = append(terms, Term{What: text})
	}
	return terms
}

// rulesApart adds how many rules were not asked, and why.
func (r *Report) rulesApart(add func(n int, one, many, why string)) {
	unnamed, outside := 0, 0
	var skipped []string
	for i := range r.Rules {
		switch one := &r.Rules[i]; one.Status { //nolint:exhaustive // the others have an answer
		case Disabled:
			if reason, ok := strings.CutPrefix(strings.Join(one.Reasons, ", "), "skipped: "); ok {
				skipped = append(skipped, one.Rule+": "+reason)
			} else {
				unnamed++
			}
		case NotAssessed:
			outside++
		}
	}
	var asked []string
	for _, s := range r.Run.Settings {
		if s.Name == "only" {
			asked = append(asked, s.Value)
		}
	}
	add(unnamed, "rule left out", "rules left out", strings.TrimSpace("--only "+few(unique(asked))))
	add(len(skipped), "rule left out", "rules left out", "--skip "+few(skipped))
	if r.Scope == ScopeGiven {
		add(outside, "rule without an answer", "rules without an answer", "--scope given: "+GivenOnly)
	}
}

func accepting(reasons []string) []string {
	var all []string
	for _, text := range reasons {
		if reason, ok := strings.CutPrefix(text, "accepted: "); ok {
			all = append(all, reason)
		}
	}
	return all
}

func unique(texts []string) []string {
	slices.Sort(texts)
	return slices.Compact(texts)
}

// few joins the first of some texts, and says how many more there are.
func few(texts []string) string {
	const shown = 5
	if rest := len(texts) - shown; rest > 0 {
		return strings.Join(texts[:shown], "; ") + fmt.Sprintf("; and %d more", rest)
	}
	return strings.Join(texts, "; ")
}

// AcceptedRules returns the rules whose doubt is accepted by the rule's name.
func (r *Report) AcceptedRules() []Rule {
	return slices.DeleteFunc(slices.Clone(r.Rules), func(rule Rule) bool {
		named := slices.ContainsFunc(r.Unexamined, func(u Unexamined) bool { return u.AcceptedWhy == "" && slices.Contains(u.Rules, rule.Rule) })
		caused := slices.ContainsFunc(r.Unexamined, func(u Unexamined) bool { return u.AcceptedWhy != "" && slices.Contains(u.Rules, rule.Rule) })
		return !rule.Accepted || caused && !named
	})
}
