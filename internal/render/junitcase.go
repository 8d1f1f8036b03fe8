package render

import (
	"cmp"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// dossier is what a case of the JUnit report says of the findings of a rule. It keeps no more of them than it shows.
type dossier struct {
	title, severity string
	// blocking are the findings that block the upgrade, milder those that do not; known are in the baseline as well.
	blocking, milder, known, waived excerpt
	must, may                       procedureList // what to do about those that block, and about the others
}

// procedureList is the sequences of steps that are shown, and for how many findings there are others.
type procedureList struct {
	list   []*sequence
	others int
}

// sequence is a sequence of steps, for how many findings they are the same, and the first of these.
type sequence struct {
	first *report.Finding
	n     int
}

// excerpt is the beginning of a list of lines, and how many the whole has.
type excerpt struct {
	n     int
	lines []string
	size  int
}

// add adds a line, of which the excerpt keeps as much as a case may show, at least one.
func (e *excerpt) add(line string) {
	e.n++
	if len(e.lines) == e.n-1 && (e.n == 1 || e.size+len(line) <= junitText) {
		e.lines = append(e.lines, line)
		e.size += len(line) + 1
	}
}

// written returns the lines that fit into so many bytes, and how many there are besides.
func (e *excerpt) written(most int, what string, o Options) string {
	var lines []string
	size := 0
	for i, line := range e.lines {
		if size += len(line) + 1; i > 0 && size > most {
			break
		}
		lines = append(lines, line)
	}
	if rest := e.n - len(lines); rest > 0 {
		lines = append(lines, "and "+thousands(rest)+" more "+what+". "+wholeList(o))
	}
	return strings.Join(lines, "\n")
}

// dossiers are those of all rules with findings, in the order of their first.
type dossiers struct {
	rules map[string]*dossier
	order []string
}

func (d *dossiers) of(rule string) *dossier {
	if one := d.rules[rule]; one != nil {
		return one
	}
	return &dossier{}
}

// collect goes through all findings once.
func collect(r *report.Report) *dossiers {
	all := &dossiers{rules: map[string]*dossier{}}
	for f := range r.Findings.All() {
		d := all.rules[f.Rule]
		if d == nil {
			d = &dossier{title: f.Title, severity: f.Severity}
			all.rules[f.Rule] = d
			all.order = append(all.order, f.Rule)
		}
		d.add(f, r.Blocking(f))
	}
	return all
}

func (d *dossier) add(f *report.Finding, blocks bool) {
	line := "- " + Sanitize(f.Severity) + ": " + objectText(f)
	switch {
	case f.Waived != nil:
		d.waived.add(line + "; " + Brief(decision(f)))
		return
	case blocks:
		d.blocking.add(line)
		d.must.add(f)
		return
	case f.Baseline == report.BaselineKnown:
		d.known.add(line + "; known to the baseline")
	default:
		d.milder.add(line)
	}
	d.may.add(f)
}

// objectText names the object of a finding, says what is wrong with it and where.
func objectText(f *report.Finding) string {
	text := Brief(strings.TrimSuffix(cmp.Or(f.Message, f.Title, f.Rule), "."))
	if f.Object.Kind != "path" && !inFile(f) {
		text = name(f) + ": " + text
	}
	at := Brief(f.Location.Where)
	if f.Location.File != "" {
		at = filePlace(f.Location)
	}
	if at != "" {
		text += " (" + at + ")"
	}
	if expired := expiry(f); expired != "" {
		text += "; " + Brief(expired)
	}
	return text
}

// add remembers the steps of a finding, unless they are those of another or there are too many.
func (p *procedureList) add(f *report.Finding) {
	if len(f.Remediation) == 0 {
		return
	}
	same := func(a, b report.Remediation) bool { return a.When == b.When && a.Text == b.Text }
	for _, s := range p.list {
		if slices.EqualFunc(s.first.Remediation, f.Remediation, same) {
			s.n++
			return
		}
	}
	if len(p.list) == ownSteps {
		p.others++
		return
	}
	p.list = append(p.list, &sequence{f, 1})
}

// failure lists the findings that block the upgrade, then what to do, then the others.
func (d *dossier) failure(rule *report.Rule, reasons string, o Options) string {
	parts := []string{d.blocking.written(junitText, "that block the upgrade", o)}
	if rule.Doubtful() {
		parts = append(parts, "There may be more, because not everything was examined: "+reasons)
	}
	parts = append(parts, d.must.written(o))
	for _, rest := range []struct {
		list  excerpt
		title string
	}{{d.milder, "These do not block the upgrade:"}, {d.known, "These are known to the baseline:"}, {d.waived, "These are waived:"}} {
		if rest.list.n > 0 {
			parts = append(parts, rest.title+"\n"+rest.list.written(junitText/ownSteps, "findings", o))
		}
	}
	return strings.Join(slices.DeleteFunc(parts, func(part string) bool { return part == "" }), "\n\n")
}

// others lists the findings that do not block, in so many bytes, and says why they do not.
func (d *dossier) others(r *report.Report, most int, o Options) string {
	var parts []string
	if d.milder.n > 0 {
		parts = append(parts, count(d.milder.n, "finding, which does", "findings, which do")+" not block the upgrade with --fail-on "+Sanitize(r.FailOn)+":", d.milder.written(most, "findings", o))
	}
	if d.known.n > 0 {
		parts = append(parts, d.known.written(most, "findings that are known to the baseline", o))
	}
	if d.waived.n > 0 {
		parts = append(parts, count(d.waived.n, "finding more is waived.", "findings more are waived."))
	}
	if most > junitPassed {
		parts = append(parts, d.may.written(o))
	}
	return strings.TrimSpace(strings.Join(parts, "\n"))
}

// written writes the steps. Commands are those of the first object.
func (p *procedureList) written(o Options) string {
	var lines []string
	for i, s := range p.list {
		lead := "What to do:"
		if len(p.list)+p.others > 1 {
			lead = "What to do about " + name(s.first) + ":"
		}
		if s.n > 1 && lead != "What to do:" {
			lead = "What to do about " + thousands(s.n) + " of them, such as " + name(s.first) + ":"
		}
		if i > 0 {
			lines = append(lines, "")
		}
		lines = append(lines, lead)
		for _, step := range inPhases(s.first) {
			lines = append(lines, "  "+Brief(step.When+": "+step.Text))
			if step.Command != "" {
				lines = append(lines, "    "+commandText(step.Command))
			}
		}
	}
	if p.others > 0 {
		lines = append(lines, "", thousands(p.others)+" of them have steps of their own. "+wholeList(o))
	}
	return strings.Join(lines, "\n")
}

// commandText returns a command on one line. One with control characters is quoted and so does not run.
func commandText(command string) string {
	switch text := Sanitize(command); {
	case len(text) > junitPassed*ownSteps:
		return "(a command of " + thousands(len(text)) + " bytes)"
	case text != command:
		return "(do not run it as it stands, it holds control characters) " + text
	default:
		return text
	}
}
