package render

import (
	"regexp"
	"strings"
)

// sheetMarkdown is the state while a Markdown text is laid out for a terminal.
type sheetMarkdown struct {
	page   *page
	indent int      // of what stands below a heading
	lead   string   // of the current paragraph or item
	words  []string // of its lines so far
	table  [][]string
	code   bool // between fences
}

func (m *sheetMarkdown) line(line string) {
	text := strings.TrimLeft(line, " ")
	fence := strings.HasPrefix(text, "```")
	if !m.code && strings.HasPrefix(text, "|") {
		m.paragraph()
		m.table = append(m.table, cells(text))
		return
	}
	m.tabulate()
	switch {
	case fence:
		m.paragraph()
		m.code = !m.code
	case m.code || strings.HasPrefix(line, "    ") && len(m.words) == 0:
		m.paragraph()
		m.page.whole(m.indent+atLabel, span{plain, line})
	case text == "":
		m.paragraph()
		m.page.gap()
	case strings.HasPrefix(line, "#"):
		m.paragraph()
		m.page.gap()
		m.page.prose(0, "", bold, spoken(strings.TrimLeft(line, "# ")))
		m.indent = atLabel
	default:
		if n := bullet(text); n > 0 {
			m.paragraph()
			m.lead, text = line[:len(line)-len(text)+n], text[n:]
		}
		m.words = append(m.words, strings.TrimSpace(text))
	}
}

// flush writes what is gathered.
func (m *sheetMarkdown) flush() {
	m.paragraph()
	m.tabulate()
}

func (m *sheetMarkdown) paragraph() {
	if len(m.words) > 0 {
		m.page.prose(m.indent, Sanitize(m.lead), plain, spoken(strings.Join(m.words, " ")))
	}
	m.lead, m.words = "", nil
}

func (m *sheetMarkdown) tabulate() {
	if len(m.table) > 0 {
		m.page.grid(m.indent, m.table[0], m.table[min(2, len(m.table)):]) // the second row only says how to align
	}
	m.table = nil
}

// cells returns the cells of a row of a table. A bar in code or after a backslash does not end one.
func cells(row string) []string {
	var out []string
	var cell strings.Builder
	code := false
	row = strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(row), "|"), "|")
	for i := 0; i < len(row); i++ {
		switch c := row[i]; {
		case c == '\\' && i+1 < len(row) && row[i+1] == '|':
			cell.WriteByte('|')
			i++
		case c == '|' && !code:
			out = append(out, spoken(strings.TrimSpace(cell.String())))
			cell.Reset()
		default:
			code = code != (c == '`')
			cell.WriteByte(c)
		}
	}
	return append(out, spoken(strings.TrimSpace(cell.String())))
}

var (
	strong   = regexp.MustCompile(`\*\*([^*]+)\*\*`)
	emphasis = regexp.MustCompile(`(^|[\s(])\*([^*\s](?:[^*]*[^*\s])?)\*`)
	link     = regexp.MustCompile(`\[([^\]]+)\]\(([^)\s]+)\)`)
	address  = regexp.MustCompile(`<(https?://[^>\s]+)>`)
)

// spoken returns Markdown text without what only marks. Text in backquotes stays as it is.
func spoken(text string) string {
	var out strings.Builder
	for i, part := range strings.SplitAfter(text, "`") {
		if i%2 == 0 {
			part = strong.ReplaceAllString(part, "$1")
			part = emphasis.ReplaceAllString(part, "$1$2")
			part = link.ReplaceAllString(part, "$1 ($2)")
			part = address.ReplaceAllString(part, "$1")
		}
		out.WriteString(part)
	}
	return out.String()
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
