package rows

import (
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/few"
	"github.com/api7-preflight/api7-preflight/internal/rule"
)

// Sightings counts objects, perhaps each with a plugin that is attached to it, and names the first few. It needs memory
// for a handful of names and a count for each gateway group only.
//
// The store that gateways run and the tables beside it, or two sources, show the same object: of a gateway group, the
// one that shows most of a kind says how many there are. The zero Sightings is empty.
type Sightings struct {
	names  few.Names
	shown  map[sightingsOf]map[showing]int
	length int
	name   []byte // of the last, kept for its memory: there may be a million
}

// sightingsOf is what can be shown several times.
type sightingsOf struct {
	kind          estate.Kind
	group, plugin string
}

// showing is what shows it.
type showing struct {
	source  string
	running bool
}

// Add counts one object. plugin is the name of a plugin that is attached to it; it may be empty.
func (s *Sightings) Add(on rule.Sighting, plugin string) {
	s.name = appendName(s.name[:0], on)
	if plugin != "" {
		s.name = append(append(append(s.name, " ("...), plugin...), ')')
	}
	s.names.AddBytes(s.name)
	of := sightingsOf{on.Kind(), on.Group(), plugin}
	by, known := s.shown[of]
	if !known {
		if s.shown == nil {
			s.shown = map[sightingsOf]map[showing]int{}
		}
		by = map[showing]int{}
		s.shown[sightingsOf{of.kind, strings.Clone(of.group), strings.Clone(of.plugin)}] = by
	}
	most := 0
	for _, n := range by {
		most = max(most, n)
	}
	origin := on.Origin()
	from := showing{origin.Source, origin.Running}
	by[from]++
	if by[from] > most {
		s.length++
	}
}

// Len returns how many there are.
func (s *Sightings) Len() int { return s.length }

// String names the first few and counts the others.
func (s *Sightings) String() string { return s.names.Of(s.length) }

// appendName appends what people call an object: "route login (r1) on default". Names repeat, so the id is there too.
func appendName(text []byte, on rule.Sighting) []byte {
	kind := len(text)
	text = append(text, on.Kind().String()...)
	for i := kind; i < len(text); i++ {
		if text[i] == '_' {
			text[i] = ' '
		}
	}
	name := on.Name()
	text = append(append(text, ' '), name...)
	if id := on.ID(); id != name {
		text = append(append(append(text, " ("...), id...), ')')
	}
	if group := on.Group(); group != "" && on.Kind() != estate.GatewayGroup {
		text = append(append(text, " on "...), group...)
	}
	return text
}
