package controlplane

import (
	"fmt"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// Coverage returns how completely each needed kind was read. It also compares what gateways read with what the
// control plane's tables say. Call it once, after every place is finished.
func (a *Assembler) Coverage() estate.Coverage {
	a.dangle()
	a.crossCheck()
	for _, e := range a.layout.copies {
		a.Note(fmt.Sprintf("table %q", e.table.Name), "%s", e.why)
	}
	c := estate.Coverage{Kinds: []estate.KindCoverage{}, Notes: a.notes}
	for _, k := range estate.Kinds() {
		if a.need.Wants(k) && !k.InFiles() {
			c.Kinds = append(c.Kinds, a.kindCoverage(k))
		}
	}
	return c
}

func (a *Assembler) kindCoverage(k estate.Kind) estate.KindCoverage {
	switch {
	case k == estate.CustomPlugin:
		return a.customPluginCoverage()
	case slices.Contains(kineKinds(), k):
		return a.publishedCoverage(k)
	case k == estate.Publication:
		return a.publicationCoverage()
	case k == estate.Database && a.databases > 0:
		return estate.KindCoverage{Kind: k, Count: a.databases}
	case k == estate.AuditLog && a.auditLogs > 0:
		return estate.KindCoverage{Kind: k, Count: a.auditLogs}
	}
	covered := estate.KindCoverage{Kind: k}
	judged := false
	for _, p := range a.layout.places {
		if t := a.tallies[p.concept.name]; t != nil && p.concept.kind == k {
			judged = true
			covered.Count += t.objects.count - t.extra
			covered.Gaps = append(covered.Gaps, t.gaps...)
		}
	}
	if !judged { // without any place for the kind, it is not known to be empty
		covered.Gaps = []estate.Gap{{What: "kind " + k.String(), Why: "no table is known to hold it"}}
	}
	return covered
}

// customPluginCoverage returns the coverage of custom plugins. The control plane's table has all of them, and kine
// copies for the gateways. Without the table only kine shows them.
func (a *Assembler) customPluginCoverage() estate.KindCoverage {
	p, t := a.layout.of(customPlugin), a.tallies[customPlugin]
	covered := estate.KindCoverage{Kind: estate.CustomPlugin, Count: a.store.objects[estate.CustomPlugin].count}
	if t != nil {
		covered.Count += t.objects.count - t.extra
		covered.Gaps = append(covered.Gaps, t.gaps...)
	}
	if p.table == nil && !a.store.read {
		covered.Gaps = append(covered.Gaps, a.kineGap())
	}
	return covered
}

// publishedCoverage returns the coverage of a kind in kine. If kine could not be read, the published tables replace
// it.
func (a *Assembler) publishedCoverage(k estate.Kind) estate.KindCoverage {
	covered := estate.KindCoverage{Kind: k, Count: a.store.objects[k].count}
	if a.store.read && k == estate.PluginConfig {
		covered.Gaps = a.store.unknownGaps(a.layout.Kine().table.Name)
	}
	for _, p := range a.layout.places {
		t := a.tallies[p.concept.name]
		if p.concept.kind != k || t == nil || !t.read {
			continue
		}
		if groupless := a.groupless(); groupless != nil {
			covered.Gaps = append(covered.Gaps, *groupless)
		}
		if !a.store.read && !a.withheld(p) {
			covered.Count, covered.Gaps = t.objects.count-t.extra, slices.Concat(covered.Gaps, t.gaps)
			return covered
		}
	}
	if !a.store.read {
		covered.Gaps = append(covered.Gaps, a.kineGap())
	}
	return covered
}

func (a *Assembler) kineGap() estate.Gap {
	if a.store.gap != nil {
		return *a.store.gap
	}
	return estate.Gap{ID: estate.PublishedElsewhere, What: "published configuration", Why: a.layout.Kine().why}
}

// crossCheck compares what gateways read from kine with what is published according to the control plane's tables.
func (a *Assembler) crossCheck() {
	for _, p := range a.layout.places {
		t := a.tallies[p.concept.name]
		if t == nil || !p.concept.isPublished() {
			continue
		}
		what := "published " + strings.ReplaceAll(p.concept.kind.String(), "_", " ") + "s"
		inKine := a.store.objects[p.concept.kind]
		switch {
		case !a.store.read && t.read && a.need.Wants(p.concept.kind) && !a.withheld(p):
			a.Note(what, "read from table %q only", p.table.Name)
		case !a.store.read || !a.need.Wants(p.concept.kind):
		case t.read && a.groupless() != nil:
			a.Note(what, "read from kine and not compared with table %q: gateway groups could not be read", p.table.Name)
		case !t.read:
			for _, gap := range t.gaps {
				a.Note(what, "read from kine and not compared with the control plane's table: %s: %s", gap.What, gap.Why)
			}
		case t.extra == 0 && !t.objects.same(inKine):
			_, listed := t.differences()
			a.Note(what, "kine holds %d, table %q %d, and they are not the same%s", inKine.count, p.table.Name, t.objects.count, listed)
		}
	}
}

func commas(words []string) string { return strings.Join(words, ", ") }
