package snapshot

import (
	"fmt"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/plural"
)

// merged is the coverage of one kind by all sources of a snapshot together, as a run over these sources would combine
// it: one that read the kind completely makes up for the others.
type merged struct {
	held     bool
	complete bool
	partial  bool // every source covers only some of the gateway groups
	assumed  bool // every source that holds it only assumes that there is none
	count    int64
	damaged  int64
	gaps     []estate.Gap
}

func (s *Source) merge(kind string) *merged {
	m := &merged{}
	for _, src := range s.contents.Sources {
		for _, c := range src.Coverage {
			if c.Kind == kind {
				gaps, _ := s.judged(src, c)
				m.add(c, gaps)
			}
		}
	}
	if m.complete {
		m.gaps = nil
	}
	return m
}

// judged returns the gaps in the coverage of a source, and notes on what is assumed to be none.
func (s *Source) judged(src SourceInfo, c Coverage) (gaps []estate.Gap, notes []estate.Note) {
	for _, of := range c.Gaps {
		g, note, left := of.of(src.Kind).Judge(s.adc, s.control)
		switch {
		case left:
			gaps = append(gaps, g)
		case note != estate.Note{}:
			notes = append(notes, note)
		}
	}
	return gaps, notes
}

func (m *merged) add(c Coverage, gaps []estate.Gap) {
	m.partial = c.Partial && (m.partial || !m.held)
	m.assumed = c.Assumed && (m.assumed || !m.held)
	m.held = true
	m.complete = m.complete || len(gaps) == 0 && c.Damaged == 0 && !c.Partial
	m.count = max(m.count, c.Count)
	m.damaged += c.Damaged
	m.gaps = append(m.gaps, gaps...)
}

// Holds reports whether one of the sources could hold kind k. It is also true for a kind that was not needed when the
// snapshot was taken; the coverage says why there is none.
func (s *Source) Holds(k estate.Kind) bool {
	m := s.kinds[k]
	return m == nil || m.held
}

// coverage returns the coverage by the sources, for the kinds that are needed now.
func (s *Source) coverage(need estate.Need) estate.Coverage {
	c := estate.Coverage{}
	for _, k := range estate.Kinds() {
		m := s.kinds[k]
		switch {
		case !need.Wants(k):
		case m == nil:
			c.Kinds = append(c.Kinds, estate.KindCoverage{Kind: k, Gaps: []estate.Gap{{
				ID: estate.OldSnapshot, What: k.String(), Why: fmt.Sprintf("not in the snapshot: api7-preflight %s, which took it, did not read it", s.tool),
				Next: "take the snapshot again with this version",
			}}})
		case m.held:
			c.Kinds = append(c.Kinds, estate.KindCoverage{Kind: k, Count: m.count, Gaps: m.gaps, Partial: m.partial, Assumed: m.assumed})
		}
	}
	for _, src := range s.contents.Sources {
		for _, n := range src.Notes {
			c.Notes = append(c.Notes, estate.Note(n))
		}
		for _, of := range src.Coverage {
			if k, err := estate.ParseKind(of.Kind); err == nil && need.Wants(k) {
				_, assumed := s.judged(src, of)
				c.Notes = append(c.Notes, assumed...)
			}
		}
	}
	for _, src := range s.contents.Sources {
		c.Notes = append(c.Notes, s.lesser(src)...)
	}
	return c
}

// lesser returns notes on what a source lacked and another had completely.
func (s *Source) lesser(src SourceInfo) []estate.Note {
	var notes []estate.Note
	for _, c := range src.Coverage {
		k, err := estate.ParseKind(c.Kind)
		if err != nil || !s.kinds[k].complete {
			continue
		}
		what := fmt.Sprintf("kind %s in %s %s", k, src.Kind, src.Name)
		if c.Damaged > 0 {
			notes = append(notes, estate.Note{What: what, Why: plural.Of(c.Damaged, "damaged row", "damaged rows") + "; another source was read completely"})
		}
		gaps, _ := s.judged(src, c)
		for _, g := range gaps {
			notes = append(notes, estate.Note{What: what, Why: g.What + ": " + g.Why + "; another source was read completely"})
		}
	}
	return notes
}
