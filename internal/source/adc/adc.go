// Package adc reads the output of `adc dump`: the published configuration of a gateway group as YAML or JSON. It
// yields the same resources as the store that gateways read, each with its place in the file.
package adc

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/infile"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// kindName is the name of this kind of source in reports.
const kindName = "adc"

// defaultGroup is the gateway group of a file if none is given; every installation has it.
const defaultGroup = "default"

// File is a dump and the gateway group that it was made from, which the file itself does not name.
type File struct{ Group, Path string }

// ParseFlag parses [GROUP=]FILE. The text before the first equals sign is part of the path if it contains a path
// separator: ./a=b.yaml is a file.
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

// Source is one or more dumps. Several dumps of one gateway group are read as one.
type Source struct {
	files   []*file
	records []*record
	counts  map[estate.Kind]int64
	gaps    []estate.Gap
	notes   []estate.Note
	// Set by [Source.MadeBy].
	adc, control version.Version
}

// Open reads the files, sorted by gateway group and path. The error is an [estate.OpenError] that names the first file
// that is not a dump, or the context's. A file may have 256 MiB, one service with its routes 16 MiB. While the source is
// in use, it keeps the text and the objects in it in memory, about twice the size of the files; reading takes up to four
// times the size, including what the garbage collector has not freed.
func Open(ctx context.Context, files []File, o infile.Options) (*Source, error) {
	s := &Source{counts: map[estate.Kind]int64{}}
	all := newCollection(s)
	files = slices.Clone(files)
	for i := range files {
		files[i].Group = cmp.Or(files[i].Group, defaultGroup)
	}
	slices.SortStableFunc(files, func(a, b File) int { return cmp.Or(cmp.Compare(a.Group, b.Group), cmp.Compare(a.Path, b.Path)) })
	for _, f := range files {
		loaded, err := load(ctx, f, o)
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

// Info returns the kind of source and the names of the files without their folders.
func (s *Source) Info() estate.Info {
	names := make([]string, len(s.files))
	for i, f := range s.files {
		names[i] = filepath.Base(f.path)
	}
	return estate.Info{Kind: kindName, Name: strings.Join(names, ", ")}
}

// Holds is the function Holds: the answer is the same for every dump.
func (*Source) Holds(k estate.Kind) bool { return Holds(k) }

// Holds reports whether a dump can hold resources of kind k: what is published, except for what ADC does not manage.
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

// Close releases what was read. Places of resources cannot be looked up afterwards.
func (s *Source) Close() error {
	s.files, s.records = nil, nil
	return nil
}

// checkEvery is the number of resources between two checks of the context.
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
