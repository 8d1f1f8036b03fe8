// Package files reads the files that an installation is made with: configuration of the control plane's components and
// of gateways, docker-compose files, Helm values, those in files of deployment tools too, and rendered manifests. It
// recognises them by what is in them.
package files

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/files/tree"
)

// Options say what to open.
type Options struct {
	// Paths are files, folders, which are read with all that is below them, and lists of files joined by commas: layers
	// of Helm values, the later ones over the earlier ones.
	Paths []string
	// AllowEmpty allows files of which none is recognised, to be told why.
	AllowEmpty bool
	// Own says what a file is that this program wrote, by its content, of which the end may be missing; empty for all
	// others. Such a file is no configuration, and is left out with a note. Nil knows none.
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
//   - under: the key that the values have in those of a chart which depends on the vendor's.
//   - open: why Helm values may set more than settings has, where not all of them could be read.
//   - names: what Helm values call settings that have another name there, by JSON pointer below settings.
//   - chart, chart_version: the Helm chart, where that is known; layers: the files that Helm values come from;
//     unpacked is true of the values.yaml of an unpacked chart, which are its defaults where nobody changed them.
//   - repository, tag, digest, environment, host_network of an image; workload: kind, namespace, name and container of a
//     manifest's; document: its number in the file, but for the first, which is 0; tag_from is "image" where the tag is written
//     somewhere and "chart" where it is what this version of the chart names. The variable "*" stands for others that
//     may be set.
//
// A place of a setting is that of its key in the file that set it last.
type Source struct {
	paths   []string
	beside  []string // as of finds
	records []*record
	counts  map[estate.Kind]int64
	holds   holdings
	gaps    []estate.Gap
	notes   []estate.Note // sorted
	files   []estate.FileDiagnosis
	seen    []estate.VersionEvidence
}

// Open reads the files. The error is an [estate.OpenError], or the context's: a file that is not there, that is no YAML,
// or files of which none is anything of API7. A file may have 8 MiB, a folder 50,000 of them.
func Open(ctx context.Context, o Options) (*Source, error) {
	w := walker{seen: map[string]bool{}}
	if err := w.gather(ctx, o.Paths); err != nil {
		return nil, err
	}
	read, err := scan(ctx, w.inputs, o.own)
	if err != nil {
		return nil, err
	}
	found, err := assemble(read.docs)
	if err != nil {
		return nil, err
	}
	s := &Source{paths: o.Paths, beside: found.beside, gaps: slices.Concat(read.gaps, found.gaps)}
	s.records, s.counts = recordsOf(found)
	s.holds = hold(s.counts, len(s.gaps) > 0, found.rendered)
	seen, untold := versionsOf(found.Containers)
	s.seen = seen
	diagnose(read.reports, read.docs)
	s.files = append(read.reports, w.skipped...)
	s.notes = sorted(slices.Concat(w.notes, read.notes, found.notes, untold, s.holds.notes, unknown(read.reports)))
	if len(s.records) == 0 && len(s.gaps) == 0 && !o.AllowEmpty {
		return nil, s.nothing()
	}
	return s, nil
}

// Files returns the files that a path of [Options] names, those in a folder included, as far as they can be found: what
// Open reads of it. Files that the content of others names are in [Source.Beside].
func Files(ctx context.Context, path string) []string {
	w := walker{seen: map[string]bool{}}
	_ = w.gather(ctx, []string{path}) // Open says what is wrong
	var files []string
	for _, in := range w.inputs {
		files = append(files, in.layers...)
	}
	return files
}

// Beside returns the files that were read because others name them or stand beside them.
func (s *Source) Beside() []string { return s.beside }

// nothing says that there is nothing to assess.
func (s *Source) nothing() error {
	text := strings.Join(s.paths, ", ")
	if len(s.files) == 0 {
		return refuse(text+": no YAML file is there", tree.WhatToName)
	}
	for _, f := range s.files {
		if len(f.Documents) > 0 {
			return refuse(fmt.Sprintf("none of the YAML files is configuration of API7 (%s: %s)", f.Path, f.Documents[0].Why),
				tree.WhatToName+"; api7-preflight doctor says of each file why")
		}
	}
	return refuse(fmt.Sprintf("none of the YAML files is configuration of API7 (%s: %s)", s.files[0].Path, s.files[0].Why), tree.WhatToName)
}

// Info describes the source; its name lists what was named, without folders above.
func (s *Source) Info() estate.Info {
	names := make([]string, len(s.paths))
	for i, path := range s.paths {
		layers := strings.Split(path, ",")
		for j := range layers {
			layers[j] = filepath.Base(layers[j])
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
