// Package runbook plans the change window of one upgrade: what is done, by whom, when, with which command, what to expect of
// it, and how to get back. A plan is plain data, made of a report and of facts about the installation; it opens nothing and
// changes nothing. What nobody knows is a [Blank], never a guess.
package runbook

import (
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// Runbook is the plan for one upgrade. Its lists have a fixed order.
type Runbook struct {
	SchemaVersion    string                `json:"schema_version" jsonschema:"version of this document's schema"`
	Tool             report.Tool           `json:"tool"`
	Run              report.Run            `json:"run" jsonschema:"the only part that differs between two runs over the same data"`
	Path             report.Path           `json:"path"`
	Verdict          report.Verdict        `json:"verdict" jsonschema:"of the assessment that the runbook is made of"`
	Summary          report.Summary        `json:"summary" jsonschema:"of the same assessment"`
	ExitCode         int                   `json:"exit_code" jsonschema:"0 everything was looked at, 4 gaps of the sources leave parts of the runbook open"`
	Terms            []report.Term         `json:"terms" jsonschema:"under which terms it was judged: what was left out, and who said so"`
	Sources          []report.Source       `json:"sources" jsonschema:"what was read for it"`
	GatewayGroups    []report.GatewayGroup `json:"gateway_groups" jsonschema:"those that were read; their ids tell installations apart"`
	Files            []string              `json:"files" jsonschema:"files that were read and start components of the installation"`
	Notes            []string              `json:"notes" jsonschema:"what everybody has to know before anything is done"`
	Doubt            string                `json:"doubt" jsonschema:"why an installation that was compared with it may be another one; empty: nothing speaks against it"`
	Advice           string                `json:"advice" jsonschema:"which release to choose, as the report says it"`
	Folder           string                `json:"folder" jsonschema:"where the scripts and acceptance.sh are, as it was named; empty: there are no files"`
	Components       []Component           `json:"components" jsonschema:"what is installed and what it becomes"`
	Windows          []Window              `json:"windows" jsonschema:"the change windows, one for each hop of the path"`
	Duties           []Duty                `json:"duties" jsonschema:"who must do what"`
	Steps            []Step                `json:"steps" jsonschema:"in the order of doing them; those of the phase rollback only if the upgrade is given up"`
	PointsOfNoReturn []PointOfNoReturn     `json:"points_of_no_return"`
	Requests         []Request             `json:"requests" jsonschema:"the acceptance test: a request for each published service"`
	Support          []Answer              `json:"support" jsonschema:"what the vendor's support will ask for"`
	Variables        []Variable            `json:"variables" jsonschema:"environment variables that commands read"`
	Blanks           []Blank               `json:"blanks" jsonschema:"what nobody knows and a person has to fill in: commands hold it as <FILL IN: …>"`
	Unexamined       []report.Unexamined   `json:"unexamined" jsonschema:"what the sources leave open"`
	Progress         Progress              `json:"progress" jsonschema:"of the steps whose state can be seen, and of the findings behind them"`
}

// Component is a part of the installation, and what the upgrade makes of it.
type Component struct {
	Window   int    `json:"window" jsonschema:"number of the change window that upgrades it"`
	Name     string `json:"name" jsonschema:"Dashboard, DP Manager, Developer Portal, file server, or gateway group NAME"`
	Where    string `json:"where" jsonschema:"Helm release, docker-compose service, workload, or instances"`
	Current  string `json:"current" jsonschema:"version or image; empty: not known"`
	Becomes  string `json:"becomes" jsonschema:"version or image"`
	Chart    string `json:"chart" jsonschema:"chart and version to install; empty where Helm does not install it"`
	Evidence string `json:"evidence" jsonschema:"how image and chart of the target are known"`
}

// GroupPrefix begins the names of components that are gateway groups.
const GroupPrefix = "Gateway group "

// Phase is a part of the plan.
type Phase string

// The phases, in order.
const (
	Preparation  Phase = "preparation"
	Validation   Phase = "validation"
	Freeze       Phase = "freeze"
	Backup       Phase = "backup"
	ControlPlane Phase = "control-plane"
	DataPlane    Phase = "data-plane"
	Acceptance   Phase = "acceptance"
	Aftercare    Phase = "after"
	Rollback     Phase = "rollback"
)

// Phases returns the phases in order.
func Phases() []Phase {
	return []Phase{Preparation, Validation, Freeze, Backup, ControlPlane, DataPlane, Acceptance, Aftercare, Rollback}
}

// Title returns the heading of the phase.
func (p Phase) Title() string {
	return map[Phase]string{
		Preparation: "Preparation", Validation: "Testing and validation", Freeze: "Freeze", Backup: "Backup",
		ControlPlane: "Control plane upgrade", DataPlane: "Data plane upgrade", Acceptance: "Acceptance", Aftercare: "After the upgrade",
		Rollback: "Rollback",
	}[p]
}

// Status is the state of a step, or of one object of it.
type Status string

// The states. A runbook that is made anew has only Open and Unseen.
const (
	Done   Status = "done"
	Open   Status = "open"
	Unseen Status = "cannot be seen"
)

// Step is one thing to do. Fields that do not apply are empty.
type Step struct {
	ID           string   `json:"id" jsonschema:"unique; stable across runs"`
	Window       int      `json:"window" jsonschema:"number of the change window that it belongs to, from 1"`
	Phase        Phase    `json:"phase"`
	Title        string   `json:"title"`
	Owner        string   `json:"owner" jsonschema:"who does it: a role, or the labels that tell whose the objects are"`
	When         string   `json:"when" jsonschema:"before, during or after the change window"`
	Text         string   `json:"text" jsonschema:"what to do and why"`
	Command      string   `json:"command" jsonschema:"lines of a shell; may hold <FILL IN: …>"`
	Variables    []string `json:"variables" jsonschema:"environment variables that the command reads"`
	Expect       string   `json:"expect" jsonschema:"what to see when it went well"`
	Check        string   `json:"check" jsonschema:"how to check it"`
	OnFailure    string   `json:"on_failure" jsonschema:"what to do if it went wrong"`
	GoTo         string   `json:"go_to" jsonschema:"step of the phase rollback that leads back from here; empty: none is needed"`
	Undo         string   `json:"undo" jsonschema:"how to undo it, or that it cannot be undone"`
	Minutes      int      `json:"minutes" jsonschema:"how long it takes in the change window; 0: no time of its own"`
	StartMinute  int      `json:"start_minute" jsonschema:"minutes after the window's start"`
	Start        string   `json:"start" jsonschema:"RFC 3339, or T+HH:MM after the window's start where that is not known"`
	End          string   `json:"end" jsonschema:"the same"`
	BeginBy      string   `json:"begin_by" jsonschema:"latest moment to begin: later, it does not fit into the window with an acceptance test and the way back"`
	TurnBackBy   string   `json:"turn_back_by" jsonschema:"latest moment at which the way back must begin to end within the window"`
	Fits         bool     `json:"fits" jsonschema:"whether its way back fits into the window if it takes as long as planned"`
	Clears       bool     `json:"clears_findings" jsonschema:"whether the assessment finds its objects no longer when it is done"`
	Makes        bool     `json:"makes_ready" jsonschema:"whether it writes the image tags of the target into files"`
	Rule         string   `json:"rule" jsonschema:"rule of the assessment that asks for it"`
	Severity     string   `json:"severity" jsonschema:"of the rule's gravest finding here"`
	Instances    int      `json:"instances" jsonschema:"live gateway instances when the runbook was made, for a step about a gateway group; 0: not known"`
	GatewayGroup string   `json:"gateway_group" jsonschema:"id in the keys of what gateways read, for a step about one"`
	Objects      []Object `json:"objects" jsonschema:"the findings that it deals with"`
	Status       Status   `json:"status"`
	Why          string   `json:"why" jsonschema:"how the status is known, or why it cannot be seen"`
}

// Object is a finding that a step deals with.
type Object struct {
	Fingerprint string `json:"fingerprint"`
	Name        string `json:"name" jsonschema:"kind, name and gateway group; empty: the finding is about the upgrade path"`
	Kind        string `json:"kind"`
	Group       string `json:"gateway_group" jsonschema:"its display name; empty for objects outside gateway groups"`
	GroupID     string `json:"gateway_group_id" jsonschema:"its id in the Admin API; empty where no source gives it"`
	File        string `json:"file" jsonschema:"the file that it was found in; empty: it was found in the control plane"`
	Owner       string `json:"owner" jsonschema:"label that tells whose it is, or a role"`
	Rule        string `json:"rule" jsonschema:"rule of the assessment that found it"`
	ByHand      bool   `json:"by_hand" jsonschema:"whether the step has no command for it"`
	Note        string `json:"note" jsonschema:"why no script does it; empty: one does, or there are none"`
	Status      Status `json:"status"`
	Why         string `json:"why" jsonschema:"why its status cannot be seen; else empty"`
}

// PointOfNoReturn is a moment after which going back costs more than before it.
type PointOfNoReturn struct {
	Step    string `json:"step" jsonschema:"id of the step with which it is passed"`
	Says    string `json:"says" jsonschema:"what cannot be undone from there on"`
	WayBack string `json:"way_back" jsonschema:"id of the step that still leads back"`
}

// Window is one change window.
type Window struct {
	Number   int            `json:"number"`
	From     string         `json:"from"`
	To       string         `json:"to"`
	Verdict  report.Verdict `json:"verdict" jsonschema:"of this hop alone, judged on what is installed today"`
	Advice   string         `json:"advice" jsonschema:"what is known of the defects of its release"`
	Start    string         `json:"start" jsonschema:"as in steps"`
	End      string         `json:"end" jsonschema:"end of the window, by which a way back must be over"`
	Minutes  int            `json:"minutes" jsonschema:"of the work as planned"`
	Length   int            `json:"length" jsonschema:"minutes of the window: the work, and the time for the way back"`
	Parallel bool           `json:"parallel" jsonschema:"whether gateway groups are upgraded at the same time"`
	Fits     bool           `json:"fits" jsonschema:"whether every way back fits"`
}

// Duty says what one owner has to do.
type Duty struct {
	Owner string   `json:"owner"`
	Steps []string `json:"steps" jsonschema:"ids"`
}

// Request is one request of the acceptance test.
type Request struct {
	Instances    int      `json:"instances" jsonschema:"live gateway instances when the runbook was made, for a step about a gateway group; 0: not known"`
	GatewayGroup string   `json:"gateway_group" jsonschema:"name"`
	Service      string   `json:"service"`
	Route        string   `json:"route"`
	Variable     string   `json:"variable" jsonschema:"environment variable with the address of a gateway of the group"`
	Method       string   `json:"method" jsonschema:"GET or HEAD; empty: nothing harmless can be sent, so that a person has to test it"`
	Host         string   `json:"host"`
	Path         string   `json:"path"`
	Expect       string   `json:"expect" jsonschema:"expected status; empty: that of before the upgrade"`
	Notes        []string `json:"notes"`
}

// Answer is something that support will ask for.
type Answer struct {
	Question string `json:"question"`
	Answer   string `json:"answer"`
}

// Variable is an environment variable of commands.
type Variable struct {
	Name  string `json:"name"`
	Means string `json:"means"`
}

// Blank is something that nobody knows.
type Blank struct {
	What  string   `json:"what" jsonschema:"as it stands in commands, without the brackets"`
	Find  string   `json:"find" jsonschema:"how to find it out"`
	Steps []string `json:"steps" jsonschema:"ids of the steps that hold it"`
}

// Progress counts what is done.
type Progress struct {
	Compared bool  `json:"compared" jsonschema:"whether the installation was compared with an earlier runbook"`
	Steps    Tally `json:"steps"`
	Findings Tally `json:"findings" jsonschema:"findings of the runbook that have to be dealt with before the upgrade"`
}

// Tally counts by state.
type Tally struct {
	Done   int `json:"done"`
	Open   int `json:"open"`
	Unseen int `json:"cannot_be_seen"`
}

func (t *Tally) add(s Status) {
	switch s {
	case Done:
		t.Done++
	case Open:
		t.Open++
	case Unseen:
		t.Unseen++
	}
}

// Number returns the number of a step, from 1 in the order of doing them; 0: there is none with that id.
func (r *Runbook) Number(id string) int {
	return 1 + slices.IndexFunc(r.Steps, func(s Step) bool { return s.ID == id })
}

// Step returns the step with that id; nil if there is none.
func (r *Runbook) Step(id string) *Step {
	for i := range r.Steps {
		if r.Steps[i].ID == id {
			return &r.Steps[i]
		}
	}
	return nil
}
