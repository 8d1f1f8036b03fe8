package rule

import "github.com/api7-preflight/api7-preflight/internal/estate"

// Leg is a part of what a rule joins: without Least of its kinds the rule can conclude nothing.
type Leg struct {
	Kinds []estate.Kind
	Least int
	// InGroup is true of kinds that are joined within a gateway group: what was read of some groups only is then enough
	// for these groups.
	InGroup bool
}

// Needs says that the rule concludes nothing without every one of these kinds, of the whole installation. One that no
// given source can hold makes it not assessed; one that was read in part, or of some gateway groups only, makes it
// unknown. What is found is a finding all the same. Like the handlers it is told at the start.
//
// A rule that listens to several kinds and judges in [Pass.AtEnd] says of each whether it needs it or only uses it.
func (p *Pass) Needs(kinds ...estate.Kind) {
	p.registered.Legs = append(p.registered.Legs, Leg{Kinds: kinds, Least: len(kinds)})
}

// NeedsInGroup is [Pass.Needs] for kinds that are joined within a gateway group: they must have been read of every group
// that one of them tells of.
func (p *Pass) NeedsInGroup(kinds ...estate.Kind) {
	p.registered.Legs = append(p.registered.Legs, Leg{Kinds: kinds, Least: len(kinds), InGroup: true})
}

// NeedsSome is [Pass.Needs] for kinds that stand in for each other: at least so many of them.
func (p *Pass) NeedsSome(least int, kinds ...estate.Kind) {
	p.registered.Legs = append(p.registered.Legs, Leg{Kinds: kinds, Least: least})
}

// Uses says that the rule judges without these kinds as well: each of them by itself, or to say more of what it finds
// elsewhere. It changes nothing; a rule that joins kinds owes it to its reader.
func (p *Pass) Uses(kinds ...estate.Kind) {
	for _, k := range kinds {
		p.registered.Uses[k] = true
	}
}

// Absent reports whether what the rule did not see among the resources of kind k in a gateway group, by its short id, is
// not there; an empty group stands for the whole installation. There are three answers: what was seen, which the rule
// knows itself, true, and false for what nobody can tell because not all was read. After false the rule cannot pass,
// whatever it says: it is unknown, or not assessed where no given source can hold the kind. It may be asked in
// [Pass.AtEnd] only.
func (p *Pass) Absent(k estate.Kind, group string) bool { return p.engine.Absent(k, group) }
