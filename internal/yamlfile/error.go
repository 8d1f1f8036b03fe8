package yamlfile

import (
	"fmt"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// Error says what is wrong with a text, and where as far as that is known. It quotes keys and no values.
type Error struct {
	Name   string // of the file
	Line   int    // counted from 1; 0: not known
	Column int    // counted from 1; 0: not known
	Near   bool   // the parser gave up at about this line
	Reason string
}

// Error begins with the name and, where it is known, the line.
func (e *Error) Error() string {
	switch {
	case e.Line == 0:
		return e.Name + ": " + e.Reason
	case e.Near:
		return fmt.Sprintf("%s: near line %d: %s", e.Name, e.Line, e.Reason)
	}
	return fmt.Sprintf("%s:%d: %s", e.Name, e.Line, e.Reason)
}

// mistyped explains what does not fit what it is read into. The library quotes values, and says it in terms of Go.
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

// form names what a tag of YAML stands for.
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

// wanted names what a type of Go stands for.
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

// explain takes the library's error apart. What stands behind an asterisk may be a password that lacks its quotes.
func explain(name string, err error) *Error {
	e := &Error{Name: name, Near: true, Reason: strings.TrimPrefix(err.Error(), "yaml: ")}
	if at, ok := strings.CutPrefix(e.Reason, "line "); ok {
		if number, reason, ok := strings.Cut(at, ": "); ok {
			e.Line, _ = strconv.Atoi(number)
			e.Reason = reason
		}
	}
	if strings.HasPrefix(e.Reason, "unknown anchor") {
		e.Reason = "an alias names an anchor that is not there; quote text that begins with *"
	}
	return e
}
