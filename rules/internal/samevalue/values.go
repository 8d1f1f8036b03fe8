package samevalue

import (
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// Values collects objects by gateway group and JSON value. Where a part of a value is hidden, it does not take what hides
// it for the value: whether such a value is another one's equal is unknown. The zero Values is empty.
type Values[T any] struct {
	shown  Sets[T]
	hidden map[place]*Unknown[T] // by what is not hidden in the value
	alike  map[place]*likeness   // by all but the texts
}

// Unknown are objects whose values may be the same, because they differ in nothing that is shown.
type Unknown[T any] struct {
	First T        // the one that comes first by its id
	Parts []string // JSON pointers in the value to what is hidden
	N     int      // of objects

	ids   map[string]bool
	first string
	alike place
}

// likeness is what values have that are the same but for their texts.
type likeness struct {
	id, parts       string // of the first
	several, differ bool   // there are several objects, and not all of them hide the same parts
}

// Add notes that object id of a gateway group holds the value, given as JSON with sorted keys.
func (s *Values[T]) Add(group, id string, value []byte, v T) {
	parts := estate.NewValue(value).HiddenParts()
	alike := place{group, sha256.Sum256(without(value, func(string) bool { return true }))}
	s.note(alike, id, strings.Join(parts, " "))
	if parts == nil {
		s.shown.Add(group, id, value, v)
		return
	}
	if s.hidden == nil {
		s.hidden = map[place]*Unknown[T]{}
	}
	at := place{group, sha256.Sum256(without(value, estate.HiddenIn))}
	u := s.hidden[at]
	if u == nil {
		u = &Unknown[T]{First: v, Parts: parts, ids: map[string]bool{}, first: id, alike: alike}
		s.hidden[at] = u
	}
	if u.ids[id] = true; id <= u.first {
		u.First, u.first = v, id
	}
	u.N = len(u.ids)
}

func (s *Values[T]) note(at place, id, parts string) {
	if s.alike == nil {
		s.alike = map[place]*likeness{}
	}
	l := s.alike[at]
	if l == nil {
		l = &likeness{id: id, parts: parts}
		s.alike[at] = l
	}
	l.several = l.several || l.id != id
	l.differ = l.differ || l.parts != parts
}

// Several returns the objects of each value that is shown whole and that more than one has, in no promised order.
func (s *Values[T]) Several() []map[string]T { return s.shown.Several() }

// Unknown returns the objects of which nobody can tell whether another one has the same value, in no promised order. One
// whose value hides other parts than the values that it is like is among them alone.
func (s *Values[T]) Unknown() (all []*Unknown[T]) {
	for u := range maps.Values(s.hidden) {
		if like := s.alike[u.alike]; u.N > 1 || like.several && like.differ {
			all = append(all, u)
		}
	}
	slices.SortFunc(all, func(a, b *Unknown[T]) int { return cmp.Compare(a.first, b.first) })
	return all
}

// without returns a JSON value with nothing in place of the texts that are chosen.
func without(value []byte, chosen func(string) bool) []byte {
	var decoded any
	if json.Unmarshal(value, &decoded) != nil {
		return value
	}
	out, err := json.Marshal(blank(decoded, chosen))
	if err != nil {
		return value
	}
	return out
}

func blank(v any, chosen func(string) bool) any {
	switch v := v.(type) {
	case string:
		if chosen(v) {
			return ""
		}
	case []any:
		for i := range v {
			v[i] = blank(v[i], chosen)
		}
	case map[string]any:
		for name := range v {
			v[name] = blank(v[name], chosen)
		}
	}
	return v
}
