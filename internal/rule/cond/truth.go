package cond

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/jsonptr"
	"github.com/api7-preflight/api7-preflight/internal/rule"
)

// Truth is what a condition says of a value: yes, no, or why it cannot be told. The zero Truth is no.
type Truth struct {
	yes   bool
	at    string // JSON pointer below the value, to what decided
	doubt doubt
	facts []fact
}

// Yes is the truth about a value of which nothing is asked.
func Yes() Truth { return Truth{yes: true} }

// Unclear says that the field at a JSON pointer below the value cannot be judged, and why.
func Unclear(pointer, why string) Truth { return Truth{doubt: doubt{pointer, why}} }

// unclear is [Unclear] with a format.
func unclear(pointer, format string, args ...any) Truth {
	return Unclear(pointer, fmt.Sprintf(format, args...))
}

// shown is a yes for a field, whose value is shown.
func shown(pointer, value string) Truth {
	return Truth{yes: true, at: pointer, facts: []fact{{field: pointer, value: value}}}
}

// Yes reports whether the condition holds.
func (t Truth) Yes() bool { return t.yes }

// Open reports whether it cannot be told whether the condition holds.
func (t Truth) Open() bool { return t.doubt.why != "" }

// At returns the JSON pointer, below the value, to what made the condition hold; empty for the value as a whole.
func (t Truth) At() string { return t.at }

// Doubt returns why it cannot be told whether the condition holds, beginning with the field; empty if it can.
func (t Truth) Doubt() string { return t.DoubtAs(Plainly) }

// DoubtAs is [Truth.Doubt] with the field under the name that its owner gives to a JSON pointer below the value. A doubt
// about the value itself begins with no name.
func (t Truth) DoubtAs(name func(pointer string) string) string {
	if t.doubt.at == "" || t.doubt.why == "" {
		return t.doubt.why
	}
	return name(t.doubt.at) + ": " + t.doubt.why
}

// DoubtAt returns the JSON pointer, below the value, to what is in doubt; empty for the value as a whole.
func (t Truth) DoubtAt() string { return t.doubt.at }

// Evidence returns what the condition shows, each fact under the name that its owner gives to a JSON pointer below the
// value. A field of an element of a list is called as it is there, whichever element that is.
func (t Truth) Evidence(name func(pointer string) string) []rule.Evidence {
	var out []rule.Evidence
	for _, f := range t.facts {
		called := f.name
		switch {
		case called != "":
		case f.inner:
			called = Plainly(f.field)
		default:
			called = name(f.field)
		}
		out = append(out, rule.Evidence{Name: called, Value: f.value})
	}
	return out
}

// Plainly is the name of a field where nothing better is known: its JSON pointer without the first slash.
func Plainly(pointer string) string { return strings.TrimPrefix(pointer, "/") }

// doubt is why something cannot be told.
type doubt struct {
	at  string // JSON pointer below the value, to the field that it is about
	why string // empty: there is no doubt
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

// below returns the truth about the value of a key as one about the object that has the key.
func (t Truth) below(key string) Truth {
	out := Truth{yes: t.yes, at: key + t.at}
	if t.Open() {
		return Truth{doubt: t.doubt.below(key)}
	}
	for _, f := range t.facts {
		if f.field == "" {
			f.name = cmp.Or(f.name, "value")
		}
		if !f.inner {
			f.field = key + f.field
		}
		out.facts = append(out.facts, f)
	}
	return out
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
