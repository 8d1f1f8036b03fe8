package render

import (
	"bufio"
	"fmt"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/plural"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/runbook"
)

// runbookPage is a runbook while it is written as Markdown.
type runbookPage struct {
	*markdown

	b *runbook.Runbook
}

// runbookAsMarkdown writes a runbook to be followed at night: the first page has what everybody must know, then every step
// has its command, what to see, and what to do if that is not seen.
func runbookAsMarkdown(out *bufio.Writer, b *runbook.Runbook) {
	p := &runbookPage{&markdown{w: out, tight: tightnesses[0]}, b}
	p.firstPage()
	for i := range b.Windows {
		p.window(&b.Windows[i])
	}
	p.script()
	p.support()
	p.open()
}

func (p *runbookPage) firstPage() {
	b := p.b
	p.line(runbookTitle, p.told(runbookName(b)))
	p.line()
	p.paragraph("**" + p.told(runbookLead(b)) + ".**")
	p.paragraph(p.told(termsLine(b)))
	for _, note := range b.Notes {
		p.paragraph("**" + p.told(note) + "**")
	}
	p.paragraph(p.told(doubtLine(b)))
	p.paragraph(p.told(progressLine(b)))
	p.paragraph(p.told(hopsLine(b)))
	short := inShort(b)
	p.list("", len(short), func(i int) { p.line("- ", p.told(short[i])) })
	p.line()
	p.line("Made by ", report.Program, " ", p.told(b.Tool.Version), " on ", b.Run.StartedAt.UTC().Format("2006-01-02 at 15:04 UTC"), ". Anything in angle brackets that begins with FILL IN is not known and must be filled in; the list is below.")
	p.line()
	p.stands()
	p.section("What is installed, and what it becomes")
	parts := componentRows(b)
	p.rows([]string{"component", "where", "now", "becomes", "chart to install", "known from"}, len(parts), func(i int) []string { return parts[i] })
	p.paragraph(p.told(b.Advice))
	p.section("Time plan")
	for i := range b.Windows {
		p.timePlan(&b.Windows[i])
	}
	p.paragraph(p.told(limitsSay))
	p.section("Points of no return")
	points, more := shortened(len(b.PointsOfNoReturn), mostRows, "more point of no return", "more points of no return")
	p.list("", points, func(i int) {
		n := &b.PointsOfNoReturn[i]
		p.line("- ", p.named(n.Step), ": ", p.told(n.Says), "; the way back is ", p.named(n.WayBack))
	})
	p.rest(more)
	p.section("Who must do what")
	owners, more := shortened(len(b.Duties), mostOwners, "more owner has something to do", "more owners have something to do")
	p.list("", owners, func(i int) {
		steps := b.Duties[i].Steps
		list := numbers(b, steps, func(_, number string) string { return number })
		p.line("- **", p.told(b.Duties[i].Owner), "**: ", plural.Of(int64(len(steps)), "step", "steps"), ": ", list)
	})
	p.rest(more)
	p.fillIn()
}

// rest ends a list with what is said of what it does not have, if there is any.
func (p *runbookPage) rest(text string) {
	if text != "" {
		p.line("- ", p.told(text))
	}
	p.line()
}

// stands lists the steps whose state was seen.
func (p *runbookPage) stands() {
	steps := seenSteps(p.b)
	if len(steps) == 0 {
		return
	}
	p.section("Where it stands")
	n, more := shortened(len(steps), mostRows, "more step was seen", "more steps were seen")
	p.list("", n, func(i int) {
		p.line("- ", p.told(string(steps[i].Status)), ": ", p.named(steps[i].ID), ": ", p.told(steps[i].Why))
	})
	p.rest(more)
}

// named names a step by its number and its id.
func (p *runbookPage) named(id string) string {
	if n := p.b.Number(id); n > 0 {
		return strconv.Itoa(n) + " " + coded(Brief(id))
	}
	return coded(Brief(id))
}

// rows writes a table; nothing without rows.
func (p *runbookPage) rows(header []string, n int, row func(i int) []string) {
	if n == 0 {
		return
	}
	p.line("| ", strings.Join(header, " | "), " |")
	p.line("|", strings.Repeat("---|", len(header)))
	for i := range n {
		cells := row(i)
		for k := range cells {
			cells[k] = celled(p.told(cells[k]))
		}
		p.line("| ", strings.Join(cells, " | "), " |")
	}
	p.line()
}

