package render

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// manyEntries is the number of entries of one list that a page shows. It says how many there are besides.
const manyEntries = 1000

// more writes how many entries of a list are not shown, and where they are.
func (h *hypertext) more(total int, what string) {
	if rest := total - manyEntries; rest > 0 {
		h.el("p", thousands(rest)+" more "+what+" are in "+h.elsewhere+".")
	}
}

// unexamined writes what was not examined, by cause, with what closes the gap.
func (h *hypertext) unexamined() {
	type cause struct{ id, why string }
	entries := map[cause][]*report.Unexamined{}
	for i := range h.r.Unexamined {
		if u := &h.r.Unexamined[i]; !u.Accepted {
			entries[cause{u.ID, u.Why}] = append(entries[cause{u.ID, u.Why}], u)
		}
	}
	for _, m := range missingParts(h.r) {
		h.raw("<article>\n")
		h.el("h3", m.lacks())
		if m.next != "" {
			h.raw("<p>What closes the gap: ", quoted(m.next), "</p>\n")
		}
		about := known(m.id)
		if rules := slices.Sorted(maps.Keys(m.rules)); len(rules) > 0 {
			about = strings.TrimPrefix(about+"; needed by "+strings.Join(rules, ", "), "; ")
		}
		h.unless(`p class="small"`, capital(about))
		h.entries(m, entries[cause{m.id, m.why}])
		h.raw("</article>\n")
	}
	var doubts []string
	for i := range h.r.Rules {
		if rule := &h.r.Rules[i]; rule.Doubtful() {
			said := "no answer"
			if rule.Status == report.Failed {
				said = count(rule.Findings, "found", "found") + ", possibly more"
			}
			doubts = append(doubts, rule.Rule+": "+said)
		}
	}
	if len(doubts) > 0 {
		h.el("h3", "Rules that have no answer, or only a part of one, because of that")
		h.items(doubts)
		h.el(`p class="small"`, "To accept a doubt that you have settled by hand: --accept-unknown RULE=REASON, or ID=REASON for all rules with the same cause.")
	}
}

// entries writes what was not examined for one reason, if that has more to say than its heading.
func (h *hypertext) entries(m *missingPart, list []*report.Unexamined) {
	if len(list) < 2 {
		return
	}
	h.fold("", "All "+thousands(len(list)))
	h.raw("<ul>\n")
	for _, u := range list[:min(len(list), manyEntries)] {
		text := u.What
		if u.Next != m.next && u.Next != "" {
			text += ": " + u.Next
		}
		h.el("li", text)
	}
	h.raw("</ul>\n")
	h.more(len(list), "entries")
	h.raw("</details>\n")
}

// quoted returns the markup of a text in which commands stand in backquotes.
func quoted(text string) string {
	parts := strings.Split(markup(Brief(text)), "`")
	if len(parts)%2 == 0 { // one has no partner
		return markup(Brief(text))
	}
	for i := 1; i < len(parts); i += 2 {
		parts[i] = "<code>" + parts[i] + "</code>"
	}
	return strings.Join(parts, "")
}

// manual writes the checks by hand: those of every upgrade last.
func (h *hypertext) manual() {
	var special, usual []*report.ManualCheck
	for i := range h.r.ManualChecks {
		if m := &h.r.ManualChecks[i]; m.About == report.AboutUpgrade {
			usual = append(usual, m)
		} else {
			special = append(special, m)
		}
	}
	h.el("p", "No input can show these. They are not part of the verdict.")
	h.checks("Because of this path or installation", special)
	h.checks("In every upgrade", usual)
}

func (h *hypertext) checks(title string, list []*report.ManualCheck) {
	if len(list) == 0 {
		return
	}
	h.el("h3", title)
	for _, m := range list {
		h.fold("check", m.Title+done(m))
		h.el(`p class="small"`, m.Rule)
		h.unless("p", m.Why)
		for _, also := range m.Facts[min(1, len(m.Facts)):] { // the first is the check itself
			h.el("p", also.Title+". "+also.Why)
		}
		facts := make([]string, len(m.Evidence))
		for i, e := range m.Evidence {
			facts[i] = e.Name + ": " + e.Value
		}
		h.items(facts)
		h.steps(m.Remediation)
		h.raw("</details>\n")
	}
}

// target writes what is known about the release: what to choose instead, and its known defects.
func (h *hypertext) target() {
	t := h.r.Target
	h.unless("p", t.Advice)
	if len(t.Candidates) > 1 {
		h.candidates(t.Candidates)
	}
	for _, part := range []struct{ answer, class, title string }{
		{"yes", "", "that this installation meets"}, {"unknown", "", "that it may meet"}, {"no", "ref", "that it does not meet"},
	} {
		var list []string
		for _, d := range t.Defects {
			if d.Concerned == part.answer {
				list = append(list, d.Severity+": "+d.Says+" ("+d.Why+"); fixed in "+strings.Join(d.FixedIn, ", "))
			}
		}
		if len(list) > 0 {
			h.fold(part.class, count(len(list), "known defect", "known defects")+" "+part.title)
			h.items(list)
			h.raw("</details>\n")
		}
	}
}

// candidates writes a table of the releases that the upgrade could end in.
func (h *hypertext) candidates(list []report.Candidate) {
	h.raw("<table>\n<caption>Known defects of releases that the upgrade could end in</caption>\n",
		`<thead><tr><th scope="col">Release</th><th scope="col">Known</th><th scope="col">Met here</th><th scope="col">Perhaps</th></tr></thead>`, "\n<tbody>\n")
	for _, c := range list {
		version := c.Version
		if c.LTS {
			version += " (LTS)"
		}
		if slices.Contains(h.r.Target.Best, c.Version) && c.Version != h.r.Path.To {
			version += ", better"
		}
		h.raw(fmt.Sprintf(`<tr><th scope="row">%s</th><td>%s</td><td>%s</td><td>%s</td></tr>`+"\n",
			markup(version), thousands(c.Defects), thousands(c.Met.Total()), thousands(c.Unknown.Total())))
	}
	h.raw("</tbody>\n</table>\n")
}

