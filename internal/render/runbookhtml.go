package render

import (
	"bufio"
	_ "embed" // for the style of the page
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/runbook"
)

// runbookStyle comes after the style of a page.
//
//go:embed html/runbook.css
var runbookStyle string

// runbookHypertext is a runbook while it is written as a page. It loads nothing and has no script.
type runbookHypertext struct {
	*hypertext

	b *runbook.Runbook
}

// runbookAsHTML writes a runbook as one page, to be read on a screen or printed.
func runbookAsHTML(out *bufio.Writer, b *runbook.Runbook) error {
	h := &runbookHypertext{&hypertext{out: out}, b}
	h.begin()
	h.summary()
	for i := range b.Windows {
		h.windowPlan(&b.Windows[i])
	}
	h.duties()
	for i := range b.Windows {
		h.steps(&b.Windows[i])
	}
	h.rest()
	h.raw("</main>\n</body>\n</html>\n")
	return h.err
}

func (h *runbookHypertext) begin() {
	style := pageStyle + runbookStyle
	h.raw(doctype, "<head>\n<meta charset=\"utf-8\">\n")
	h.raw(`<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src `, digest(style), `; base-uri 'none'; form-action 'none'">`, "\n")
	h.raw(generator, markup(h.b.Tool.Version), "\">\n")
	h.raw(`<meta name="viewport" content="width=device-width, initial-scale=1">`, "\n", `<meta name="color-scheme" content="light dark">`, "\n", `<meta name="referrer" content="no-referrer">`, "\n")
	h.el("title", "Runbook: "+runbookName(h.b)+" – "+report.Program)
	h.raw("<style>", style, "</style>\n</head>\n<body>\n<header>\n")
	h.el("h1", "Runbook: "+runbookName(h.b))
	h.raw(`<div class="verdict `, markup(string(h.b.Verdict)), "\">\n")
	word, rest, _ := strings.Cut(runbookLead(h.b), " ")
	word, rest = strings.TrimRight(word, ":,"), strings.TrimSpace(rest)
	h.raw("<p><strong>", markup(word), "</strong></p>\n")
	h.el("p", capital(rest)+".")
	h.raw("</div>\n")
	h.unless("p", termsLine(h.b))
	for _, note := range h.b.Notes {
		h.el("p", note)
	}
	h.unless("p", doubtLine(h.b))
	h.unless("p", progressLine(h.b))
	h.unless("p", hopsLine(h.b))
	h.raw("<ul class=\"short\">\n")
	for _, text := range inShort(h.b) {
		h.raw("<li>", quoted(text), "</li>\n")
	}
	h.raw("</ul>\n")
	h.el(`p class="small"`, "Made by "+report.Program+" "+h.b.Tool.Version+" on "+h.b.Run.StartedAt.UTC().Format("2006-01-02 at 15:04 UTC")+". Anything in angle brackets that begins with FILL IN is not known and must be filled in.")
	h.raw("</header>\n<main>\n")
}

// grid writes a table of texts.
func (h *runbookHypertext) grid(header []string, n int, row func(i int) []string) {
	if n == 0 {
		return
	}
	h.raw("<div class=\"wide\"><table class=\"left\">\n<thead><tr>")
	for _, name := range header {
		h.raw(`<th scope="col">`, markup(name), "</th>")
	}
	h.raw("</tr></thead>\n<tbody>\n")
	for i := range n {
		h.raw("<tr>")
		for _, cell := range row(i) {
			h.raw("<td>", quoted(cell), "</td>")
		}
		h.raw("</tr>\n")
	}
	h.raw("</tbody></table></div>\n")
}

// told writes a paragraph with commands in backquotes.
func (h *runbookHypertext) told(class, text string) {
	if text != "" {
		h.raw("<p"+class+">", quoted(text), "</p>\n")
	}
}

func (h *runbookHypertext) summary() {
	if steps := seenSteps(h.b); len(steps) > 0 {
		h.raw("<section>\n")
		h.el("h2", "Where it stands")
		h.raw("<ul>\n")
		n, more := shortened(len(steps), mostRows, "more step was seen", "more steps were seen")
		for _, s := range steps[:n] {
			h.raw("<li>", markup(string(s.Status)), ": ", h.link(s.ID), ": ", quoted(s.Why), "</li>\n")
		}
		h.unless("li", more)
		h.raw("</ul>\n</section>\n")
	}
	h.raw("<section>\n")
	h.el("h2", "What is installed, and what it becomes")
	parts := componentRows(h.b)
	h.grid([]string{"component", "where", "now", "becomes", "chart to install", "known from"}, len(parts), func(i int) []string { return parts[i] })
	h.told("", h.b.Advice)
	h.raw("</section>\n")
}