// timePlan writes the times of one window.
func (p *runbookPage) timePlan(w *runbook.Window) {
	if len(p.b.Windows) > 1 {
		p.line("### Window ", strconv.Itoa(w.Number), ": ", p.told(w.From), " → ", p.told(w.To))
		p.line()
	}
	p.paragraph(p.told(windowLine(w)) + ".")
	for _, text := range warnings(w) {
		p.paragraph("**" + p.told(text) + "**")
	}
	p.paragraph(p.told(begins(w)))
	first, left, last := folded(timed(p.b, w.Number))
	p.line("| step | minutes | start | end | begin by | turn back by | fits |")
	p.line("|---|---|---|---|---|---|---|")
	p.times(w, first)
	if left > 0 {
		p.line("| … ", strconv.Itoa(left), " more: the steps have their times | | | | | | |")
	}
	p.times(w, last)
	p.line()
}

// times writes the rows of steps in a time plan.
func (p *runbookPage) times(w *runbook.Window, steps []*runbook.Step) {
	for _, s := range steps {
		m := moments(w, s)
		fits := "**no**"
		if s.Fits {
			fits = "yes"
		}
		p.line("| ", celled(p.named(s.ID)), " | ", strconv.Itoa(s.Minutes), " | ", p.hour(m[0]), " | ", p.hour(m[1]), " | ", p.hour(m[2]), " | ", p.hour(m[3]), " | ", fits, " |")
	}
}

// hour returns a time; as code if it is anything else, as in a file that somebody wrote by hand.
func (p *runbookPage) hour(text string) string {
	if strings.Trim(text, "0123456789:T+-() dayUC") == "" {
		return text
	}
	return celled(p.told(text))
}

// fillIn lists what a person has to fill in and to set.
func (p *runbookPage) fillIn() {
	b := p.b
	if len(b.Blanks) > 0 {
		p.section("Fill in before you begin")
		rows := blankRows(b)
		p.list("", len(rows), func(i int) { p.line("- [ ] ", p.told(rows[i][0]), ": ", p.told(rows[i][1])) })
		p.line()
	}
	if len(b.Variables) > 0 {
		p.section("Set before you begin")
		n, more := shortened(len(b.Variables), mostRows, "more variable", "more variables")
		p.list("", n, func(i int) { p.line("- ", coded(Brief(b.Variables[i].Name)), ": ", p.told(b.Variables[i].Means)) })
		p.rest(more)
	}
}

// window writes the steps of one window, phase by phase.
func (p *runbookPage) window(w *runbook.Window) {
	if len(p.b.Windows) > 1 {
		p.line("# Window ", strconv.Itoa(w.Number), ": ", p.told(w.From), " → ", p.told(w.To))
		p.line()
		p.paragraph(p.told(stopLine(w)))
	}
	for _, phase := range runbook.Phases() {
		steps := inPhase(p.b, w.Number, phase)
		if len(steps) == 0 {
			continue
		}
		p.section(phase.Title())
		if phase == runbook.Rollback {
			p.paragraph("Only if the upgrade is given up. Keep the freeze until this is over.")
		}
		for _, s := range steps {
			p.step(s)
		}
	}
}

// step writes one step.
func (p *runbookPage) step(s *runbook.Step) {
	p.line("### ", strconv.Itoa(p.b.Number(s.ID)), ". ", p.told(s.Title))
	p.line()
	p.line(p.box(s), " ", coded(Brief(s.ID)), p.about(s))
	p.line()
	p.paragraph(p.told(s.Text))
	p.objects(s)
	p.code(s.Command)
	for _, said := range []struct{ what, text string }{{"Expect", s.Expect}, {"Check", s.Check}, {"If it fails", s.OnFailure}} {
		if said.text != "" {
			p.line("- ", said.what, ": ", p.told(asCommand(said.text)), p.goTo(s, said.what))
		}
	}
	if s.Undo != "" && s.Undo != unchanged {
		p.line("- Undo: ", p.told(s.Undo))
	}
	p.line()
}

// unchanged is how a step is undone that only looks. It is not worth a line for every such step.
const unchanged = "nothing is changed"

// asCommand returns a text that is a command as code.
func asCommand(text string) string {
	if strings.Contains(text, "`") {
		return text
	}
	for _, program := range []string{"api7-preflight ", "curl ", "tar ", "cat ", "sh ", "https://"} {
		if strings.HasPrefix(text, program) {
			return "`" + text + "`"
		}
	}
	return text
}

