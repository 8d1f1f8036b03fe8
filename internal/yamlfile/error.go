package yamlfile

import (
	"fmt"
	"strconv"
	"strings"
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
		e.Reason = "an alias names an anchor that is not there; text that begins with * wants quotes"
	}
	return e
}
