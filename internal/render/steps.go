package render

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// ownSteps is the largest number of objects, or groups of objects, whose steps and commands are printed separately.
const ownSteps = 3

// ownSteps returns for how many objects steps and commands are printed separately: for those of a rule that somebody asked
// for, for all that are listed.
func (p *page) ownSteps() int {
	if len(p.show.Rules) > 0 {
		return listed
	}
	return ownSteps
}

// procedure is a sequence of steps and the objects that it applies to. They share the texts; each has its own
// commands.
type procedure struct{ found report.Findings }

// inPhases returns the steps of a finding in the order of doing them.
func inPhases(f *report.Finding) []report.Remediation {
	steps := slices.Clone(f.Remediation)
	slices.SortStableFunc(steps, func(a, b report.Remediation) int { return rank(a.When) - rank(b.When) })
	return steps
}

// procedures groups findings with steps by the texts of these, in display order.
func procedures(found report.Findings) []*procedure {
	var out []*procedure
	index := map[[sha256.Size]byte]*procedure{} // by a hash, because there may be as many texts as findings
	for _, packed := range found {
		steps := inPhases(packed.Open())
		if len(steps) == 0 {
			continue
		}
		var texts strings.Builder
		for _, s := range steps {
			texts.WriteString(strconv.Quote(s.When) + strconv.Quote(s.Text))
		}
		key := sha256.Sum256([]byte(texts.String()))
		if index[key] == nil {
			index[key] = &procedure{}
			out = append(out, index[key])
		}
		index[key].found = append(index[key].found, packed)
	}
	return out
}

// steps writes what to do about the findings of a rule. Steps that all objects share are written once. If they
// differ, each group of objects gets its own.
func (p *page) steps(found report.Findings) {
	all := procedures(found)
	n := len(all)
	if !p.all {
		n = min(n, p.ownSteps())
	}
	for i, pr := range all[:n] {
		if i > 0 {
			p.gap()
		}
		if len(pr.found) < len(found) {
			p.prose(atBody, "", bold, "For "+whom(pr.found)+":")
		}
		p.procedure(pr)
	}
	hidden := 0
	for _, pr := range all[n:] {
		hidden += len(pr.found)
	}
	if hidden > 0 {
		p.gap()
		p.prose(atBody, "", bold, "The steps for "+count(hidden, "more object", "more objects")+": "+p.wholly()+" shows them, `--format json` has them.")
	}
}

// commands returns the steps as the first of the objects has them, how many commands each has for all objects, and whether
// these differ.
func (pr *procedure) commands() (steps []report.Remediation, given []int, differ []bool) {
	steps = inPhases(pr.found[0].Open())
	given, differ = make([]int, len(steps)), make([]bool, len(steps))
	for f := range pr.found.All() {
		for i, s := range inPhases(f) {
			if s.Command != "" {
				given[i]++
			}
			differ[i] = differ[i] || s.Command != steps[i].Command
		}
	}
	return steps, given, differ
}

func (p *page) procedure(pr *procedure) {
	steps, given, differ := pr.commands()
	for i, s := range steps {
		lead := fmt.Sprintf("→ %-6s  ", Sanitize(s.When))
		p.prose(atBody, lead, plain, s.Text)
		if differ[i] {
			p.commands(pr, i, given[i])
		} else if given[i] > 0 {
			p.command(s)
		}
	}
}

// commands writes the commands of step i, of which there are given, one for each object.
func (p *page) commands(pr *procedure, i, given int) {
	if given > p.ownSteps() && !p.all {
		p.prose(atCommand, "", dim, thousands(given)+" commands, one for each object: "+p.wholly()+" shows them, `--format json` has them.")
		return
	}
	for f := range pr.found.All() {
		step := inPhases(f)[i]
		if step.Command == "" {
			continue
		}
		p.line(atCommand, span{dim, "# " + name(f)})
		p.command(step)
		p.pass()
	}
}

// longestCommand is the number of bytes from which on nobody copies a command from a terminal.
const longestCommand = 64 << 10

// command writes a command to copy. It is never broken, and never contains an invisible character.
func (p *page) command(step report.Remediation) {
	c := step.Command
	if Sanitize(c) != c {
		p.prose(atCommand, "", bold, "Do not run it as it stands: it contains control characters and is quoted here.")
		c = strconv.Quote(c)
	}
	if len(c) > longestCommand {
		p.prose(atCommand, "", dim, "A command of "+count(utf8.RuneCountInString(c), "character", "characters")+": `--format json` has it.")
		return
	}
	p.whole(atCommand, span{cyan, c})
}

// setVariables says what to set the variables to that the commands below read.
func (p *page) setVariables(r *report.Report) {
	names := map[string]bool{}
	add := func(steps []report.Remediation) {
		for _, s := range steps {
			for _, name := range s.Variables {
				names[name] = true
			}
		}
	}
	for f := range r.Findings.All() {
		if p.filter.keeps(f) && p.show.finding(f) {
			add(f.Remediation)
		}
	}
	for i := range r.ManualChecks {
		if m := &r.ManualChecks[i]; p.show.check(m) && (p.all || slices.Contains(p.show.Rules, m.Rule)) {
			add(r.ManualChecks[i].Remediation)
		}
	}
	p.gap()
	for _, name := range slices.Sorted(maps.Keys(names)) {
		p.prose(0, "", plain, "In commands, "+name+" is "+report.MeaningOf(name)+".")
	}
}

// whom names the objects that steps apply to.
func whom(found report.Findings) string {
	if len(found) > listed {
		return thousands(len(found)) + " of these objects"
	}
	var names []string
	for f := range found.All() {
		names = append(names, name(f))
	}
	return strings.Join(names, ", ")
}

// name names an object in a sentence.
func name(f *report.Finding) string {
	kind, _ := noun(Sanitize(f.Object.Kind))
	s := kind + " " + called(f.Object)
	if f.Object.GatewayGroup != "" {
		s += " in " + shown(f.Object.GatewayGroup)
	}
	return s
}
