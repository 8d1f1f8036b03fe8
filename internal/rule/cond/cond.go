// Package cond asks questions about the configuration of a plugin or a file: does it have this field, is the field
// true, does one element of the list match. The answer is yes, no, or why it cannot be given.
package cond

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/jsonptr"
	"github.com/api7-preflight/api7-preflight/internal/redact"
)

// Condition judges the configuration of a plugin or another JSON value. Conditions are built from the functions of
// this package. Places are JSON pointers below the value, such as "/policy" or "/override/endpoint".
type Condition func(v estate.Value) Truth

// Lacks holds if the field is absent, null or empty, so that the release's default applies.
func Lacks(pointer string) Condition {
	return func(v estate.Value) Truth {
		field := v.At(pointer)
		if why := field.Members().Unreadable(); field.Raw() == nil && why != "" {
			return unclear(pointer, "cannot be read: %s", why)
		}
		return Truth{yes: field.Empty()}
	}
}

// Has holds if the field is there and not empty. It does not look at the content, so the field may be encrypted.
func Has(pointer string) Condition {
	lacks := Lacks(pointer)
	return func(v estate.Value) Truth {
		t := lacks(v)
		if t.doubt.why == "" {
			t.yes = !t.yes
		}
		if t.yes {
			t.at = pointer
		}
		return t
	}
}

// text reads a string; if ok is false, truth is the answer.
func text(v estate.Value, pointer string) (s string, truth Truth, ok bool) {
	field := v.At(pointer).Text()
	switch why := field.Unreadable(); why {
	case "":
	case estate.Hidden:
		return "", Unclear(pointer, why), false
	default:
		return "", unclear(pointer, "cannot be read: %s", why), false
	}
	s, known := field.Known()
	switch {
	case !known:
		return "", Truth{}, false
	case Reference(s):
		return "", unclear(pointer, "is a reference to a secret or variable, whose value is not known here"), false
	}
	return s, Truth{}, true
}

// Reference reports whether s is a reference that a plugin resolves: to a secret provider or an environment variable.
func Reference(s string) bool {
	return strings.HasPrefix(s, "$secret://") || strings.HasPrefix(s, "$env://") ||
		strings.HasPrefix(s, "$SECRET://") || strings.HasPrefix(s, "$ENV://")
}

// Is holds if the field is one of these texts. The evidence shows the text.
func Is(pointer string, texts ...string) Condition {
	return func(v estate.Value) Truth {
		s, truth, ok := text(v, pointer)
		if !ok {
			return truth
		}
		if !slices.Contains(texts, s) {
			return Truth{}
		}
		return shown(pointer, s)
	}
}

// Unlike holds if the field is a text that the expression does not match. The evidence shows the text only where it can
// be no secret: nobody knows what somebody put there instead of what is expected.
func Unlike(pointer string, expression *regexp.Regexp) Condition {
	return func(v estate.Value) Truth {
		s, truth, ok := text(v, pointer)
		if !ok || expression.MatchString(s) {
			return truth
		}
		return shown(pointer, redact.Found(s))
	}
}

// Includes holds if the field is a list of texts that contains word.
func Includes(pointer, word string) Condition {
	return func(v estate.Value) Truth {
		field := v.At(pointer)
		if field.Empty() { // Lua writes an empty table as {} as well as []
			return Truth{}
		}
		words := field.List()
		if why := words.Unreadable(); why != "" {
			return unclear(pointer, "cannot be read: %s", why)
		}
		list, _ := words.Known()
		var open Truth
		for i, element := range list {
			text := element.Text()
			w, known := text.Known()
			switch {
			case known && w == word:
				return Truth{yes: true, at: jsonptr.Append(pointer, strconv.Itoa(i)), facts: []fact{{field: pointer, value: word}}}
			case text.Unreadable() == estate.Hidden || Reference(w):
				open = unclear(pointer, "an element is hidden in this source, or a reference to a secret or variable")
			case !known:
				open = unclear(pointer, "cannot be read: not a list of strings")
			}
		}
		return open
	}
}

