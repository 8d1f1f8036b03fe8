package rule

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/jsonptr"
	"github.com/api7-preflight/api7-preflight/internal/redact"
)

// Truth is what a condition says of a value: yes, no, or that it cannot be told. The zero Truth is no.
type Truth struct {
	yes      bool
	doubt    string // why it cannot be told
	at       string // JSON pointer below the value, to what decided
	evidence []Evidence
}

// Yes reports whether the condition holds.
func (t Truth) Yes() bool { return t.yes }

// Doubt returns why it cannot be told whether the condition holds; empty if it can.
func (t Truth) Doubt() string { return t.doubt }

// At returns the JSON pointer, below the value, to what made the condition hold; empty for the value as a whole.
func (t Truth) At() string { return t.at }

// Condition judges the configuration of a plugin or another JSON value. Conditions are made from those of this file;
// places are JSON pointers below the value, such as "/policy" or "/override/endpoint".
type Condition func(v estate.Value) Truth

// follow goes down a JSON pointer of object keys.
func follow(v estate.Value, pointer string) estate.Value {
	for key := range jsonptr.Keys(pointer) {
		v = v.Get(key)
	}
	return v
}

func unclear(pointer, format string, args ...any) Truth {
	why := fmt.Sprintf(format, args...)
	if pointer == "" { // the value itself
		return Truth{doubt: why}
	}
	return Truth{doubt: strings.TrimPrefix(pointer, "/") + ": " + why}
}

// Lacks holds if the field is absent, null or empty, so that a default of the release stands for it.
func Lacks(pointer string) Condition {
	return func(v estate.Value) Truth {
		field := follow(v, pointer)
		if why := field.Members().Unreadable(); field.Raw() == nil && why != "" {
			return unclear(pointer, "cannot be read: %s", why)
		}
		return Truth{yes: field.Empty()}
	}
}

// Has holds if the field is there and not empty. It looks at no content, so it may be asked of encrypted fields.
func Has(pointer string) Condition {
	lacks := Lacks(pointer)
	return func(v estate.Value) Truth {
		t := lacks(v)
		if t.doubt == "" {
			t.yes = !t.yes
		}
		if t.yes {
			t.at = pointer
		}
		return t
	}
}

// text reads a string; ok is false if truth says all there is to say.
func text(v estate.Value, pointer string) (s string, truth Truth, ok bool) {
	field := follow(v, pointer).Text()
	if why := field.Unreadable(); why != "" {
		return "", unclear(pointer, "cannot be read: %s", why), false
	}
	s, known := field.Known()
	switch {
	case !known:
		return "", Truth{}, false
	case s == Redacted:
		return "", unclear(pointer, "is hidden in this source"), false
	case Reference(s):
		return "", unclear(pointer, "is a reference to a secret or variable, whose value is not known here"), false
	}
	return s, Truth{}, true
}

// Reference reports whether a plugin takes a text from elsewhere: from a secret provider or an environment variable.
func Reference(s string) bool {
	return strings.HasPrefix(s, "$secret://") || strings.HasPrefix(s, "$env://") ||
		strings.HasPrefix(s, "$SECRET://") || strings.HasPrefix(s, "$ENV://")
}

// Is holds if the field is one of these texts. The text is shown as evidence.
func Is(pointer string, texts ...string) Condition {
	return func(v estate.Value) Truth {
		s, truth, ok := text(v, pointer)
		if !ok {
			return truth
		}
		if !slices.Contains(texts, s) {
			return Truth{}
		}
		return Truth{yes: true, at: pointer, evidence: []Evidence{{Name: strings.TrimPrefix(pointer, "/"), Value: s}}}
	}
}

// Unlike holds if the field is a text that the expression does not match. The text is shown as evidence, without the
// credentials that it may carry.
func Unlike(pointer string, expression *regexp.Regexp) Condition {
	return func(v estate.Value) Truth {
		s, truth, ok := text(v, pointer)
		if !ok || expression.MatchString(s) {
			return truth
		}
		return Truth{yes: true, at: pointer, evidence: []Evidence{{Name: strings.TrimPrefix(pointer, "/"), Value: redact.Text(s)}}}
	}
}

// Includes holds if the field is a list of texts with this one in it.
func Includes(pointer, word string) Condition {
	return func(v estate.Value) Truth {
		field := follow(v, pointer)
		if field.Empty() { // Lua writes an empty table as {} as well as []
			return Truth{}
		}
		words := field.Strings()
		if why := words.Unreadable(); why != "" {
			return unclear(pointer, "cannot be read: %s", why)
		}
		list, _ := words.Known()
		var doubt Truth
		for i, w := range list {
			switch {
			case w == word:
				return Truth{yes: true, at: pointer + "/" + strconv.Itoa(i), evidence: []Evidence{{Name: strings.TrimPrefix(pointer, "/"), Value: word}}}
			case w == Redacted || Reference(w):
				doubt = unclear(pointer, "an element is hidden in this source, or a reference to a secret or variable")
			}
		}
		return doubt
	}
}

