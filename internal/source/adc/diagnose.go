package adc

import "github.com/api7-preflight/api7-preflight/internal/estate"

// Diagnosis is what can be said of dumps without telling a single value from them.
type Diagnosis struct {
	Files []FileReport `json:"files"`
	// CannotHold are the kinds that no dump holds.
	CannotHold []string     `json:"cannot_hold"`
	Gaps       []GapReport  `json:"gaps"`
	Notes      []NoteReport `json:"notes"`
}

// FileReport is what one file holds.
type FileReport struct {
	Path   string       `json:"path"`
	Group  string       `json:"gateway_group"` // as the flag names it: the file does not
	Format string       `json:"format"`        // yaml or json
	Bytes  int          `json:"bytes"`
	Kinds  []KindReport `json:"kinds"`
}

// KindReport counts objects of a kind.
type KindReport struct {
	Kind    string `json:"kind"`
	Count   int64  `json:"count"`   // damaged ones included
	Damaged int64  `json:"damaged"` // that cannot be read
}

// GapReport is something that was not examined, by its place.
type GapReport struct {
	What string `json:"what"`
	Why  string `json:"why"`
	Next string `json:"next"`
}

// NoteReport is something that a person should know and that hides nothing.
type NoteReport struct {
	What string `json:"what"`
	Why  string `json:"why"`
}

// Complete reports whether all that the files hold could be read. What a dump cannot hold is not missing from it.
func (d *Diagnosis) Complete() bool {
	for _, f := range d.Files {
		for _, k := range f.Kinds {
			if k.Damaged > 0 {
				return false
			}
		}
	}
	return len(d.Gaps) == 0
}

// Diagnose tells what the files hold.
func (s *Source) Diagnose() Diagnosis {
	d := Diagnosis{Files: []FileReport{}, CannotHold: []string{}, Gaps: []GapReport{}, Notes: []NoteReport{}}
	for _, k := range estate.Kinds() {
		if !s.Holds(k) {
			d.CannotHold = append(d.CannotHold, k.String())
		}
	}
	for _, f := range s.files {
		d.Files = append(d.Files, s.report(f))
	}
	for _, g := range s.gaps {
		d.Gaps = append(d.Gaps, GapReport(g))
	}
	for _, n := range s.notes {
		d.Notes = append(d.Notes, NoteReport(n))
	}
	return d
}

func (s *Source) report(f *file) FileReport {
	r := FileReport{Path: f.path, Group: f.group, Format: "yaml", Bytes: len(f.data), Kinds: []KindReport{}}
	if f.json {
		r.Format = "json"
	}
	counts := map[estate.Kind]KindReport{}
	for _, rec := range s.records {
		if rec.file == f {
			c := counts[rec.kind]
			c.Count++
			if rec.damage != "" {
				c.Damaged++
			}
			counts[rec.kind] = c
		}
	}
	for _, k := range estate.Kinds() {
		if c, there := counts[k]; there {
			c.Kind = k.String()
			r.Kinds = append(r.Kinds, c)
		}
	}
	return r
}
