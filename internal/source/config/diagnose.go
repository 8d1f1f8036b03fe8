package config

import (
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// Diagnosis is what can be said of configuration files without telling a single value from them.
type Diagnosis struct {
	Files    []FileReport    `json:"files"`
	Kinds    []KindReport    `json:"kinds"`
	Versions []VersionReport `json:"versions"`
	Gaps     []GapReport     `json:"gaps"`
	Notes    []NoteReport    `json:"notes"`
}

// FileReport says what a file was taken for.
type FileReport struct {
	Path      string           `json:"path"`
	Why       string           `json:"why"` // why nothing of it was read; else empty
	Documents []DocumentReport `json:"documents"`
}

// DocumentReport says what one or several documents of a file were taken for.
type DocumentReport struct {
	Line       int    `json:"line"` // of the first
	Count      int    `json:"count"`
	Recognised string `json:"recognised"`
	Why        string `json:"why"`
	Used       bool   `json:"used"` // something of it concerns API7
}

// KindReport counts resources of a kind.
type KindReport struct {
	Kind  string `json:"kind"`
	Count int64  `json:"count"`
}

// VersionReport is a version that an image tells.
type VersionReport struct {
	Component string `json:"component"`
	Version   string `json:"version"`
	Where     string `json:"where"`
}

// GapReport is something that was not examined.
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

// Complete reports whether everything that concerns API7 could be read.
func (d *Diagnosis) Complete() bool { return len(d.Gaps) == 0 }

// Diagnose tells what each file was taken for and why.
func (s *Source) Diagnose() Diagnosis {
	d := Diagnosis{Files: s.files, Kinds: []KindReport{}, Versions: []VersionReport{}, Gaps: []GapReport{}, Notes: []NoteReport{}}
	for _, k := range estate.Kinds() {
		if s.counts[k] > 0 {
			d.Kinds = append(d.Kinds, KindReport{k.String(), s.counts[k]})
		}
	}
	for _, e := range s.seen {
		d.Versions = append(d.Versions, VersionReport{string(e.Component), e.Version.String(), e.Where})
	}
	for _, g := range s.gaps {
		d.Gaps = append(d.Gaps, GapReport(g))
	}
	for _, n := range s.notes {
		d.Notes = append(d.Notes, NoteReport(n))
	}
	return d
}

// add lists a document with those before it of which the same is to be said.
func (f *FileReport) add(d *document) {
	r := DocumentReport{Line: d.root.at.line, Count: 1, Recognised: d.is.what.String(), Why: d.is.why, Used: d.count > 0}
	if d.is.what == manifest && !r.Used {
		r.Why += ", and nothing of API7 in it"
	}
	for i := range f.Documents {
		if same := &f.Documents[i]; same.Recognised == r.Recognised && same.Why == r.Why && same.Used == r.Used {
			same.Count++
			return
		}
	}
	f.Documents = append(f.Documents, r)
}

// cutPlace takes the place off the front of an error about a file.
func cutPlace(message, file string) (at place, rest string, ok bool) {
	text, ok := strings.CutPrefix(message, file+":")
	if !ok {
		return at, message, false
	}
	parts := strings.SplitN(text, ":", 3)
	if len(parts) != 3 {
		return at, message, false
	}
	var err, broken error
	at.line, err = strconv.Atoi(parts[0])
	at.column, broken = strconv.Atoi(parts[1])
	return at, strings.TrimSpace(parts[2]), err == nil && broken == nil
}
