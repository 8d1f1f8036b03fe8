// Package files reads the files that an installation is made with: configuration of the control plane's components and
// of gateways, docker-compose files, Helm values, those in files of deployment tools too, and rendered manifests. It
// recognises them by what is in them.
package files

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/infile"
	"github.com/api7-preflight/api7-preflight/internal/source/files/tree"
)

// Options say what to open.
type Options struct {
	// Paths are files, folders, which are read with all that is below them, lists of files joined by commas: layers of Helm
	// values, the later ones over the earlier ones; and - for standard input.
	Paths []string
	// Exclude are patterns, as [Pattern] has them, of paths that folders do not bring. They are held against the path below
	// the folder and against the one that is shown.
	Exclude []string
	// Elsewhere are the paths of files that another source reads: that they are none of this one's is no doubt.
	Elsewhere []string
	// Input says how the files are read that Paths name. Those in folders, and those that others name, must be files on a disk.
	Input infile.Options
	// AllowEmpty allows files of which none is recognised, to be told why.
	AllowEmpty bool
	// Own says what a file is that this program wrote, by its content, of which the end may be missing; empty for all
	// others. Such a file is no configuration, and is left out with a note. It is asked of files that
	// have api7 in them or are no text. Nil knows none.
	Own func(content []byte) string
}

// own asks o.Own.
func (o Options) own(content []byte) string {
	if o.Own == nil {
		return ""
	}
	return o.Own(content)
}

// Source is a set of configuration files. Bodies of its resources are objects with these fields:
//
//   - found: "file", "configmap", "helm", "compose" or "manifest". What a file or a ConfigMap leaves out has the default of the
//     program that reads it. What Helm values ("helm") leave out has the default of the chart; null in them deletes that
//     one and leaves the program's. Values of the gateway's chart are settings of its file only where the template
//     writes them as they are; the others have names of their own, in the resource of kind helm_values.
//   - from: the file that it stands in or is made of; of layers of Helm values their names, joined by commas.
//   - component: "dashboard", "dp_manager", "developer_portal", "file_server" or "gateway"; of images also of what runs
//     beside them, such as "postgresql".
//   - settings: the content of the file, or the values. What is taken from the environment is there and unreadable, as
//     [estate.AppendUnknown] has it. Of what a gateway replaces itself, ${{X}}, it needs those variables that have no
//     default.
//   - replaced: where values of settings come from that a gateway replaces and that are known, by JSON pointer below settings.
//   - under: the key that the values have in those of a chart which depends on the vendor's.
//   - open: why Helm values may set more than settings has, where not all of them could be read.
//   - names: what Helm values call settings that have another name there, by JSON pointer below settings.
//   - chart, chart_version: the Helm chart, where that is known; layers: the files that Helm values come from;
//     unpacked is true of the values.yaml of an unpacked chart, which are its defaults where nobody changed them.
//   - repository, tag, digest, environment, host_network of an image; default_file is true where something is mounted over a
//     gateway's config-default.yaml; service: its name in a docker-compose file; workload: kind, namespace, name and container of a
//     manifest's; document: its number in the file, but for the first, which is 0; tag_from is "image" where the tag is written
//     somewhere and "chart" where it is what this version of the chart names; defaults are the variables whose defaults are
//     parts of the name. The variable "*" stands for others that may be set.
//
// A place of a setting is that of its key in the file that set it last.
type Source struct {
	paths   []string
	beside  []string // as of finds
	idle    []string // patterns that left nothing out
	records []*record
	counts  map[estate.Kind]int64
	holds   holdings
	gaps    []estate.Gap
	notes   []estate.Note // sorted
	files   []estate.FileDiagnosis
	seen    []estate.VersionEvidence
}

