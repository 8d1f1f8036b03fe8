package files

import (
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/version"
)

// install is what a file of a deployment tool says of one release: the chart, and the values that it gets, the later
// ones over the earlier ones.
type install struct {
	name    string // in ids
	chart   string // one of the vendor's
	version *node
	at      place
	files   []*node // paths of files with values
	inline  []*node // values themselves: maps, or texts that hold one
	sets    []set   // single values
	open    []*node // what brings further values from where nobody looks
}

// set is a value under a path of keys, as helm --set has it.
type set struct{ path, value *node }

// The files of deployment tools that are no objects of Kubernetes.
func isKustomization(n *node, path string) bool {
	name := strings.TrimSuffix(strings.TrimSuffix(strings.ToLower(filepath.Base(path)), ".yaml"), ".yml")
	return name == "kustomization" && (n.get("helmCharts").isList() || n.get("images").isList())
}

func isHelmfile(n *node) bool {
	return slices.ContainsFunc(n.get("releases").elements(), func(r *node) bool { return r.get("chart").scalar() != "" })
}

// vendors returns which of the vendor's charts a name means; empty for those of others. Anybody may have a chart
// called gateway: where it comes from, or its values, must say that it is the vendor's.
func vendors(name string, values []*node, from ...string) string {
	switch path.Base(name) {
	case version.ControlPlaneChart:
		return version.ControlPlaneChart
	case version.GatewayChart:
		if strings.Contains(strings.ToLower(name+" "+strings.Join(from, " ")), "api7") ||
			slices.ContainsFunc(values, func(v *node) bool { return recogniseGatewayValues(v).what == gatewayValues }) {
			return version.GatewayChart
		}
	}
	return ""
}

// installs lists the releases of the vendor's charts in a document.
func installs(n *node, is what) []*install {
	var all []*install
	switch {
	case is == kustomizationFile:
		all = fromKustomize(n)
	case is == helmfileFile:
		all = fromHelmfile(n)
	case strings.HasSuffix(n.get("kind").scalar(), "List"):
		for _, item := range n.get("items").elements() {
			all = append(all, installs(item, is)...)
		}
	default:
		all = fromObject(n)
	}
	return slices.DeleteFunc(all, func(in *install) bool { return in.chart == "" })
}

// fromObject reads the objects of Argo CD, Flux and K3s.
func fromObject(n *node) []*install {
	var all []*install
	switch n.get("kind").scalar() {
	case "Application":
		all = fromArgo(n.get("spec"))
	case "ApplicationSet":
		all = fromArgo(n.get("spec.template.spec"))
	case "HelmRelease":
		all = append(all, fromFlux(n.get("spec")))
	case "HelmChart":
		all = append(all, fromK3s(n.get("spec")))
	}
	for i, in := range all {
		in.name = n.get("kind").scalar() + "/" + named(n, n.get("metadata.name").scalar())
		if i > 0 {
			in.name += "/" + in.chart
		}
	}
	return all
}

func fromArgo(spec *node) []*install {
	var all []*install
	for _, source := range append(spec.get("sources").elements(), spec.get("source")) {
		chart := source.member("chart")
		if chart == nil {
			continue
		}
		helm := source.get("helm")
		in := &install{at: chart.at, version: source.get("targetRevision"), files: helm.member("valueFiles").elements(), inline: present(helm.member("values"))}
		if object := helm.member("valuesObject"); object.isMap() { // then the text does not count
			in.inline = []*node{object}
		}
		for _, p := range helm.member("parameters").elements() {
			in.sets = append(in.sets, set{p.get("name"), p.get("value")})
		}
		in.open = present(helm.member("fileParameters"))
		in.chart = vendors(chart.scalar(), in.inline, source.get("repoURL").scalar())
		all = append(all, in)
	}
	return all
}

func fromFlux(spec *node) *install {
	chart := spec.get("chart.spec")
	in := &install{at: spec.get("chart").placeOr(spec), version: chart.get("version"), inline: present(spec.get("values"))}
	in.open = slices.Concat(present(spec.get("valuesFrom")), present(chart.get("valuesFiles")), present(spec.get("postRenderers")))
	in.chart = vendors(chart.get("chart").scalar(), in.inline, chart.get("sourceRef.name").scalar())
	if ref := spec.get("chartRef"); ref != nil { // the version is in another object
		in.at, in.chart = ref.at, vendors(ref.get("name").scalar(), in.inline)
		if recogniseValues(spec.get("values").orEmpty()).what == controlPlaneValues {
			in.chart = version.ControlPlaneChart
		}
	}
	return in
}

func fromK3s(spec *node) *install {
	in := &install{at: spec.get("chart").placeOr(spec), version: spec.get("version"), inline: present(spec.get("valuesContent"))}
	if sets := spec.get("set"); sets.isMap() {
		for i, key := range sets.keys {
			in.sets = append(in.sets, set{textNode(key, sets.kids[i].at), sets.kids[i]})
		}
	}
	in.open = present(spec.get("valuesSecrets"))
	in.chart = vendors(spec.get("chart").scalar(), nil, spec.get("repo").scalar())
	return in
}

func fromKustomize(n *node) []*install {
	var all []*install
	for _, chart := range n.get("helmCharts").elements() {
		in := &install{
			name: "helmCharts/" + chart.get("releaseName").textOr(chart.get("name").scalar()), at: chart.get("name").placeOr(chart),
			version: chart.get("version"), files: append(present(chart.get("valuesFile")), chart.get("additionalValuesFiles").elements()...),
			inline: present(chart.get("valuesInline")),
		}
		in.chart = vendors(chart.get("name").scalar(), in.inline, chart.get("repo").scalar())
		all = append(all, in)
	}
	return all
}

func fromHelmfile(n *node) []*install {
	repositories := map[string]string{}
	for _, r := range n.get("repositories").elements() {
		repositories[r.get("name").scalar()] = r.get("url").scalar()
	}
	var all []*install
	for _, r := range n.get("releases").elements() {
		in := &install{name: "releases/" + r.get("name").scalar(), at: r.get("chart").placeOr(r), version: r.get("version")}
		for _, v := range r.get("values").elements() {
			if v.isMap() {
				in.inline = append(in.inline, v)
			} else {
				in.files = append(in.files, v)
			}
		}
		for _, s := range r.get("set").elements() {
			in.sets = append(in.sets, set{s.get("name"), s.get("value")})
		}
		in.open = slices.Concat(present(r.get("secrets")), present(r.get("valuesTemplate")))
		name := r.get("chart").scalar()
		alias, _, _ := strings.Cut(name, "/")
		in.chart = vendors(name, in.inline, repositories[alias])
		all = append(all, in)
	}
	return all
}

// present returns a value that is there and says something.
func present(n *node) []*node {
	if n.null() || n.isList() && len(n.kids) == 0 || n.isMap() && len(n.kids) == 0 {
		return nil
	}
	return []*node{n}
}
