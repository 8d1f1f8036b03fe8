package render

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/targets"
)

// Targets writes which release to choose: as "table", "json" or "markdown". The table lists some releases of each line, or
// all; the others list all.
func Targets(w io.Writer, format string, d *targets.Document, o Options) error {
	return writeDocument(w, format, d, func(out *bufio.Writer) { targetsMarkdown(out, d) }, func(out *bufio.Writer) { targetsTable(out, d, o) })
}

// IsTargets reports whether content was written by [Targets], in any format. Its end may be missing.
func IsTargets(content []byte) bool {
	text := bytes.TrimLeft(content, " \r\n")
	has := func(word string) bool { return bytes.Contains(text, []byte(word)) }
	switch {
	case bytes.HasPrefix(text, []byte("{")):
		return has(`"schema_version"`) && has(`"best"`) && has(`"targets"`) && has(`"advice"`)
	case bytes.HasPrefix(text, []byte("## Which release, from ")):
		return true
	}
	return tableOfTargets.Match(text)
}

// tableOfTargets matches the beginning of its table, in which a long version of the program fills a line.
var tableOfTargets = regexp.MustCompile(`^` + report.Program + ` \S+(   |\r?\n)from \d`)

// targetsTable writes it for a terminal.
func targetsTable(out *bufio.Writer, d *targets.Document, o Options) {
	p := newPage(&bytes.Buffer{}, o)
	p.to = out
	p.flow(0, append([]span{{bold, report.Program + " " + d.Tool.Version}, {plain, "from " + d.From}}, spansOf(d.Sources)...)...)
	for _, text := range targetsTerms(d) {
		p.prose(0, "", dim, text)
	}
	p.choices(d)
	p.gapsOf(d)
	if d.WhyNot != nil {
		p.whyNot(d.WhyNot)
	}
	if d.Comparison != nil {
		p.section("Compared", fmt.Sprintf("(%s on both paths)", count(d.Comparison.Both, "finding", "findings")))
		p.side(&d.Comparison.A)
		p.side(&d.Comparison.B)
	}
	p.releases(d)
	p.gap()
	if len(d.Best) > 0 {
		p.line(0, span{plain, "Next      " + report.Program + " check … --to " + d.Best[0]})
	}
	p.line(0, span{plain, "exit " + strconv.Itoa(d.ExitCode) + ": " + targetsExit(d)})
	_, _ = p.out.WriteTo(out)
}

func spansOf(texts []string) (all []span) {
	for _, text := range texts {
		all = append(all, span{plain, text})
	}
	return all
}

func targetsExit(d *targets.Document) string {
	if d.ExitCode == report.ExitIncomplete {
		return "incomplete"
	}
	return "judged"
}

// choices writes the releases to choose, each with its reason and the way to it.
func (p *page) choices(d *targets.Document) {
	p.gap()
	if len(d.Best) == 0 {
		p.prose(0, "", bold, d.Advice)
		return
	}
	p.line(0, span{green, "CHOOSE"})
	if n := openGaps(d); n > 0 {
		p.prose(atLabel, "", yellow, count(n, "gap", "gaps")+" below: what is counted here is the least there can be.")
	}
	for _, t := range d.Chosen() {
		p.gap()
		p.prose(atLabel, besides(t.Version), plain, t.Reason)
		for _, text := range wayTo(&t) {
			p.prose(atLabel, besides(""), dim, text)
		}
	}
}

// targetsTerms says under which terms the releases were judged: where the installed version is known from, and what can
// change a verdict.
func targetsTerms(d *targets.Document) []string {
	var out []string
	if !d.FromGiven {
		out = append(out, d.From+" is taken from: "+d.FromEvidence)
	}
	if d.Gateways != "" && d.Gateways != d.From {
		out = append(out, "the oldest gateway is "+d.Gateways)
	}
	if d.Scope == report.ScopeGiven {
		out = append(out, report.GivenOnly)
	}
	if d.LeftOut > 0 {
		out = append(out, count(d.LeftOut, "rule left out", "rules left out")+" (--skip, --only)")
	}
	if text := report.SetElsewhere(d.Run.Settings); text != "" {
		out = append(out, text)
	}
	waived, known := 0, 0
	for i := range d.Targets {
		waived, known = max(waived, d.Targets[i].Summary.Waived), max(known, d.Targets[i].Summary.Known)
	}
	if waived > 0 {
		out = append(out, "up to "+count(waived, "finding", "findings")+" waived: the columns do not count them, the reasons do")
	}
	if known > 0 {
		out = append(out, "up to "+count(known, "finding", "findings")+" known to the baseline: they are counted, and do not block")
	}
	return out
}

