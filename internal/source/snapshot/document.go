// Package snapshot is an installation in one file: compressed, without secrets, and with all that the rules need, to be
// assessed where the installation cannot be reached.
//
// The file is a zstd stream of JSON lines, followed by a skippable zstd frame with the SHA-256 of that stream: any zstd
// tool shows what it holds, and no changed or missing byte stays unseen. The lines are a [Header], the resources in the
// order of their bytes, and a [Manifest].
package snapshot

import (
	_ "embed" // for the schema
	"encoding/json"
	"io/fs"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// Format is the name by which a snapshot knows itself.
const Format = "api7-preflight-snapshot"

// SchemaVersion changes when a reader of the older version would misunderstand the file.
const SchemaVersion = "1"

// Mode is that of a new file with a snapshot, before the umask takes from it.
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

// Resource is a line with one resource.
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
	// Positions holds, for what was read from a file, the position of each JSON pointer into the resource; a pointer that
	// is not in it stands where the part around it stands.
	Positions map[string]estate.Position `json:"positions,omitempty"`
}

// Manifest is the last line: what was read and what was not.
type Manifest struct {
	Manifest Contents `json:"manifest"`
}

// Contents is what a manifest says.
type Contents struct {
	Kinds     []string     `json:"kinds"`     // that were asked for
	Sources   []SourceInfo `json:"sources"`   // in the order in which they were given
	Resources int64        `json:"resources"` // lines between header and manifest
	SHA256    string       `json:"sha256"`    // of all lines before this one
}

// SourceInfo is one of the sources that a snapshot was taken from.
type SourceInfo struct {
	Kind     string     `json:"kind"`
	Name     string     `json:"name"`
	Coverage []Coverage `json:"coverage"` // of the kinds that it can hold
	Notes    []Note     `json:"notes"`
	Versions []Version  `json:"versions"`
}

// Coverage says how completely a source was read for one kind.
type Coverage struct {
	Kind    string `json:"kind"`
	Count   int64  `json:"count"`
	Damaged int64  `json:"damaged"` // rows that could not be read
	Partial bool   `json:"partial"` // the source knows only some of the gateway groups
	Assumed bool   `json:"assumed"` // the source shows none, which is taken to mean that there is none
	Gaps    []Gap  `json:"gaps"`
}

// Gap is something that was not examined. In a file from before it had an ID, nobody can tell whether it names objects.
type Gap struct {
	ID    string   `json:"id"`
	What  string   `json:"what"`
	Why   string   `json:"why"`
	Next  string   `json:"next"`
	Names []string `json:"names,omitempty"` // of the objects that What and Why speak of
	Plain string   `json:"plain,omitempty"` // the same without these
	Of    string   `json:"of,omitempty"`    // the one field that is missing; empty: resources are
	// Position is the place in a file, where it is one.
	Position *estate.Position `json:"position,omitempty"`
}

// gapOf returns a gap of a source as a manifest has it.
func gapOf(g estate.Gap) Gap {
	out := Gap{ID: g.ID, What: g.What, Why: g.Why, Next: g.Next, Names: g.Names, Plain: g.Plain, Of: g.Of}
	if g.At.File != "" {
		out.Position = &g.At.Position
	}
	return out
}

// of returns the gap of a source of some kind.
func (g Gap) of(source string) estate.Gap {
	out := estate.Gap{ID: g.ID, What: g.What, Why: g.Why, Next: g.Next, Names: g.Names, Plain: g.Plain, Of: g.Of}
	if g.Position != nil {
		out.At = estate.Place{Source: source, Position: *g.Position}
	}
	return out
}

// Note is something noticed while reading that hides nothing.
type Note struct {
	What string `json:"what"`
	Why  string `json:"why"`
}

// Version is one place that told a version.
type Version struct {
	Component string `json:"component"`
	Version   string `json:"version"`
	Where     string `json:"where"`
	Chart     bool   `json:"chart,omitempty" jsonschema:"true if the version is only a Helm chart's default"`
}

const (
	// maxLine bounds one line. What is longer is no configuration.
	maxLine = 16 << 20
	// window is how far back the compression looks, and so what reading a snapshot costs in memory.
	window = 4 << 20
)
