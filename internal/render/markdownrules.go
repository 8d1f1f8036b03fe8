package render

import (
	"cmp"
	"hash/maphash"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// ruleNote is what the report says of the findings of a rule that are not waived.
type ruleNote struct {
	severities  map[string]int
	programs    int // facts that are for programs, which only the JSON report has
	inferred    bool
	catalogue   map[string]bool
	first       *report.Finding
	sameMessage bool
}

// portion is findings of a rule with the same steps, or those whose steps differ from each other, or those that are waived.
// Like a group it has their places in the report's list.
type portion struct {
	rule  string
	apart apart
	own   bool // each object has its own steps
	at    []int32
	size  int // bytes of its objects with their commands, as far as they were measured
	shown int // how many objects are written
}

// mostPortions is how many different sequences of steps of a rule are written once for all their objects.
const mostPortions = 8

// gather goes through the findings once and takes apart which belong together.
func (d *markdown) gather() {
	d.rules, d.uses = map[string]*ruleNote{}, map[string]bool{}
	d.gists = (&page{}).gists(d.r)
	for _, g := range grouped(d.r) {
		d.portions(g)
	}
	for i := range d.r.ManualChecks {
		d.use(d.r.ManualChecks[i].Remediation)
	}
}

// use remembers the variables that commands read.
func (d *markdown) use(steps []report.Remediation) {
	for _, s := range steps {
		for _, name := range s.Variables {
			d.uses[name] = true
		}
	}
}

var stepsSeed = maphash.MakeSeed()

// stepsKey tells apart findings whose steps differ in more than commands.
func stepsKey(f *report.Finding) uint64 {
	var h maphash.Hash
	h.SetSeed(stepsSeed)
	for _, s := range inPhases(f) {
		_, _ = h.WriteString(strconv.Quote(s.When) + strconv.Quote(s.Text))
	}
	return h.Sum64()
}

// portions splits the findings of a rule by their steps. Steps that only one object has are written with it.
func (d *markdown) portions(g *group) {
	n := &ruleNote{severities: map[string]int{}, catalogue: map[string]bool{}, sameMessage: true}
	if g.apart == "" {
		d.rules[g.rule] = n
	}
	index := map[uint64]int8{}
	var sizes [mostPortions + 1]int
	of := make([]int8, 0, len(g.at)) // the portion of each finding; the last is of those that have their own steps
	for _, f := range g.all(d.r) {
		n.add(f)
		d.use(f.Remediation)
		key := stepsKey(f)
		i, seen := index[key]
		if !seen {
			i = int8(min(len(index), mostPortions))
			if i < mostPortions {
				index[key] = i
			}
		}
		sizes[i]++
		of = append(of, i)
	}
	list := make([]portion, mostPortions+1)
	for i, at := range g.at {
		p := of[i]
		if sizes[p] == 1 && len(g.at) > 1 {
			p = mostPortions
		}
		list[p].at = append(list[p].at, at)
	}
	for i := range list {
		if p := &list[i]; len(p.at) > 0 {
			p.rule, p.apart, p.own = g.rule, g.apart, i == mostPortions
			d.blocks = append(d.blocks, p)
		}
	}
}

func (n *ruleNote) add(f *report.Finding) {
	if n.first == nil {
		n.first = f
	}
	n.severities[f.Severity]++
	n.inferred = n.inferred || f.Confidence == "inferred"
	n.sameMessage = n.sameMessage && f.Message == n.first.Message
	for _, id := range f.Catalogue {
		n.catalogue[id] = true
	}
	for _, e := range f.Evidence {
		if forMachines(e) {
			n.programs++
		}
	}
}

// counts writes how many findings of each severity there are.
func (n *ruleNote) counts() string {
	var parts []string
	for _, c := range []struct{ severity, one, many string }{
		{report.SeverityBreaking, "breaking", "breaking"}, {report.SeverityWarning, "warning", "warnings"}, {report.SeverityNotice, "notice", "notices"},
	} {
		if k := n.severities[c.severity]; k > 0 {
			parts = append(parts, count(k, c.one, c.many))
		}
	}
	return strings.Join(parts, ", ")
}

// table writes a row for each rule with findings.
func (d *markdown) table() {
	if len(d.gists) == 0 {
		return
	}
	d.section("What was found")
	owner := ownerKey(d.gists)
	d.line("| | rule | what to do | findings | where |")
	d.line("|---|---|---|---|---|")
	for _, g := range d.gists {
		size := d.rules[g.rule].counts()
		if g.unsure {
			size = "at least " + size
		}
		d.line("| ", g.urgency.String(), " | ", celled(named(g.rule)), " | ", celled(d.told(g.action())), " | ", size, " | ", celled(d.told(g.where(owner, 100))), " |")
	}
	d.line()
	d.paragraph("MUST blocks the upgrade, should does harm if nobody acts, know is good to know.")
}

// variables says once what the commands below need.
func (d *markdown) variables() {
	if len(d.uses) == 0 {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(d.uses)) {
		d.line("- In commands, ", named(name), " is ", d.told(report.MeaningOf(name)), ".")
	}
	d.line()
}

// ruleSections writes a section for each rule with findings: objects, what to do, commands.
func (d *markdown) ruleSections() {
	for _, g := range d.gists {
		n := d.rules[g.rule]
		d.line("### ", named(g.rule), ": ", g.urgency.String())
		d.line()
		d.intro(g, n)
		for _, b := range d.blocks {
			if b.rule == g.rule && b.apart == "" {
				d.block(b, g, n)
			}
		}
	}
}

// intro says what is wrong and how sure that is.
func (d *markdown) intro(g *gist, n *ruleNote) {
	i := slices.IndexFunc(d.r.Rules, func(rule report.Rule) bool { return rule.Rule == g.rule })
	title := n.first.Title
	if i >= 0 {
		title = cmp.Or(d.r.Rules[i].Title, title)
	}
	d.paragraph(d.told(title))
	facts := []string{n.counts()}
	if n.first.Change != "" {
		facts = append(facts, "new in "+d.told(n.first.Change))
	}
	if ids := slices.SortedFunc(maps.Keys(n.catalogue), natural); len(ids) > 0 {
		for i, id := range ids {
			ids[i] = named(id)
		}
		facts = append(facts, "catalogue "+strings.Join(ids[:min(len(ids), listed)], ", ")+findingCount(max(len(ids)-listed, 0), " and ", " more"))
	}
	if n.first.Doc != "" {
		facts = append(facts, "explained by "+coded(report.Program+" "+strings.TrimPrefix(Brief(n.first.Doc), report.Program+" ")))
	}
	d.paragraph(capital(strings.Join(facts, "; ")) + ".")
	if i >= 0 && d.r.Rules[i].Doubtful() {
		d.paragraph("There may be more: not everything was examined.")
	}
	if n.inferred {
		d.paragraph("Inferred from what the vendor does not document: check an object before you act.")
	}
	if n.sameMessage && n.total() > 1 {
		d.paragraph(d.told(n.first.Message))
	}
	if n.programs > 0 {
		d.paragraph(count(n.programs, "fact about these objects is", "facts about these objects are") + " JSON or another place in them: the JSON report has them.")
	}
}

func (n *ruleNote) total() int {
	all := 0
	for _, k := range n.severities {
		all += k
	}
	return all
}

// findingAt returns a finding of a portion.
func (d *markdown) findingAt(b *portion, i int) *report.Finding { return d.r.Findings[b.at[i]].Open() }

// block writes a portion: its objects, how many are left out, and the steps.
func (d *markdown) block(b *portion, g *gist, n *ruleNote) {
	total := len(b.at)
	if b.shown > 0 {
		d.folded("", count(b.shown, "object", "objects"), b.shown > listed, func() {
			for i := range b.shown {
				d.object(b, d.findingAt(b, i), g, n)
			}
		})
		d.line()
	}
	if rest := total - b.shown; rest > 0 {
		d.paragraph("**" + count(rest, "object is", "objects are") + " left out here, of " + thousands(total) + ": " + d.elsewhere() + ".**")
	}
	if b.own {
		return
	}
	steps := inPhases(d.findingAt(b, 0))
	if len(steps) == 0 {
		return
	}
	lead := "Steps:"
	if n == nil || n.total() > total {
		lead = "Steps for these " + count(total, "object", "objects") + ":"
	}
	d.paragraph(lead)
	for i, s := range steps {
		d.line(strconv.Itoa(i+1), ". **", d.told(s.When), "** ", d.told(s.Text))
		d.commands(b, i)
	}
	d.line()
}

// commands writes the commands of a step in one piece that can be copied: one if all objects have the same.
func (d *markdown) commands(b *portion, step int) {
	const indent = "   "
	given, differ, fence := 0, false, 3
	first := ""
	for i := range b.shown {
		c := inPhases(d.findingAt(b, i))[step].Command
		if c != "" {
			given++
		}
		if i == 0 {
			first = c
		}
		differ, fence = differ || c != first, max(fence, 1+longestRun(c))
	}
	if given == 0 {
		return
	}
	d.line()
	d.folded(indent, count(given, "command", "commands"), differ && given > listed/4, func() {
		d.line(indent, strings.Repeat("`", fence), "sh")
		for i := range b.shown {
			f := d.findingAt(b, i)
			d.command(indent, f, inPhases(f)[step].Command, differ)
			if !differ {
				break
			}
		}
		d.line(indent, strings.Repeat("`", fence))
	})
	d.line()
}

// command writes a line of shell, below the name of the object if each has its own.
func (d *markdown) command(indent string, f *report.Finding, c string, differ bool) {
	if c == "" {
		return
	}
	if differ {
		d.line(indent, "# ", strings.ReplaceAll(name(f), "`", "'"))
	}
	switch {
	case Sanitize(c) != c:
		d.line(indent, "# Do not run it as it stands: it contains control characters and is quoted here.")
		c = "# " + strconv.Quote(shorten(c, d.tight.text))
	case len(c) > d.tight.command:
		c = "# A command of " + count(utf8.RuneCountInString(c), "character", "characters") + ": the JSON report has it."
	}
	d.line(indent, Sanitize(c))
}
