// Package adc reads what `adc dump` writes: the published configuration of a gateway group as YAML or JSON. It gives
// the same resources as the store that gateways read, each with its place in the file.
package adc

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// kindName is what reports call this kind of source.
const kindName = "adc"

// defaultGroup is the gateway group of a file that none is named for; every installation has it.
const defaultGroup = "default"

// File is a dump and the gateway group that it was made of: the file itself does not name it.
type File struct {
	Group, Path string
	Stdin       io.Reader // what is read for the path "-"
}

// ParseFlag reads [GROUP=]FILE. What stands before the first equals sign is a path if it holds a path separator:
// ./a=b.yaml is a file.
func ParseFlag(text string) File {
	group, path, ok := strings.Cut(text, "=")
	if !ok || strings.ContainsAny(group, `/\`) {
		return File{Group: defaultGroup, Path: text}
	}
	if group == "" {
		group = defaultGroup
	}
	return File{Group: group, Path: path}
}

func refuse(message, hint string) error { return &estate.OpenError{Message: message, Hint: hint} }

// Source is one or several dumps. Several of one gateway group are read as one.
type Source struct {
	files   []*file
	records []*record
	counts  map[estate.Kind]int64
	gaps    []estate.Gap
	notes   []estate.Note
	// What [Source.MadeBy] tells.
	adc, control version.Version
}

// Open reads the files; the error is an [estate.OpenError] that names the first that is no dump. A file may have 256 MiB, one
// service with its routes 16 MiB. The text and the objects in it, some twice the size of the files, are kept in
// memory while the source is in use; it takes up to four times as much to read them, the collector's share included.
func Open(files []File) (*Source, error) {
	s := &Source{counts: map[estate.Kind]int64{}}
	all := newCollection(s)
	for _, f := range files {
		if f.Group == "" {
			f.Group = defaultGroup
		}
		loaded, err := load(f)
		if err != nil {
			return nil, err
		}
		if err := all.read(loaded); err != nil {
			return nil, err
		}
		s.files = append(s.files, loaded)
	}
	all.finish()
	return s, nil
}

// Info describes the source; its name lists the files without their folders.
func (s *Source) Info() estate.Info {
	names := make([]string, len(s.files))
	for i, f := range s.files {
		names[i] = filepath.Base(f.path)
	}
	return estate.Info{Kind: kindName, Name: strings.Join(names, ", ")}
}

// Holds is the same for every dump.
func (*Source) Holds(k estate.Kind) bool { return Holds(k) }

// Holds reports whether a dump can hold resources of kind k: what is published, without what ADC does not manage.
func Holds(k estate.Kind) bool {
	switch k { //nolint:exhaustive // the other kinds are not in a dump
	case estate.Service, estate.Route, estate.StreamRoute, estate.Upstream, estate.Consumer, estate.Credential,
		estate.GlobalRule, estate.ConsumerGroup, estate.PluginMetadata, estate.SSL:
		return true
	}
	return false
}

// Versions returns nothing: a dump names no version.
func (*Source) Versions(context.Context) ([]estate.VersionEvidence, error) { return nil, nil }

// Close releases what was read. Places of resources cannot be looked up any more.
func (s *Source) Close() error {
	s.files, s.records = nil, nil
	return nil
}

// checkEvery is after how many resources a done context is noticed.
const checkEvery = 1024

// Stream yields the resources in the order of the files.
func (s *Source) Stream(ctx context.Context, need estate.Need, yield func(*estate.Resource) error) (estate.Coverage, error) {
	for i, r := range s.records {
		if err := ctx.Err(); i%checkEvery == 0 && err != nil {
			return estate.Coverage{}, fmt.Errorf("streaming: %w", err)
		}
		if !need.Wants(r.kind) {
			continue
		}
		if err := yield(r.resource()); err != nil {
			return estate.Coverage{}, err
		}
	}
	c := estate.Coverage{Kinds: []estate.KindCoverage{}, Notes: slices.Clone(s.notes)}
	for _, k := range estate.Kinds() {
		if need.Wants(k) && s.Holds(k) {
			omitted, notes := s.omitted(k)
			c.Kinds = append(c.Kinds, estate.KindCoverage{Kind: k, Count: s.counts[k], Gaps: slices.Concat(s.gaps, omitted), Partial: true})
			c.Notes = append(c.Notes, notes...)
		}
	}
	return c, nil
}
