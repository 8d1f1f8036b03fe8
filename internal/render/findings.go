package render

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// listed is the number of objects of a rule, or of entries of a list, that are shown by default.
const listed = 20

// topics is the number of gateway groups and labels that a summary names.
const topics = 6

// phase is a part of the change window.
type phase struct{ when, title string }

var phases = []phase{{"before", "Before the upgrade"}, {"during", "During the upgrade"}, {"after", "After the upgrade"}}

// rank returns the index of a phase. Something without a known phase is best done early, so it gets the first.
func rank(when string) int {
	return max(slices.IndexFunc(phases, func(p phase) bool { return p.when == when }), 0)
}

// severities are the severities of findings, gravest first.
var severities = []string{report.SeverityBreaking, report.SeverityWarning, report.SeverityNotice}

// block is a group of findings that are shown together: those of one rule and one vendor change with the same
// severity and phase. A rule with findings of two severities makes two blocks, so that a limit cannot hide grave ones
// behind others.
type block struct {
	rule     report.Rule
	severity string
	when     int
	found    report.Findings // in display order
}

// blocks groups the findings for which keep is true, in display order.
func blocks(r *report.Report, keep func(*report.Finding) bool) []*block {
	rules := map[string]report.Rule{}
	for _, rule := range r.Rules {
		rules[rule.Rule] = rule
	}
	type key struct {
		rule, entries, severity string
		when                    int
	}
	groups, sorted := map[key]*block{}, map[*block][]ranked{}
	for _, packed := range r.Findings {
		f := packed.Open()
		if !keep(f) {
			continue
		}
		k := key{f.Rule, strings.Join(f.Catalogue, " "), f.Severity, rank(f.Timing)}
		if groups[k] == nil {
			groups[k] = &block{rule: rules[f.Rule], severity: f.Severity, when: k.when}
			groups[k].rule.Rule = f.Rule
		}
		o := f.Object
		sorted[groups[k]] = append(sorted[groups[k]], ranked{packed, o.GatewayGroup, o.Kind, o.Name, o.ID})
	}
	var out []*block
	for _, b := range groups {
		b.found = inOrder(sorted[b])
		delete(sorted, b)
		out = append(out, b)
	}
	slices.SortFunc(out, func(a, b *block) int {
		return cmp.Or(
			cmp.Compare(a.when, b.when),
			cmp.Compare(slices.Index(severities, a.severity), slices.Index(severities, b.severity)),
			cmp.Compare(a.rule.Rule, b.rule.Rule),
			slices.Compare(a.found[0].Open().Catalogue, b.found[0].Open().Catalogue),
		)
	})
	return out
}

// ranked is a packed finding with what nearly always tells its place in a list.
type ranked struct {
	report.Packed

	group, kind, name, id string
}

// inOrder sorts findings by their objects.
func inOrder(list []ranked) report.Findings {
	slices.SortFunc(list, func(a, b ranked) int {
		first := cmp.Or(natural(a.group, b.group), cmp.Compare(a.kind, b.kind), natural(cmp.Or(a.name, a.id), cmp.Or(b.name, b.id)), natural(a.id, b.id))
		if first != 0 {
			return first
		}
		x, y := a.Open(), b.Open()
		return cmp.Or(cmp.Compare(x.Location.Where, y.Location.Where), cmp.Compare(x.Fingerprint, y.Fingerprint))
	})
	found := make(report.Findings, len(list))
	for i, f := range list {
		found[i] = f.Packed
	}
	return found
}

// findings writes the findings for which wanted is true, by the phase in which to act.
func (p *page) findings(r *report.Report, wanted func(*report.Finding) bool) error {
	last := -1
	for _, b := range blocks(r, func(f *report.Finding) bool { return f.Counts() && p.filter.keeps(f) && wanted(f) }) {
		if b.when != last {
			p.section(phases[b.when].title, "")
			last = b.when
		}
		if err := p.block(b, len(r.Sources) > 1); err != nil {
			return err
		}
	}
	return nil
}

// block writes one block: what is wrong, with which objects, and what to do.
func (p *page) block(b *block, manySources bool) error {
	p.gap()
	change := b.found[0].Open().Change
	if change != "" {
		change = "new in " + change
	}
	p.labelled(severityStyle(b.severity), b.severity, b.rule.Rule, change)
	p.prose(atBody, "", plain, b.rule.Title)
	if len(b.rule.Reasons) > 0 && !b.rule.Accepted {
		p.prose(atBody, "", bold, "At least "+thousands(len(b.found))+": not everything was examined, see `--show missing`.")
	}
	if b.found.Contain(func(f *report.Finding) bool { return f.Confidence == "inferred" }) {
		p.prose(atBody, "", plain, caution(b.found))
	}
	list := b.found[:p.limit(len(b.found))]
	if err := p.objects(list, b.found, manySources); err != nil {
		return fmt.Errorf("rule %s: %w", b.rule.Rule, err)
	}
	p.more(len(list), len(b.found))
	p.reach(b.found)
	p.gap()
	p.steps(b.found)
	p.pass()
	return nil
}

// caution says what an inferred finding rests on.
func caution(found report.Findings) string {
	if found.Contain(func(f *report.Finding) bool { return f.Object.Kind != "path" }) {
		return "Inferred from fields the vendor does not document: check an object before you act."
	}
	return "Inferred: no public source says so in these words. Verify before you act."
}

// reach writes where the findings of a long list are: how many in each gateway group and with each label.
func (p *page) reach(found report.Findings) {
	if len(found) <= listed {
		return
	}
	groups, labels := map[string]int{}, map[string]int{}
	for f := range found.All() {
		groups[f.Object.GatewayGroup]++
		for k, v := range f.Object.Owner {
			labels[k+"="+v]++
		}
	}
	delete(groups, "")
	for _, t := range []struct {
		lead   string
		counts map[string]int
	}{{"by gateway group: ", groups}, {"by label: ", labels}} {
		if len(t.counts) > 0 {
			p.prose(atBody, t.lead, plain, most(t.counts, topics))
		}
	}
}

// most names up to limit of the most frequent ones, and how many more there are.
func most(counts map[string]int, limit int) string {
	names := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(-cmp.Compare(counts[a], counts[b]), natural(a, b))
	})
	var parts []string
	for _, name := range names[:min(len(names), limit)] {
		parts = append(parts, cut(shown(name), maxGroup)+" "+thousands(counts[name]))
	}
	if rest := len(names) - len(parts); rest > 0 {
		parts = append(parts, count(rest, "more", "more"))
	}
	return strings.Join(parts, ", ")
}

func severityStyle(severity string) style {
	switch severity {
	case report.SeverityBreaking:
		return red
	case report.SeverityWarning:
		return yellow
	}
	return cyan
}
