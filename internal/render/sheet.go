package render

import (
	"bytes"
	"strings"
)

// Sheet is text for a terminal other than a report. Its methods sanitise every text that they are given and break it
// at blanks into lines of at most 80 columns. Text in backquotes, such as a command, and addresses are never broken.
type Sheet struct {
	buf  bytes.Buffer
	page *page
}

// NewSheet returns an empty sheet.
func NewSheet() *Sheet {
	s := &Sheet{}
	s.page = newPage(&s.buf, Options{})
	return s
}

// String returns the text written so far.
func (s *Sheet) String() string { return s.buf.String() }

// Gap writes one blank line, unless the text is empty or already ends with one.
func (s *Sheet) Gap() { s.page.gap() }

// Prose writes text after a lead. Further lines are indented to where the text begins.
func (s *Sheet) Prose(lead, text string) { s.page.prose(0, Sanitize(lead), plain, text) }

// Row writes one line and never breaks it.
func (s *Sheet) Row(text string) { s.page.line(0, span{plain, text}) }

// List writes items after a lead, separated by commas, breaking lines only between items. It writes nothing if there
// are none.
func (s *Sheet) List(lead string, items []string) { s.page.items(0, Sanitize(lead), items) }

// Markdown writes a Markdown text: it rewraps paragraphs and list items; headings, tables and code stay as they are.
func (s *Sheet) Markdown(text string) {
	m := markdown{sheet: s}
	for line := range strings.Lines(text) {
		m.line(strings.TrimRight(line, "\r\n"))
	}
	m.flush()
}

// markdown is the state while a Markdown text is written.
type markdown struct {
	sheet *Sheet
	lead  string   // of the current paragraph or item
	words []string // of its lines so far
	code  bool     // between fences
}

func (m *markdown) line(line string) {
	text := strings.TrimLeft(line, " ")
	fence := strings.HasPrefix(text, "```")
	switch {
	case m.code || fence:
		m.flush()
		m.code = m.code != fence
		m.sheet.Row(line)
	case text == "":
		m.flush()
		m.sheet.Gap()
	case strings.HasPrefix(line, "#") || strings.HasPrefix(text, "|") || strings.HasPrefix(line, "    ") && len(m.words) == 0:
		m.flush()
		m.sheet.Row(line)
	default:
		if n := bullet(text); n > 0 {
			m.flush()
			m.lead, text = line[:len(line)-len(text)+n], text[n:]
		}
		m.words = append(m.words, strings.TrimSpace(text))
	}
}

// flush writes what is gathered.
func (m *markdown) flush() {
	if len(m.words) > 0 {
		m.sheet.Prose(m.lead, strings.Join(m.words, " "))
	}
	m.lead, m.words = "", nil
}

// bullet returns the length of what begins an item of a list, "- " or "12. "; 0 where there is none.
func bullet(text string) int {
	digits := len(text) - len(strings.TrimLeft(text, "0123456789"))
	switch rest := text[digits:]; {
	case digits == 0 && (strings.HasPrefix(text, "- ") || strings.HasPrefix(text, "* ")):
		return len("- ")
	case digits > 0 && strings.HasPrefix(rest, ". "):
		return digits + len(". ")
	}
	return 0
}
