package estate

import (
	"strconv"
	"strings"
)

// Position is a place in a file.
type Position struct {
	File string `json:"file"` // as the user named it, or below a folder that the user named
	// Line and Column are those of the key, or of the element of a list, counted from 1, columns in characters; 0: not
	// known.
	Line   int `json:"line,omitempty"`
	Column int `json:"column,omitempty"`
	// EndLine and EndColumn are the place behind the key, and behind its value where that is on the same line; 0: not
	// known.
	EndLine   int `json:"end_line,omitempty"`
	EndColumn int `json:"end_column,omitempty"`
}

// String returns the position as editors understand it: "adc.yaml:41:7".
func (p Position) String() string {
	if p.Line == 0 {
		return p.File
	}
	return p.File + ":" + strconv.Itoa(p.Line) + ":" + strconv.Itoa(p.Column)
}

// Place is where a resource, or a part of it, was read: a position in a file, or a row of a table. What does not apply is
// empty.
type Place struct {
	Position

	Source  string // kind of the source: "postgres"
	Table   string // or the address of a list
	Key     string // of the row
	Pointer string // JSON pointer into the resource
}

// String returns the place in words: a position for what was read from a file, else
// "kine/gateway_groups/default/routes/r1#/plugins/cors".
func (p Place) String() string {
	if p.File != "" {
		return p.Position.String()
	}
	var b strings.Builder
	b.WriteString(p.Table)
	if p.Key != "" {
		if !strings.HasPrefix(p.Key, "/") {
			b.WriteByte('/')
		}
		b.WriteString(p.Key)
	}
	if p.Pointer != "" {
		b.WriteByte('#')
		b.WriteString(p.Pointer)
	}
	return b.String()
}
