package rule

import "github.com/api7-preflight/api7-preflight/internal/estate"

// Leg is a group of kinds that a rule needs: without at least Least of them it concludes nothing.
type Leg struct {
	Kinds []estate.Kind
	Least int
	// InGroup is true if the kinds are joined within a gateway group. A source that read only some groups is then
	// enough for these groups.
	InGroup bool
}

// Needs declares that the rule concludes nothing without every one of these kinds, read from the whole installation.
// If no given source can hold one of them, the rule is not assessed; if one was read in part or from some gateway
// groups only, the rule is unknown. What it finds is reported all the same. Call Needs from Start, like the methods
// that register handlers.
//
// A rule that listens to several kinds and judges in [Pass.AtEnd] declares for each of them Needs or [Pass.Uses].
func (p *Pass) Needs(kinds ...estate.Kind) {
	p.registered.Legs = append(p.registered.Legs, Leg{Kinds: kinds, Least: len(kinds)})
}

// NeedsInGroup is [Pass.Needs] for kinds that are joined within a gateway group: they must be complete in every group
// in which a resource of one of them was seen.
func (p *Pass) NeedsInGroup(kinds ...estate.Kind) {
	p.registered.Legs = append(p.registered.Legs, Leg{Kinds: kinds, Least: len(kinds), InGroup: true})
}

// NeedsSome is [Pass.Needs] for kinds that can replace each other: at least so many of them are needed.
func (p *Pass) NeedsSome(least int, kinds ...estate.Kind) {
	p.registered.Legs = append(p.registered.Legs, Leg{Kinds: kinds, Least: least})
}

// Uses declares that the rule can judge without these kinds. It judges each of them by itself, or uses them to say
// more about what it finds elsewhere. Uses changes nothing at run time; it tells readers that the kinds are not
// needed.
func (p *Pass) Uses(kinds ...estate.Kind) {
	for _, k := range kinds {
		p.registered.Uses[k] = true
	}
}

// Absent reports whether a resource of kind k that the rule did not see is certain not to exist. group is the short
// id of the gateway group to which the question is limited; empty means the whole installation. False means that
// nobody can tell, because not everything was read. After false the rule cannot pass: it is unknown, or not assessed
// if no given source can hold the kind. Call Absent only from [Pass.AtEnd].
func (p *Pass) Absent(k estate.Kind, group string) bool { return p.engine.Absent(k, group) }
