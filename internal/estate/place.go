package estate

import (
	"strconv"
	"strings"
)

// Position is a place in a file.
type Position struct {
	File string `json:"file"` // as the user gave it, or a path below a folder that the user gave
	// Line and Column are where the key, or the element of a list, starts. Both count from 1, columns in characters;
	// 0 means unknown.
	Line   int `json:"line,omitempty"`
	Column int `json:"column,omitempty"`
	// EndLine and EndColumn are just after the key, or after its value if that is on the same line; 0 means unknown.
	EndLine   int `json:"end_line,omitempty"`
	EndColumn int `json:"end_column,omitempty"`
}

// String returns the position in the form that editors understand: "adc.yaml:41:7".
func (p Position) String() string {
	if p.Line == 0 {
		return p.File
	}
	return p.File + ":" + strconv.Itoa(p.Line) + ":" + strconv.Itoa(p.Column)
}

// Place is where a resource, or a part of it, was read: a position in a file or a row of a table. Fields that do not
// apply are empty.
type Place struct {
	Position

	Source  string // kind of the source: "postgres"
	Table   string // the table, or the address of a list
	Key     string // the row's key
	Pointer string // JSON pointer into the resource
}

// String returns the place in words: the position if there is a file, else
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