// Exceeds holds if the field is a number above limit. The number is shown as evidence.
func Exceeds(pointer string, limit float64) Condition {
	return func(v estate.Value) Truth {
		field := follow(v, pointer).Number()
		if why := field.Unreadable(); why != "" {
			return unclear(pointer, "cannot be read: %s", why)
		}
		n, known := field.Known()
		if x, err := n.Float64(); !known || err == nil && x <= limit || err != nil && x < 0 {
			return Truth{} // a number out of range comes as the infinite one of its sign
		}
		return Truth{yes: true, at: pointer, evidence: []Evidence{{Name: strings.TrimPrefix(pointer, "/"), Value: n.String()}}}
	}
}

// Unitless holds if the field is a whole number above zero, quoted or not, where a duration would have a unit. The number
// is shown as evidence.
func Unitless(pointer string) Condition {
	return func(v estate.Value) Truth {
		field := follow(v, pointer)
		if why := field.Unreadable(); why != "" {
			return unclear(pointer, "cannot be read: %s", why)
		}
		number := strings.Trim(string(field.Raw()), `"`)
		if !wholeNumber.MatchString(number) {
			return Truth{}
		}
		return Truth{yes: true, at: pointer, evidence: []Evidence{{Name: strings.TrimPrefix(pointer, "/"), Value: number}}}
	}
}

var wholeNumber = regexp.MustCompile(`^0*[1-9][0-9]*$`)

// True holds if the field is true.
func True(pointer string) Condition {
	return func(v estate.Value) Truth {
		field := follow(v, pointer).Bool()
		if why := field.Unreadable(); why != "" {
			return unclear(pointer, "cannot be read: %s", why)
		}
		if yes, _ := field.Known(); yes {
			return Truth{yes: true, at: pointer}
		}
		return Truth{}
	}
}

// Some holds if any element of the list does; an object counts by its values.
func Some(pointer string, element Condition) Condition {
	return func(v estate.Value) Truth {
		entries, ok := elements(follow(v, pointer))
		if !ok {
			return unclear(pointer, "want a list or an object")
		}
		var doubt Truth
		for _, e := range entries {
			t := element(e.Value)
			switch {
			case t.yes:
				return t.within(pointer, e.Key)
			case t.doubt != "" && doubt.doubt == "":
				doubt = unclear(jsonptr.Append(pointer, e.Key), "%s", t.doubt)
			}
		}
		return doubt
	}
}

// within returns the truth about an element as one about the list or object that it is in. The element itself has no name;
// it gets one where the other has.
func (t Truth) within(pointer, key string) Truth {
	t.at = jsonptr.Append(pointer, key) + t.at
	t.evidence = slices.Clone(t.evidence)
	for i, e := range t.evidence {
		if e.Name == "" && pointer != "" {
			t.evidence[i].Name = strings.TrimPrefix(t.at, "/")
		}
	}
	return t
}

// elements returns what a list or object holds, each under the key that it has in a JSON pointer.
func elements(v estate.Value) (entries []estate.Member, ok bool) {
	if v.Empty() {
		return nil, true
	}
	if list, isList := v.List().Known(); isList {
		for i, e := range list {
			entries = append(entries, estate.Member{Key: strconv.Itoa(i), Value: e})
		}
		return entries, true
	}
	return v.Members().Known()
}

// All holds if every condition does. One that does not hold settles it, whatever cannot be told of the others.
func All(conditions ...Condition) Condition {
	return func(v estate.Value) Truth {
		all := Truth{yes: true}
		for _, c := range conditions {
			t := c(v)
			switch {
			case t.doubt != "":
				all.doubt = t.doubt
			case !t.yes:
				return Truth{}
			}
			if t.at != "" {
				all.at = t.at
			}
			all.evidence = append(all.evidence, t.evidence...)
		}
		all.yes = all.doubt == ""
		return all
	}
}

// Any holds if one condition does, whatever cannot be told of the others.
func Any(conditions ...Condition) Condition {
	return func(v estate.Value) Truth {
		var doubt Truth
		for _, c := range conditions {
			t := c(v)
			if t.yes {
				return t
			}
			if t.doubt != "" && doubt.doubt == "" {
				doubt = t
			}
		}
		return doubt
	}
}

// Not holds if the condition does not.
func Not(condition Condition) Condition {
	return func(v estate.Value) Truth {
		t := condition(v)
		return Truth{yes: !t.yes && t.doubt == "", doubt: t.doubt}
	}
}
