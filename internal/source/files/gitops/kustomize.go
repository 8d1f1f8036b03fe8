package gitops

import (
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/files/image"
	"github.com/api7-preflight/api7-preflight/internal/source/files/tree"
)

// Kustomization lists what a kustomization installs.
func Kustomization(n *tree.Node) []Install {
	var all []Install
	for _, chart := range n.Get("helmCharts").Elements() {
		name := chart.Get("name")
		all = append(all, Install{
			Name: "helmCharts/" + chart.Get("releaseName").TextOr(name.Text()), Chart: name.Text(), From: chart.Get("repo").Text(),
			Version: chart.Get("version"), At: at(name, chart),
			Files: append(said(chart.Get("valuesFile")), chart.Get("additionalValuesFiles").Elements()...), Inline: said(chart.Get("valuesInline")),
		})
	}
	return all
}

// ImageChange is an image that Kustomize gives another name or tag than manifests have.
type ImageChange struct {
	Name, NewName string
	At            estate.Position
}

// Images lists the images that a kustomization changes.
func Images(n *tree.Node) []ImageChange {
	var all []ImageChange
	for _, i := range n.Get("images").Elements() {
		all = append(all, ImageChange{image.Repository(i.Get("name").Text()), image.Repository(i.Get("newName").Text()), i.At()})
	}
	return all
}
