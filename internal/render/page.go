package render

import (
	"bufio"
	"bytes"
	"cmp"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// The indents of the page.
const (
	atLabel = 2 // severity, status, source
	atBody  = 4 // text about it
	// atCommand is where commands begin, atBelow where text under a table row begins.
	atCommand = 8
	atBelow   = 6
	atAbout   = atLabel + 10 // beside a label: the subject of the entry
)

// minWidth and maxWidth are the narrowest and the widest page that are still readable.
const (
	minWidth     = 60
	maxWidth     = 120
	defaultWidth = 80
)

// style is an SGR parameter of a terminal. It only repeats what the words say.
type style string

const (
	plain  style = ""
	bold   style = "1"
	dim    style = "2"
	red    style = "1;31"
	green  style = "1;32"
	yellow style = "1;33"
	cyan   style = "36"
)

// span is a piece of a line.
type span struct {
	style style
	text  string
}

// page is the text written so far, less what was passed on. Its methods sanitise every text that they are given, so no caller can forget to.
type page struct {
	out   *bytes.Buffer
	to    *bufio.Writer // where a long page is passed on, which keeps its first error; nil: nowhere
	width int
	color bool
	all   bool // no list is cut

	called string // how the program was called
	show   Show
	filter Filter
}

// checked is the command that writes reports of installations.
const checked = report.Program + " check …"

func newPage(buf *bytes.Buffer, o Options) *page {
	columns := o.Width
	if columns == 0 {
		columns = defaultWidth
	}
	return &page{
		out: buf, width: min(max(columns, minWidth), maxWidth), color: o.Color, all: o.Show.All,
		called: cmp.Or(o.Command, checked), show: o.Show, filter: o.Filter,
	}
}

func (p *page) paint(s style, text string) string {
	if !p.color || s == plain || text == "" {
		return text
	}
	return "\x1b[" + string(s) + "m" + text + "\x1b[0m"
}

// pass passes on all but the end of a long page, so that it need not stay in memory.
func (p *page) pass() {
	const end = len("\n\n") // by which gap tells whether there is one
	if p.to != nil && p.out.Len() >= pieces {
		_, _ = p.to.Write(p.out.Next(p.out.Len() - end))
	}
}

// gap writes one blank line.
func (p *page) gap() {
	if p.out.Len() > 0 && !bytes.HasSuffix(p.out.Bytes(), []byte("\n\n")) {
		p.out.WriteByte('\n')
	}
}

// line writes one line and never breaks it.
func (p *page) line(indent int, spans ...span) {
	p.out.WriteString(strings.Repeat(" ", indent))
	begun := false
	for i, s := range spans {
		text := Brief(s.text)
		if !begun && strings.HasPrefix(strings.TrimLeft(text, " "), "::") { // would be a command to a build server that reads the output
			text = strings.Replace(text, "::", `\x3a:`, 1)
		}
		begun = begun || strings.TrimLeft(text, " ") != ""
		if i == len(spans)-1 {
			text = strings.TrimRight(text, " ")
		}
		p.out.WriteString(p.paint(s.style, text))
	}
	p.out.WriteByte('\n')
}

// whole writes one line as it is, for commands: it is neither broken nor cut.
func (p *page) whole(indent int, s span) {
	p.out.WriteString(strings.Repeat(" ", indent) + p.paint(s.style, Sanitize(s.text)) + "\n")
}

// prose writes text, breaking it at blanks. The first line begins with lead; the others are indented by its width. It
// writes nothing if both are empty.
func (p *page) prose(indent int, lead string, s style, text string) {
	if lead == "" && text == "" {
		return
	}
	hang := width(lead)
	for i, line := range wrap(Brief(text), max(p.width-indent-hang, minWidth/2)) {
		if i > 0 {
			lead = strings.Repeat(" ", hang)
		}
		if line == "" {
			lead = strings.TrimRight(lead, " ")
		}
		p.line(indent, span{plain, lead}, span{s, line})
	}
}

// brief is prose of at most so many lines, each cut at the margin, unless nothing may be cut. A command, in backquotes,
// stays whole. It writes nothing without text.
func (p *page) brief(indent, most int, lead, text string) {
	switch {
	case text == "":
		return
	case p.all:
		p.prose(indent, lead, plain, text)
		return
	}
	limit := p.width - indent - width(lead)
	lines := wrap(Brief(text), limit)
	if len(lines) > most {
		lines[most-1] = cut(lines[most-1]+" "+lines[most], limit)
	}
	for _, line := range lines[:min(len(lines), most)] {
		if !strings.Contains(line, "`") {
			line = cut(line, limit)
		}
		p.line(indent, span{plain, lead}, span{plain, line})
		lead = strings.Repeat(" ", width(lead))
	}
}

// items writes a list separated by commas, breaking lines only between items. It writes nothing if the list is empty.
func (p *page) items(indent int, lead string, items []string) {
	line, hang := lead, strings.Repeat(" ", width(lead))
	for i, item := range items {
		item = Brief(item)
		if i < len(items)-1 {
			item += ","
		}
		if i > 0 {
			if indent+width(line)+1+width(item) > p.width {
				p.line(indent, span{plain, line})
				line = hang
			} else {
				line += " "
			}
		}
		line += item
	}
	if len(items) > 0 {
		p.line(indent, span{plain, line})
	}
}

// flow writes pieces side by side with three blanks between them, on as many lines as needed. Pieces stay whole.
func (p *page) flow(indent int, pieces ...span) {
	var spans []span
	used := indent
	for _, piece := range pieces {
		size := width(Sanitize(piece.text))
		if len(spans) > 0 && used+3+size > p.width {
			p.line(indent, spans...)
			spans, used = nil, indent
		}
		if len(spans) > 0 {
			spans, used = append(spans, span{plain, "   "}), used+3
		}
		spans, used = append(spans, piece), used+size
	}
	p.line(indent, spans...)
}

// spread writes a line with a remark at the right margin, or below the line if it does not fit.
func (p *page) spread(indent int, remark string, spans ...span) {
	used := indent
	for _, s := range spans {
		used += width(Sanitize(s.text))
	}
	free := p.width - used - width(Sanitize(remark))
	switch {
	case remark == "":
		p.line(indent, spans...)
	case free < 2:
		p.line(indent, spans...)
		p.prose(indent, "", dim, remark)
	default:
		p.line(indent, append(spans, span{plain, strings.Repeat(" ", free)}, span{dim, remark})...)
	}
}

// section begins a part of the page.
func (p *page) section(title, remark string) {
	p.gap()
	p.spread(0, remark, span{bold, title})
	p.gap()
}

// labelled writes the first line of an entry: a label at the left margin, its subject, and a remark at the right.
func (p *page) labelled(s style, label, about, remark string) {
	pad := max(atAbout-atLabel-width(Sanitize(label)), 2)
	p.spread(atLabel, remark, span{s, label}, span{plain, strings.Repeat(" ", pad)}, span{bold, about})
}
