package engine

import (
	"cmp"
	"fmt"
	"hash/maphash"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/report"
)

// groups matches the names that sources use for a gateway group: kine keys have its short id, the control plane its
// id, people and files its name.
type groups struct {
	known    []estate.Group
	enforced map[string]bool // by short id: changes of services have to be published
}

func (g *groups) add(r *estate.Resource) {
	group := r.Subject().Group
	if group.ShortID != "" && !slices.Contains(g.known, group) {
		g.known = append(g.known, group)
	}
	if on, _ := r.Field("enforce_service_publishing").Bool().Known(); on && group.ShortID != "" {
		if g.enforced == nil {
			g.enforced = map[string]bool{}
		}
		g.enforced[group.ShortID] = true
	}
}

// sorted returns the known gateway groups in a fixed order.
func (g *groups) sorted() []estate.Group {
	slices.SortFunc(g.known, func(a, b estate.Group) int {
		return cmp.Or(cmp.Compare(a.Label(), b.Label()), cmp.Compare(a.ShortID, b.ShortID), cmp.Compare(a.ID, b.ID))
	})
	return g.known
}

// enforces reports whether changes of services on a gateway group have to be published.
func (g *groups) enforces(group estate.Group) bool { return g.enforced[g.of(group).ShortID] }

// of returns the known gateway group that a resource's group refers to, else the argument itself. A name that could
// mean two groups matches neither.
func (g *groups) of(group estate.Group) estate.Group {
	word := group.ShortID
	if word == "" { // of no group, which is none without a name
		return group
	}
	for _, same := range []func(estate.Group) bool{
		func(k estate.Group) bool { return k.ShortID == word },
		func(k estate.Group) bool { return k.ID == word },
		func(k estate.Group) bool { return k.Name == word },
	} {
		var found []estate.Group
		for _, k := range g.known {
			if same(k) {
				found = append(found, k)
			}
		}
		if len(found) == 1 {
			return found[0]
		}
		if len(found) > 1 {
			break
		}
	}
	return group
}

// join merges the findings on one object whose sources use different names for its gateway group.
func (g *groups) join(found map[key][]seen) {
	moved := map[key][]seen{}
	for was, sights := range found {
		is := was
		if is.ref.Group = g.of(fullest(sights)).ShortID; is != was {
			moved[is] = append(moved[is], sights...)
			delete(found, was)
		}
	}
	for k, sights := range moved {
		found[k] = append(found[k], sights...)
	}
}

// fullest returns the gateway group as the finding names it that knows most of it. Sources know different parts.
func fullest(sights []seen) estate.Group {
	return slices.MinFunc(sights, func(a, b seen) int {
		x, y := a.group.Value(), b.group.Value()
		return cmp.Or(
			-cmp.Compare(min(len(x.Name), 1), min(len(y.Name), 1)), cmp.Compare(x.Name, y.Name),
			-cmp.Compare(min(len(x.ID), 1), min(len(y.ID), 1)), cmp.Compare(x.ID, y.ID),
		)
	}).group.Value()
}

// census records which objects a source shows, by kind and gateway group, in a few bytes each: enough to see that two
// sources differ. If a source shows objects twice, those that gateways run count.
type census struct {
	seed   maphash.Seed
	counts map[censusKey]*headcount // under the source's short ids
	joined map[censusKey]headcount  // under the installation's; made on first use
}

type censusKey struct {
	kind    estate.Kind
	group   string
	running bool
}

type headcount struct {
	objects int64
	sum     uint64
}

func (c *census) add(r *estate.Resource) {
	k := censusKey{r.Kind, r.Group.ShortID, r.Origin.Running}
	n := c.counts[k]
	if n == nil {
		n = &headcount{}
		k.group = strings.Clone(k.group)
		c.counts[k] = n
	}
	n.objects++
	n.sum += maphash.String(c.seed, r.ID)
}

// in returns the headcount of each kind in each group, under the short id that the installation has for it. Call it after
// all sources were read.
func (c *census) in(g *groups) map[censusKey]headcount {
	if c.joined == nil {
		c.joined = make(map[censusKey]headcount, len(c.counts))
		for k, n := range c.counts {
			k.group = g.of(estate.Group{ShortID: k.group}).ShortID
			sum := c.joined[k]
			c.joined[k] = headcount{sum.objects + n.objects, sum.sum + n.sum}
		}
	}
	return c.joined
}

// of returns the headcount of a kind in a group, under all the names that the source has for it.
func (c *census) of(g *groups, kind estate.Kind, group string) (sum headcount, seen bool) {
	if sum, seen = c.in(g)[censusKey{kind, group, true}]; !seen {
		sum, seen = c.in(g)[censusKey{kind, group, false}]
	}
	return sum, seen
}

// disagreements returns a note for each needed kind and gateway group of which two sources show different objects.
func (s *stream) disagreements(need estate.Need) []report.Note {
	var notes []report.Note
	for i, a := range s.sources {
		for _, b := range s.sources[i+1:] {
			notes = append(notes, s.differences(a, b, need)...)
		}
	}
	return notes
}

func (s *stream) differences(a, b *read, need estate.Need) []report.Note {
	var notes []report.Note
	known := s.groups.sorted()
	for _, k := range estate.PluginKinds() {
		if !need.Wants(k) {
			continue
		}
		for _, group := range known {
			x, inA := a.census.of(&s.groups, k, group.ShortID)
			y, inB := b.census.of(&s.groups, k, group.ShortID)
			if inA && inB && x != y {
				notes = append(notes, report.Note{
					What: fmt.Sprintf("%s and %s disagree", a.source.Info().Name, b.source.Info().Name),
					Why: fmt.Sprintf("objects of kind %s in gateway group %s: %d and %d; everything either source shows was judged",
						k, group.Label(), x.objects, y.objects),
				})
			}
		}
	}
	return notes
}
