// Package rule is what a check is made of: the facts about one vendor change, the handlers that look for it, and the
// findings that they report. A rule sees its Pass and nothing else: no file, clock, environment or network.
package rule

import (
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// Severity says what happens to a user who does nothing.
type Severity uint8

// The severities. The zero Severity is invalid.
const (
	// Notice is good to know.
	Notice Severity = iota + 1
	// Warning works on, but the next edit, client or operator is surprised.
	Warning
	// Breaking means that the upgrade fails, traffic changes or data is lost.
	Breaking
)

// String returns the severity as reports write it.
func (s Severity) String() string { return [...]string{"", "notice", "warning", "breaking"}[s] }

// When is a phase of the change window.
type When string

// The phases.
const (
	Before When = "before"
	During When = "during"
	After  When = "after"
)

// Confidence says how sure the detector is, not the change.
type Confidence string

const (
	// Confirmed detectors rest on fields that a public source documents.
	Confirmed Confidence = "confirmed"
	// Inferred detectors rest on deduction; their findings say so.
	Inferred Confidence = "inferred"
)

// Applies says on which paths a rule is judged.
type Applies uint8

// The ways to apply. The zero Applies is invalid.
const (
	// Crossing applies where the path gains the rule's change.
	Crossing Applies = iota + 1
	// Reaching applies where the target carries the change, gained on this path or before it.
	Reaching
	// Always applies on every path.
	Always
)

// Rule is one check, a value without state: state lives in the closures that Start and Facts make for each run.
type Rule struct {
	ID         string         // lower-case words joined by hyphens; frozen, never reused
	Title      string         // one line, what is wrong
	Severity   Severity       // of its gravest finding
	Applies    Applies        // on which paths
	Change     version.Change // the releases that bring the change; empty with Always, and where Facts have their own
	Catalogue  []string       // entries of rules/catalogue.yaml that it covers beside those of its Facts
	Timing     When           // when to act first
	Confidence Confidence
	Doc        string // the embedded doc.md
	// Manual holds the steps of a check that no input can show. Such a rule has no Start and no Facts.
	Manual []Step
	// Start registers the handlers of one run.
	Start func(*Pass)
	// Facts are rows that differ in a name only, each with a case of its own. A rule whose rows are all reminders is a
	// check by hand.
	Facts []Fact
}

// Step is one thing to do.
type Step struct {
	When    When
	Text    string
	Command string // ready to run for this object; empty where there is none
}

// Beforehand returns the steps of a finding that has one thing to do, before the upgrade.
func Beforehand(text string) []Step { return []Step{{When: Before, Text: text}} }

// Finding is one affected object. A rule reports each object once per part; the same object seen in another source or
// table adds an origin to the first finding.
type Finding struct {
	Subject estate.Subject
	// Case is the change that it is about, for a rule with several; zero: the rule's.
	Case Case
	// Part tells findings of one object apart where each needs its own remedy; it is part of the fingerprint. Mostly
	// empty.
	Part        string
	Pointer     string   // JSON pointer to the place inside the object
	Severity    Severity // zero: the rule's
	Message     string
	Evidence    []Evidence
	Remediation []Step
}

// Doubt is something that a rule cannot judge. One about the upgrade path has the zero Subject.
type Doubt struct {
	Subject estate.Subject
	Pointer string // JSON pointer to the place inside the object
	ID      string // the cause, as of [estate.Gap]
	Why     string
	Next    string // what closes the gap, where there is something to do
}

// Pass is a rule's whole world during one run.
type Pass struct {
	Path version.Path

	severity Severity // the rule's
	kinds    map[estate.Kind][]func(*estate.Resource)
	plugins  map[string][]func(*estate.Resource, estate.Plugin)
	carries  map[estate.Kind]bool // kinds on which plugins are looked for
	direct   map[estate.Kind]bool // kinds of which every resource is looked at
	sieves   map[estate.Kind][]estate.Sieve
	ends     []func()
	judges   bool // one of ends is the rule's own
	legs     []Leg
	uses     map[estate.Kind]bool
	engine   Engine
}

// Engine is what a Pass asks of the engine that runs its rule.
type Engine struct {
	Report   func(Finding)
	Unknown  func(Doubt)
	Complete func(estate.Kind) bool
	Absent   func(k estate.Kind, group string) bool
	Remind   func(Check)
	// Tools are the versions of companion programs, as far as the user told them.
	Tools map[string]version.Version
}

// NewPass returns the Pass of one rule in one run. Only the engine calls it.
func NewPass(r *Rule, path version.Path, e Engine) *Pass {
	return &Pass{
		Path: path, engine: e, severity: r.Severity,
		kinds:   map[estate.Kind][]func(*estate.Resource){},
		plugins: map[string][]func(*estate.Resource, estate.Plugin){},
		carries: map[estate.Kind]bool{}, direct: map[estate.Kind]bool{}, sieves: map[estate.Kind][]estate.Sieve{},
		uses: map[estate.Kind]bool{},
	}
}

// On calls f for every resource of kind k. What a rule listens to is what it needs: if a kind is not read completely,
// the rule's status is unknown. Resources come in no promised order.
func (p *Pass) On(k estate.Kind, f func(*estate.Resource)) {
	p.direct[k] = true
	p.kinds[k] = append(p.kinds[k], f)
}

// OnSieved calls f for the resources of kind k that the sieve lets through. It is to be preferred to On for kinds that
// come by the million: a source may leave out what comes through no sieve of any rule.
func (p *Pass) OnSieved(k estate.Kind, sieve estate.Sieve, f func(*estate.Resource)) {
	p.sieves[k] = append(p.sieves[k], sieve)
	p.kinds[k] = append(p.kinds[k], func(r *estate.Resource) {
		if sieve.Lets(r.ID, r.Body) {
			f(r)
		}
	})
}

// OnPlugin calls f for every attachment of the named plugin, also nested in other plugins, on resources of the given
// kinds or, without any, on every kind that can carry one. It listens to all of these kinds.
func (p *Pass) OnPlugin(name string, f func(*estate.Resource, estate.Plugin), kinds ...estate.Kind) {
	if len(kinds) == 0 {
		kinds = estate.PluginKinds()
	}
	for _, k := range kinds {
		p.carries[k] = true
	}
	p.plugins[name] = append(p.plugins[name], func(r *estate.Resource, at estate.Plugin) {
		if slices.Contains(kinds, r.Kind) {
			f(r, at)
		}
	})
}

// AtEnd calls f after the last resource. A rule that joins kinds judges here, and says with [Pass.Needs] and [Pass.Uses]
// what it needs.
func (p *Pass) AtEnd(f func()) {
	p.judges = true
	p.ends = append(p.ends, f)
}

// Report says that an object is affected.
func (p *Pass) Report(f Finding) { p.engine.Report(f) }

// Unknown says that the rule cannot judge a place inside an object, and why. It makes the rule's status unknown.
func (p *Pass) Unknown(s estate.Subject, pointer, why string) {
	p.engine.Unknown(Doubt{Subject: s, Pointer: pointer, ID: estate.UnreadableValues, Why: why})
}

// Remind lists a check by hand. It never changes the verdict.
func (p *Pass) Remind(c Check) { p.engine.Remind(c) }

// Complete reports whether every resource of kind k was seen, for what decides nothing: a reminder, the evidence of one.
// It may be asked in AtEnd only. What a rule concludes from not having seen something it asks with [Pass.Absent].
func (p *Pass) Complete(k estate.Kind) bool { return p.engine.Complete(k) }

// Tool returns the version of a companion program, such as "adc", and whether the user told it. No source can show it.
func (p *Pass) Tool(name string) (version.Version, bool) {
	v, told := p.engine.Tools[name]
	return v, told
}

// Kinds returns the kinds that the rule listens to or needs.
func (p *Pass) Kinds() []estate.Kind {
	var kinds []estate.Kind
	for _, k := range estate.Kinds() {
		needed := slices.ContainsFunc(p.legs, func(l Leg) bool { return slices.Contains(l.Kinds, k) })
		if len(p.kinds[k]) > 0 || p.carries[k] || needed {
			kinds = append(kinds, k)
		}
	}
	return kinds
}

// Looks returns the kinds of which the rule looks at every resource, and the sieves of the others.
func (p *Pass) Looks() (direct map[estate.Kind]bool, sieves map[estate.Kind][]estate.Sieve) {
	return p.direct, p.sieves
}

// Handlers returns what the rule registered, for the engine to call.
func (p *Pass) Handlers() (map[estate.Kind][]func(*estate.Resource), map[string][]func(*estate.Resource, estate.Plugin), []func()) {
	return p.kinds, p.plugins, p.ends
}