// Open reads the files. The error is an [estate.OpenError], or the context's: a file that is not there, one that was named
// and is no YAML, or files of which none is anything of API7. A file in a folder that cannot be read is a gap where it may be
// API7's, else a note. A file may have 8 MiB; of files there may be any number, since those that have nothing of API7 are
// not kept.
func Open(ctx context.Context, o Options) (*Source, error) {
	o.Paths, o.Exclude = inOrder(o.Paths), slices.Sorted(slices.Values(o.Exclude))
	read := &scanner{own: o.own, open: func(path string) (*infile.File, error) { return infile.Open(ctx, path, o.Input) }}
	var w *walker
	err := read.scan(ctx, func(each func(input) error) error {
		w = walkerOf(o.Exclude, each)
		return w.gather(ctx, o.Paths)
	})
	if err != nil {
		return nil, err
	}
	if err := read.finish(); err != nil {
		return nil, err
	}
	docs := read.docs()
	slices.Sort(read.paths)
	found, err := assemble(docs, read.paths)
	if err != nil {
		return nil, err
	}
	elsewhere := pathsOf(o.Elsewhere)
	if !o.AllowEmpty {
		if err := misplaced(docs, elsewhere); err != nil {
			return nil, err
		}
	}
	s := &Source{paths: o.Paths, beside: found.beside, idle: w.idle()}
	sealed, vaults := read.sealed(docs)
	s.gaps = slices.Concat(w.gaps, read.doubts(pathsOf(found.beside)), sealed, found.gaps, unused(docs, elsewhere), sopsValues(docs))
	if s.records, s.counts = recordsOf(found); len(s.records) > 0 {
		s.gaps = append(s.gaps, unreadLayers(docs)...)
	}
	s.holds = hold(s.counts, len(s.gaps) > 0, found.rendered)
	seen, untold := versionsOf(found.Containers)
	s.seen = seen
	reports := read.reports()
	diagnose(reports, docs)
	s.files = append(reports, w.skipped...)
	s.notes = sorted(slices.Concat(w.notes, w.leftOut(), w.outside(), read.notes(), vaults, controllers(docs), found.notes, untold, s.holds.notes, unknown(reports, &read.others, s.gaps)))
	if len(s.records) == 0 && len(s.gaps) == 0 && !o.AllowEmpty {
		return nil, s.nothing()
	}
	return s, nil
}

// inOrder returns the paths in an order that is not the one in which they were given: layers first, because a file among
// them is not read again by itself.
func inOrder(paths []string) []string {
	layers := func(path string) int { return -min(strings.Count(path, ","), 1) }
	return slices.SortedFunc(slices.Values(paths), func(a, b string) int { return cmp.Or(cmp.Compare(layers(a), layers(b)), cmp.Compare(a, b)) })
}

// Files returns the files that a path of [Options] names, those in a folder included, as far as they can be found: what
// Open reads of it. Files that the content of others names are in [Source.Beside].
func Files(ctx context.Context, path string) []string {
	var files []string
	w := walkerOf(nil, func(in input) error {
		files = append(files, in.layers...)
		return nil
	})
	_ = w.gather(ctx, []string{path}) // Open says what is wrong
	return files
}

// Beside returns the files that were read because others name them or stand beside them.
func (s *Source) Beside() []string { return s.beside }

// Idle says of the patterns of [Options.Exclude] that left nothing out why: they may be misspelt.
func (s *Source) Idle() []string { return s.idle }

// nothing says that there is nothing to assess, and what was looked for.
func (s *Source) nothing() error {
	if len(s.files) == 0 {
		return refuse(strings.Join(s.paths, ", ")+": the folder has no file whose name ends in .yaml, .yml or .json", tree.WhatToName)
	}
	const none = "none of the files is configuration of API7 "
	first := s.files[0]
	for _, f := range s.files {
		if len(f.Documents) > 0 {
			return refuse(fmt.Sprintf("%s(%s: %s)", none, f.Path, f.Documents[0].Why), tree.WhatToName+"; api7-preflight doctor says of each file why")
		}
	}
	return refuse(fmt.Sprintf("%s(%s: %s)", none, first.Path, first.Why), tree.WhatToName)
}

// Info describes the source; its name lists what was named, without folders above.
func (s *Source) Info() estate.Info {
	names := make([]string, len(s.paths))
	for i, path := range s.paths {
		layers := strings.Split(path, ",")
		for j := range layers {
			layers[j] = filepath.Base(called(layers[j]))
		}
		names[i] = strings.Join(layers, ",")
	}
	return estate.Info{Kind: kindName, Name: strings.Join(names, ", ")}
}

// Holds reports whether the files tell of resources of kind k. Files of one part of an installation say nothing of the
// others: without a file of the Dashboard, say, its kind is not held.
func (s *Source) Holds(k estate.Kind) bool { return s.holds.held[k] }

// Versions returns the versions that image tags tell, those of charts included that name their images by default.
func (s *Source) Versions(context.Context) ([]estate.VersionEvidence, error) { return s.seen, nil }

// Close releases nothing: the files were closed when they were read.
func (*Source) Close() error { return nil }

// Stream yields the resources.
func (s *Source) Stream(ctx context.Context, need estate.Need, yield func(*estate.Resource) error) (estate.Coverage, error) {
	for _, r := range s.records {
		if err := ctx.Err(); err != nil {
			return estate.Coverage{}, fmt.Errorf("streaming: %w", err)
		}
		if !need.Wants(r.kind) {
			continue
		}
		if err := yield(r.resource()); err != nil {
			return estate.Coverage{}, err
		}
	}
	c := estate.Coverage{Kinds: []estate.KindCoverage{}, Notes: s.notes}
	for _, k := range estate.Kinds() {
		if need.Wants(k) && s.Holds(k) {
			c.Kinds = append(c.Kinds, estate.KindCoverage{Kind: k, Count: s.counts[k], Gaps: s.gaps, Assumed: s.holds.assumed[k]})
		}
	}
	return c, nil
}
