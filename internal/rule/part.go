package rule

import (
	"maps"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// Part is what of a rule runs by itself: what it does besides its rows, or its rows for one catalogue entry. Rows of one
// entry run together, because what they find on one object is one finding.
type Part struct {
	rule  *Rule
	rows  bool
	entry string // of its rows
}

// Parts returns the parts of the rule that path p concerns, in the order of its rows.
func (r *Rule) Parts(p version.Path) []Part {
	var parts []Part
	if r.Start != nil && r.ownOn(p) {
		parts = append(parts, Part{rule: r})
	}
	for _, f := range r.Facts {
		about := f.About()
		part := Part{r, true, about.Entry}
		if about.on(r.Applies, p) && !slices.Contains(parts, part) {
			parts = append(parts, part)
		}
	}
	return parts
}

// Rule returns the rule of the part.
func (a Part) Rule() *Rule { return a.rule }

// Cases returns the changes that the part answers for, on whatever path.
func (a Part) Cases() []Case {
	if !a.rows {
		return []Case{{Change: a.rule.Change}}
	}
	var cases []Case
	for _, f := range a.rule.Facts {
		if c := f.About(); c.Entry == a.entry {
			cases = append(cases, c)
		}
	}
	return cases
}

// Begin starts the part on a path, and returns what it registered.
func (a Part) Begin(path version.Path, e Engine) Registration {
	p := &Pass{path: path, Severity: a.rule.Severity, engine: e.whole(), registered: registration()}
	if !a.rows {
		a.rule.Start(p)
	}
	for _, f := range a.rule.Facts {
		on := func(q version.Path) bool { return f.About().on(a.rule.Applies, q) }
		if a.rows && f.About().Entry == a.entry && Ask(p, on) {
			f.Watch(p)
		}
	}
	p.started, p.registered.Asked = true, p.questions
	return p.registered
}

// Begin starts all parts of the rule that the path concerns, and returns what they registered.
func (r *Rule) Begin(path version.Path, e Engine) Registration {
	all := registration()
	for _, part := range r.Parts(path) {
		all = joined(all, part.Begin(path, e))
	}
	return all
}

// joined returns what two parts of a rule registered.
func joined(r, more Registration) Registration {
	join(r.Resources, more.Resources)
	join(r.Attachments, more.Attachments)
	join(r.Sieved, more.Sieved)
	join(r.Wishes, more.Wishes)
	join(r.Reads, more.Reads)
	for _, set := range []struct{ to, from map[estate.Kind]bool }{
		{r.Direct, more.Direct}, {r.Carriers, more.Carriers}, {r.Counted, more.Counted}, {r.Uses, more.Uses},
	} {
		maps.Copy(set.to, set.from)
	}
	r.Ends, r.Legs, r.Asked = append(r.Ends, more.Ends...), append(r.Legs, more.Legs...), append(r.Asked, more.Asked...)
	r.Judges = r.Judges || more.Judges
	return r
}

func join[K comparable, V any](to, more map[K][]V) {
	for k, all := range more {
		to[k] = append(to[k], all...)
	}
}
