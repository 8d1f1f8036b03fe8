package runbook

import (
	"fmt"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// ChangeRequest has the texts of a change request, as ServiceNow and tools like it name them.
type ChangeRequest struct {
	SchemaVersion      string      `json:"schema_version"`
	Tool               report.Tool `json:"tool"`
	Run                report.Run  `json:"run"`
	ShortDescription   string      `json:"short_description" jsonschema:"at most 160 characters"`
	Justification      string      `json:"justification"`
	ImplementationPlan string      `json:"implementation_plan"`
	RiskImpactAnalysis string      `json:"risk_impact_analysis"`
	BackoutPlan        string      `json:"backout_plan"`
	TestPlan           string      `json:"test_plan"`
}

// longestDescription is what a short description may have in ServiceNow.
const longestDescription = 160

// ChangeRequestOf returns the change request for a runbook. Commands are in the runbook, which belongs to it as an
// attachment.
func ChangeRequestOf(b *Runbook) *ChangeRequest {
	return &ChangeRequest{
		SchemaVersion: b.SchemaVersion, Tool: b.Tool, Run: b.Run,
		ShortDescription:   short(fmt.Sprintf("Upgrade API7 Enterprise from %s to %s: control plane and %s", b.Path.From, b.Path.To, many(groupCount(b), "gateway group", "gateway groups"))),
		Justification:      justification(b),
		ImplementationPlan: b.listed(Preparation, Validation, Freeze, Backup, ControlPlane, DataPlane, Acceptance, Aftercare),
		RiskImpactAnalysis: risks(b),
		BackoutPlan:        backout(b),
		TestPlan:           b.listed(Validation, Acceptance) + tests(b),
	}
}

// short cuts a text to what a short description may have.
func short(text string) string {
	runes := []rune(text)
	if len(runes) > longestDescription {
		return string(runes[:longestDescription-1]) + "…"
	}
	return text
}

func groupCount(b *Runbook) int {
	n := 0
	for i := range b.Steps {
		if b.Steps[i].Phase == DataPlane && b.Steps[i].Window == 1 {
			n++
		}
	}
	return n
}

func justification(b *Runbook) string {
	text := fmt.Sprintf("API7 Enterprise %s is to become %s.", b.Path.From, b.Path.To)
	to, err := version.Parse(b.Path.To)
	if err != nil || !to.Line().LTS() {
		return text
	}
	text += fmt.Sprintf(" Line %s has long-term support", to.Line())
	if until := to.Line().SupportedUntil(); until != "" {
		text += " until " + until
	}
	return text + "."
}

// listed lists the steps of some phases, a line each.
func (r *Runbook) listed(phases ...Phase) string {
	var out strings.Builder
	for _, w := range r.Windows {
		if len(r.Windows) > 1 {
			fmt.Fprintf(&out, "Window %d: %s to %s\n", w.Number, w.From, w.To)
		}
		for _, phase := range phases {
			r.phase(&out, w.Number, phase)
		}
	}
	return out.String()
}

// phase lists the steps of a phase of a window, by the numbers that they have in the runbook.
func (r *Runbook) phase(out *strings.Builder, window int, phase Phase) {
	first := true
	for i := range r.Steps {
		s := &r.Steps[i]
		if s.Window != window || s.Phase != phase {
			continue
		}
		if first {
			fmt.Fprintf(out, "%s\n", phase.Title())
			first = false
		}
		fmt.Fprintf(out, "%d. %s (%s)%s\n", i+1, s.Title, s.Owner, s.span())
	}
}

// span writes the times of a step.
func (s *Step) span() string {
	if s.Minutes == 0 {
		return ""
	}
	text := fmt.Sprintf(", %s to %s", s.Start, s.End)
	if s.TurnBackBy != "" {
		text += ", turn back by " + s.TurnBackBy
	}
	return text
}

func risks(b *Runbook) string {
	var out strings.Builder
	fmt.Fprintf(&out, "Assessment: %s; %d breaking, %d warnings, %d notices, %d checks by hand. %s\n", b.Verdict, b.Summary.Breaking, b.Summary.Warning, b.Summary.Notice, b.Summary.Manual, b.Advice)
	out.WriteString("Requests are served all the time: gateways keep their configuration while the control plane is upgraded, and are replaced one after the other. The configuration cannot be changed during the window.\n")
	for i := range b.Steps {
		if s := &b.Steps[i]; s.Phase == DataPlane && strings.HasPrefix(s.Text, "One instance") {
			fmt.Fprintf(&out, "%s: a single instance, so that its traffic can be interrupted.\n", s.Title)
		}
	}
	for _, n := range b.PointsOfNoReturn {
		fmt.Fprintf(&out, "Point of no return at %s: %s.\n", n.Step, n.Says)
	}
	for _, u := range b.Unexamined {
		fmt.Fprintf(&out, "Not looked at: %s (%s).\n", u.What, u.Why)
	}
	return out.String()
}

func backout(b *Runbook) string {
	var out strings.Builder
	out.WriteString(b.listed(Rollback))
	for _, w := range b.Windows {
		fmt.Fprintf(&out, "The window ends at %s; %d of its %d minutes are for the way back.\n", w.End, w.Length-w.Minutes, w.Length)
	}
	return out.String()
}

func tests(b *Runbook) string {
	sent, byHand := 0, 0
	for _, q := range b.Requests {
		if q.Method != "" {
			sent++
		} else {
			byHand++
		}
	}
	return fmt.Sprintf("%s that change nothing, before and after the upgrade, with the same answers; %s tested by hand.\n", many(sent, "request", "requests"), many(byHand, "service is", "services are"))
}
