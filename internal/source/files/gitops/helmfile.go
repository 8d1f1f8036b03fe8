package gitops

import (
	"maps"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/source/files/tree"
)

// Helmfile lists what a helmfile installs. Repositories and templates of releases stand in it, or in others: further
// documents of its file, and its bases.
func Helmfile(n *tree.Node, others []*tree.Node) []Install {
	repositories, templates := map[string]string{}, map[string]*tree.Node{}
	for _, from := range append(slices.Clip(others), n) {
		for _, r := range from.Get("repositories").Elements() {
			repositories[r.Get("name").Text()] = r.Get("url").Text()
		}
		maps.Insert(templates, from.Get("templates").Entries())
	}
	var all []Install
	for _, r := range n.Get("releases").Elements() {
		for _, from := range r.Get("inherit").Elements() {
			if template := templates[from.Get("template").Text()]; template.IsMap() {
				r = tree.Merge(template, r)
			}
		}
		all = append(all, release(r, repositories))
	}
	return all
}

func release(r *tree.Node, repositories map[string]string) Install {
	chart := r.Get("chart").Text()
	alias, _, _ := strings.Cut(chart, "/")
	in := Install{
		Name: "releases/" + r.Get("name").Text(), Chart: chart, From: repositories[alias], Version: r.Get("version"), At: at(r.Get("chart"), r),
		Sets: named(r.Get("set")), Open: said(r.Get("secrets"), r.Get("valuesTemplate")),
		Called: r.Get("name").Text() + " " + r.Get("namespace").Text(),
	}
	for _, v := range r.Get("values").Elements() {
		if v.IsMap() {
			in.Values = append(in.Values, Values{Inline: v})
		} else {
			in.Values = append(in.Values, Values{File: v})
		}
	}
	return in
}

// Bases returns the paths of the files on which a helmfile is based.
func Bases(n *tree.Node) []*tree.Node { return n.Get("bases").Elements() }
