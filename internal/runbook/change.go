package runbook

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/api7-preflight/api7-preflight/internal/plural"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// ChangeRequest has the texts of a change request, as ServiceNow and tools like it name them.
type ChangeRequest struct {
	SchemaVersion      string      `json:"schema_version"`
	Tool               report.Tool `json:"tool"`
	Run                report.Run  `json:"run"`
	ShortDescription   string      `json:"short_description" jsonschema:"at most 160 characters"`
	Justification      string      `json:"justification" jsonschema:"this and the other texts: at most 4000 characters"`
	ImplementationPlan string      `json:"implementation_plan"`
	RiskImpactAnalysis string      `json:"risk_impact_analysis"`
	BackoutPlan        string      `json:"backout_plan"`
	TestPlan           string      `json:"test_plan"`
}

// What the fields hold: of a short description as ServiceNow has it, and of the others in an installation of it as it comes.
const (
	longestDescription = 160
	longestText        = 4000
)

// ChangeRequestOf returns the change request for a runbook. Commands are in the runbook, which belongs to it as an
// attachment.
func ChangeRequestOf(b *Runbook) *ChangeRequest {
	return &ChangeRequest{
		SchemaVersion: b.SchemaVersion, Tool: b.Tool, Run: b.Run,
		ShortDescription:   short(fmt.Sprintf("Upgrade API7 Enterprise from %s to %s: control plane and %s", b.Path.From, b.Path.To, plural.Of(groupCount(b), "gateway group", "gateway groups"))),
		Justification:      fit(justification(b)),
		ImplementationPlan: fit(implementation(b)),
		RiskImpactAnalysis: fit(risks(b)),
		BackoutPlan:        fit(backout(b)),
		TestPlan:           fit(tests(b)),
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

// fit leaves out the last lines of a text that is too long for a field.
func fit(text string) string {
	const rest = "… what is missing here is in the attached runbook"
	if utf8.RuneCountInString(text) <= longestText {
		return text
	}
	runes := []rune(text)[:longestText-utf8.RuneCountInString(rest)-1]
	text = string(runes)
	if at := strings.LastIndexByte(text, '\n'); at > 0 {
		text = text[:at]
	}
	return text + "\n" + rest
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
	if n := len(b.Path.Lines); n > 0 {
		text += fmt.Sprintf(" It is %s behind.", plural.Of(n, "release line", "release lines"))
	}
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

// implementation says what is done. The steps of the days before and after are counted: they are in the runbook.
func implementation(b *Runbook) string {
	var out strings.Builder
	for i := range b.Windows {
		w := &b.Windows[i]
		fmt.Fprintf(&out, "%s to %s: from %s to %s, %d minutes of work. The attached runbook has every command.\n", w.From, w.To, w.Start, w.End, w.Minutes)
		b.counted(&out, w.Number, Preparation, Validation)
		for _, phase := range []Phase{Freeze, Backup, ControlPlane, DataPlane, Acceptance} {
			b.phase(&out, w.Number, phase)
		}
		b.counted(&out, w.Number, Aftercare)
	}
	return out.String()
}

// counted writes how many steps phases of a window have, and for which findings.
func (r *Runbook) counted(out *strings.Builder, window int, phases ...Phase) {
	for _, phase := range phases {
		var numbers []int
		var rules []string
		for i := range r.Steps {
			s := &r.Steps[i]
			if s.Window != window || s.Phase != phase {
				continue
			}
			numbers = append(numbers, i+1)
			if s.Severity == report.SeverityBreaking && s.Rule != "" {
				rules = append(rules, s.Rule)
			}
		}
		if len(numbers) == 0 {
			continue
		}
		fmt.Fprintf(out, "%s: %s, %d to %d", phase.Title(), plural.Of(len(numbers), "step", "steps"), numbers[0], numbers[len(numbers)-1])
		if len(rules) > 0 {
			fmt.Fprintf(out, ", among them what must be done for %s", strings.Join(sorted(rules), ", "))
		}
		out.WriteString("\n")
	}
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
		about := s.Owner
		if s.Rule != "" {
			about += ", for " + s.Rule
		}
		fmt.Fprintf(out, "%d. %s (%s)%s\n", i+1, s.Title, about, s.span())
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
	for _, t := range b.Terms {
		fmt.Fprintf(&out, "Judged under this term: %s.\n", t.Words())
	}
	for _, note := range b.Notes {
		out.WriteString(note + "\n")
	}
	if b.Doubt != "" {
		fmt.Fprintf(&out, "In doubt: %s\n", b.Doubt)
	}
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

// backout says when to go back, and how.
func backout(b *Runbook) string {
	var out strings.Builder
	for i := range b.Windows {
		w := &b.Windows[i]
		if len(b.Windows) > 1 {
			fmt.Fprintf(&out, "Window %d, %s to %s\n", w.Number, w.From, w.To)
		}
		for k := range b.Steps {
			if s := &b.Steps[k]; s.Window == w.Number && s.TurnBackBy != "" && s.Phase != Rollback && s.GoTo != "" {
				fmt.Fprintf(&out, "Step %d (%s) not done by %s: step %d\n", k+1, s.Title, s.TurnBackBy, b.Number(s.GoTo))
			}
		}
		out.WriteString("The way back, gateways before the control plane:\n" + strings.Join(b.wayBack(w.Number), ""))
		fmt.Fprintf(&out, "The window ends at %s; %d of its %d minutes are for the way back. Nothing else may change the configuration meanwhile.\n", w.End, max(0, w.Length-w.Minutes), w.Length)
	}
	return out.String()
}

// wayBack lists the steps of the way back in the order of doing them, which is not that of the runbook: there the way back of
// what is upgraded first stands first.
func (r *Runbook) wayBack(window int) []string {
	var all []string
	for i := range r.Steps {
		s := &r.Steps[i]
		if s.Window != window || s.Phase != Rollback || s.Owner == manager {
			continue
		}
		line := fmt.Sprintf("%d. %s (%s)\n", i+1, s.Title, s.Owner)
		if s.GatewayGroup != "" {
			all = slices.Insert(all, 0, line)
			continue
		}
		all = append(all, line)
	}
	return all
}

// tests says how it is known that the upgrade went well.
func tests(b *Runbook) string {
	sent, byHand := 0, 0
	for _, q := range b.Requests {
		if q.Method != "" {
			sent++
		} else {
			byHand++
		}
	}
	var out strings.Builder
	fmt.Fprintf(&out, "%s that change nothing, before and after the upgrade, with the same answers; %s tested by hand.\n", plural.Of(sent, "request", "requests"), plural.Of(byHand, "service is", "services are"))
	for i := range b.Windows {
		for _, phase := range []Phase{Validation, Acceptance} {
			b.phase(&out, b.Windows[i].Number, phase)
		}
	}
	return out.String()
}