// windowPlan writes the times of a window as a table, and as a picture.
func (h *runbookHypertext) windowPlan(w *runbook.Window) {
	h.raw("<section>\n")
	heading := "Time plan"
	if len(h.b.Windows) > 1 {
		heading += fmt.Sprintf(" of window %d: %s → %s", w.Number, w.From, w.To)
	}
	h.el("h2", heading)
	if len(h.b.Windows) > 1 {
		h.told("", stopLine(w))
	}
	h.told("", windowLine(w)+".")
	for _, text := range warnings(w) {
		h.raw("<p><strong>", quoted(text), "</strong></p>\n")
	}
	first, left, last := folded(timed(h.b, w.Number))
	steps := append(slices.Clone(first), last...)
	h.picture(w, steps)
	h.grid([]string{"step", "minutes", "start", "end", "begin by", "turn back by", "fits"}, len(steps), func(i int) []string {
		m := moments(w, steps[i])
		fits := "no"
		if steps[i].Fits {
			fits = "yes"
		}
		return []string{strconv.Itoa(h.b.Number(steps[i].ID)) + " " + steps[i].Title, strconv.Itoa(steps[i].Minutes), m[0], m[1], m[2], m[3], fits}
	})
	if left > 0 {
		h.told("", "Between them are "+count(left, "more step", "more steps")+", which have their times below.")
	}
	h.told("", begins(w))
	h.told(` class="small"`, limitsSay)
	h.raw("</section>\n")
}

// The measures of the picture, in its own units: width of the whole, height of a bar with its gap, and of the bar.
const (
	pictureWidth = 1000
	barPitch     = 30
	barHeight    = 20
)

// picture draws a bar for each step that takes time, and a line where the window ends.
func (h *runbookHypertext) picture(w *runbook.Window, steps []*runbook.Step) {
	var bars []*runbook.Step
	for _, s := range steps {
		if s.Minutes > 0 {
			bars = append(bars, s)
		}
	}
	if len(bars) == 0 || w.Length <= 0 {
		return
	}
	x := func(minutes int) string {
		return strconv.Itoa(min(max(minutes, 0), w.Length) * pictureWidth / w.Length)
	}
	height := len(bars)*barPitch + barPitch
	h.raw(fmt.Sprintf(`<svg class="plan" viewBox="0 0 %d %d" role="img" aria-label="%s">`+"\n", pictureWidth, height, markup(windowLine(w))))
	h.raw(fmt.Sprintf(`<rect class="back" x="%s" y="0" width="%d" height="%d"/>`+"\n", x(w.Minutes), max(0, pictureWidth-w.Minutes*pictureWidth/w.Length), height))
	for i, s := range bars {
		y := i * barPitch
		h.raw(fmt.Sprintf(`<rect class="bar" x="%s" y="%d" width="%s" height="%d"/>`, x(s.StartMinute), y, x(s.Minutes), barHeight))
		h.raw(fmt.Sprintf(`<text x="%s" y="%d">%s</text>`+"\n", x(s.StartMinute+s.Minutes+1), y+barHeight-barHeight/4, markup(s.Title)))
	}
	h.raw(fmt.Sprintf(`<text x="%d" y="%d" class="end">%s</text>`+"\n</svg>\n", pictureWidth, height-barHeight/4, markup("grey: time for the way back")))
}

func (h *runbookHypertext) duties() {
	h.raw("<section>\n")
	h.el("h2", "Points of no return")
	h.raw("<ul>\n")
	points, more := shortened(len(h.b.PointsOfNoReturn), mostRows, "more point of no return", "more points of no return")
	for i := range points {
		n := &h.b.PointsOfNoReturn[i]
		h.raw("<li>", h.link(n.Step), ": ", quoted(n.Says), "; the way back is ", h.link(n.WayBack), "</li>\n")
	}
	h.unless("li", more)
	h.raw("</ul>\n")
	h.el("h2", "Who must do what")
	h.raw("<dl class=\"facts who\">\n")
	owners, more := shortened(len(h.b.Duties), mostOwners, "more owner has something to do", "more owners have something to do")
	for i := range owners {
		links := numbers(h.b, h.b.Duties[i].Steps, func(id, number string) string { return `<a href="#` + markup(id) + `">` + number + "</a>" })
		h.raw("<div><dt>", markup(h.b.Duties[i].Owner), "</dt><dd>", links, "</dd></div>\n")
	}
	h.raw("</dl>\n")
	h.unless("p", more)
	h.raw("</section>\n")
	if len(h.b.Blanks)+len(h.b.Variables) == 0 {
		return
	}
	h.raw("<section>\n")
	h.el("h2", "Fill in and set before you begin")
	rows := blankRows(h.b)
	h.grid([]string{"to fill in", "how to find it"}, len(rows), func(i int) []string { return rows[i][:] })
	h.grid([]string{"variable", "what it holds"}, len(h.b.Variables), func(i int) []string { return []string{"`" + h.b.Variables[i].Name + "`", h.b.Variables[i].Means} })
	h.raw("</section>\n")
}

