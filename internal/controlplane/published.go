package controlplane

import (
	"fmt"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// Rows of the published tables name their gateway group by its id, keys of kine by its short id. Only the table of
// groups shows which belong together.

// groupless returns why rows cannot be matched with keys; nil if they can.
func (a *Assembler) groupless() *estate.Gap {
	p := a.layout.Groups()
	var why string
	switch {
	case len(a.groups.byID) > 0 && a.groupsGap == nil:
		return nil
	case a.groupsGap != nil:
		why = a.groupsGap.What + ": " + a.groupsGap.Why
	case p.gap != nil:
		why = p.gap.What + ": " + p.gap.Why
	case p.table == nil:
		why = p.why
	case !a.unmatched:
		return nil
	default:
		why = fmt.Sprintf("table %q holds none", p.table.Name)
	}
	gap := &estate.Gap{
		ID:   estate.GatewayGroups,
		What: "gateway groups",
		Why:  "could not be read, so rows of the control plane's tables cannot be matched with what gateways run (" + why + ")",
		Next: GrantsHint,
	}
	if p.gap != nil {
		gap.Next = p.gap.Next
	} else if a.groupsGap != nil {
		gap.Next = a.groupsGap.Next
	}
	return gap
}

// withheld reports whether rows of a published table are not yielded, because kine shows the same objects under other
// names of their groups.
func (a *Assembler) withheld(p *Place) bool {
	if !p.concept.isPublished() || !a.layout.Kine().Readable() {
		return false
	}
	return len(a.groups.byID) == 0 || a.groupsGap != nil
}

// publicationCoverage returns how completely it is known which templates are published.
func (a *Assembler) publicationCoverage() estate.KindCoverage {
	p, t := a.layout.of(publishedService), a.tallies[publishedService]
	covered := estate.KindCoverage{Kind: estate.Publication, Count: t.published}
	switch groupless := a.groupless(); {
	case !t.read:
		covered.Gaps = t.gaps
		return covered
	case p.columns["service_id"].Name == "":
		covered.Gaps = []estate.Gap{*gap(fmt.Sprintf("table %q", p.table.Name), "no column tells which template a service was published from, or SELECT on it is not granted")}
		return covered
	case groupless != nil:
		covered.Gaps = append(covered.Gaps, *groupless)
	default:
		covered.Gaps = append(covered.Gaps, a.missedPublications(p, t)...)
	}
	if inKine := a.store.objects[estate.Service].count; t.published == 0 && t.objects.count+inKine > 0 && a.hasTemplates() {
		covered.Gaps = append(covered.Gaps, estate.Gap{
			ID:   estate.TablesDisagree,
			What: fmt.Sprintf("column %q of table %q", p.columns["service_id"].Name, p.table.Name),
			Why:  "no row says which template it was published from, although services are published and there are templates",
			Next: "check in the Dashboard whether any template is published",
		})
	}
	return covered
}

// missedPublications returns a gap if gateways run services that are not in the table, because these may have been
// published from templates. A service that is only in the table hides no publication.
func (a *Assembler) missedPublications(p *Place, t *tally) []estate.Gap {
	inKine := a.store.objects[estate.Service]
	known := !t.overflow
	switch {
	case !a.store.read, known && t.onlyInKine.Len() == 0, !known && t.extra == 0 && t.objects.same(inKine):
		return nil
	}
	table, counts := fmt.Sprintf("table %q", p.table.Name), fmt.Sprintf("%d there, %d here", inKine.count, t.objects.count-t.extra)
	names, listed := t.differences()
	return []estate.Gap{{
		ID: estate.TablesDisagree, What: table, Why: "kine holds services that are not in it (" + counts + listed + ")",
		Next:  "check in the Dashboard which templates these were published from",
		Names: names, Plain: table + ": kine holds services that are not in it (" + counts + ")",
	}}
}

// hasTemplates reports whether there are templates; true also if that is unknown.
func (a *Assembler) hasTemplates() bool {
	t := a.tallies[serviceTemplate]
	return t == nil || !t.read || t.objects.count > 0
}
