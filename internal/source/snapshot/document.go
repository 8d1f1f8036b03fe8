// Package snapshot stores an installation in one file, to be assessed where the installation cannot be reached. The
// file is compressed and contains no secrets, but everything that the rules need.
//
// The file is a zstd stream of JSON lines, followed by a skippable zstd frame with the SHA-256 of that stream. So any
// zstd tool shows its content, and any changed or missing byte is noticed. The lines are a [Header], the resources
// sorted by their bytes, and a [Manifest].
package snapshot

import (
	_ "embed" // for the schema
	"encoding/json"
	"io/fs"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// Format identifies a snapshot in its header.
const Format = "api7-preflight-snapshot"

// SchemaVersion changes when a reader of the older version would misunderstand the file.
const SchemaVersion = "1"

// Mode is the mode of a new file with a snapshot, before the umask.
const Mode fs.FileMode = 0o600

//go:embed schema.json
var schema string

// Schema returns the JSON Schema (draft 2020-12) of one line of a decompressed snapshot.
func Schema() string { return schema }

// Header is the first line.
type Header struct {
	Format        string `json:"format"`
	SchemaVersion string `json:"schema_version"`
	Tool          string `json:"tool"` // version of the program that wrote the file
}

// Resource is the line of one resource.
type Resource struct {
	Kind   string          `json:"kind"`
	Group  estate.Group    `json:"group"`
	ID     string          `json:"id"`
	Origin Origin          `json:"origin"`
	Body   json.RawMessage `json:"body,omitempty"`   // without secrets; absent for a damaged row
	Damage string          `json:"damage,omitempty"` // why the row could not be read
}

// Origin is where the resource was read when the snapshot was taken.
type Origin struct {
	Source  string `json:"source"`
	Table   string `json:"table"`
	Key     string `json:"key"`
	Running bool   `json:"running"`
	// Positions are the positions of parts of a resource read from a file, by JSON pointer. A part that is not listed
	// has the position of the part around it.
	Positions map[string]estate.Position `json:"positions,omitempty"`
}

// Manifest is the last line: what was read and what was not.
type Manifest struct {
	Manifest Contents `json:"manifest"`
}

// Contents is what the manifest says.
type Contents struct {
	Kinds     []string     `json:"kinds"`     // the kinds that were needed
	Sources   []SourceInfo `json:"sources"`   // in the order in which they were given
	Resources int64        `json:"resources"` // lines between header and manifest
	SHA256    string       `json:"sha256"`    // of all lines before this one
}

// SourceInfo is one of the sources that a snapshot was taken from.
type SourceInfo struct {
	Kind     string     `json:"kind"`
	Name     string     `json:"name"`
	Coverage []Coverage `json:"coverage"` // for each kind that the source can hold
	Notes    []Note     `json:"notes"`
	Versions []Version  `json:"versions"`
}

// Coverage says how completely a source was read for one kind.
type Coverage struct {
	Kind    string `json:"kind"`
	Count   int64  `json:"count"`
	Damaged int64  `json:"damaged"` // rows that could not be read
	Partial bool   `json:"partial"` // the source covers only some of the gateway groups
	Assumed bool   `json:"assumed"` // the source shows none, which is taken to mean that there is none
	Gaps    []Gap  `json:"gaps"`
}

// Gap is something that was not examined. If it has no ID, the file is older, and it is unknown whether What and Why
// name objects.
type Gap struct {
	ID    string   `json:"id"`
	What  string   `json:"what"`
	Why   string   `json:"why"`
	Next  string   `json:"next"`
	Names []string `json:"names,omitempty"` // objects that What and Why mention
	Plain string   `json:"plain,omitempty"` // the same without the names
	Of    string   `json:"of,omitempty"`    // the one field that is missing; empty: resources are
	// Position is the place, if that is in a file.
	Position *estate.Position `json:"position,omitempty"`
	Lack     *Lack            `json:"lack,omitempty" jsonschema:"why it may be none after all: that depends on versions"`
}

// Lack is [estate.Lack]. A version that is unknown is empty.
type Lack struct {
	Says  string   `json:"says"`
	ADC   string   `json:"adc,omitempty"`
	Told  string   `json:"told,omitempty"`
	Since []string `json:"since"`
}

// lackOf returns a lack in the form of the manifest.
func lackOf(l *estate.Lack) *Lack {
	if l == nil {
		return nil
	}
	out := &Lack{Says: l.Says, Since: []string{}}
	for _, v := range l.Since.First() {
		out.Since = append(out.Since, v.String())
	}
	if !l.ADC.IsZero() {
		out.ADC = l.ADC.String()
	}
	if !l.Told.IsZero() {
		out.Told = l.Told.String()
	}
	return out
}

// of returns the lack; nil if it cannot be understood, so that the gap stays.
func (l *Lack) of() *estate.Lack {
	if l == nil {
		return nil
	}
	out := &estate.Lack{Says: l.Says}
	var err error
	if out.Since, err = version.ParseChange(l.Since); err != nil {
		return nil
	}
	for from, to := range map[string]*version.Version{l.ADC: &out.ADC, l.Told: &out.Told} {
		if from == "" {
			continue
		}
		if *to, err = version.Parse(from); err != nil {
			return nil
		}
	}
	return out
}

// gapOf returns a source's gap in the form of the manifest.
func gapOf(g estate.Gap) Gap {
	out := Gap{ID: g.ID, What: g.What, Why: g.Why, Next: g.Next, Names: g.Names, Plain: g.Plain, Of: g.Of, Lack: lackOf(g.Lack)}
	if g.At.File != "" {
		out.Position = &g.At.Position
	}
	return out
}

// of returns the gap as one of a source of this kind.
func (g Gap) of(source string) estate.Gap {
	out := estate.Gap{ID: g.ID, What: g.What, Why: g.Why, Next: g.Next, Names: g.Names, Plain: g.Plain, Of: g.Of, Lack: g.Lack.of()}
	if g.Position != nil {
		out.At = estate.Place{Source: source, Position: *g.Position}
	}
	return out
}

// Note is something worth knowing that hides nothing.
type Note struct {
	What string `json:"what"`
	Why  string `json:"why"`
}

// Version is one place that showed a version.
type Version struct {
	Component string `json:"component"`
	Version   string `json:"version"`
	Where     string `json:"where"`
	Chart     bool   `json:"chart,omitempty" jsonschema:"true if the version is only a Helm chart's default"`
}

const (
	// maxLine limits the bytes of one line. A longer one is not configuration.
	maxLine = 16 << 20
	// window is the window size of the compression in bytes, and so the memory that reading a snapshot takes.
	window = 4 << 20
)
