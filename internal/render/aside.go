package render

import (
	"cmp"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// rest writes, on the screen, what the findings are not: what was looked at, the target, the path, what stays to be
// done by hand, by name if there is room, and what somebody decided beforehand.
func (p *page) rest(r *report.Report, names int) {
	if r.Verdict == report.Ready {
		p.looked(r)
	}
	if r.Target.Advice != "" {
		p.about("target", r.Target.Advice)
	}
	p.skips(r)
	p.handwork(r, names)
	p.baseline(r)
	p.expired(r)
	p.decided(r)
}

// skips writes which release lines the path skips.
func (p *page) skips(r *report.Report) {
	if text := skipping(r); text != "" {
		p.about("path", text)
	}
}

// skipping says which release lines the path skips, and whether the vendor describes that; nothing if it skips none.
func skipping(r *report.Report) string {
	switch {
	case len(r.Path.Skips) == 0:
		return ""
	case r.Path.Guide == "":
		return "skips " + skipped(r.Path.Skips) + "; no guide of the vendor describes that"
	}
	return "skips " + skipped(r.Path.Skips) + ": the vendor's " + r.Path.Guide + " guide describes it in one step"
}

// Asked says which release was taken for the line or word that was asked for, and which releases of it are newer; nothing
// if a release was asked for.
func Asked(p *report.Path) string {
	if p.Asked == "" {
		return ""
	}
	text := p.Asked + " is taken as " + p.To + ", the newest with public notes"
	if len(p.Newer) > 0 {
		text += "; newer: " + skipped(p.Newer)
	}
	return text
}

// about writes a label and a text beside it, which may take several lines.
func (p *page) about(label, text string) {
	p.prose(atLabel, besides(label), plain, text)
}

// looked writes what a ready rests on: the counts of what was read, and how many rules passed.
func (p *page) looked(r *report.Report) {
	totals := map[string]int64{}
	var kinds []string
	for _, s := range r.Sources {
		for _, k := range s.Kinds {
			if totals[k.Kind] == 0 && k.Count > 0 {
				kinds = append(kinds, k.Kind)
			}
			totals[k.Kind] += k.Count
		}
	}
	slices.SortStableFunc(kinds, func(a, b string) int { return -cmp.Compare(totals[a], totals[b]) })
	const named = 5
	var parts []string
	for _, k := range kinds[:min(len(kinds), named)] {
		one, many := noun(Sanitize(k))
		parts = append(parts, count(totals[k], one, many))
	}
	text := strings.Join(parts, ", ")
	if rest := len(kinds) - named; rest > 0 {
		text += " and " + count(rest, "more kind", "more kinds")
	}
	n := statuses(r)
	text += "; " + count(n[report.Passed], "rule", "rules") + " passed"
	if found := n[report.Failed]; found > 0 {
		text += ", " + thousands(found) + " found something"
	}
	p.about("looked", "at "+cmp.Or(text, "nothing"))
}

// statuses counts the rules with each status.
func statuses(r *report.Report) map[report.Status]int {
	n := map[report.Status]int{}
	for i := range r.Rules {
		n[r.Rules[i].Status]++
	}
	return n
}

// handwork writes how many checks a person has to do, and names those that not every upgrade brings. Someone who signs
// a ready sees the names of all.
func (p *page) handwork(r *report.Report, names int) {
	var usual, special []string
	for _, m := range r.ManualChecks {
		if m.Done != nil {
			continue
		}
		if m.About == report.AboutUpgrade {
			usual = append(usual, m.Rule)
		} else {
			special = append(special, m.Rule)
		}
	}
	usual, special = slices.Compact(usual), slices.Compact(special)
	n := len(r.ManualChecks)
	if n == 0 {
		return
	}
	text := count(n, "check", "checks")
	if len(special) > 0 && len(usual) > 0 {
		text += ", " + thousands(n-countUsual(r)) + " because of this path or installation"
	}
	if r.Summary.Done > 0 {
		text += "; " + thousands(r.Summary.Done) + " done"
	}
	p.spread(atLabel, "--show manual", span{plain, besides("by hand") + text})
	if r.Verdict == report.Ready && names >= specialNames {
		p.items(atEntry, "", special)
	}
	if r.Verdict == report.Ready && names == allNames {
		p.brief(atEntry, 2, "always: ", strings.Join(usual, ", "))
	}
}

// countUsual counts the checks that every upgrade brings.
func countUsual(r *report.Report) int {
	n := 0
	for i := range r.ManualChecks {
		if r.ManualChecks[i].About == report.AboutUpgrade {
			n++
		}
	}
	return n
}

// decided writes, in one line, what was decided beforehand and can change the verdict: doubts accepted, findings waived,
// rules left out or outside the scope.
func (p *page) decided(r *report.Report) {
	var parts []string
	for _, c := range []struct {
		n              int
		one, many, how string
	}{
		{acceptances(r), "doubt accepted", "doubts accepted", accepted(r)},
		{r.Summary.Waived, "finding waived", "findings waived", ""},
		{leftOut(r), "rule left out", "rules left out", " (--skip, --only)"},
		{len(outside(r)), "rule", "rules", " without an answer (--scope given)"},
	} {
		if c.n > 0 {
			parts = append(parts, count(c.n, c.one, c.many)+c.how)
		}
	}
	if len(parts) == 0 {
		return
	}
	remark := "--show settings,missing"
	switch {
	case len(outside(r)) == 0:
		remark = "--show settings"
	case len(parts) == 1:
		remark = "--show missing"
	}
	p.spread(atLabel, remark, span{plain, besides("apart") + cut(Brief(strings.Join(parts, "; ")), p.width-atEntry-width(remark)-2)})
}

// accepted names the doubts that were accepted.
func accepted(r *report.Report) string {
	var ids []string
	for _, cause := range acceptedCauses(r) {
		ids = append(ids, cause[0].ID)
	}
	for _, rule := range r.AcceptedRules() {
		ids = append(ids, rule.Rule)
	}
	return " (" + strings.Join(ids, ", ") + ")"
}

// besides returns a label with the blanks up to what stands beside it.
func besides(label string) string {
	return label + strings.Repeat(" ", max(atEntry-atLabel-width(label), 1))
}

// skipped names releases or release lines in a row: of many the first and the last.
func skipped(lines []string) string {
	const few = 3
	if len(lines) <= few {
		return enumerate(lines)
	}
	return lines[0] + " to " + lines[len(lines)-1]
}

// enumerate joins words: a, b and c.
func enumerate(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}
