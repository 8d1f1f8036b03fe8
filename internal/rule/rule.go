// Package rule defines what a check consists of: the facts about one vendor change, the handlers that look for it,
// and the findings that they report. A rule sees its Pass and nothing else: no file, clock, environment or network.
package rule

import (
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// Severity says what happens to a user who does nothing.
type Severity uint8

// The severities. The zero Severity is invalid.
const (
	// Notice is worth knowing.
	Notice Severity = iota + 1
	// Warning means that everything keeps working, but the next edit, client or operator meets a surprise.
	Warning
	// Breaking means that the upgrade fails, traffic changes or data is lost.
	Breaking
)

// String returns the severity as reports write it.
func (s Severity) String() string { return [...]string{"", "notice", "warning", "breaking"}[s] }

// Milder returns the next lower severity; a notice stays a notice.
func (s Severity) Milder() Severity { return max(s-1, Notice) }

// When is a phase of the change window.
type When string

// The phases.
const (
	Before When = "before"
	During When = "during"
	After  When = "after"
)

// Confidence says how sure the detector is. It says nothing about the change.
type Confidence string

const (
	// Confirmed detectors rest on fields that a public source documents.
	Confirmed Confidence = "confirmed"
	// Inferred detectors rest on deduction, and their findings say so.
	Inferred Confidence = "inferred"
)

// Applies says on which paths a rule is judged.
type Applies uint8

// The ways to apply. The zero Applies is invalid.
const (
	// Crossing means that the upgrade gains the change.
	Crossing Applies = iota + 1
	// Reaching means that the target has the change, gained by this upgrade or before it.
	Reaching
	// Always means every path.
	Always
)

// Rule is one check. It is a value without state; the closures that Start and Facts make for each run hold the state.
type Rule struct {
	ID         string         // lower-case words joined by hyphens; never changed or reused
	Title      string         // one line, what is wrong
	Action     string         // what to do first, in one line; a row or a finding may have another. None by hand
	Severity   Severity       // of its gravest finding
	Applies    Applies        // the severity of its gravest finding
	Change     version.Change // on which paths it is judged
	Catalogue  []string       // entries of rules/catalogue.yaml that it covers beside those of its Facts
	Timing     When           // when to act first; zero: before
	Confidence Confidence
	Doc        string // the embedded doc.md
	// Manual are the steps of a check that no input can show. A rule with Manual has neither Start nor Facts.
	Manual []Step
	// Start registers the handlers for one run.
	Start func(*Pass)
	// Defects is set for a rule that lists known defects of the target, with [Pass.Judge]. They are judged even where the
	// user leaves the rule out.
	Defects bool
	// Facts are rows of one pattern, each with its own case. A rule whose rows are all reminders is a manual check.
	Facts []Fact
}

// Step is one thing to do.
type Step struct {
	When    When
	Text    string
	Command Command // zero: there is none
}

// Command is a shell command that is ready to run for one object.
type Command struct {
	Line string
	// Changes is true if the command changes an object through the Admin API. A gateway group that enforces publishing
	// refuses changes of what is published on it.
	Changes bool
	// Reads are the environment variables that the line reads.
	Reads []string
}

// Run returns the command for a line that reads no variable and changes nothing through the Admin API.
func Run(line string) Command { return Command{Line: line} }

// Beforehand returns the steps of a finding with one thing to do, before the upgrade.
func Beforehand(text string) []Step { return []Step{{When: Before, Text: text}} }

// Finding is one affected object. A rule reports each object once per part. The same object seen in another source or
// table adds evidence to the first finding.
type Finding struct {
	Subject estate.Subject
	// Case is the change that the finding is about, in a rule with several; zero: the rule's own.
	Case Case
	// Part distinguishes findings on one object that need different remedies; usually empty. It is part of the
	// fingerprint.
	Part        string
	Pointer     string   // JSON pointer to the place inside the object
	Severity    Severity // zero: the rule's
	Message     string
	Evidence    []Evidence
	Action      string // what to do first, in one line; empty: the rule's
	Remediation []Step
}

// Doubt is something that a rule cannot judge. A doubt about the upgrade path has the zero Subject.
type Doubt struct {
	Subject estate.Subject
	Pointer string // JSON pointer to the place inside the object
	ID      string // the cause, an ID of [estate.Gap]
	Why     string
	Next    string // what closes the gap; empty if nothing can
}

// Brought says what brings a check.
type Brought uint8

// What brings a check.
const (
	// ByRule means the path; every upgrade, if the rule applies always and the case names no release.
	ByRule Brought = iota
	// ByPath means a change on the path, or what the installation may have and nobody read.
	ByPath
	// ByInstallation means something that was seen in the installation.
	ByInstallation
)

// Check is something for a person to check. It never changes the verdict.
type Check struct {
	Case     Case   // zero: the rule's
	Part     string // distinguishes several checks of a rule about one case; usually empty
	Brought  Brought
	Title    string
	Why      string
	Evidence []Evidence
	Steps    []Step
}
