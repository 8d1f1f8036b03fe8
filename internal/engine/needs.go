package engine

import (
	"cmp"
	"maps"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/few"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/rule"
)

// absent answers [rule.Pass.Absent], and remembers the kinds for which the answer was false.
func (t *run) absent(s *stream, k estate.Kind, group string) bool {
	if s.covers(k, group) {
		return true
	}
	if !slices.Contains(t.asked, k) {
		t.asked = append(t.asked, k)
	}
	if !slices.Contains(t.kinds, k) { // no rule asked the source for it
		t.kinds = append(t.kinds, k)
	}
	return false
}

// lacking returns the kinds that no given source can hold, or shows, and without which the rule concludes nothing.
// With [report.ScopeAll], files that show nothing of a kind count as an answer.
func (t *ruleRun) lacking(scope report.Scope, s *stream, beyond []estate.Kind) []estate.Kind {
	given := scope == report.ScopeGiven
	lacks := map[estate.Kind]bool{}
	lack := func(leg rule.Leg, assumptions bool) {
		gone := slices.DeleteFunc(slices.Clone(leg.Kinds), func(k estate.Kind) bool {
			return !slices.Contains(beyond, k) && (!assumptions || !s.assumed(k))
		})
		if len(leg.Kinds)-len(gone) >= leg.Least {
			return
		}
		for _, k := range gone {
			lacks[k] = true
		}
	}
	for _, r := range t.runs {
		for _, leg := range r.registered.Legs {
			lack(leg, given)
		}
	}
	lack(rule.Leg{Kinds: t.asked, Least: len(t.asked)}, given)
	if len(t.kinds) > 0 { // a rule that listens needs at least one kind to listen to
		lack(rule.Leg{Kinds: t.kinds, Least: 1}, given && len(beyond) > 0)
	}
	return slices.Sorted(maps.Keys(lacks))
}

// wantsOtherGroups reports whether the rule needs a kind from gateway groups that no source covers. With
// [report.ScopeAll] that includes every kind that it listens to.
func (t *ruleRun) wantsOtherGroups(scope report.Scope, s *stream) bool {
	if slices.ContainsFunc(t.asked, s.inPart) || scope != report.ScopeGiven && slices.ContainsFunc(t.kinds, s.inPart) {
		return true
	}
	return slices.ContainsFunc(t.runs, func(r *run) bool { return slices.ContainsFunc(r.registered.Legs, s.lacks) })
}

// lacks reports whether resources of a leg are missing that the sources could have, because they cover other groups.
func (s *stream) lacks(leg rule.Leg) bool {
	part := slices.DeleteFunc(slices.Clone(leg.Kinds), func(k estate.Kind) bool { return !s.inPart(k) })
	return len(part) > 0 && (!leg.InGroup || slices.ContainsFunc(s.groupsOf(leg.Kinds), func(group string) bool {
		return slices.ContainsFunc(part, func(k estate.Kind) bool { return !s.covers(k, group) })
	}))
}

// inPart reports whether kind k is incomplete only because the sources cover some of the gateway groups.
func (s *stream) inPart(k estate.Kind) bool {
	gaps, assessed := s.gaps(k)
	return assessed && !hides(gaps) && !s.whole(k)
}

// hides reports whether one of the gaps hides whole resources, not only a field of them.
func hides(gaps []estate.Gap) bool {
	return slices.ContainsFunc(gaps, func(g estate.Gap) bool { return g.Of == "" })
}

// covers reports whether one source read every resource of kind k in a gateway group; an empty group means the whole
// installation.
func (s *stream) covers(k estate.Kind, group string) bool {
	return s.whole(k) || group != "" && slices.ContainsFunc(s.sources, func(in *read) bool {
		missing, holds := in.gaps(k)
		return holds && !hides(missing) && in.shows(&s.groups, group)
	})
}

// groupsOf returns the gateway groups in which resources of these kinds were seen, under the sources' names.
func (s *stream) groupsOf(kinds []estate.Kind) []string {
	seen := map[string]bool{}
	for _, in := range s.sources {
		for at := range in.seen {
			if slices.Contains(kinds, at.kind) {
				seen[at.group] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// others returns the gap left by the gateway groups that no source covers.
func (s *stream) others() estate.Gap {
	labels := map[string]bool{}
	for _, in := range s.sources {
		for _, group := range in.seen {
			labels[s.groups.of(group).Label()] = true
		}
	}
	delete(labels, "")
	known := cmp.Or(few.Of(slices.Collect(maps.Keys(labels))...).String(), "some gateway groups")
	next := "add them, with --adc GROUP=FILE for each"
	if flags := s.elsewhere(estate.GatewayGroup); flags != "" {
		next += ", or add " + flags
	}
	return estate.Gap{ID: estate.OtherGroups, What: "other gateway groups", Why: "the given sources cover only " + known, Next: next}
}

// sight is a kind and a gateway group in which a source shows a resource of it.
type sight struct {
	kind  estate.Kind
	group string // short id, under the source's name
}

// see records the gateway group of a resource. A source that covers only some groups covers those that it shows.
func (in *read) see(r *estate.Resource) {
	if _, seen := in.seen[sight{r.Kind, r.Group.ShortID}]; !seen {
		group := r.Subject().Group
		in.seen[sight{r.Kind, group.ShortID}] = group
	}
}

// shows reports whether the source shows a gateway group, under any of its names. Call it after all sources were
// read.
func (in *read) shows(g *groups, group string) bool {
	if in.shown == nil {
		in.shown = map[string]bool{}
		for at := range in.seen {
			in.shown[g.of(estate.Group{ShortID: at.group}).ShortID] = true
		}
	}
	return in.shown[g.of(estate.Group{ShortID: group}).ShortID]
}