// link returns a link to a step, as markup.
func (h *runbookHypertext) link(id string) string {
	text := id
	if s := h.b.Step(id); s != nil {
		text = strconv.Itoa(h.b.Number(id)) + " " + s.Title
	}
	return `<a href="#` + markup(id) + `">` + quoted(text) + "</a>"
}

func (h *runbookHypertext) steps(w *runbook.Window) {
	for _, phase := range runbook.Phases() {
		steps := inPhase(h.b, w.Number, phase)
		if len(steps) == 0 {
			continue
		}
		h.raw("<section>\n")
		heading := phase.Title()
		if len(h.b.Windows) > 1 {
			heading = fmt.Sprintf("Window %d, %s → %s: %s", w.Number, w.From, w.To, heading)
		}
		h.el("h2", heading)
		for _, s := range steps {
			h.step(s)
		}
		h.raw("</section>\n")
	}
}

func (h *runbookHypertext) step(s *runbook.Step) {
	h.raw(`<article id="`, markup(s.ID), "\">\n")
	h.raw("<h3>", strconv.Itoa(h.b.Number(s.ID)), ". ", quoted(s.Title), "</h3>\n")
	h.told(` class="small"`, h.about(s))
	h.told("", s.Text)
	h.objects(s)
	h.code(s.Command)
	h.raw("<dl class=\"facts\">\n")
	for _, said := range []struct{ what, text string }{{"Expect", s.Expect}, {"Check", asCommand(s.Check)}, {"If it fails", s.OnFailure}, {"Undo", s.Undo}} {
		if said.text == "" || said.text == unchanged {
			continue
		}
		h.raw("<div><dt>", said.what, "</dt><dd>", quoted(said.text))
		if said.what == "If it fails" && s.GoTo != "" {
			h.raw(": ", h.link(s.GoTo))
		}
		h.raw("</dd></div>\n")
	}
	h.raw("</dl>\n</article>\n")
}

// objects lists the objects of a step.
func (h *runbookHypertext) objects(s *runbook.Step) {
	if len(s.Objects) == 0 || s.Objects[0].Name == "" {
		return
	}
	names := make([]string, min(len(s.Objects), mostObjects))
	for i := range names {
		names[i] = objectLine(h.b, s, &s.Objects[i])
	}
	if rest := s.Objects[len(names):]; len(rest) > 0 {
		names = append(names, restOf(rest))
	}
	h.items(names)
}

func (h *runbookHypertext) about(s *runbook.Step) string {
	parts := []string{s.Owner, "`" + s.ID + "`"}
	if s.Rule != "" {
		parts = append(parts, strings.TrimSpace(s.Severity+" "+s.Rule))
	}
	if s.Minutes > 0 {
		m := moments(windowOf(h.b, s), s)
		parts = append(parts, m[0]+" to "+m[1])
		if m[3] != "" {
			parts = append(parts, "turn back by "+m[3])
		}
	}
	if h.b.Progress.Compared && s.Phase != runbook.Rollback {
		parts = append(parts, string(s.Status)+": "+s.Why)
	}
	return strings.Join(parts, " · ")
}

// code writes lines of a shell.
func (h *runbookHypertext) code(command string) {
	if command == "" {
		return
	}
	h.raw("<pre>")
	for line := range strings.SplitSeq(command, "\n") {
		h.raw(markup(strings.ReplaceAll(line, "\t", "  ")), "\n")
	}
	h.raw("</pre>\n")
}

func (h *runbookHypertext) rest() {
	if len(h.b.Requests) > 0 {
		h.raw("<section>\n")
		h.el("h2", "Acceptance requests")
		h.told("", requestsSay(h.b))
		if h.b.Folder == "" {
			h.code(strings.TrimSuffix(h.b.Script(), "\n"))
		}
		var byHand []string
		for _, q := range h.b.Requests {
			if q.Method == "" {
				byHand = append(byHand, fmt.Sprintf("by hand: service %s in %s: %s", q.Service, q.GatewayGroup, strings.Join(q.Notes, "; ")))
			}
		}
		h.items(byHand)
		h.raw("</section>\n")
	}
	h.raw("<section>\n")
	h.el("h2", "What support will ask for")
	h.grid([]string{"question", "answer"}, len(h.b.Support), func(i int) []string { return []string{h.b.Support[i].Question, h.b.Support[i].Answer} })
	h.raw("</section>\n")
	if len(h.b.Unexamined) == 0 {
		return
	}
	h.raw("<section>\n")
	h.el("h2", "What was not looked at")
	h.grid([]string{"what", "why", "what closes it"}, len(h.b.Unexamined), func(i int) []string {
		u := &h.b.Unexamined[i]
		return []string{u.What, u.Why, u.Next}
	})
	h.raw("</section>\n")
}
