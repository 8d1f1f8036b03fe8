package render

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// firstObjects is how many objects of a rule stand in the page itself, for each of its severities.
const firstObjects = 5

// rules writes what each rule found, the gravest first: an overview, then the first objects and the steps of each.
func (h *hypertext) rules() {
	of := map[string][]*block{}
	for _, b := range h.active {
		of[b.rule.Rule] = append(of[b.rule.Rule], b)
	}
	h.raw(`<ul class="overview">`, "\n")
	for _, g := range h.list {
		slices.SortStableFunc(of[g.rule], bySeverity)
		h.overview(g, of[g.rule])
	}
	h.raw("</ul>\n")
	h.variables()
	owner := ownerKey(h.list)
	for _, g := range h.list {
		h.rule(g, of[g.rule], owner)
	}
}

// overview writes the line of a rule: its gravest findings, the others, and what to do first.
func (h *hypertext) overview(g *gist, mine []*block) {
	worst := mine[0]
	n, others := 0, 0
	for _, b := range mine {
		if b.severity == worst.severity {
			n += len(b.found)
		} else {
			others += len(b.found)
		}
	}
	text := count(n, "finding", "findings")
	if others > 0 {
		text += " and " + thousands(others) + " milder"
	}
	if g.unsure {
		text = "at least " + text
	}
	h.raw("<li>", severityTag(worst.severity), ` <a href="#`, anchor(g.rule), `">`, markup(Brief(cmp.Or(worst.rule.Title, g.rule))), "</a> ")
	if lead, action := todo(g); action != "" {
		text += ". " + lead + action
	}
	h.raw(`<span class="small">`, markup(Brief(text)), "</span></li>\n")
}

// bySeverity orders blocks, the gravest first.
func bySeverity(a, b *block) int {
	return slices.Index(severities, a.severity) - slices.Index(severities, b.severity)
}

func (h *hypertext) rule(g *gist, mine []*block, owner string) {
	worst := mine[0]
	h.raw(`<article id="`, anchor(g.rule), `">`, "\n<h3>", severityTag(worst.severity), " ", markup(Brief(cmp.Or(worst.rule.Title, g.rule))), "</h3>\n")
	about := g.rule
	if change := worst.found[0].Open().Change; change != "" {
		about += ", new in " + change
	}
	if h.r.Blocks(worst.severity) {
		about += ", blocks the upgrade"
	}
	h.el(`p class="small"`, about)
	if lead, action := todo(g); action != "" {
		h.raw("<p>", lead, "<strong>", markup(Brief(action)), "</strong></p>\n")
	}
	if g.unsure {
		h.el("p", "There may be more: not everything that this rule needs was examined.")
	}
	for _, b := range mine {
		h.block(b, owner, len(mine) > 1)
	}
	h.raw("</article>\n")
}

// todo returns what to do first about the findings of a rule, and a lead that says when.
func todo(g *gist) (lead, action string) {
	action = g.action()
	if when := Sanitize(g.first.Timing); strings.HasPrefix(action, when+": ") {
		return "To do " + when + ": ", strings.TrimPrefix(action, when+": ")
	}
	return "To do first: ", action
}

// anchor returns the id of the part about a rule. Ids have no blanks.
func anchor(rule string) string { return "rule-" + markup(strings.ReplaceAll(rule, " ", "-")) }

// severityTag returns the markup of a severity. Its colour only repeats the word.
func severityTag(severity string) string {
	class := "tag"
	if slices.Contains(severities, severity) {
		class += " " + severity
	}
	return `<span class="` + class + `">` + markup(Brief(severity)) + "</span>"
}

// block writes the findings of a rule that have one severity and one phase: where they are, the first objects and the steps.
func (h *hypertext) block(b *block, owner string, several bool) {
	inferred, where := whereabouts(b.found, owner)
	text := count(len(b.found), "finding", "findings")
	when := phases[b.when].title
	h.raw("<h4>")
	if several {
		h.raw(severityTag(b.severity), " ")
	}
	h.raw(text, ", ", strings.ToLower(when[:1]), when[1:], "</h4>\n")
	h.unless(`p class="small"`, capital(where))
	h.objects(b.found, func(f *report.Finding) string { return f.Message })
	if inferred {
		h.el("p", caution(b.found))
	}
	h.procedures(b.found)
}

// procedures writes the steps for some findings.
func (h *hypertext) procedures(found report.Findings) {
	all := procedures(found)
	if len(all) == 0 {
		return
	}
	h.fold("", "Steps for "+count(len(found), "finding", "findings"))
	rest := 0
	for i, pr := range all {
		if i < ownSteps {
			h.procedure(pr, len(pr.found) < len(found))
		} else {
			rest += len(pr.found)
		}
	}
	if rest > 0 {
		h.el("p", "The steps for "+count(rest, "more object", "more objects")+" are in the list of all findings.")
	}
	h.raw("</details>\n")
}

