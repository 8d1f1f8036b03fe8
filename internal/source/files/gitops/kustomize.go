package gitops

import (
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/files/tree"
)

// Kustomization lists what a kustomization installs.
func Kustomization(n *tree.Node) []Install {
	var all []Install
	for _, chart := range n.Get("helmCharts").Elements() {
		name := chart.Get("name")
		in := Install{
			Name: "helmCharts/" + chart.Get("releaseName").TextOr(name.Text()), Chart: name.Text(), From: chart.Get("repo").Text(),
			Version: chart.Get("version"), At: at(name, chart),
			Called: chart.Get("releaseName").Text() + " " + chart.Get("namespace").Text() + " " + n.Get("namespace").Text(),
		}
		in.Values, in.Open = valuesOf(chart)
		in.Values = append(in.Values, filesOf(chart.Get("additionalValuesFiles").Elements()...)...)
		all = append(all, in)
	}
	return all
}

// valuesOf returns the values of a chart in the order in which Kustomize lays them over each other
// (sigs.k8s.io/kustomize:api/internal/builtins/HelmChartInflationGenerator.go); open is what is not known of it: values
// that only fill in what the chart's own leave out.
func valuesOf(chart *tree.Node) (values []Values, open []*tree.Node) {
	file, own := filesOf(said(chart.Get("valuesFile"))...), inline(chart.Get("valuesInline"))
	switch how := chart.Get("valuesMerge"); {
	case len(own) == 0:
		return file, nil
	case how.Text() == "merge" && len(file) == 0:
		return own, []*tree.Node{how}
	case how.Text() == "merge":
		return append(own, file...), nil
	case how.Text() == "replace":
		return own, nil
	}
	return append(file, own...), nil
}

// ImageChange is an image that Kustomize gives another name or tag than manifests have. The names are as they are written.
type ImageChange struct {
	Name, NewName string
	At            estate.Position
}

// Images lists the images that a kustomization changes.
func Images(n *tree.Node) []ImageChange {
	var all []ImageChange
	for _, i := range n.Get("images").Elements() {
		all = append(all, ImageChange{i.Get("name").Text(), i.Get("newName").Text(), i.At()})
	}
	return all
}
