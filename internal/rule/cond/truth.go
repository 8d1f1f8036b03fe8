package cond

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/jsonptr"
	"github.com/api7-preflight/api7-preflight/internal/rule"
)

// Truth is the answer of a condition: yes, no, or why it cannot be given. The zero Truth is no.
type Truth struct {
	yes   bool
	at    string // JSON pointer below the value to what decided
	doubt doubt
	facts []fact
}

// Yes returns a yes about the value as a whole. It is the answer where there is no condition.
func Yes() Truth { return Truth{yes: true} }

// Unclear returns a doubt: the field at a JSON pointer below the value cannot be judged, and why.
func Unclear(pointer, why string) Truth { return Truth{doubt: doubt{pointer, why}} }

// unclear is [Unclear] with a format string.
func unclear(pointer, format string, args ...any) Truth {
	return Unclear(pointer, fmt.Sprintf(format, args...))
}

// shown returns a yes about a field whose value is shown as evidence.
func shown(pointer, value string) Truth {
	return Truth{yes: true, at: pointer, facts: []fact{{field: pointer, value: value}}}
}

// Yes reports whether the condition holds.
func (t Truth) Yes() bool { return t.yes }

// Open reports whether the condition cannot be answered.
func (t Truth) Open() bool { return t.doubt.why != "" }

// At returns the JSON pointer below the value to what made the condition hold; empty means the whole value.
func (t Truth) At() string { return t.at }

// Doubt returns why the condition cannot be answered, beginning with the field; empty if it can.
func (t Truth) Doubt() string { return t.DoubtAs(Plainly) }

// DoubtAs is [Truth.Doubt] with name giving the field's name for its JSON pointer below the value. A doubt about the
// value itself has no name in front.
func (t Truth) DoubtAs(name func(pointer string) string) string {
	if t.doubt.at == "" || t.doubt.why == "" {
		return t.doubt.why
	}
	return name(t.doubt.at) + ": " + t.doubt.why
}

// DoubtAt returns the JSON pointer below the value to what is in doubt; empty means the whole value.
func (t Truth) DoubtAt() string { return t.doubt.at }

// Evidence returns what the condition shows. name gives each fact its name, from the JSON pointer below the value. A
// field of a list element is named relative to the element, whichever element it is.
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

// Plainly names a field by its JSON pointer without the first slash, for want of a better name.
func Plainly(pointer string) string { return strings.TrimPrefix(pointer, "/") }

// doubt is why a condition cannot be answered.
type doubt struct {
	at  string // JSON pointer below the value to the field in doubt
	why string // empty: no doubt
}

// below returns the doubt about a part as a doubt about the whole.
func (d doubt) below(pointer string) doubt {
	d.at = pointer + d.at
	return d
}

// fact is what a condition shows about a field.
type fact struct {
	field string // JSON pointer below the value
	inner bool   // the pointer starts at an element of a list or object, not at the value
	name  string // replaces the field's name; usually empty
	value string
}

// below returns the truth about the value of a key as the truth about the object with the key.
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

// within returns the truth about an element as the truth about its list or object. Facts about the element itself get
// a name there.
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
