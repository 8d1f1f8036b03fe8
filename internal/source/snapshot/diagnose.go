package snapshot

import (
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// Diagnosis is what can be said of a snapshot without telling a single value from its resources.
type Diagnosis struct {
	Tool          string `json:"tool"` // version of the program that wrote it
	SchemaVersion string `json:"schema_version"`
	Resources     int64  `json:"resources"`
	// SHA256 is that of the lines. It and the seal over the whole file were checked when the snapshot was opened.
	SHA256  string         `json:"sha256"`
	Sources []SourceReport `json:"sources"`
	// NotAsked are the kinds that this program needs and that nobody asked for when the snapshot was taken.
	NotAsked []string `json:"not_asked"`
	// Incomplete are the needed kinds that no source held completely, though one could.
	Incomplete []string `json:"incomplete"`
}

// SourceReport is one of the sources that the snapshot was taken from.
type SourceReport struct {
	Kind  string       `json:"kind"`
	Name  string       `json:"name"`
	Kinds []KindReport `json:"kinds"`
}

// KindReport says how completely a source was read for a kind.
type KindReport struct {
	Kind    string      `json:"kind"`
	Count   int64       `json:"count"`
	Damaged int64       `json:"damaged"`
	Partial bool        `json:"partial"` // the source knew only some of the gateway groups
	Gaps    []GapReport `json:"gaps"`
}

// GapReport is something that was not read. What would name objects by their ids is empty.
type GapReport struct {
	What string `json:"what"`
	Why  string `json:"why"`
	Next string `json:"next"`
}

// Complete reports whether the sources together held all that they could hold of the needed kinds.
func (d *Diagnosis) Complete() bool { return len(d.NotAsked) == 0 && len(d.Incomplete) == 0 }

// Diagnose tells what the manifest says, seen from what is needed now. Everything was read and checked by [Open].
func (s *Source) Diagnose(need estate.Need) Diagnosis {
	d := Diagnosis{
		Tool: s.tool, SchemaVersion: SchemaVersion, Resources: s.contents.Resources, SHA256: s.contents.SHA256,
		Sources: []SourceReport{}, NotAsked: []string{}, Incomplete: []string{},
	}
	for _, k := range estate.Kinds() {
		switch m := s.kinds[k]; {
		case !need.Wants(k):
		case m == nil:
			d.NotAsked = append(d.NotAsked, k.String())
		case m.held && (len(m.gaps) > 0 || m.damaged > 0 && !m.complete):
			d.Incomplete = append(d.Incomplete, k.String())
		}
	}
	for _, src := range s.contents.Sources {
		r := SourceReport{Kind: src.Kind, Name: src.Name, Kinds: []KindReport{}}
		for _, c := range src.Coverage {
			k := KindReport{Kind: c.Kind, Count: c.Count, Damaged: c.Damaged, Partial: c.Partial, Gaps: []GapReport{}}
			for _, g := range c.Gaps {
				k.Gaps = append(k.Gaps, anonymous(src.Kind, g))
			}
			r.Kinds = append(r.Kinds, k)
		}
		d.Sources = append(d.Sources, r)
	}
	return d
}

// anonymous takes the ids of objects out of a gap: the Admin API's are called by them, and databases list them where
// their tables disagree.
func anonymous(source string, g Gap) GapReport {
	r := GapReport(g)
	if source == "admin-api" {
		r.What = ""
	}
	r.Why, _, _ = strings.Cut(r.Why, "; only in ")
	return r
}