// Exceeds holds if the field is a number above limit. The evidence shows the number.
func Exceeds(pointer string, limit float64) Condition {
	return func(v estate.Value) Truth {
		field := v.At(pointer).Number()
		if why := field.Unreadable(); why != "" {
			return unclear(pointer, "cannot be read: %s", why)
		}
		n, known := field.Known()
		if x, err := n.Float64(); !known || err == nil && x <= limit || err != nil && x < 0 {
			return Truth{} // a number out of range is the infinity of its sign
		}
		return shown(pointer, n.String())
	}
}

// Unitless holds if the field is a whole number above zero, quoted or not, where a duration needs a unit. The
// evidence shows the number.
func Unitless(pointer string) Condition {
	return func(v estate.Value) Truth {
		field := v.At(pointer)
		if why := field.Unreadable(); why != "" {
			return unclear(pointer, "cannot be read: %s", why)
		}
		number := strings.Trim(string(field.Raw()), `"`)
		if !wholeNumber.MatchString(number) {
			return Truth{}
		}
		return shown(pointer, number)
	}
}

var wholeNumber = regexp.MustCompile(`^0*[1-9][0-9]*$`)

// True holds if the field is true.
func True(pointer string) Condition {
	return func(v estate.Value) Truth {
		field := v.At(pointer).Bool()
		if why := field.Unreadable(); why != "" {
			return unclear(pointer, "cannot be read: %s", why)
		}
		if yes, _ := field.Known(); yes {
			return Truth{yes: true, at: pointer}
		}
		return Truth{}
	}
}

// Set holds if the object has a key, given by its JSON pointer, that is not null and, if of is not nil, whose value
// meets of. Evidence about the value itself is named "value".
func Set(key string, of Condition) Condition {
	return func(v estate.Value) Truth {
		field := v.At(key)
		switch {
		case field.Raw() == nil && field.Unreadable() != "": // something above it is not in the source
			return unclear(key, "whether it is set is not known: %s", field.Unreadable())
		case field.Absent():
			return Truth{}
		case of == nil:
			return Truth{yes: true, at: key}
		}
		return of(field).below(key)
	}
}

// Some holds if at least one element of the list meets the condition; of an object, one of its values.
func Some(pointer string, element Condition) Condition {
	return func(v estate.Value) Truth {
		entries, ok := v.At(pointer).Elements()
		if !ok {
			return unclear(pointer, "not a list or an object")
		}
		var open doubt
		for _, e := range entries {
			t := element(e.Value)
			switch {
			case t.yes:
				return t.within(pointer, e.Key)
			case t.doubt.why != "" && open.why == "":
				open = t.doubt.below(jsonptr.Append(pointer, e.Key))
			}
		}
		return Truth{doubt: open}
	}
}

// All holds if every condition holds. If one does not, the answer is no even if others cannot be answered.
func All(conditions ...Condition) Condition {
	return func(v estate.Value) Truth {
		all := Truth{yes: true}
		for _, c := range conditions {
			t := c(v)
			switch {
			case t.doubt.why != "":
				all.doubt = t.doubt
			case !t.yes:
				return Truth{}
			}
			if t.at != "" {
				all.at = t.at
			}
			all.facts = append(all.facts, t.facts...)
		}
		all.yes = all.doubt.why == ""
		return all
	}
}

// Any holds if at least one condition holds, even if others cannot be answered.
func Any(conditions ...Condition) Condition {
	return func(v estate.Value) Truth {
		var open Truth
		for _, c := range conditions {
			t := c(v)
			if t.yes {
				return t
			}
			if t.doubt.why != "" && open.doubt.why == "" {
				open = t
			}
		}
		return open
	}
}

// Not holds if the condition does not.
func Not(condition Condition) Condition {
	return func(v estate.Value) Truth {
		t := condition(v)
		return Truth{yes: !t.yes && t.doubt.why == "", doubt: t.doubt}
	}
}
