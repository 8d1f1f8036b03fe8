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

// Table writes rows below a header as aligned columns. Cells are broken at blanks; a table that is too wide all the same
// becomes a list.
func (s *Sheet) Table(header []string, rows [][]string) { s.page.grid(0, header, rows) }

// Markdown lays a Markdown text out for a terminal: paragraphs and items are rewrapped below their heading, tables are aligned
// columns, code stays as it is. What only marks, such as # and **, is left out.
func (s *Sheet) Markdown(text string) {
	m := sheetMarkdown{page: s.page}
	for line := range strings.Lines(text) {
		m.line(strings.TrimRight(line, "\r\n"))
	}
	m.flush()
}
