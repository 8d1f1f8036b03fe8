// Package gitops reads what deployment tools are told to install: Argo CD, Flux, K3s, Kustomize and helmfile.
package gitops

import (
	"cmp"
	"path"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/files/tree"
)

// Install is what a file of a deployment tool says of one release of a chart: anybody's, and the values that it gets.
type Install struct {
	Name    string // in ids
	Chart   string // as it is named
	From    string // name or address of what it comes from; empty: not said
	Object  Ref    // the object that describes it; zero: it is none
	Source  Ref    // the object that says where it comes from, or the whole chart; zero: none
	ByRef   bool   // Chart is the name of an object that names the chart
	Called  string // the names of the release and its namespaces, in one text
	Version *tree.Node
	At      estate.Position
	Values  []Values     // the later ones over the earlier ones
	Sets    []Set        // single values, over all others
	Open    []*tree.Node // what brings further values from where nobody looks
	After   []*tree.Node // what changes what the chart makes
}

// Values are values of a release: the path of a file, or the values themselves, a map or a text that holds one.
type Values struct{ File, Inline *tree.Node }

// Inline returns the values that stand where the release is described.
func (in *Install) Inline() []*tree.Node {
	var all []*tree.Node
	for _, v := range in.Values {
		if v.Inline != nil {
			all = append(all, v.Inline)
		}
	}
	return all
}

// filesOf returns values that stand in files.
func filesOf(paths ...*tree.Node) []Values {
	var all []Values
	for _, path := range paths {
		all = append(all, Values{File: path})
	}
	return all
}

// inline returns those of several values that say something.
func inline(values ...*tree.Node) []Values {
	var all []Values
	for _, n := range said(values...) {
		all = append(all, Values{Inline: n})
	}
	return all
}

// Set is a value under a path of keys, as helm --set has it. Either may be nil.
type Set struct{ Path, Value *tree.Node }

// Object lists what an object of Argo CD, Flux or K3s installs, or a list of such objects.
func Object(n *tree.Node) []Install {
	var all []Install
	for _, object := range objects(n) {
		is := Ref{object.Get("kind").Text(), object.Get("metadata.namespace").Text(), object.Get("metadata.name").Text()}
		for i, in := range ofKind(is.Kind, object) {
			in.Object, in.Name = is, is.Kind+"/"+is.Namespace+"/"+is.Name
			if i > 0 {
				in.Name += "/" + path.Base(in.Chart)
			}
			if in.Source.Name != "" {
				in.Source.Namespace = cmp.Or(in.Source.Namespace, is.Namespace)
			}
			in.Called += " " + is.Name + " " + is.Namespace
			all = append(all, in)
		}
	}
	return all
}

// objects returns an object, or those of a list.
func objects(n *tree.Node) []*tree.Node {
	if !strings.HasSuffix(n.Get("kind").Text(), "List") {
		return []*tree.Node{n}
	}
	var all []*tree.Node
	for _, item := range n.Get("items").Elements() {
		all = append(all, objects(item)...)
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
		if n.Get("spec.sourceRef") == nil { // else it is one of Flux, which installs nothing
			return []Install{k3s(n.Get("spec"))}
		}
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
			Values: filesOf(helm.Member("valueFiles").Elements()...), Sets: named(helm.Member("parameters")), Open: said(helm.Member("fileParameters")),
			Called: spec.Get("destination.namespace").Text() + " " + helm.Get("releaseName").Text(),
		}
		if object := helm.Member("valuesObject"); object.IsMap() { // then the text does not count
			in.Values = append(in.Values, Values{Inline: object})
		} else {
			in.Values = append(in.Values, inline(helm.Member("values"))...)
		}
		all = append(all, in)
	}
	return all
}

func flux(spec *tree.Node) Install {
	chart := spec.Get("chart.spec")
	in := Install{
		Chart: chart.Get("chart").Text(), From: chart.Get("sourceRef.name").Text(), Source: refOf(chart.Get("sourceRef")),
		Version: chart.Get("version"), At: at(spec.Get("chart"), spec), Values: inline(spec.Get("values")),
		Open: said(spec.Get("valuesFrom"), chart.Get("valuesFiles")), After: rendered(spec.Get("postRenderers")),
		Called: spec.Get("targetNamespace").Text() + " " + spec.Get("releaseName").Text(),
	}
	if ref := spec.Get("chartRef"); ref != nil { // the version is in another object
		in.Chart, in.From, in.ByRef, in.At, in.Source = ref.Get("name").Text(), "", true, ref.At(), refOf(ref)
	}
	return in
}

func k3s(spec *tree.Node) Install {
	in := Install{
		Chart: spec.Get("chart").Text(), From: spec.Get("repo").Text(), Version: spec.Get("version"), At: at(spec.Get("chart"), spec),
		Values: inline(spec.Get("valuesContent")), Open: said(spec.Get("valuesSecrets")), Called: spec.Get("targetNamespace").Text(),
	}
	for path, value := range spec.Get("set").Entries() {
		in.Sets = append(in.Sets, Set{tree.Text(path, value.At()), value})
	}
	return in
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
