package yamlfile

import (
	"fmt"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// Error says what is wrong with a text, and where if that is known. It may quote keys but never values.
type Error struct {
	Name   string // counts from 1; 0: unknown
	Line   int    // counts from 1; 0: unknown
	Column int    // counts from 1; 0: unknown
	Near   bool   // the parser gave up near this line
	Reason string
}

// Error returns the reason after the file's name and, if known, the line.
func (e *Error) Error() string {
	switch {
	case e.Line == 0:
		return e.Name + ": " + e.Reason
	case e.Near:
		return fmt.Sprintf("%s: near line %d: %s", e.Name, e.Line, e.Reason)
	}
	return fmt.Sprintf("%s:%d: %s", e.Name, e.Line, e.Reason)
}

// mistyped explains why data does not fit the Go type that it is decoded into. The library's own error quotes values
// and speaks of Go types.
func mistyped(name string, err *yaml.TypeError) *Error {
	e := &Error{Name: name, Reason: "it does not have the expected form"}
	at, reason, _ := strings.Cut(strings.TrimPrefix(err.Errors[0], "line "), ": ")
	e.Line, _ = strconv.Atoi(at)
	if rest, ok := strings.CutPrefix(reason, "field "); ok {
		key, _, _ := strings.Cut(rest, " not found in type ")
		e.Reason = fmt.Sprintf("unknown key %q", key)
		return e
	}
	if rest, ok := strings.CutPrefix(reason, "cannot unmarshal !!"); ok {
		got, _, _ := strings.Cut(rest, " ")
		e.Reason = form(got) + " where " + wanted(rest[strings.LastIndex(rest, " into ")+len(" into "):]) + " is expected"
	}
	return e
}

// form returns a word for a YAML tag.
func form(tag string) string {
	switch tag {
	case "seq":
		return "a list"
	case "map":
		return "a map"
	case "null":
		return "nothing"
	}
	return "a value"
}

// wanted returns a word for a Go type.
func wanted(goType string) string {
	switch {
	case strings.HasPrefix(goType, "["):
		return "a list"
	case goType == "string":
		return "a text"
	case goType == "bool":
		return "true or false"
	case strings.HasPrefix(goType, "int"), strings.HasPrefix(goType, "uint"), strings.HasPrefix(goType, "float"):
		return "a number"
	}
	return "a map"
}

// explain extracts line and reason from the library's error. The library's texts are about its parser; ours say what
// is wrong and what to do. None repeats the file: after an asterisk there may be a password without its quotes.
func explain(name string, err error) *Error {
	e := &Error{Name: name, Near: true}
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	if at, ok := strings.CutPrefix(text, "line "); ok {
		if number, reason, ok := strings.Cut(at, ": "); ok {
			e.Line, _ = strconv.Atoi(number)
			text = reason
		}
	}
	e.Reason = reason(text)
	return e
}

// reasons are what the parser's texts mean, by what they contain; the first that fits counts.
var reasons = [][2]string{ //nolint:gochecknoglobals // a table
	{"unknown anchor", "an alias names an anchor that is not there: * begins an alias in YAML, so a value that begins with * must be quoted"},
	{"expected alphabetic or numeric character", "* begins an alias in YAML, and & an anchor: a value that begins with one of them must be quoted"},
	{"cannot start any token", "a value begins with a character that begins none in YAML, such as @, % or `: it must be quoted; or a tab indents the line, where YAML has spaces"},
	{"mapping values are not allowed", "a value contains a colon and a space: it must be quoted, or the line is indented wrongly"},
	{"expected key", "a key is expected: the line is indented wrongly, or something before it is not closed"},
	{"expected '-' indicator", "a list item with a dash is expected: the line is indented wrongly, or lacks its dash"},
	{"expected ',' or ']'", "a list in brackets is not closed, or lacks a comma"},
	{"expected ',' or '}'", "a map in braces is not closed, or lacks a comma"},
	{"unexpected end of stream", "a quoted text is not closed"},
	{"unexpected document indicator", "a quoted text is not closed before the next document"},
	{"expected ':'", "a key has no colon after it, or a quoted text is not closed"},
	{"expected node content", "a value is missing"},
	{"URI", "! begins a tag in YAML: a value that begins with ! must be quoted"},
	{"escape", "a backslash in double quotes begins no escape of YAML here: write it twice, or use single quotes"},
	{"hexdecimal", "a backslash in double quotes begins no escape of YAML here: write it twice, or use single quotes"},
	{"tab character", "a tab indents the line; YAML indents with spaces"},
	{"comment or line break", "text follows | or > in the same line: a value that begins with one of them must be quoted"},
	{"block sequence entries", "a dash begins a list where none may be: a value that begins with a dash must be quoted"},
	{"mapping keys are not allowed", "a question mark begins a key where none may be: a value that begins with one must be quoted"},
	{"document start", "a document begins where the one before has not ended"},
	{"tag", "! begins a tag in YAML: a value that begins with ! must be quoted"},
	{"'>'", "! begins a tag in YAML: a value that begins with ! must be quoted"},
	{"expected '!'", "! begins a tag in YAML: a value that begins with ! must be quoted"},
	{"directive", "a line that begins with % is a directive in YAML, and this one is unknown"},
	{"incompatible YAML document", "the file claims another version of YAML than 1.1 or 1.2"},
	{"version number", "a line that begins with % is a directive in YAML, and this one is unknown"},
	{"indentation indicator", "the number after | or > is not an indentation"},
	{"control characters", "a control character"},
	{"UTF-", "not UTF-8"},
	{"nvalid Unicode character", "not UTF-8"},
	{"max depth", "nested deeper than is reasonable"},
	{"excessive aliasing", "aliases stand for more than is reasonable"},
	{"contains itself", "an anchor contains an alias of itself"},
	{"map merge requires", "<< takes a map, or a list of maps"},
}

// reason returns what a text of the parser means.
func reason(text string) string {
	for _, r := range reasons {
		if strings.Contains(text, r[0]) {
			return r[1]
		}
	}
	return "not YAML"
}
