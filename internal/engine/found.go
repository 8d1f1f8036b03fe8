package engine

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"unique"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/pack"
	"github.com/api7-preflight/api7-preflight/internal/redact"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// key identifies an affected object within one rule, whichever source it was read from.
type key struct {
	ref  estate.Ref
	part string
}

// findings holds what one rule found: each affected object once, with the finding from every place where it was seen.
// They are packed, because there may be very many.
type findings struct {
	seen   map[key][]seen
	cases  map[string]rule.Case // by their text
	packer *pack.Packer[kept]
	// outline is true if no report shows the findings: what only a reader would want of them is not kept.
	outline bool
}

// outlined returns what tells which finding it is, where, and how grave.
func outlined(n rule.Finding) rule.Finding {
	was := n.Subject
	n.Message, n.Evidence, n.Action, n.Remediation, n.Pointer = "", nil, "", nil, ""
	n.Subject = estate.Subject{Ref: was.Ref, Name: was.Name, Group: was.Group, Parent: was.Parent, Version: was.Version}
	n.Subject.Origin = estate.Origin{Source: was.Origin.Source, Running: was.Origin.Running, Locate: was.Origin.Locate}
	return n
}

// seen is a packed finding, and the gateway group as its source names it.
type seen struct {
	pack.Packed[kept]

	group unique.Handle[estate.Group]
}

// kept is a finding as it is packed: without what would be lost.
type kept struct {
	Finding  rule.Finding     // without its case and the function that locates it
	Case     string           // key of findings.cases
	Position *estate.Position // what that function returns; nil: there is none
}

func (f *findings) add(n rule.Finding) {
	if f.outline {
		n = outlined(n)
	}
	if f.seen == nil {
		f.seen, f.cases = map[key][]seen{}, map[string]rule.Case{}
	}
	k := key{n.Subject.Ref, n.Part}
	if n.Case.Entry != "" {
		k.part = n.Case.Entry + "/" + n.Part
	}
	group := unique.Make(n.Subject.Group)
	s := kept{Finding: n, Case: fmt.Sprint(n.Case)}
	f.cases[s.Case], s.Finding.Case = n.Case, rule.Case{}
	if locate := n.Subject.Origin.Locate; locate != nil {
		at := locate(n.Pointer)
		s.Position, s.Finding.Subject.Origin.Locate = &at, nil
	}
	f.seen[k] = append(f.seen[k], seen{f.packer.Pack(&s), group})
}

// open returns the findings on one object, best first, with the gateway group as the installation names it. Their
// origins locate no other place than the finding's.
func (f *findings) open(r *rule.Rule, all []seen, s *stream) []rule.Finding {
	group := s.groups.of(fullest(all))
	sights := make([]rule.Finding, len(all))
	for i, one := range all {
		was := one.Open()
		n := was.Finding
		n.Case = f.cases[was.Case]
		if was.Position != nil {
			n.Subject.Origin.Locate = func(string) estate.Position { return *was.Position }
		}
		n.Subject.Group, n.Subject.Ref.Group = group, group.ShortID
		sights[i] = n
	}
	bestFirst(r, sights, s.rank)
	return sights
}

// exported collects the findings of a rule in the form of the report.
type exported struct {
	packer *report.Packer
	all    []ranked
	reach  reach
}

// ranked is a packed finding with what it is sorted by first.
type ranked struct {
	group, kind, id string
	report.Packed
}

// reach counts findings by gateway group and by label, and knows their catalogue entries.
type reach struct {
	groups, labels map[string]int
	entries        map[string]bool
}

// packers pack what the runs of one rule found: it has much in common, and dictionaries are large.
type packers struct {
	found    pack.Packer[kept]
	exported report.Packer
}

func newExported(n int, p *packers) *exported {
	return &exported{packer: &p.exported, all: make([]ranked, 0, n), reach: reach{map[string]int{}, map[string]int{}, map[string]bool{}}}
}

// add packs f without credentials, and counts it.
func (e *exported) add(f report.Finding) {
	o := f.Object
	if o.Kind != "path" {
		e.reach.groups[o.GatewayGroup]++
	}
	for k, v := range o.Owner {
		e.reach.labels[k+"="+v]++
	}
	for _, entry := range f.Catalogue {
		e.reach.entries[entry] = true
	}
	redact.Everything(&f)
	e.all = append(e.all, ranked{o.GatewayGroup, o.Kind, o.ID, e.packer.Pack(&f)})
}

// sort puts the findings into the order of the report.
func (e *exported) sort() { slices.SortFunc(e.all, ranked.compare) }

func (a ranked) compare(b ranked) int {
	if first := cmp.Or(cmp.Compare(a.group, b.group), cmp.Compare(a.kind, b.kind), cmp.Compare(a.id, b.id)); first != 0 {
		return first
	}
	x, y := a.Open(), b.Open() // few objects have several findings
	return cmp.Or(cmp.Compare(x.Fingerprint, y.Fingerprint), cmp.Compare(x.Location.Where, y.Location.Where))
}

// found returns what all parts of the rule found, in the order of the report. It is only to be read.
func (t *ruleRun) found(p version.Path, s *stream) *exported {
	struck := t.struck(p, s)
	if len(t.runs) == 1 && len(struck) == 0 {
		return t.runs[0].export(s)
	}
	out := newExported(len(struck), t.packers)
	for _, f := range struck {
		out.add(f)
	}
	out.sort()
	for _, r := range t.runs {
		out.merge(r.export(s))
	}
	return out
}

// merge adds what another part found.
func (e *exported) merge(more *exported) {
	if len(more.all) > 0 {
		all := make([]ranked, 0, len(e.all)+len(more.all))
		a, b := e.all, more.all
		for len(a) > 0 && len(b) > 0 {
			if a[0].compare(b[0]) <= 0 {
				all, a = append(all, a[0]), a[1:]
			} else {
				all, b = append(all, b[0]), b[1:]
			}
		}
		e.all = append(append(all, a...), b...)
	}
	for name, n := range more.reach.groups {
		e.reach.groups[name] += n
	}
	for name, n := range more.reach.labels {
		e.reach.labels[name] += n
	}
	maps.Copy(e.reach.entries, more.reach.entries)
}

// list returns the findings.
func (e *exported) list() report.Findings {
	out := make(report.Findings, len(e.all))
	for i, one := range e.all {
		out[i] = one.Packed
	}
	return out
}
