package rule

import (
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// Concern says whether an installation can meet a defect. The zero Concern leaves it to the findings of another rule.
type Concern string

// The concerns, as reports write them.
const (
	Met    Concern = "yes"
	Spared Concern = "no"
	Open   Concern = "unknown"
)

// Defect is a known defect of some releases, and whether this installation can meet it.
type Defect struct {
	Entry string // in rules/catalogue.yaml
	// Grade returns the severity on a path; zero: its target does not have the defect.
	Grade     func(version.Path) Severity
	Says      string // what happens
	FixedIn   []version.Version
	Concerned Concern
	Why       string // why it can or cannot, or why nobody can tell
	// By is the rule that looks for it. If Concerned is zero, what that rule says about Entry decides.
	By string
	// Finding returns the finding on a path where the installation meets it, and it is a warning or worse. Nil: By reports it.
	Finding func(version.Path) Finding
}

// Judge lists a known defect of the target. Only a rule with Defects may.
func (p *Pass) Judge(d Defect) { p.engine.Judge(d) }

// Count declares that the rule asks how many resources of kind k there are. The function that it returns answers after
// the last resource. A source need not deliver resources that are only counted.
func (p *Pass) Count(k estate.Kind) func() int64 {
	p.registered.Counted[k] = true
	return func() int64 { return p.engine.Count(k) }
}
