package rule

import (
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/version"
)

// Case is one vendor change that a rule answers for.
type Case struct {
	Entry  string         // id in rules/catalogue.yaml
	Change version.Change // the first releases with the change; empty: every release
	Until  version.Change // the first releases without it again; usually empty
	// FromAtLeast limits the case to upgrades that start at one of these releases or later; empty: no limit. Older
	// releases are not affected, or another rule covers them.
	FromAtLeast version.Change
	// Gateways is true for a change of the data plane, whose upgrade may start from another version.
	Gateways bool
	// Confidence is how sure this row's detector is; empty: as the rule.
	Confidence Confidence
}

// on reports whether the case concerns path p.
func (c Case) on(a Applies, p version.Path) bool {
	p = c.Path(p)
	has := func(v version.Version) bool {
		return (c.Change.IsZero() || c.Change.In(v)) && !c.Until.In(v)
	}
	if !c.FromAtLeast.IsZero() && !c.FromAtLeast.In(p.From.Release()) {
		return false
	}
	switch a {
	case Crossing:
		return has(p.To.Release()) && !has(p.From.Release())
	case Reaching:
		return has(p.To.Release())
	case Always:
		return true
	}
	return false
}

// Path returns the upgrade path of the component that the case is about.
func (c Case) Path(p version.Path) version.Path {
	if c.Gateways {
		return p.OfGateways()
	}
	return p
}

// Fact is one row of a rule that covers many changes of one pattern: they differ only in a plugin, a field or a
// release. Each row has its own case and registers its own handlers.
type Fact interface {
	About() Case
	// Watch registers the row's handlers. It is called only on paths that the case concerns.
	Watch(p *Pass)
}

// Reminding is a fact that only reminds a person to check something.
type Reminding interface {
	Fact
	// Reminds returns what to check.
	Reminds() Check
}

// Facts returns a table of rows as the facts of a rule.
func Facts[F Fact](table ...F) []Fact {
	facts := make([]Fact, len(table))
	for i := range table {
		facts[i] = table[i]
	}
	return facts
}

// On reports whether the rule is judged on path p, for its own change or for that of a row.
func (r *Rule) On(p version.Path) bool {
	return r.ownOn(p) || slices.ContainsFunc(r.Facts, func(f Fact) bool { return f.About().on(r.Applies, p) })
}

// ownOn reports whether the rule is judged on path p for its own change.
func (r *Rule) ownOn(p version.Path) bool {
	return r.ownCase() && (Case{Change: r.Change}).on(r.Applies, p)
}

// ownCase reports whether the rule has a case of its own besides its rows: a change, or Always.
func (r *Rule) ownCase() bool { return len(r.Facts) == 0 || r.Start != nil || len(r.Manual) > 0 }

// ByHand reports whether the rule only reminds people to check something.
func (r *Rule) ByHand() bool {
	return r.Start == nil && !slices.ContainsFunc(r.Facts, func(f Fact) bool {
		_, reminds := f.(Reminding)
		return !reminds
	})
}

// Entries returns the catalogue entries that the rule covers, without duplicates: its own first, then those of its
// rows.
func (r *Rule) Entries() []string {
	entries := slices.Clone(r.Catalogue)
	for _, f := range r.Facts {
		if id := f.About().Entry; !slices.Contains(entries, id) {
			entries = append(entries, id)
		}
	}
	return entries
}

// Cases returns every change that the rule answers for: its own, if it has one, and those of its rows.
func (r *Rule) Cases() []Case {
	var cases []Case
	if r.ownCase() && !r.Change.IsZero() {
		cases = append(cases, Case{Change: r.Change})
	}
	for _, f := range r.Facts {
		cases = append(cases, f.About())
	}
	return cases
}
