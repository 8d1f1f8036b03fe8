// Package report is the result of an assessment as plain data: the JSON contract that scripts rely on, its verdict
// and its exit code. It does not know how the result was obtained.
package report

import "time"

// SchemaVersion is the version of the JSON report. Later releases may add fields, but never change the meaning of
// one.
const SchemaVersion = "1"

// Program is the name of this program in every document that it writes.
const Program = "api7-preflight"

// Report is the whole result. Its lists are never nil and have a fixed order, so that two runs over the same data
// differ only in Run.
type Report struct {
	SchemaVersion string         `json:"schema_version" jsonschema:"version of this document's schema"`
	Tool          Tool           `json:"tool"`
	Run           Run            `json:"run" jsonschema:"the only part that differs between two runs over the same data"`
	Path          Path           `json:"path"`
	Target        Target         `json:"target"`
	Sources       []Source       `json:"sources"`
	GatewayGroups []GatewayGroup `json:"gateway_groups" jsonschema:"those that were read; their ids tell installations apart"`
	Scope         Scope          `json:"scope" jsonschema:"all judges the whole installation, given only what the given sources can hold"`
	Verdict       Verdict        `json:"verdict"`
	ExitCode      int            `json:"exit_code" jsonschema:"exit code of the command, the same for every format"`
	FailOn        string         `json:"fail_on" jsonschema:"severity from which a finding blocks: breaking, warning, notice or never"`
	Summary       Summary        `json:"summary"`
	Findings      Findings       `json:"findings"`
	Rules         []Rule         `json:"rules" jsonschema:"every rule of the tool with its status in this run"`
	ManualChecks  []ManualCheck  `json:"manual_checks" jsonschema:"what no input can show and a person has to check"`
	Unexamined    []Unexamined   `json:"unexamined" jsonschema:"what a rule on this path needs and nobody examined; any entry makes a run incomplete"`
	Waivers       []WaiverUse    `json:"waivers" jsonschema:"the entries of --waivers and what they apply to"`
	Baseline      *Baseline      `json:"baseline" jsonschema:"the report that --baseline names, null without one"`
	Notes         []Note         `json:"notes" jsonschema:"what was noticed while reading and leaves nothing unexamined, such as duplicate rows"`
}

// Tool names the program that wrote the report.
type Tool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// Run identifies one run.
type Run struct {
	ID         string    `json:"id"`
	StartedAt  time.Time `json:"started_at"`
	DurationMS int64     `json:"duration_ms" jsonschema:"wall time in milliseconds"`
	Settings   []Setting `json:"settings" jsonschema:"what the command line, the environment and the settings file set"`
	// Transactions are those in which live databases were read.
	Transactions []Transaction `json:"transactions" jsonschema:"the read-only transaction in which each live database was read"`
}

// Transaction is the transaction in which a source was read.
type Transaction struct {
	Source string `json:"source" jsonschema:"name of the source"`
	OpenMS int64  `json:"open_ms" jsonschema:"how long it was open, in milliseconds; vacuum keeps dead rows meanwhile"`
}

// FromFlag and FromEnvironment say where a setting comes from; a settings file is named instead.
const (
	FromFlag        = "flag"
	FromEnvironment = "environment"
)

// Setting is the value of one flag that was set.
type Setting struct {
	Name    string `json:"name" jsonschema:"name of the flag"`
	Value   string `json:"value" jsonschema:"as it was written; a connection string is not shown"`
	From    string `json:"from" jsonschema:"flag, environment, or the name of the settings file"`
	Decides bool   `json:"decides" jsonschema:"whether it can change what is read or judged, and so the verdict"`
}

// Path is the upgrade that was assessed.
type Path struct {
	From         string   `json:"from"`
	FromEvidence string   `json:"from_evidence" jsonschema:"how the installed version is known"`
	FromGiven    bool     `json:"from_given" jsonschema:"whether --from gave it and no source contradicts it"`
	To           string   `json:"to"`
	Asked        string   `json:"asked" jsonschema:"what was asked for if not a release: a line such as 3.8, lts or latest; to is its newest release with public notes; empty if a release was named"`
	Newer        []string `json:"newer" jsonschema:"known releases of what was asked for that are newer than to, oldest first; none of them has public notes"`
	Gateways     string   `json:"gateways" jsonschema:"oldest gateway version that a source gives, from which gateway changes are judged; empty if no source gives one, and from counts instead"`
	Lines        []string `json:"lines" jsonschema:"release lines that the upgrade enters"`
	Skips        []string `json:"skips" jsonschema:"those of them that it passes over; the vendor tests only steps between neighbouring lines"`
	Guide        string   `json:"guide" jsonschema:"the vendor's upgrade guide that describes such a path in one step; empty if there is none or nothing is skipped"`
}

