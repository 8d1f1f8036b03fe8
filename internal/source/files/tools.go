package files

import (
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/files/gitops"
	"github.com/api7-preflight/api7-preflight/internal/source/files/helm"
	"github.com/api7-preflight/api7-preflight/internal/source/files/recognise"
	"github.com/api7-preflight/api7-preflight/internal/source/files/tree"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

const renderHint = "give what helm template, helmfile template or kustomize build makes, or the values as --config values.yaml,production.yaml"

// installs makes releases of what files of deployment tools install. taken are the absolute paths of files with values
// that belong to these releases, and are none by themselves.
func installs(docs []*document, paths []string) (out finds, taken map[string]bool) {
	taken = map[string]bool{}
	for _, d := range docs {
		for _, in := range installsIn(d) {
			chart := chartOf(in)
			if chart == "" {
				continue
			}
			d.used = true
			l := layering{docs: docs, paths: paths, doc: d}
			out.releases = append(out.releases, l.release(in, chart))
			out.gaps, out.beside = append(out.gaps, l.gaps...), append(out.beside, l.beside...)
			for _, path := range l.taken {
				taken[filepath.ToSlash(absolute(path))] = true
			}
		}
	}
	return out, taken
}

func installsIn(d *document) []gitops.Install {
	if d.patch {
		return nil
	}
	switch d.is.Form { //nolint:exhaustive // the forms of deployment tools
	case recognise.Kustomization:
		return gitops.Kustomization(d.Root)
	case recognise.Helmfile:
		return gitops.Helmfile(d.Root)
	case recognise.Manifest:
		return gitops.Object(d.Root)
	}
	return nil
}

// chartOf returns which of the vendor's charts is installed; empty for those of others.
func chartOf(in gitops.Install) string {
	if in.ByRef && slices.ContainsFunc(in.Inline, func(n *tree.Node) bool { return recognise.Values(n).Form == recognise.ControlPlaneValues }) {
		return version.ControlPlaneChart
	}
	return recognise.Chart(in.Chart, in.Inline, in.From)
}

// layering lays the values of a release over each other, which a document names.
type layering struct {
	docs   []*document
	paths  []string // of files that were not parsed
	doc    *document
	gaps   []estate.Gap
	beside []string // files that were read
	taken  []string // those of them that are values
}

// release returns the release that is installed of one of the vendor's charts. What is not followed is a gap.
func (l *layering) release(in gitops.Install, chart string) *helm.Release {
	r := &helm.Release{ID: l.doc.ID() + "#" + in.Name, From: l.doc.From(), Chart: chart, Version: helm.Exact(in.Version), Named: true, Values: tree.Empty(in.At)}
	if r.Version != "" {
		r.VersionAt = in.Version.At()
	}
	missed := func(at estate.Position, why string) {
		r.Open = "values that are not read, at " + at.String()
		l.gaps = append(l.gaps, unread(at, "values of chart "+chart+" that are not read: "+why, renderHint))
	}
	lay := func(n, values *tree.Node, why string) {
		switch unknown := n.Unknown(); {
		case unknown != "": // said where it was changed
			r.Open = unknown
			return
		case why != "":
			missed(n.At(), why)
			return
		}
		r.Values = tree.Merge(r.Values, helm.Read(values))
	}
	for _, name := range in.Files {
		values, why := l.file(name)
		if why == "" {
			r.Layers = append(r.Layers, values.At().File)
		}
		lay(name, values, why)
	}
	r.Layers = append(r.Layers, l.doc.File())
	for _, n := range in.Inline {
		values, why := helm.Inline(n)
		if why != "" {
			why = "they are " + why
		}
		lay(n, values, why)
	}
	for _, s := range in.Sets {
		with, ok := helm.Set(r.Values, s.Path, s.Value)
		if !ok {
			missed(placeOr(s.Path, r.Values), "a single value at a path that is not followed")
		}
		r.Values = with
	}
	for _, n := range in.Open {
		missed(n.At(), "they come from elsewhere")
	}
	l.after(r, in)
	return r
}

// after says what is changed in what the chart makes.
func (l *layering) after(r *helm.Release, in gitops.Install) {
	for _, n := range in.After {
		r.Open = "what is changed after the chart, at " + n.At().String()
		l.gaps = append(l.gaps, unread(n.At(), "Flux changes what chart "+r.Chart+" makes, here: what it becomes is not known", renderHint))
	}
}

// file reads a file of values that the document names; why says why it cannot.
func (l *layering) file(name *tree.Node) (values *tree.Node, why string) {
	path := l.find(name.Text())
	if path == "" {
		return nil, "the file is not where it is named"
	}
	data, err := tree.Load(path)
	if err != nil {
		return nil, "the file cannot be read"
	}
	l.beside = append(l.beside, path)
	docs, err := tree.Parse(path, data)
	values, why = helm.File(docs, err, data, estate.Position{File: path, Line: 1, Column: 1})
	if why != "" {
		return nil, "the file is " + why
	}
	l.taken = append(l.taken, path)
	return values, ""
}

// find finds the file that a deployment tool names; empty if it is not there. Argo CD names files of a repository by
// $name/path: that is the one file below what was given whose path ends so.
func (l *layering) find(name string) string {
	if strings.HasPrefix(name, "$") {
		_, end, _ := strings.Cut(name, "/")
		if found := l.ending("/" + end); end != "" && len(found) == 1 {
			return found[0]
		}
		return ""
	}
	path := filepath.Join(l.doc.Folder(), filepath.FromSlash(name))
	if name == "" || filepath.IsAbs(name) || !tree.Regular(path) {
		return ""
	}
	return path
}

// ending returns the files whose absolute paths end so.
func (l *layering) ending(end string) []string {
	var found []string
	for _, d := range l.docs {
		if strings.HasSuffix(d.full(), end) {
			found = append(found, d.File())
		}
	}
	for _, file := range l.paths {
		if filepath.Base(file) == path.Base(end) && strings.HasSuffix(filepath.ToSlash(absolute(file)), end) {
			found = append(found, file)
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// placeOr returns the place of n, or of what stands in for it.
func placeOr(n, other *tree.Node) estate.Position {
	if n != nil {
		return n.At()
	}
	return other.At()
}
