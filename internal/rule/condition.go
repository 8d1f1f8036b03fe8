package rule

import (
	"cmp"
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
	yes   bool
	at    string // JSON pointer below the value, to what decided
	doubt doubt
	facts []fact
}

// doubt is why something cannot be told.
type doubt struct {
	at  string // JSON pointer below the value, to the field that it is about
	why string // empty: there is no doubt
}

// named returns the doubt under the name of the field that it is about. One about the value itself needs none.
func (d doubt) named(name string) string {
	if d.at == "" || d.why == "" {
		return d.why
	}
	return name + ": " + d.why
}

// below returns the doubt about a part of something as one about the whole.
func (d doubt) below(pointer string) doubt {
	d.at = pointer + d.at
	return d
}

// fact is what a condition shows of a field.
type fact struct {
	field string // JSON pointer below the value
	inner bool   // the pointer begins at an element of a list or an object, not at the value
	name  string // instead of the field's; mostly empty
	value string
}

// named returns a fact as evidence under a name, unless it has one of its own.
func (f fact) named(name string) Evidence {
	return Evidence{Name: cmp.Or(f.name, name), Value: f.value}
}

// plainly returns a pointer as it is shown where nothing better is known: without its first slash.
func plainly(pointer string) string { return strings.TrimPrefix(pointer, "/") }

// shown is a yes for a field, whose value is shown.
func shown(pointer, value string) Truth {
	return Truth{yes: true, at: pointer, facts: []fact{{field: pointer, value: value}}}
}

// Yes reports whether the condition holds.
func (t Truth) Yes() bool { return t.yes }

// Doubt returns why it cannot be told whether the condition holds, beginning with the field; empty if it can.
func (t Truth) Doubt() string { return t.doubt.named(plainly(t.doubt.at)) }

// DoubtAt returns the JSON pointer, below the value, to what is in doubt; empty for the value as a whole.
func (t Truth) DoubtAt() string { return t.doubt.at }

// At returns the JSON pointer, below the value, to what made the condition hold; empty for the value as a whole.
func (t Truth) At() string { return t.at }

// evidence returns the facts, under the names of their fields.
func (t Truth) evidence() []Evidence {
	var out []Evidence
	for _, f := range t.facts {
		out = append(out, f.named(plainly(f.field)))
	}
	return out
}

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

// unclear says that a field cannot be judged.
func unclear(pointer, format string, args ...any) Truth {
	return Truth{doubt: doubt{pointer, fmt.Sprintf(format, args...)}}
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
		if t.doubt.why == "" {
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
	case s == redact.Marker:
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
		return shown(pointer, s)
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
		return shown(pointer, redact.Text(s))
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
		var open Truth
		for i, w := range list {
			switch {
			case w == word:
				return Truth{yes: true, at: jsonptr.Append(pointer, strconv.Itoa(i)), facts: []fact{{field: pointer, value: word}}}
			case w == redact.Marker || Reference(w):
				open = unclear(pointer, "an element is hidden in this source, or a reference to a secret or variable")
			}
		}
		return open
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
		return shown(pointer, n.String())
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
		return shown(pointer, number)
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

// within returns the truth about an element as one about the list or object that it is in. The element itself has no name;
// it gets one where the other has.
func (t Truth) within(pointer, key string) Truth {
	t.at = jsonptr.Append(pointer, key) + t.at
	t.facts = slices.Clone(t.facts)
	for i, f := range t.facts {
		switch {
		case f.field != "":
			t.facts[i].inner = true
		case pointer != "":
			t.facts[i].field = t.at
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

// Any holds if one condition does, whatever cannot be told of the others.
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