// outside writes which rules the given sources cannot answer, or only in part.
func (h *hypertext) outside() {
	h.el("p", "With --scope given the verdict is about what the given sources can hold.")
	var list []string
	for _, rule := range outside(h.r) {
		list = append(list, rule.Rule+": "+lacked("needs ", rule))
	}
	for _, rule := range inPart(h.r) {
		list = append(list, rule.Rule+", in part: "+lacked("without ", rule))
	}
	h.items(list)
}

// lacked names the kinds of resources that a rule lacks.
func lacked(lead string, rule report.Rule) string {
	if len(rule.Beyond) == 0 {
		return strings.Join(rule.Reasons, "; ")
	}
	kinds := make([]string, len(rule.Beyond))
	for i, k := range rule.Beyond {
		_, kinds[i] = noun(k)
	}
	return lead + strings.Join(kinds, ", ")
}

// decided writes what somebody decided and what can change the verdict.
func (h *hypertext) decided() {
	r := h.r
	var settings []string
	for _, s := range deciding(r) {
		settings = append(settings, s.Name+" "+s.Value+" ("+s.From+")")
	}
	if len(settings) > 0 {
		h.el("h3", "Settings")
		h.items(settings)
	}
	if off := switchedOff(r); len(off) > 0 {
		h.el("h3", "Rules left out")
		for _, d := range off {
			h.el("p", d.lead+d.rules)
		}
	}
	if acceptances(r) > 0 {
		h.el("h3", "Doubts accepted")
	}
	for _, cause := range acceptedCauses(r) {
		h.el("p", cause[0].ID+", accepted: "+cause[0].AcceptedWhy)
		list := make([]string, 0, len(cause))
		for _, u := range cause[:min(len(cause), manyEntries)] {
			list = append(list, u.What+": "+u.Why)
		}
		h.items(list)
		h.more(len(cause), "entries")
	}
	for _, rule := range r.AcceptedRules() {
		h.el("p", rule.Rule)
		h.items(rule.Reasons)
	}
	h.apart("Findings waived: found, but not counted", h.waived, decision)
	if len(h.known) > 0 {
		h.apart("Findings known since "+since(r)+": they do not block", h.known, func(f *report.Finding) string { return cmp.Or(f.Message, f.Title) })
	}
	if len(r.Waivers) > 0 {
		h.el("h3", "The file of waivers")
	}
	list := make([]string, len(r.Waivers))
	for i, w := range r.Waivers {
		list[i] = w.State + ": " + w.What + ": " + decidedBy(w) + ", line " + thousands(w.Line)
	}
	h.items(list)
}

// apart writes findings that do not count, with what says of each.
func (h *hypertext) apart(title string, list []*block, says func(*report.Finding) string) {
	if len(list) > 0 {
		h.el("h3", title)
	}
	for _, b := range list {
		h.raw("<p>", severityTag(b.severity), " ", markup(Brief(b.rule.Rule+": "+cmp.Or(b.rule.Title, b.rule.Rule))), "</p>\n")
		h.objects(b.found, says)
		h.procedures(b.found)
	}
}

// noticed writes what is worth knowing and hides nothing.
func (h *hypertext) noticed() {
	list := make([]string, 0, len(h.r.Notes))
	for _, note := range h.r.Notes[:min(len(h.r.Notes), manyEntries)] {
		list = append(list, note.What+": "+note.Why)
	}
	h.items(list)
	h.more(len(h.r.Notes), "remarks")
}

// lookedAt writes what the verdict rests on: what was read of each source, how completely, and the results of the rules.
func (h *hypertext) lookedAt() {
	r := h.r
	if len(r.Sources) == 0 {
		h.raw("<p><strong>Nothing: no source was read.</strong></p>\n")
	}
	for _, s := range r.Sources {
		h.source(s)
	}
	onPath, became := outcomes(r)
	h.el("h3", onPath)
	h.el("p", strings.Join(became, ", "))
	var passed []string
	for _, rule := range r.Rules {
		if rule.Status == report.Passed {
			passed = append(passed, rule.Rule+": "+count(rule.Examined, "resource", "resources")+" examined")
		}
	}
	if len(passed) > 0 {
		h.fold("ref", count(len(passed), "rule", "rules")+" passed")
		h.items(passed)
		h.raw("</details>\n")
	}
}

func (h *hypertext) source(s report.Source) {
	remarks := []string{s.Kind + ", read completely"}
	if !s.Complete {
		remarks[0] = s.Kind + ", read in part"
	}
	h.el("h3", cmp.Or(shown(s.Name), s.Kind))
	for _, t := range h.r.Run.Transactions {
		if t.Source == s.Name {
			remarks = append(remarks, Held(t.OpenMS))
		}
	}
	h.el("p", strings.Join(remarks, "; "))
	var some, none, partly []string
	for _, k := range s.Kinds {
		one, many := noun(k.Kind)
		switch {
		case !k.Complete:
			partly = append(partly, "not complete: "+count(k.Count, one, many)+" read; "+why(h.r, k))
		case k.Count == 0:
			none = append(none, many)
		default:
			some = append(some, count(k.Count, one, many))
		}
	}
	h.unless("p", strings.Join(some, ", "))
	if len(none) > 0 {
		h.el("p", "None there: "+strings.Join(none, ", "))
	}
	h.items(partly)
}