// Target says what is known about the release that the upgrade ends in.
type Target struct {
	Advice     string      `json:"advice" jsonschema:"which release to choose, in words, and the only place of a report that recommends one"`
	Best       []string    `json:"best" jsonschema:"the releases to choose, at most two; the target itself if none is better; empty if no release with public notes is newer than the installed one, or if known defects were not judged"`
	Candidates []Candidate `json:"candidates" jsonschema:"the target and the releases that it was compared with, by version; only those that public release notes describe, because the defects of others are not known"`
	Defects    []Defect    `json:"defects" jsonschema:"its known defects, the gravest first; one that this installation meets for certain and that is a warning or worse is a finding as well"`
}

// Candidate is a release that the upgrade could end in, with how many of its known defects this installation meets. A
// release without public notes is none: that nobody knows its defects would read as if it had none.
type Candidate struct {
	Version  string     `json:"version"`
	LTS      bool       `json:"lts" jsonschema:"whether its line has long-term support"`
	Breaking int        `json:"breaking" jsonschema:"breaking findings on the path to it, waived or not"`
	Defects  int        `json:"defects" jsonschema:"known defects, whether this installation meets them or not"`
	Met      Severities `json:"met" jsonschema:"defects that this installation meets"`
	Unknown  Severities `json:"unknown" jsonschema:"defects of which nobody can tell whether this installation meets them"`
}

// Severities are counts by severity, on the path to the release.
type Severities struct {
	Breaking int `json:"breaking"`
	Warning  int `json:"warning"`
	Notice   int `json:"notice"`
}

// With returns the counts with one more of a severity, by its name.
func (s Severities) With(severity string) Severities {
	switch severity {
	case SeverityBreaking:
		s.Breaking++
	case SeverityWarning:
		s.Warning++
	default:
		s.Notice++
	}
	return s
}

// Total returns how many there are of all severities.
func (s Severities) Total() int { return s.Breaking + s.Warning + s.Notice }

// Defect is one known defect of the target.
type Defect struct {
	Catalogue string   `json:"catalogue" jsonschema:"entry of the catalogue"`
	Severity  string   `json:"severity" jsonschema:"breaking, warning or notice, on this path"`
	Says      string   `json:"says" jsonschema:"what happens"`
	FixedIn   []string `json:"fixed_in" jsonschema:"first releases without it, one for each release line"`
	Concerned string   `json:"concerned" jsonschema:"whether this installation can meet it: yes, no or unknown"`
	Why       string   `json:"why" jsonschema:"why it can or cannot, or why that is unknown"`
}

// Source is one input.
type Source struct {
	Kind     string       `json:"kind" jsonschema:"postgres, backup, config, adc, admin-api or snapshot"`
	Name     string       `json:"name" jsonschema:"what was read, without secrets"`
	Complete bool         `json:"complete" jsonschema:"whether everything the rules need from it was read"`
	Kinds    []SourceKind `json:"kinds"`
}

// SourceKind says how much of one kind a source provided.
type SourceKind struct {
	Kind     string `json:"kind"`
	Count    int64  `json:"count" jsonschema:"current resources examined"`
	Complete bool   `json:"complete"`
	Why      string `json:"why" jsonschema:"why it is not complete"`
	// Unexamined refers to entries of [Report.Unexamined].
	Unexamined []string `json:"unexamined" jsonschema:"fingerprints of the entries of unexamined that say so"`
}

// GatewayGroup is a gateway group of the installation. A source may know only some of its names.
type GatewayGroup struct {
	ID      string `json:"id" jsonschema:"in the Admin API; empty where no source gives it"`
	ShortID string `json:"short_id" jsonschema:"in the keys of what gateways read; the name where no source gives it"`
	Name    string `json:"name"`
}

// Scope says which rules must be answered: all, or those that the given sources can answer.
type Scope string

// The scopes.
const (
	ScopeAll   Scope = "all"
	ScopeGiven Scope = "given"
)

// Summary counts the results.
type Summary struct {
	Breaking int `json:"breaking"`
	Warning  int `json:"warning"`
	Notice   int `json:"notice"`
	// Blocking findings are those for which the verdict is blocked.
	Blocking int `json:"blocking" jsonschema:"findings that block the upgrade"`
	Waived   int `json:"waived"`
	// Known findings are counted by severity as well.
	Known   int `json:"known" jsonschema:"findings that the baseline has; they are counted by severity as well and do not block"`
	Unknown int `json:"unknown" jsonschema:"rules that could not be judged and are not accepted"`
	Manual  int `json:"manual" jsonschema:"checks by hand that are not done"`
	Done    int `json:"done" jsonschema:"checks by hand that are marked as done"`
	// Unexamined counts what was not examined and is not accepted.
	Unexamined int `json:"unexamined" jsonschema:"what was not examined and is not accepted"`
}

