package render

import (
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// open counts what was not examined and not accepted. The verdict calls this "not examined".
func open(r *report.Report) int {
	n := 0
	for i := range r.Unexamined {
		if !r.Unexamined[i].Accepted {
			n++
		}
	}
	for i := range r.Rules {
		if r.Rules[i].Doubtful() && !explained(r, &r.Rules[i]) {
			n++
		}
	}
	return n
}

// explained reports whether the list of what was not examined gives a rule's reasons: then an entry names the rule.
func explained(r *report.Report, rule *report.Rule) bool {
	return slices.ContainsFunc(r.Unexamined, func(u report.Unexamined) bool { return !u.Accepted && slices.Contains(u.Rules, rule.Rule) })
}

// notExamined writes what was not examined, as prominently as what was found.
func (p *page) notExamined(r *report.Report) {
	if open(r) == 0 {
		return
	}
	p.section("Not examined", "(this alone is exit 4)")
	var list []report.Unexamined
	for _, u := range r.Unexamined {
		if !u.Accepted {
			list = append(list, u)
		}
	}
	n := p.limit(len(list))
	for _, u := range list[:n] {
		p.gap()
		what := broken(u.What, u.Location.Pointer, p.width-atAbout)
		p.labelled(yellow, "unknown", what[0], known(u.ID))
		for _, line := range what[1:] {
			p.line(atAbout, span{bold, line})
		}
		p.prose(atBody, "", plain, u.Why)
		if len(u.Rules) > 0 {
			p.prose(atBody, "needed by ", plain, strings.Join(u.Rules, ", "))
		}
		if u.Next != "" { // commands in it are in backquotes
			p.prose(atBody, "→ ", plain, u.Next)
		}
	}
	p.more(n, len(list))
	p.doubtfulRules(r)
}

// known returns the id by which an entry can be accepted, as a remark.
func known(id string) string {
	if id == "" {
		return ""
	}
	return "id " + id
}

// doubtfulRules writes which rules have no answer, or only part of one, because of what was not examined.
func (p *page) doubtfulRules(r *report.Report) {
	p.gap()
	doubts := false
	for i := range r.Rules {
		rule := &r.Rules[i]
		if !rule.Doubtful() {
			continue
		}
		doubts = true
		said := "no answer"
		if rule.Status == report.Failed {
			said = count(rule.Findings, "found", "found") + ", possibly more"
		}
		p.prose(atLabel, "", plain, "rule "+rule.Rule+": "+said)
		if explained(r, rule) {
			continue
		}
		reasons := rule.Reasons
		if len(reasons) == 0 {
			reasons = []string{"no reason was given"}
		}
		n := p.limit(len(reasons))
		for _, reason := range reasons[:n] {
			p.prose(atBody, "", plain, reason)
		}
		p.more(n, len(reasons))
	}
	if doubts {
		p.prose(atLabel, "", plain, "To accept a doubt that you have settled by hand: --accept-unknown RULE=REASON, or ID=REASON for all rules with the same cause")
	}
}

// accepted writes the doubts that the user accepted.
func (p *page) accepted(r *report.Report) {
	if acceptances(r) == 0 {
		return
	}
	p.section("Doubts accepted", "(--accept-unknown)")
	for _, cause := range acceptedCauses(r) {
		p.labelled(yellow, "accepted", cause[0].ID, "")
		n := p.limit(len(cause))
		for _, u := range cause[:n] {
			p.prose(atBody, "", plain, u.What+": "+u.Why)
		}
		p.more(n, len(cause))
		p.prose(atBody, "", plain, "accepted: "+cause[0].AcceptedWhy)
	}
	for _, rule := range r.AcceptedRules() {
		p.labelled(yellow, "accepted", rule.Rule, "")
		n := p.limit(len(rule.Reasons))
		for _, reason := range rule.Reasons[len(rule.Reasons)-n:] { // the user's reason is the last
			p.prose(atBody, "", plain, reason)
		}
		p.more(n, len(rule.Reasons))
	}
}

// acceptances counts what the user accepted. A cause counts once, however many rules it leaves in doubt.
func acceptances(r *report.Report) int { return len(acceptedCauses(r)) + len(r.AcceptedRules()) }

// acceptedCauses returns what was not examined and is accepted by its cause, grouped by cause.
func acceptedCauses(r *report.Report) (causes [][]report.Unexamined) {
	at := map[string]int{}
	for _, u := range r.Unexamined {
		if u.AcceptedWhy == "" {
			continue
		}
		i, seen := at[u.ID]
		if !seen {
			i = len(causes)
			at[u.ID] = i
			causes = append(causes, nil)
		}
		causes[i] = append(causes[i], u)
	}
	return causes
}

// outside returns the rules that the given sources cannot answer.
func outside(r *report.Report) []report.Rule {
	return slices.DeleteFunc(slices.Clone(r.Rules), func(rule report.Rule) bool { return rule.Status != report.NotAssessed })
}

// inPart returns the rules that the given sources answer only in part.
func inPart(r *report.Report) []report.Rule {
	return slices.DeleteFunc(slices.Clone(r.Rules), func(rule report.Rule) bool { return rule.Status == report.NotAssessed || len(rule.Beyond) == 0 })
}

// notJudged writes one line for each rule that the given sources cannot answer, then for each that they answer only
// in part.
func (p *page) notJudged(r *report.Report) {
	outside, inPart := outside(r), inPart(r)
	if len(outside)+len(inPart) > 0 {
		p.section("Not judged here", "(outside --scope given)")
	}
	for _, rule := range outside {
		p.labelled(dim, "outside", rule.Rule, p.lacking("needs ", rule))
	}
	for _, rule := range inPart {
		p.labelled(dim, "in part", rule.Rule, p.lacking("without ", rule))
	}
}

// lacking names the kinds of resources that a rule lacks: as many as fit, and at least the first.
func (p *page) lacking(lead string, rule report.Rule) string {
	if len(rule.Beyond) == 0 {
		return strings.Join(rule.Reasons, "; ")
	}
	kinds := make([]string, len(rule.Beyond))
	for i, k := range rule.Beyond {
		_, kinds[i] = noun(k)
	}
	text, more := lead+strings.Join(kinds, ", "), len(kinds)-1
	if more > 0 && !p.all && atAbout+width(rule.Rule)+2+width(Sanitize(text)) > p.width {
		text = lead + kinds[0] + ", " + thousands(more) + " more"
	}
	return text
}

// noticed writes what is worth knowing and hides nothing.
func (p *page) noticed(r *report.Report) {
	if len(r.Notes) == 0 {
		return
	}
	p.section("Noticed", "")
	n := p.limit(len(r.Notes))
	for _, note := range r.Notes[:n] {
		p.prose(atLabel, "", plain, note.What+": "+note.Why)
	}
	p.more(n, len(r.Notes))
}

// limit returns how many of n entries to show.
func (p *page) limit(n int) int {
	if p.all {
		return n
	}
	return min(n, listed)
}

// wholly returns the flag that cuts no list of what is shown now.
func (p *page) wholly() string {
	if len(p.show.Rules) > 0 {
		return "`--show " + strings.Join(p.show.Rules, ",") + ",all`"
	}
	return "`--show all`"
}

// more says that only the first entries of a list are shown, and how many there are; nothing if all are shown.
func (p *page) more(shown, total int) {
	if shown < total {
		p.gap()
		p.prose(atBody, "", bold, thousands(shown)+" of "+thousands(total)+" shown. "+p.wholly()+" shows all, `--format json` has all.")
	}
}
