// Package gitops reads what deployment tools are told to install: Argo CD, Flux, K3s, Kustomize and helmfile.
package gitops

import (
	"cmp"
	"path"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/files/tree"
)

// Install is what a file of a deployment tool says of one release of a chart: anybody's, and the values that it gets, the
// later ones over the earlier ones.
type Install struct {
	Name    string // in ids
	Chart   string // as it is named
	From    string // name or address of what it comes from; empty: not said
	ByRef   bool   // Chart is the name of an object that names the chart
	Version *tree.Node
	At      estate.Position
	Files   []*tree.Node // paths of files with values
	Inline  []*tree.Node // values themselves: maps, or texts that hold one
	Sets    []Set        // single values
	Open    []*tree.Node // what brings further values from where nobody looks
	After   []*tree.Node // what changes what the chart makes
}

// Set is a value under a path of keys, as helm --set has it. Either may be nil.
type Set struct{ Path, Value *tree.Node }

// Object lists what an object of Argo CD, Flux or K3s installs, or a list of such objects.
func Object(n *tree.Node) []Install {
	kind := n.Get("kind").Text()
	if strings.HasSuffix(kind, "List") {
		var all []Install
		for _, item := range n.Get("items").Elements() {
			all = append(all, Object(item)...)
		}
		return all
	}
	all := ofKind(kind, n)
	for i := range all {
		all[i].Name = kind + "/" + n.Get("metadata.namespace").Text() + "/" + n.Get("metadata.name").Text()
		if i > 0 {
			all[i].Name += "/" + path.Base(all[i].Chart)
		}
	}
	return all
}

func ofKind(kind string, n *tree.Node) []Install {
	switch kind {
	case "Application":
		return argo(n.Get("spec"))
	case "ApplicationSet":
		return argo(n.Get("spec.template.spec"))
	case "HelmRelease":
		return []Install{flux(n.Get("spec"))}
	case "HelmChart":
		return []Install{k3s(n.Get("spec"))}
	}
	return nil
}

func argo(spec *tree.Node) []Install {
	var all []Install
	for _, source := range append(spec.Get("sources").Elements(), spec.Get("source")) {
		chart := source.Member("chart")
		if chart == nil {
			continue
		}
		helm := source.Get("helm")
		in := Install{
			Chart: chart.Text(), From: source.Get("repoURL").Text(), Version: source.Get("targetRevision"), At: chart.At(),
			Files: helm.Member("valueFiles").Elements(), Inline: said(helm.Member("values")), Sets: named(helm.Member("parameters")),
			Open: said(helm.Member("fileParameters")),
		}
		if object := helm.Member("valuesObject"); object.IsMap() { // then the text does not count
			in.Inline = []*tree.Node{object}
		}
		all = append(all, in)
	}
	return all
}

func flux(spec *tree.Node) Install {
	chart := spec.Get("chart.spec")
	in := Install{
		Chart: chart.Get("chart").Text(), From: chart.Get("sourceRef.name").Text(), Version: chart.Get("version"), At: at(spec.Get("chart"), spec),
		Inline: said(spec.Get("values")), Open: said(spec.Get("valuesFrom"), chart.Get("valuesFiles")),
		After: rendered(spec.Get("postRenderers")),
	}
	if ref := spec.Get("chartRef"); ref != nil { // the version is in another object
		in.Chart, in.From, in.ByRef, in.At = ref.Get("name").Text(), "", true, ref.At()
	}
	return in
}

func k3s(spec *tree.Node) Install {
	in := Install{
		Chart: spec.Get("chart").Text(), From: spec.Get("repo").Text(), Version: spec.Get("version"), At: at(spec.Get("chart"), spec),
		Inline: said(spec.Get("valuesContent")), Open: said(spec.Get("valuesSecrets")),
	}
	for path, value := range spec.Get("set").Entries() {
		in.Sets = append(in.Sets, Set{tree.Text(path, value.At()), value})
	}
	return in
}

// Helmfile lists what a helmfile installs.
func Helmfile(n *tree.Node) []Install {
	repositories := map[string]string{}
	for _, r := range n.Get("repositories").Elements() {
		repositories[r.Get("name").Text()] = r.Get("url").Text()
	}
	var all []Install
	for _, r := range n.Get("releases").Elements() {
		chart := r.Get("chart").Text()
		alias, _, _ := strings.Cut(chart, "/")
		in := Install{
			Name: "releases/" + r.Get("name").Text(), Chart: chart, From: repositories[alias], Version: r.Get("version"), At: at(r.Get("chart"), r),
			Sets: named(r.Get("set")), Open: said(r.Get("secrets"), r.Get("valuesTemplate")),
		}
		for _, v := range r.Get("values").Elements() {
			if v.IsMap() {
				in.Inline = append(in.Inline, v)
			} else {
				in.Files = append(in.Files, v)
			}
		}
		all = append(all, in)
	}
	return all
}

// named returns the values of a list of names with values.
func named(list *tree.Node) []Set {
	var all []Set
	for _, s := range list.Elements() {
		all = append(all, Set{s.Get("name"), s.Get("value")})
	}
	return all
}

// said returns those of several values that are there and say something.
func said(values ...*tree.Node) []*tree.Node {
	var all []*tree.Node
	for _, n := range values {
		if !n.Bare() {
			all = append(all, n)
		}
	}
	return all
}

// at returns the place of a value, or of what is around it where it is not there.
func at(n, around *tree.Node) estate.Position { return cmp.Or(n.At(), around.At()) }