// Finding is one affected object.
type Finding struct {
	Fingerprint string        `json:"fingerprint" jsonschema:"stable across runs, sources and wording"`
	Rule        string        `json:"rule"`
	Title       string        `json:"title" jsonschema:"what the rule says is wrong, in one line"`
	Doc         string        `json:"doc" jsonschema:"command of this program that explains the rule in full"`
	Catalogue   []string      `json:"catalogue"`
	Severity    string        `json:"severity" jsonschema:"breaking, warning or notice"`
	Confidence  string        `json:"confidence" jsonschema:"confirmed or inferred: how sure the detector is"`
	Change      string        `json:"change" jsonschema:"first release with the change"`
	Timing      string        `json:"timing" jsonschema:"before, during or after the upgrade: when to act first"`
	Object      Object        `json:"object"`
	Location    Location      `json:"location"`
	Message     string        `json:"message"`
	Evidence    []Evidence    `json:"evidence"`
	Action      string        `json:"action" jsonschema:"what to do first, in one line"`
	Remediation []Remediation `json:"remediation"`
	Waived      *string       `json:"waived" jsonschema:"reason of the waiver, null without one"`
	Waiver      *Waiver       `json:"waiver" jsonschema:"the waiver that applies to it, in force or expired; null without one"`
	Baseline    string        `json:"baseline" jsonschema:"new, known or empty without a baseline"`
}

// Object identifies an affected object.
type Object struct {
	Kind           string            `json:"kind"`
	ID             string            `json:"id"`
	Name           string            `json:"name"`
	GatewayGroup   string            `json:"gateway_group" jsonschema:"its display name; empty for objects outside gateway groups"`
	GatewayGroupID string            `json:"gateway_group_id" jsonschema:"its id in the Admin API; empty where no source gives it"`
	State          string            `json:"state" jsonschema:"live, template or history"`
	Labels         map[string]string `json:"labels" jsonschema:"its own"`
	// Owner is Labels, and for keys that these lack the labels of what the object belongs to.
	Owner map[string]string `json:"owner" jsonschema:"labels that tell whose it is: its own, and for keys that these lack those of the service, template or consumer that it belongs to"`
}

// Location is a place. Fields that do not apply or are unknown are empty or 0. Lines and columns count from 1,
// columns in characters.
type Location struct {
	Source    string `json:"source"`
	Where     string `json:"where" jsonschema:"the place in words: table, key and JSON pointer, or file, line and column"`
	File      string `json:"file" jsonschema:"as given, or relative to the given folder"`
	Line      int    `json:"line" jsonschema:"of the key, or of the element of a list, counted from 1; 0: not in a file"`
	Column    int    `json:"column" jsonschema:"the same in the line, counted from 1 in characters"`
	EndLine   int    `json:"end_line" jsonschema:"line just after the key, or after its value if that is on the same line; 0: unknown"`
	EndColumn int    `json:"end_column" jsonschema:"column just after it; 0: unknown"`
	Table     string `json:"table" jsonschema:"table of a database, or address of a list in the Admin API"`
	Key       string `json:"key" jsonschema:"of the row"`
	Pointer   string `json:"pointer" jsonschema:"JSON pointer to the place inside the object"`
}

// Evidence is one fact behind a finding.
type Evidence struct {
	Name     string    `json:"name"`
	Value    string    `json:"value"`
	Kind     string    `json:"kind" jsonschema:"what the value is: json; place, a place that is part of the problem; elsewhere, another place with the same problem; empty: words"`
	Location *Location `json:"location,omitempty" jsonschema:"the place that the value names, if any"`
}

// The kinds of evidence besides text.
const (
	EvidenceJSON      = "json"
	EvidencePlace     = "place"
	EvidenceElsewhere = "elsewhere"
)

// Remediation is one thing to do.
type Remediation struct {
	When    string `json:"when" jsonschema:"before, during or after"`
	Text    string `json:"text"`
	Command string `json:"command" jsonschema:"ready to run for this object, or empty"`
	// Variables are the environment variables that Command reads: [MeaningOf] tells what they hold.
	Variables []string `json:"variables" jsonschema:"environment variables that the command reads"`
}

