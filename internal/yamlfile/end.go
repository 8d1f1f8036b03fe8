package yamlfile

import (
	"bytes"
	"unicode/utf8"
)

// Text indexes the lines of a text to find where keys and scalars end; a tree only knows where they begin. The zero
// Text is empty.
type Text struct {
	data  []byte
	lines []int // offset of each line; nil until needed
}

// NewText returns a Text over data. The caller must not change data afterwards.
func NewText(data []byte) *Text { return &Text{data: data} }

// maxColumn is the last column for which ends are found. Counting the characters to places further right costs more
// than a place in such a line is worth.
const maxColumn = 1 << 12

// End returns the position just after a key or scalar that begins at line and column and has the value text. All
// count from 1, columns in characters. It returns 0, 0 where only the parser could tell: for blocks, plain scalars
// over several lines, tags and anchors.
func (t *Text) End(line, column int, text string) (endLine, endColumn int) {
	start, ok := t.offset(line, column)
	if !ok {
		return 0, 0
	}
	end := start
	switch rest := t.data[start:]; {
	case rest[0] == '"' || rest[0] == '\'':
		end += quoted(rest)
	case text != "" && bytes.HasPrefix(rest, []byte(text)) && bytes.IndexByte([]byte(text), '\n') < 0:
		end += len(text)
	}
	if end == start {
		return 0, 0
	}
	line += bytes.Count(t.data[start:end], []byte{'\n'})
	return line, characters(t.data[t.lines[line-1]:end]) + 1
}

// Line returns a line without its line break; nil if there is no such line. Lines count from 1.
func (t *Text) Line(number int) []byte {
	if t == nil {
		return nil
	}
	t.split()
	if number < 1 || number > len(t.lines) {
		return nil
	}
	line, _, _ := bytes.Cut(t.data[t.lines[number-1]:], []byte{'\n'})
	return line
}

// split finds the beginning of every line.
func (t *Text) split() {
	if t.lines != nil {
		return
	}
	t.lines = append(make([]int, 0, bytes.Count(t.data, []byte{'\n'})+1), 0)
	for at := 0; at < len(t.data); {
		length := bytes.IndexByte(t.data[at:], '\n') + 1
		if length == 0 {
			break
		}
		at += length
		t.lines = append(t.lines, at)
	}
}

// offset returns the offset of a position in the data.
func (t *Text) offset(line, column int) (offset int, ok bool) {
	if t == nil || line < 1 || column < 1 || column > maxColumn {
		return 0, false
	}
	t.split()
	if line > len(t.lines) {
		return 0, false
	}
	at := t.lines[line-1]
	for ; column > 1 && at < len(t.data) && t.data[at] != '\n'; column-- {
		_, size := utf8.DecodeRune(t.data[at:])
		at += size
	}
	return at, column == 1 && at < len(t.data)
}

// quoted returns the length of the quoted scalar at the beginning of b; 0 if it does not end.
func quoted(b []byte) int {
	for i := 1; i < len(b); i++ {
		switch {
		case b[0] == '"' && b[i] == '\\':
			i++
		case b[i] == b[0] && b[0] == '\'' && i+1 < len(b) && b[i+1] == '\'':
			i++
		case b[i] == b[0]:
			return i + 1
		}
	}
	return 0
}
