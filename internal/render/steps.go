package render

import (
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

// procedure is a sequence of steps and the objects that it applies to. They share the texts; each has its own
// commands.
type procedure struct {
	texts []report.Remediation
	found []*report.Finding
	steps [][]report.Remediation // of each object, in the order of texts
}

// procedures groups findings whose steps have the same texts, in display order.
func procedures(found []*report.Finding) []*procedure {
	var out []*procedure
	index := map[string]*procedure{}
	for _, f := range found {
		steps := slices.Clone(f.Remediation)
		slices.SortStableFunc(steps, func(a, b report.Remediation) int { return rank(a.When) - rank(b.When) })
		var key strings.Builder
		for _, s := range steps {
			key.WriteString(strconv.Quote(s.When) + strconv.Quote(s.Text))
		}
		k := index[key.String()]
		if k == nil {
			k = &procedure{texts: steps}
			index[key.String()] = k
			out = append(out, k)
		}
		k.found, k.steps = append(k.found, f), append(k.steps, steps)
	}
	return slices.DeleteFunc(out, func(p *procedure) bool { return len(p.texts) == 0 })
}

// steps writes what to do about the findings of a rule. Steps that all objects share are written once. If they
// differ, each group of objects gets its own.
func (p *page) steps(found []*report.Finding) {
	all := procedures(found)
	n := len(all)
	if !p.all {
		n = min(n, ownSteps)
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
		p.prose(atBody, "", bold, "The steps for "+count(hidden, "more object", "more objects")+": `--all` shows them, `--format json` has them.")
	}
}

func (p *page) procedure(pr *procedure) {
	for i, s := range pr.texts {
		lead := fmt.Sprintf("→ %-6s  ", Sanitize(s.When))
		p.prose(atBody, lead, plain, s.Text)
		p.commands(pr, i)
	}
}

// commands writes the commands of step i: one if it is the same for all objects, else one for each.
func (p *page) commands(pr *procedure, i int) {
	given, same := 0, true
	for _, steps := range pr.steps {
		if steps[i].Command != "" {
			given++
		}
		same = same && steps[i].Command == pr.steps[0][i].Command
	}
	switch {
	case given == 0:
	case same:
		p.command(pr.steps[0][i])
	case given > ownSteps && !p.all:
		p.prose(atCommand, "", dim, thousands(given)+" commands, one for each object: `--all` shows them, `--format json` has them.")
	default:
		for n, f := range pr.found {
			if pr.steps[n][i].Command != "" {
				p.line(atCommand, span{dim, "# " + name(f)})
				p.command(pr.steps[n][i])
			}
		}
	}
}

// longestCommand is the number of bytes from which on nobody copies a command from a terminal.
const longestCommand = 64 << 10

// command writes a command to copy. It is never broken, and never contains an invisible character.
func (p *page) command(step report.Remediation) {
	c := step.Command
	for _, name := range step.Variables {
		p.variables[name] = true
	}
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

// setVariables says what to set the variables to that the commands read.
func (p *page) setVariables() {
	for _, name := range slices.Sorted(maps.Keys(p.variables)) {
		p.gap()
		p.prose(0, "", plain, "In commands, "+name+" is "+report.MeaningOf(name)+".")
	}
}

// whom names the objects that steps apply to.
func whom(found []*report.Finding) string {
	if len(found) > listed {
		return thousands(len(found)) + " of these objects"
	}
	var names []string
	for _, f := range found {
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