// whereabouts tells whether any finding is inferred, and says in which gateway groups
// they are and whose, by the label with that key.
func whereabouts(found report.Findings, owner string) (inferred bool, where string) {
	groups, owners, none := map[string]int{}, map[string]int{}, 0
	for f := range found.All() {
		inferred = inferred || f.Confidence == "inferred"
		groups[f.Object.GatewayGroup]++
		if value, labelled := f.Object.Owner[owner]; labelled {
			owners[cmp.Or(value, `""`)]++
		} else {
			none++
		}
	}
	delete(groups, "")
	var parts []string
	if len(groups) > 0 {
		parts = append(parts, "gateway group "+most(groups, topics))
	}
	if len(owners) > 0 {
		text := shown(owner) + " " + most(owners, topics)
		if none > 0 {
			text += ", none " + thousands(none)
		}
		parts = append(parts, text)
	}
	return inferred, strings.Join(parts, "; ")
}

// objects names the first objects, and says of each what says returns: once, if it is the same of all that are named.
func (h *hypertext) objects(found report.Findings, says func(*report.Finding) string) {
	first := found[:min(len(found), firstObjects)].List()
	same := len(first) > 1 && !slices.ContainsFunc(first, func(f report.Finding) bool { return says(&f) != says(&first[0]) })
	if same {
		h.unless("p", says(&first[0]))
	}
	h.raw("<ul>\n")
	for i := range first {
		f := &first[i]
		text := name(f)
		if inFile(f) {
			text = filePlace(f.Location)
		}
		if told := says(f); !same && told != "" {
			text += ": " + told
		}
		h.el("li", text)
	}
	if rest := len(found) - len(first); rest > 0 {
		h.raw(`<li><a href="#findings" data-rule="`, markup(Brief(first[0].Rule)), `">`, thousands(rest), " more</a> in the list of all findings</li>\n")
	}
	h.raw("</ul>\n")
}

// procedure writes steps that several objects share. Where each has its own command, it is that of the first.
func (h *hypertext) procedure(pr *procedure, named bool) {
	if named {
		h.el("p", "For "+whom(pr.found)+":")
	}
	steps, given, differ := pr.commands()
	h.raw(`<ol class="steps">`, "\n")
	for i, s := range steps {
		h.raw("<li>")
		h.step(s)
		if differ[i] && given[i] > 1 {
			h.el(`p class="small"`, "This is the command for "+name(pr.found[0].Open())+"; the list of all findings has "+thousands(given[i])+", one for each object.")
		}
		h.raw("</li>\n")
	}
	h.raw("</ol>\n")
}

// steps writes the steps of one thing.
func (h *hypertext) steps(steps []report.Remediation) {
	if len(steps) == 0 {
		return
	}
	h.raw(`<ol class="steps">`, "\n")
	for _, s := range inPhases(&report.Finding{Remediation: steps}) {
		h.raw("<li>")
		h.step(s)
		h.raw("</li>\n")
	}
	h.raw("</ol>\n")
}

// step writes one step with its command.
func (h *hypertext) step(s report.Remediation) {
	h.raw("<p>")
	if s.When != "" {
		h.raw(`<span class="when">`, markup(Brief(s.When)), "</span> ")
	}
	h.raw(markup(Brief(s.Text)), "</p>\n")
	if s.Command == "" {
		return
	}
	command, warning := copyable(s.Command)
	h.unless("p", warning)
	if command != "" {
		h.raw(`<pre class="command"><code>`, markup(command), "</code></pre>\n")
	}
}

// copyable returns a command as it is shown to be copied, and what to say about it if that is not itself. The command is
// empty if it is too long.
func copyable(command string) (shown, warning string) {
	if len(command) > longestCommand {
		return "", "A command of " + count(utf8.RuneCountInString(command), "character", "characters") + ": --format json has it."
	}
	if Sanitize(command) != command {
		return strconv.Quote(command), "Do not run it as it stands: it contains control characters and is quoted here."
	}
	return command, ""
}

// variables says what to set the variables to that commands read.
func (h *hypertext) variables() {
	names := map[string]bool{}
	for f := range h.r.Findings.All() {
		for _, s := range f.Remediation {
			for _, name := range s.Variables {
				names[name] = true
			}
		}
	}
	var texts []string
	for _, name := range slices.Sorted(maps.Keys(names)) {
		texts = append(texts, name+" is "+report.MeaningOf(name))
	}
	if len(texts) > 0 {
		h.el(`p class="small"`, "In commands, "+strings.Join(texts, "; ")+".")
	}
}
