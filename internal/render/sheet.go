package render

import (
	"bytes"
	"strings"
)

// Sheet is text for a terminal that is no report. Its methods sanitise every text they are given and break it at blanks
// into lines of at most 80 columns; what stands between backquotes, a command or an address is never broken.
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

// String returns what was written.
func (s *Sheet) String() string { return s.buf.String() }

// Gap leaves one blank line, unless there is one or nothing was written.
func (s *Sheet) Gap() { s.page.gap() }

// Prose writes text behind a lead. Its further lines begin where the text begins.
func (s *Sheet) Prose(lead, text string) { s.page.prose(0, Sanitize(lead), plain, text) }

// Row writes one line that is never broken.
func (s *Sheet) Row(text string) { s.page.line(0, span{plain, text}) }

// List writes items behind a lead, with commas, and breaks the line between items only. No items write nothing.
func (s *Sheet) List(lead string, items []string) { s.page.items(0, Sanitize(lead), items) }

// Markdown writes the text of a document: paragraphs and items of lists are broken anew; headings, tables and code stay
// as they are.
func (s *Sheet) Markdown(text string) {
	m := markdown{sheet: s}
	for line := range strings.Lines(text) {
		m.line(strings.TrimRight(line, "\r\n"))
	}
	m.flush()
}

// markdown is a document as far as it is written.
type markdown struct {
	sheet *Sheet
	lead  string   // of the paragraph or item that is gathered
	words []string // its lines
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