// openGaps counts what was not examined and is not accepted.
func openGaps(d *targets.Document) (n int) {
	for _, u := range d.Unexamined {
		if !u.Accepted {
			n++
		}
	}
	return n
}

// wayTo says what installs a release, and the way to it.
func wayTo(t *targets.Target) []string {
	out := []string{chartWords(t.Charts)}
	switch {
	case t.Guide != "":
		out = append(out, "skips "+skipped(t.Skips)+": the vendor's "+t.Guide+" guide describes it in one step")
	case len(t.Skips) > 0:
		out = append(out, "skips "+skipped(t.Skips)+"; no guide of the vendor describes that")
	}
	if t.Stops == nil {
		return out
	}
	var stops []string
	for _, s := range t.Stops.Steps[:len(t.Stops.Steps)-1] {
		stops = append(stops, s.To)
	}
	words := []string{"in tested steps over " + enumerate(stops)}
	for _, s := range t.Stops.Steps {
		if len(s.Adds) > 0 {
			words = append(words, "the step to "+s.To+" adds "+changeWords(s.Adds))
		}
	}
	if len(t.Stops.Removes) > 0 {
		words = append(words, "it removes "+changeWords(t.Stops.Removes))
	}
	return append(out, strings.Join(words, "; "))
}

func chartWords(c targets.Charts) string {
	switch {
	case c.ControlPlane == "" && c.Gateway == "":
		return "no chart names it: the tags of the images must be set"
	case c.ControlPlane == "":
		return "chart gateway " + c.Gateway + "; none of api7ee3 names it"
	case c.Gateway == "":
		return "chart api7ee3 " + c.ControlPlane + "; none of gateway names it"
	}
	return "charts api7ee3 " + c.ControlPlane + ", gateway " + c.Gateway
}

// changeWords names what was found by rule: "known-bad-target (2, breaking)".
func changeWords(all []targets.Change) string {
	var words []string
	for _, c := range all {
		text := c.Severity
		if c.Findings > 1 {
			text = thousands(c.Findings) + ", " + text
		}
		words = append(words, c.Rule+" ("+text+")")
	}
	return enumerate(words)
}

// gapsOf writes what of the installation was not examined.
func (p *page) gapsOf(d *targets.Document) {
	if len(d.Unexamined) == 0 {
		return
	}
	p.section("Not examined", count(len(d.Unexamined), "gap", "gaps"))
	n := p.limit(len(d.Unexamined))
	for _, u := range d.Unexamined[:n] {
		p.prose(atLabel, "", plain, gapWords(&u))
		if u.Next != "" && !u.Accepted {
			p.prose(atBody, "→ ", plain, u.Next)
		}
	}
	p.more(n, len(d.Unexamined))
}

// gapWords says what was not examined, and how many rules wait or why it is accepted.
func gapWords(u *report.Unexamined) string {
	text := u.What + ": " + u.Why
	switch {
	case u.AcceptedWhy != "":
		return text + " (accepted: " + u.AcceptedWhy + ")"
	case u.Accepted:
		return text + " (accepted)"
	case len(u.Rules) > 0:
		return text + " (" + count(len(u.Rules), "rule waits", "rules wait") + ")"
	}
	return text
}

// whyNot writes what speaks against a release.
func (p *page) whyNot(w *targets.Against) {
	p.section("Why not "+w.Version, "")
	for _, reason := range w.Reasons {
		p.prose(atLabel, "- ", plain, reason)
	}
	if text := allTheSame(w); text != "" {
		p.prose(atLabel, "", plain, text)
	}
	if w.Than != "" {
		p.side(&w.Only)
	}
}

