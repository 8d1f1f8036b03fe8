package tree

import (
	"bytes"
	"errors"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/yamlfile"
)

// Error is an error about a place in a file. It quotes keys and no values.
type Error struct {
	At           estate.Position
	Reason, Hint string
}

// Error begins with the place.
func (e *Error) Error() string { return e.At.String() + ": " + e.Reason }

// Unwrap returns the error as users see it.
func (e *Error) Unwrap() error { return &estate.OpenError{Message: e.Error(), Hint: e.Hint} }

const fixHint = "fix the file at this place"

// located returns the parser's error with the exact place, which the parser may know only about.
func located(path string, data []byte, err error) *Error {
	e, ok := errors.AsType[*yamlfile.Error](err)
	switch {
	case !ok:
		return &Error{estate.Position{File: path}, "broken YAML", fixHint}
	case !e.Near && e.Line > 0:
		return &Error{estate.Position{File: path, Line: e.Line, Column: max(e.Column, 1)}, e.Reason, fixHint}
	}
	return explained(path, data, e)
}

// around is how many lines before the one where the parser gave up may be to blame.
const around = 3

// explained looks for what is to blame near the line where the parser gave up.
func explained(path string, data []byte, e *yamlfile.Error) *Error {
	lines := bytes.Split(data, []byte("\n"))
	if at := bytes.IndexFunc(data, forbidden); at >= 0 {
		return faultAt(path, data, at, "a control character", fixHint)
	}
	for i := min(e.Line, len(lines)-1); i >= max(e.Line-around, 0); i-- {
		text := bytes.TrimLeft(lines[i], " ")
		at := estate.Position{File: path, Line: i + 1, Column: len(lines[i]) - len(text) + 1}
		switch {
		case bytes.HasPrefix(text, []byte("//")):
			return &Error{
				at, "not valid YAML: // begins no comment",
				"comments in YAML begin with #; examples with // have to be cleaned before they are used",
			}
		case bytes.HasPrefix(text, []byte("\t")) && len(bytes.TrimSpace(text)) > 0:
			return &Error{at, "a tab indents the line; YAML wants spaces", "replace the tabs at the beginnings of lines by spaces"}
		}
	}
	line, column := max(e.Line, 1), 1
	if line <= len(lines) {
		column += len(lines[line-1]) - len(bytes.TrimLeft(lines[line-1], " "))
	}
	hint := fixHint
	if IsTemplate(data) {
		hint = "it looks like a template: render it first, and give what comes out"
	}
	return &Error{estate.Position{File: path, Line: line, Column: column}, "not valid YAML at about this line: " + e.Reason, hint}
}

// forbidden reports whether YAML does not allow a character.
func forbidden(r rune) bool {
	return r < 0x20 && r != '\t' && r != '\n' && r != '\r' || 0x7f <= r && r < 0xa0 && r != 0x85 || r == 0xfeff || r == 0xfffe || r == 0xffff
}
