// Package rule is what a check is made of: the facts about one vendor change, the handlers that look for it, and the
// findings that they report. A rule sees its Pass and nothing else: no file, clock, environment or network.
package rule

import (
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

// Milder returns the severity one degree less grave; a notice stays one.
func (s Severity) Milder() Severity { return max(s-1, Notice) }

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
	Timing     When           // when to act first; zero: before
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

// Check is something that a person has to look at. It never changes the verdict.
type Check struct {
	Case     Case // zero: the rule's
	Title    string
	Why      string
	Evidence []Evidence
	Steps    []Step
}