// allTheSame says that a release is one to choose, or that nothing speaks against it.
func allTheSame(w *targets.Against) string {
	switch {
	case w.Best && len(w.Reasons) > 0:
		return "It is one of those to choose all the same."
	case w.Best:
		return "Nothing speaks against it: it is one of those to choose."
	case len(w.Reasons) == 0:
		return "Nothing speaks against it."
	}
	return ""
}

// side writes what one of two releases has and the other has not.
func (p *page) side(s *targets.Side) {
	p.gap()
	p.prose(atLabel, "", bold, "Only with "+s.Version+": "+sideCounts(s))
	n := p.limit(len(s.Findings))
	for _, packed := range s.Findings[:n] {
		f := packed.Open()
		p.prose(atBody, f.Severity+"  ", plain, f.Rule+": "+subjectOf(f)+": "+f.Message)
		p.pass()
	}
	p.more(n, len(s.Findings))
	n = p.limit(len(s.Defects))
	for _, d := range s.Defects[:n] {
		p.prose(atBody, "defect  ", plain, d.Says+" ("+d.Severity+"; "+concernWord(d)+"; fixed in "+strings.Join(d.FixedIn, ", ")+")")
	}
	p.more(n, len(s.Defects))
	n = p.limit(len(s.Checks))
	for _, m := range s.Checks[:n] {
		p.prose(atBody, "by hand  ", plain, m.Title)
	}
	p.more(n, len(s.Checks))
}

func concernWord(d report.Defect) string {
	if d.Concerned == "yes" {
		return "meets this installation"
	}
	return "may meet it"
}

func sideCounts(s *targets.Side) string {
	defects := count(len(s.Defects), "known defect", "known defects")
	if !s.Documented {
		defects += " (no public notes: others are not known)"
	}
	return enumerate([]string{count(len(s.Findings), "finding", "findings"), defects, count(len(s.Checks), "check by hand", "checks by hand")})
}

// releases writes the list of releases, by line.
func (p *page) releases(d *targets.Document) {
	some := d.Targets
	if !p.all && !p.show.All {
		some = d.Few()
	}
	p.section("Releases", fmt.Sprintf("(%d of %d)", len(some), len(d.Targets)))
	header := []string{"release", "date", "verdict", "must", "should", "know", "defects", "open", "hand"}
	rows := make([][]string, 0, len(some))
	for i := range some {
		rows = append(rows, releaseRow(&some[i]))
	}
	p.grid(atLabel, header, rows)
	p.gap()
	for _, text := range legend(some) {
		p.prose(atLabel, "", dim, text)
	}
	if rest := len(d.Targets) - len(some); rest > 0 {
		p.prose(atLabel, "", plain, count(rest, "more release", "more releases")+": --all, or --line LINE")
	}
}

// The marks before a release in the list.
const chosen, older = "* ", "- "

// legend says what the columns and marks of a list mean.
func legend(some []targets.Target) []string {
	out := []string{
		"must, should, know: breaking findings, warnings, notices. defects: known ones that meet this installation + those that may; " +
			"?: no public notes, so not known. open: what was not examined. hand: checks by hand.",
	}
	for _, mark := range []struct{ sign, means string }{{chosen, "one to choose"}, {older, "older than what is installed, so fixes would be lost"}} {
		if slices.ContainsFunc(some, func(t targets.Target) bool { return markOf(&t) == mark.sign }) {
			out = append(out, mark.sign+mark.means)
		}
	}
	return out
}

func markOf(t *targets.Target) string {
	switch {
	case t.Best:
		return chosen
	case t.Older:
		return older
	}
	return ""
}

func releaseRow(t *targets.Target) []string {
	defects := fmt.Sprintf("%d+%d", t.Met.Total(), t.Unknown.Total())
	if !t.Documented {
		defects = "?"
	}
	return []string{
		markOf(t) + t.Version, t.Date, string(t.Verdict), strconv.Itoa(t.Summary.Breaking), strconv.Itoa(t.Summary.Warning), strconv.Itoa(t.Summary.Notice),
		defects, strconv.Itoa(t.Summary.Unexamined), strconv.Itoa(t.Summary.Manual),
	}
}
