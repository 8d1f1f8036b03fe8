package render

import (
	"bufio"
	"bytes"
	"cmp"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// table writes the report for people: one screen with the verdict and what to do about it. What is asked for with
// [Show] is unfolded instead, complete enough for someone to sign.
func table(out *bufio.Writer, r *report.Report, o Options) error {
	p := newPage(&bytes.Buffer{}, o)
	p.to = out
	p.header(r)
	p.gap()
	p.verdict(r)
	if !p.show.All && !p.show.parts() {
		p.screen(r)
	} else if err := p.unfold(r); err != nil {
		return err
	}
	p.conclusion(r)
	_, err := p.out.WriteTo(out)
	return err //nolint:wrapcheck // names the file itself
}

func (p *page) header(r *report.Report) {
	pieces := []span{
		{bold, r.Tool.Name + " " + r.Tool.Version},
		{bold, cmp.Or(r.Path.From, "unknown") + " → " + r.Path.To},
	}
	p.flow(0, append(pieces, span{plain, p.sources(r)})...)
	p.brief(0, 2, "", Asked(&r.Path))
	if told := r.Path.FromEvidence; told != "" && !r.Path.FromGiven { // if the user gave it, that needs no explanation
		p.brief(0, 2, "", "Installed version "+cmp.Or(r.Path.From, "unknown")+": "+told)
	}
	if oldest := r.Path.Gateways; oldest != "" && oldest != r.Path.From {
		p.prose(0, "", dim, "The oldest gateway is "+oldest+": gateway changes are judged from there")
	}
	p.settings(r)
}

// sources names the sources in one line, and counts those that have no room.
func (p *page) sources(r *report.Report) string {
	names := make([]string, len(r.Sources))
	for i, s := range r.Sources {
		names[i] = Brief(cmp.Or(s.Name, s.Kind))
	}
	if len(sourceKinds(r)) == 1 {
		slices.SortFunc(names, natural)
	}
	for n := len(names); n > 1 && !p.all; n-- {
		text := strings.Join(names[:n], ", ")
		if rest := len(names) - n; rest > 0 {
			text += " and " + thousands(rest) + " more"
		}
		if width(text) <= p.width {
			return text
		}
	}
	if len(names) > 1 && !p.all {
		return cut(names[0], p.width-len(" and 1,000 more")) + " and " + thousands(len(names)-1) + " more"
	}
	return strings.Join(names, ", ")
}

// settings names the settings that did not come from the command line and can change the verdict. They cannot be seen
// in the command itself.
func (p *page) settings(r *report.Report) {
	var places []string
	texts := map[string][]string{}
	for _, s := range r.Run.Settings {
		if !s.Decides || s.From == report.FromFlag {
			continue
		}
		if texts[s.From] == nil {
			places = append(places, s.From)
		}
		texts[s.From] = append(texts[s.From], s.Name+" "+s.Value)
	}
	slices.Sort(places)
	for _, place := range places {
		p.items(0, "Settings from "+place+": ", texts[place])
	}
}

// leftOut counts the rules excluded by --skip and --only.
func leftOut(r *report.Report) int {
	n := 0
	for i := range r.Rules {
		if r.Rules[i].Status == report.Disabled {
			n++
		}
	}
	return n
}

// verdict writes the verdict and what it rests on, in one sentence.
func (p *page) verdict(r *report.Report) {
	word := strings.ToUpper(string(r.Verdict)) + reservations(r)
	lead := word + "   "
	style := verdictStyle(r.Verdict)
	lines := wrap(Brief(headline(r)), p.width-width(lead))
	if width(lead) > p.width/4 {
		p.prose(0, "", style, word)
		p.prose(0, "", plain, headline(r))
		return
	}
	for i, line := range lines {
		if i > 0 {
			lead, style = strings.Repeat(" ", width(lead)), plain
		}
		p.line(0, span{style, lead}, span{plain, line})
	}
}

func verdictStyle(v report.Verdict) style {
	switch v {
	case report.Ready:
		return green
	case report.Blocked:
		return red
	case report.Incomplete:
		return yellow
	}
	return bold
}

// sourceKinds returns the kinds of the sources in order, without duplicates.
func sourceKinds(r *report.Report) []string {
	var kinds []string
	seen := map[string]bool{}
	for _, s := range r.Sources {
		if !seen[s.Kind] {
			seen[s.Kind] = true
			kinds = append(kinds, s.Kind)
		}
	}
	if len(kinds) == 0 {
		return []string{"none"}
	}
	return kinds
}

// conclusion names the exit code.
func (p *page) conclusion(r *report.Report) {
	if !p.trailing() {
		p.gap()
	}
	word := string(r.Verdict)
	if r.FailOn == report.FailNever {
		word += " (--fail-on never)"
	}
	p.line(0, span{plain, "exit " + thousands(r.ExitCode) + ": "}, span{verdictStyle(r.Verdict), word})
}

// headline says in one sentence what the verdict rests on.
func headline(r *report.Report) string {
	switch r.Verdict {
	case report.Blocked:
		text := blocking(r) + " must be dealt with first"
		if r.FailOn != report.SeverityBreaking {
			text += " (--fail-on " + r.FailOn + ")"
		}
		if n := open(r); n > 0 {
			return text + "; there may be more: " + missing(r)
		}
		return text + "; " + everything(r)
	case report.Incomplete:
		return unblocked(r) + ", but " + missing(r)
	case report.Ready:
		return unblocked(r) + "; " + everything(r)
	}
	return ""
}

// everything says that nothing was left out, apart from what somebody decided.
func everything(r *report.Report) string {
	text := "everything was looked at"
	if r.Scope == report.ScopeGiven {
		text = "everything that the given sources can hold was looked at"
	}
	var apart []string
	if n := leftOut(r); n > 0 {
		apart = append(apart, count(n, "rule that was", "rules that were")+" left out")
	}
	if n := acceptances(r); n > 0 {
		apart = append(apart, count(n, "doubt that was", "doubts that were")+" accepted")
	}
	if len(apart) > 0 {
		text += ", but for " + enumerate(apart)
	}
	return text
}

// unblocked says that no finding blocks the upgrade, and whether that is only because none may.
func unblocked(r *report.Report) string {
	n := r.Summary.Breaking + r.Summary.Warning + r.Summary.Notice
	switch {
	case r.FailOn == report.FailNever && r.Summary.Breaking > 0:
		return count(n, "finding", "findings") + ", " + thousands(r.Summary.Breaking) + " of them breaking, may not block"
	case r.Verdict == report.Incomplete:
		return "nothing blocks so far"
	}
	if r.Summary.Known > 0 {
		return "nothing new since " + since(r) + " blocks the upgrade to " + r.Path.To
	}
	return "nothing blocks the upgrade to " + r.Path.To
}

// blocking says how many rules and objects block the upgrade.
func blocking(r *report.Report) string {
	rules, n := map[string]bool{}, 0
	for f := range r.Findings.All() {
		if r.Blocking(f) {
			rules[f.Rule] = true
			n++
		}
	}
	return count(len(rules), "rule", "rules") + ", " + count(n, "object", "objects")
}

// missing says why a report is incomplete.
func missing(r *report.Report) string {
	switch n := open(r); {
	case len(r.Sources) == 0:
		return "no source was read"
	case n > 0:
		return count(n, "thing that matters was", "things that matter were") + " not examined"
	}
	return "no rule on this path was judged"
}