// MeaningOf returns what to set a variable of commands to; empty for one that no command reads.
func MeaningOf(variable string) string {
	switch variable {
	case "API7_ADMIN":
		return "the address of the Dashboard, such as https://control-plane:7443"
	case "API7_TOKEN":
		return "a token of a user who may do this, made in the Dashboard"
	case "DSN":
		return "the connection string of the control plane's database"
	}
	return ""
}

// Status is the result of a rule.
type Status string

// The statuses.
const (
	Passed        Status = "passed"
	Failed        Status = "failed"
	Unknown       Status = "unknown"
	NotApplicable Status = "not_applicable"
	NotAssessed   Status = "not_assessed"
	Manual        Status = "manual"
	Disabled      Status = "disabled"
)

// Rule is one rule with its result.
type Rule struct {
	Rule      string   `json:"rule"`
	Title     string   `json:"title"`
	Catalogue []string `json:"catalogue"`
	Status    Status   `json:"status"`
	Severity  string   `json:"severity"`
	Change    string   `json:"change"`
	Reasons   []string `json:"reasons" jsonschema:"why it is unknown, disabled, accepted or does not apply"`
	Accepted  bool     `json:"accepted" jsonschema:"whether its doubt was accepted with --accept-unknown"`
	Beyond    []string `json:"beyond" jsonschema:"kinds it reads or needs that no given source can hold, with scope given"`
	Examined  int64    `json:"examined" jsonschema:"resources of the kinds it reads or needs"`
	Findings  int      `json:"findings"`
	// Groups and Labels count the findings by where they are.
	Groups []Tally `json:"groups" jsonschema:"findings in each gateway group; those of no group under an empty name"`
	Labels []Tally `json:"labels" jsonschema:"findings on objects with each label in owner, as key=value"`
}

// Tally is the number of findings that share something.
type Tally struct {
	Name     string `json:"name"`
	Findings int    `json:"findings"`
}

// ManualCheck is something that only a person can check.
type ManualCheck struct {
	Fingerprint string        `json:"fingerprint" jsonschema:"stable across runs and wording"`
	Rule        string        `json:"rule"`
	Topic       string        `json:"topic" jsonschema:"what the checks of this rule are about, in one line: its title"`
	Catalogue   []string      `json:"catalogue"`
	Change      string        `json:"change" jsonschema:"first release with the change; of several that of the first fact"`
	About       About         `json:"about" jsonschema:"what brings it: upgrade, every upgrade; path, a change of a release on it, or what was not read; installation, something that was seen in it"`
	Title       string        `json:"title"`
	Why         string        `json:"why" jsonschema:"why, and who is affected; may be empty"`
	Evidence    []Evidence    `json:"evidence" jsonschema:"what in the installation is affected"`
	Remediation []Remediation `json:"remediation"`
	Done        *Done         `json:"done" jsonschema:"who did it and when; null: nobody is said to have"`
	// Facts are several if the same is done once for several changes.
	Facts []ManualFact `json:"facts" jsonschema:"the changes for which it is done, each with its catalogue entries and release; at least one"`
}

// ManualFact is one change that a manual check is about.
type ManualFact struct {
	Catalogue []string `json:"catalogue"`
	Change    string   `json:"change" jsonschema:"first release with the change"`
	Title     string   `json:"title"`
	Why       string   `json:"why" jsonschema:"may be empty"`
}

// About says what brings a manual check.
type About string

// What brings manual checks.
const (
	AboutUpgrade      About = "upgrade"
	AboutPath         About = "path"
	AboutInstallation About = "installation"
)

// Unexamined is something that was not examined.
type Unexamined struct {
	ID          string   `json:"id" jsonschema:"names the cause: configuration-files, row-security, …, or the affected kind"`
	Fingerprint string   `json:"fingerprint" jsonschema:"stable across runs and wording"`
	What        string   `json:"what"`
	Why         string   `json:"why"`
	Next        string   `json:"next" jsonschema:"what closes the gap"`
	Rules       []string `json:"rules" jsonschema:"rules that need it"`
	Location    Location `json:"location" jsonschema:"the place, if it is one"`
	// Accepted is true if its cause is accepted, or the doubt of every rule that needs it.
	Accepted bool `json:"accepted" jsonschema:"whether it, or the doubt of every rule that needs it, was accepted with --accept-unknown"`
	// AcceptedWhy is the reason if its cause is accepted; else empty.
	AcceptedWhy string `json:"accepted_why" jsonschema:"reason where it was accepted by its id, else empty"`
}

// Note is something worth knowing that hides nothing.
type Note struct {
	What string `json:"what"`
	Why  string `json:"why"`
}
