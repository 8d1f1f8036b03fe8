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
func installs(docs []*document, paths []string, t *tools) (out finds, taken map[string]bool) {
	taken = map[string]bool{}
	for _, d := range docs {
		for _, in := range t.installsIn(d) {
			chart := chartOf(&in)
			if chart == "" {
				out.gaps = append(out.gaps, suspected(d, &in)...)
				continue
			}
			d.used = true
			t.use(&in)
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

// tools are the files of deployment tools among the documents, with what they say for each other.
type tools struct {
	sources gitops.Sources
	configs map[string][]*document // objects with further values, by their files
	byFile  map[string][]*document // helmfiles, and what they are based on
}

func toolsOf(docs []*document) *tools {
	t := &tools{gitops.Sources{}, map[string][]*document{}, map[string][]*document{}}
	for _, d := range docs {
		switch d.is.Form { //nolint:exhaustive // the forms of deployment tools
		case recognise.Manifest:
			t.sources.Add(d.Root)
			if d.Root.Get("kind").Text() == "HelmChartConfig" {
				t.configs[d.File()] = append(t.configs[d.File()], d)
			}
		case recognise.Helmfile:
			path := filepath.Clean(d.File())
			t.byFile[path] = append(t.byFile[path], d)
		}
	}
	return t
}

func (t *tools) installsIn(d *document) []gitops.Install {
	if d.patch {
		return nil
	}
	switch d.is.Form { //nolint:exhaustive // the forms of deployment tools
	case recognise.Kustomization:
		return gitops.Kustomization(d.Root)
	case recognise.Helmfile:
		return gitops.Helmfile(d.Root, t.around(d, map[string]bool{}))
	case recognise.Manifest:
		all := gitops.Object(d.Root)
		for i := range all {
			t.sources.Configure(&all[i])
			t.sources.Resolve(&all[i])
		}
		return all
	}
	return nil
}

// use notes the objects that have values for a release.
func (t *tools) use(in *gitops.Install) {
	for _, values := range in.Inline() {
		for _, config := range t.configs[values.At().File] {
			config.used = true
		}
	}
}

// around returns the documents that a helmfile goes by: those of its file, and the files that it is based on.
func (t *tools) around(d *document, seen map[string]bool) []*tree.Node {
	var all []*tree.Node
	file := filepath.Clean(d.File())
	seen[file] = true
	for _, beside := range t.byFile[file] {
		for _, base := range gitops.Bases(beside.Root) {
			path := filepath.Join(d.Folder(), filepath.FromSlash(base.Text()))
			if based := t.byFile[path]; len(based) > 0 && !seen[path] {
				all = append(all, t.around(based[0], seen)...)
			}
		}
	}
	for _, beside := range t.byFile[file] {
		all = append(all, beside.Root)
	}
	return all
}

// chartOf returns which of the vendor's charts is installed; empty for those of others.
func chartOf(in *gitops.Install) string {
	values := in.Inline()
	if in.ByRef && slices.ContainsFunc(values, func(n *tree.Node) bool { return recognise.Values(n).Form == recognise.ControlPlaneValues }) {
		return version.ControlPlaneChart
	}
	return recognise.Chart(in.Chart, values, in.From)
}

// suspected says of a chart that has the name of the gateway's, and comes from where nobody knows, that it may be API7's: its
// version or what the release is called speaks for it.
func suspected(d *document, in *gitops.Install) []estate.Gap {
	_, known := version.ChartImage(version.GatewayChart, helm.Exact(in.Version))
	named := strings.Contains(strings.ToLower(in.Called), "api7")
	why := "in a version that API7's has"
	switch {
	case in.ByRef && named:
		d.used = true
		return []estate.Gap{unread(in.At, "a release named after API7, of a chart that another object names which is not here", renderHint)}
	case in.ByRef, path.Base(in.Chart) != version.GatewayChart, strings.Contains(strings.ToLower(in.From), "istio"), !known && !named:
		return nil
	case !known:
		why = "in a release named after API7"
	}
	d.used = true
	return []estate.Gap{unread(in.At, "a chart called "+version.GatewayChart+" from elsewhere, "+why+": whether it is API7's is not known", renderHint)}
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
	r.Tool = toolOf(l.doc, &in)
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
	for _, v := range in.Values {
		if v.File != nil {
			values, why := l.file(v.File)
			if why == "" {
				r.Layers = append(r.Layers, values.At().File)
			}
			lay(v.File, values, why)
			continue
		}
		values, why := helm.Inline(v.Inline)
		if why != "" {
			why = "they are " + why
		}
		lay(v.Inline, values, why)
	}
	r.Layers = append(r.Layers, l.doc.File())
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

// toolOf returns what a file of a deployment tool calls a release.
func toolOf(d *document, in *gitops.Install) helm.Tool {
	if in.Object != (gitops.Ref{}) {
		return helm.Tool{Kind: in.Object.Kind, Namespace: in.Object.Namespace, Name: in.Object.Name}
	}
	return helm.Tool{Kind: map[recognise.Form]string{recognise.Kustomization: "Kustomization", recognise.Helmfile: "helmfile"}[d.is.Form], Name: path.Base(in.Name)}
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
