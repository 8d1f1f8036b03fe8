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

// Defect is a known defect of the target, or of another release that the upgrade could end in instead, and whether this
// installation can meet it. It is no finding: a rule that wants to stop the upgrade because of it reports one as well.
type Defect struct {
	Entry     string   // in rules/catalogue.yaml
	Severity  Severity // on this path; zero: the target does not have it
	Says      string   // what happens
	FixedIn   []version.Version
	Concerned Concern
	Why       string // why it can or cannot, or why nobody can tell
	// Elsewhere returns the severity where the upgrade ends in another release instead, zero if that one does not have it.
	// Nil: only the target is known to have it.
	Elsewhere func(to version.Version) Severity
	// By is the rule that looks for it. If Concerned is zero, what that rule says about Entry decides.
	By string
}

// Judge lists a known defect. Only a rule with Defects may.
func (p *Pass) Judge(d Defect) { p.engine.Judge(d) }

// Aside calls f, whose handlers see what is read anyway: the rule does not need it, no source is asked for more kinds
// because of it, and what was not read leaves no gap. It is for what decides nothing. f concludes with [Pass.SumUp], and
// asks [Pass.Complete] before it concludes anything from what was not seen.
func (p *Pass) Aside(f func()) {
	if p.registered.Aside == nil {
		aside := registration()
		p.registered.Aside = &aside
	}
	main := p.registered
	p.registered = *main.Aside
	f()
	*main.Aside = p.registered
	p.registered = main
}

// Count declares that the rule asks how many resources of kind k there are. The function that it returns answers after
// the last resource. A source need not deliver resources that are only counted.
func (p *Pass) Count(k estate.Kind) func() int64 {
	p.registered.Counted[k] = true
	return func() int64 { return p.engine.Count(k) }
}
