package render

import (
	"bufio"
	"bytes"
	"cmp"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// table writes the report for people: the verdict, then what to do in the order of doing it, then what was not
// examined, then what was. It is complete enough for someone to sign.
func table(out *bufio.Writer, r *report.Report, o Options) error {
	p := newPage(&bytes.Buffer{}, o)
	p.to = out
	p.header(r)
	p.gap()
	p.verdict(r)
	if err := p.findings(r); err != nil {
		return err
	}
	p.notExamined(r)
	p.accepted(r)
	p.notJudged(r)
	if err := p.waived(r); err != nil {
		return err
	}
	p.target(r)
	p.noticed(r)
	p.byHand(r)
	p.setVariables()
	p.lookedAt(r)
	p.gap()
	p.conclusion(r)
	_, err := p.out.WriteTo(out)
	return err //nolint:wrapcheck // names the file itself
}

func (p *page) header(r *report.Report) {
	pieces := []span{
		{bold, r.Tool.Name + " " + r.Tool.Version},
		{bold, cmp.Or(r.Path.From, "unknown") + " → " + r.Path.To},
	}
	for _, s := range r.Sources {
		pieces = append(pieces, span{plain, cmp.Or(s.Name, s.Kind)})
	}
	p.flow(0, pieces...)
	if told := r.Path.FromEvidence; told != "" && !r.Path.FromGiven { // if the user gave it, that needs no explanation
		p.prose(0, "", dim, "Installed version "+cmp.Or(r.Path.From, "unknown")+": "+told)
	}
	if oldest := r.Path.Gateways; oldest != "" && oldest != r.Path.From {
		p.prose(0, "", dim, "The oldest gateway is "+oldest+": gateway changes are judged from there")
	}
	if r.Path.Guide != "" { // else it is a finding
		p.prose(0, "", dim, "Skips "+strings.Join(r.Path.Skips, ", ")+": the vendor's guide to "+r.Path.Guide+" describes this in one step")
	}
	p.settings(r)
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

func (p *page) verdict(r *report.Report) {
	word := span{verdictStyle(r.Verdict), strings.ToUpper(string(r.Verdict)) + reservations(r)}
	s := r.Summary
	counts := []span{
		tally(s.Breaking, "breaking", "breaking", red),
		tally(s.Warning, "warning", "warnings", yellow),
		tally(s.Notice, "notice", "notices", cyan),
		tally(open(r), "not examined", "not examined", yellow),
		tally(s.Manual, "by hand", "by hand", plain),
	}
	if s.Waived > 0 {
		counts = append(counts, tally(s.Waived, "waived", "waived", plain))
	}
	if n := acceptances(r); n > 0 {
		counts = append(counts, tally(n, "doubt accepted", "doubts accepted", plain))
	}
	if r.Scope == report.ScopeGiven {
		p.line(0, word)
		p.flow(0, counts...)
		return
	}
	p.flow(0, append([]span{word}, counts...)...)
}

// tally returns a count that is highlighted if it is not zero.
func tally(n int, one, many string, s style) span {
	if n == 0 {
		s = plain
	}
	return span{s, count(n, one, many)}
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

// conclusion explains the exit code in words.
func (p *page) conclusion(r *report.Report) {
	lead := "exit " + thousands(r.ExitCode) + ": "
	p.prose(0, lead, verdictStyle(r.Verdict), string(r.Verdict)+". "+because(r))
}

func because(r *report.Report) string {
	s := r.Summary
	switch r.Verdict {
	case report.Blocked:
		text := blocking(r) + ": the upgrade to " + r.Path.To + " is not safe until this is dealt with."
		if open(r) > 0 {
			text += " There may be more: not everything was examined."
		}
		return text
	case report.Incomplete:
		return harmlessFindings(r) + ", but " + missing(r) + ". This is not a yes."
	case report.Ready:
		text := harmlessFindings(r) + ", and everything the rules on this path need was read"
		if r.Scope == report.ScopeGiven {
			text += ", as far as the given sources can hold it"
		}
		if n := acceptances(r); n > 0 {
			text += ", except for " + count(n, "doubt that was", "doubts that were") + " accepted"
		}
		text += "."
		if n := disabledRules(r); n > 0 {
			text += " " + count(n, "rule was", "rules were") + " disabled and did not count."
		}
		if s.Manual > 0 {
			text += " " + count(s.Manual, "check remains", "checks remain") + " to be done by hand."
		}
		return text
	}
	return ""
}

// harmlessFindings says that no finding blocks the upgrade, and whether that is only because none may.
func harmlessFindings(r *report.Report) string {
	if r.FailOn == report.FailNever {
		return "Nothing blocks (--fail-on never)"
	}
	return "Nothing found blocks the upgrade to " + r.Path.To
}

func disabledRules(r *report.Report) int {
	n := 0
	for _, rule := range r.Rules {
		if rule.Status == report.Disabled {
			n++
		}
	}
	return n
}

// blocking says how many findings block the upgrade.
func blocking(r *report.Report) string {
	counts := map[string]int{
		report.SeverityBreaking: r.Summary.Breaking,
		report.SeverityWarning:  r.Summary.Warning,
		report.SeverityNotice:   r.Summary.Notice,
	}
	total := 0
	for _, severity := range severities {
		total += counts[severity]
		if severity == r.FailOn {
			break
		}
	}
	text := count(total, "finding", "findings")
	if r.FailOn != report.SeverityBreaking {
		return text + " of severity " + r.FailOn + " or above"
	}
	return count(total, "breaking finding", "breaking findings")
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
