package render

import (
	"cmp"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// noDatabase is the id of what only a database holds, or the Admin API.
const noDatabase = "database"

// missingPart is everything that was not examined for one reason.
type missingPart struct {
	id, why, next string
	what          []string
	rules         map[string]bool
}

// missingParts groups what was not examined and not accepted by its cause, the one on which most rules wait first.
func missingParts(r *report.Report) []*missingPart {
	var parts []*missingPart
	index := map[string]*missingPart{}
	for i := range r.Unexamined {
		u := &r.Unexamined[i]
		if u.Accepted {
			continue
		}
		key := u.ID + "\x00" + u.Why
		m := index[key]
		if m == nil {
			m = &missingPart{id: u.ID, why: u.Why, next: u.Next, rules: map[string]bool{}}
			index[key] = m
			parts = append(parts, m)
		}
		m.what = append(m.what, u.What)
		for _, id := range u.Rules {
			m.rules[id] = true
		}
	}
	for i := range r.Rules {
		rule := &r.Rules[i]
		if !rule.Doubtful() || explained(r, rule) {
			continue
		}
		m := &missingPart{what: []string{rule.Rule}, why: "no reason was given", rules: map[string]bool{rule.Rule: true}}
		if len(rule.Reasons) > 0 {
			m.why = rule.Reasons[0]
		}
		parts = append(parts, m)
	}
	slices.SortStableFunc(parts, func(a, b *missingPart) int { return -cmp.Compare(len(a.rules), len(b.rules)) })
	return parts
}

// missing writes what was not examined, by the causes that leave most rules without an answer. If a text may have more than
// one line, it also says what closes the gap.
func (p *page) missing(parts []*missingPart, causes, most int) {
	if len(parts) == 0 {
		return
	}
	p.gap()
	const label = "MISSING"
	for _, m := range parts[:min(len(parts), causes)] {
		wait := ""
		if n := len(m.rules); n > 0 {
			wait = count(n, "rule waits", "rules wait")
		}
		text, room := m.lacks(), p.width-atEntry-width(wait)-2
		first := wrap(text, room)[0]
		rest := strings.TrimLeft(strings.TrimPrefix(text, first), " ")
		if most == 1 || width(first) > room {
			first, rest = cut(text, room), ""
		}
		p.spread(atLabel, wait, span{yellow, besides(label)}, span{plain, first})
		p.brief(atEntry, 1, "", rest)
		if most > 1 {
			p.brief(atEntry, most+1, "→ ", m.next)
		}
	}
	if rest := len(parts) - causes; rest > 0 {
		p.spread(atLabel, "--show missing", span{yellow, besides(label)}, span{plain, "and " + count(rest, "more cause", "more causes")})
	}
}

// mostLacks is how many things [missingPart.lacks] names.
const mostLacks = 2

// lacks says what is missing and why. Of many things it names two.
func (m *missingPart) lacks() string {
	if m.id == noDatabase && len(m.what) > 1 {
		return "the database: " + count(len(m.what), "kind", "kinds") + " of objects can only be there"
	}
	text := strings.Join(m.what[:min(mostLacks, len(m.what))], ", ")
	if rest := len(m.what) - mostLacks; rest > 0 {
		text += " and " + thousands(rest) + " more"
	}
	return Brief(text + ": " + m.why)
}