func (p *runbookPage) goTo(s *runbook.Step, what string) string {
	if what != "If it fails" || s.GoTo == "" {
		return ""
	}
	return ": step " + p.named(s.GoTo)
}

// box returns the box to tick.
func (*runbookPage) box(s *runbook.Step) string {
	if s.Phase == runbook.Rollback {
		return "-"
	}
	if s.Status == runbook.Done {
		return "- [x]"
	}
	return "- [ ]"
}

// about says who does a step, when, and what is known of its state.
func (p *runbookPage) about(s *runbook.Step) string {
	parts := []string{"**" + p.told(s.Owner) + "**"}
	if s.Rule != "" {
		parts = append(parts, strings.TrimSpace(p.told(s.Severity)+" "+coded(Brief(s.Rule))))
	}
	if s.Minutes > 0 {
		m := moments(windowOf(p.b, s), s)
		parts = append(parts, p.hour(m[0])+" to "+p.hour(m[1]))
		if m[2] != "" {
			parts = append(parts, "begin by "+p.hour(m[2]))
		}
		if m[3] != "" {
			parts = append(parts, "**turn back by "+p.hour(m[3])+"**")
		}
	} else if s.Start != "" {
		parts = append(parts, "at "+p.hour(moments(windowOf(p.b, s), s)[0]))
	}
	if p.b.Progress.Compared && s.Phase != runbook.Rollback {
		parts = append(parts, p.told(string(s.Status)+": "+s.Why))
	}
	return " · " + strings.Join(parts, " · ")
}

// mostObjects is the number of objects of a step that are listed.
const mostObjects = 50

// objects lists the objects of a step, and whose they are. Those of commands stand beside these.
func (p *runbookPage) objects(s *runbook.Step) {
	if len(s.Objects) == 0 || s.Objects[0].Name == "" {
		return
	}
	list := s.Objects[:min(len(s.Objects), mostObjects)]
	p.list("", len(list), func(i int) { p.line("- ", p.told(objectLine(p.b, s, &list[i]))) })
	if rest := s.Objects[len(list):]; len(rest) > 0 {
		p.line("- ", p.told(restOf(rest)))
	}
	p.line()
}

// code writes lines of a shell to be copied.
func (p *runbookPage) code(command string) {
	if command == "" {
		return
	}
	fence := strings.Repeat("`", max(3, 1+longestRun(command)))
	p.line(fence, "sh")
	for line := range strings.SplitSeq(command, "\n") {
		shown := Sanitize(strings.ReplaceAll(line, "\t", "  "))
		if strings.ReplaceAll(line, "\t", "  ") != shown {
			p.line("# Do not run it as it stands: it contains control characters and is quoted here.")
			shown = "# " + shown
		}
		p.line(shown)
	}
	p.line(fence)
	p.line()
}

// script writes the acceptance test, and what has to be tested by hand.
func (p *runbookPage) script() {
	if len(p.b.Requests) == 0 {
		return
	}
	p.section("Acceptance requests")
	p.paragraph(p.told(requestsSay(p.b)))
	if p.b.Folder == "" {
		p.code(strings.TrimSuffix(p.b.Script(), "\n"))
	}
	var byHand []runbook.Request
	for _, q := range p.b.Requests {
		if q.Method == "" {
			byHand = append(byHand, q)
		}
	}
	if len(byHand) > 0 {
		p.paragraph("To be tested by hand:")
		p.list("", len(byHand), func(i int) {
			q := &byHand[i]
			p.line("- [ ] ", p.told(fmt.Sprintf("service %s in %s: %s", q.Service, q.GatewayGroup, strings.Join(q.Notes, "; "))))
		})
		p.line()
	}
}

func (p *runbookPage) support() {
	p.section("What support will ask for")
	p.list("", len(p.b.Support), func(i int) {
		p.line("- **", p.told(p.b.Support[i].Question), "** ", p.told(p.b.Support[i].Answer))
	})
	p.line()
}

// open lists what the sources leave open.
func (p *runbookPage) open() {
	if len(p.b.Unexamined) == 0 {
		return
	}
	p.section("What was not looked at")
	p.paragraph("The runbook may lack steps because of it. Exit code 4.")
	p.list("", len(p.b.Unexamined), func(i int) {
		u := &p.b.Unexamined[i]
		next := ""
		if u.Next != "" {
			next = ". What closes it: " + u.Next
		}
		p.line("- ", p.told(u.What+": "+u.Why+next))
	})
}
