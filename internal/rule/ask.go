package rule

import (
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/version"
)

// Question is what a rule asked about the upgrade path while it started, with the answer for the path of its run.
type Question struct {
	same  func(version.Path) bool // the answer for another path is the same
	whole bool                    // the answer is the path itself
}

// Answer is what a question about a path can have as its answer.
type Answer interface {
	~bool | ~int | ~uint8 | ~string
}

// Ask returns the answer to a question about the upgrade path. Call it only while the rule starts. The rule is run once
// for all the paths on which the answers to its questions are the same, so ask for as little as possible: whether the
// target has a change, say, and not which release it is. The function depends on the path alone. A rule asks the same
// questions in the same order as long as it gets the same answers.
func Ask[A Answer](p *Pass, about func(version.Path) A) A {
	p.mayAsk()
	answer := about(p.path)
	p.questions = append(p.questions, Question{same: func(other version.Path) bool { return about(other) == answer }})
	return answer
}

// Path returns the upgrade path. Call it only while the rule starts. The rule is run once more for each path, so it is for
// rules that look at few resources, or whose texts name the target.
func (p *Pass) Path() version.Path {
	p.mayAsk()
	path := p.path
	p.questions = append(p.questions, Question{whole: true, same: func(other version.Path) bool { return path.Equal(other) }})
	return path
}

// From returns the installed version, which all targets of an installation share. Call it only while the rule starts.
func (p *Pass) From() version.Version { return p.FromOf(Case{}) }

// FromOf is [Pass.From] for the component that a case is about.
func (p *Pass) FromOf(c Case) version.Version {
	p.mayAsk()
	from := c.Path(p.path).From
	p.questions = append(p.questions, Question{same: func(other version.Path) bool { return from.Equal(c.Path(other).From) }})
	return from
}

// mayAsk panics after the start: the answer would be that of one of the paths that share the run.
func (p *Pass) mayAsk() {
	if p.started {
		panic("the rule asks about the upgrade path after its start")
	}
}

// asked returns the path, which the rule has asked for, or asks for now.
func (p *Pass) asked() version.Path {
	if slices.ContainsFunc(p.questions, func(q Question) bool { return q.whole }) {
		return p.path
	}
	return p.Path()
}

// Alike reports whether a rule that registered this behaves on another path as on its own: its questions about the path
// have the same answers.
func (r Registration) Alike(other version.Path) bool {
	return !slices.ContainsFunc(r.Asked, func(q Question) bool { return !q.same(other) })
}
