package files

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/files/helm"
	"github.com/api7-preflight/api7-preflight/internal/source/files/recognise"
	"github.com/api7-preflight/api7-preflight/internal/source/files/tree"
)

// layered lays the values of several files over each other.
func (s *scanner) layered(in input) (*document, error) {
	all := tree.Empty(estate.Position{File: called(in.layers[0]), Line: 1, Column: 1})
	for i, path := range in.layers {
		n, err := s.layer(path)
		switch {
		case err != nil:
			return nil, err
		case n == nil:
		case i == 0:
			all = n
		default:
			all = tree.Merge(all, n)
		}
	}
	layers := make([]string, len(in.layers))
	for i, path := range in.layers {
		layers[i] = called(path)
	}
	d := &document{Document: tree.Document{Layers: layers, Root: all}, is: recognise.Values(all), asked: true}
	if d.is.Form == recognise.Other {
		d.is.Why = noLayers
	}
	return d, nil
}

// noLayers says why layers are not read.
const noLayers = "several files in one --config are layers of Helm values, and these are none of chart api7ee3 or gateway; if they are for a chart " +
	"that depends on one of these, its Chart.yaml is needed"

// unreadLayers says of layers beside other files of API7 that they are not read, although they were named.
func unreadLayers(docs []*document) []estate.Gap {
	var gaps []estate.Gap
	for _, d := range docs {
		if len(d.Layers) > 1 && !d.used {
			gaps = append(gaps, unread(estate.Position{File: d.From()}, noLayers, "give the Chart.yaml that they are for as well, with --config, or leave them out"))
		}
	}
	return gaps
}

// overlaid says of values that may be layers over others that nobody knows whether they are: those that were read as a
// release of their own, and those that show too little to be one.
func overlaid(docs []*document, releases []*helm.Release) []estate.Gap {
	var gaps []estate.Gap
	for _, over := range helm.Layers(releases) {
		gaps = append(gaps, layer(over.Release.Values.At(), over.Base, over.Release.Layers[0]))
	}
	bases := map[string]*helm.Release{} // of a chart in a folder
	for _, r := range releases {
		key := filepath.Dir(r.Layers[0]) + "#" + r.Chart
		if len(r.Layers) == 1 && r.Under == "" && !r.Named && !r.Layer && (bases[key] == nil || helm.IsBase(r.Layers[0])) {
			bases[key] = r
		}
	}
	for _, d := range docs {
		chart := recognise.ChartOf(d.layer)
		if base := bases[d.Folder()+"#"+chart]; chart != "" && base != nil && !d.used && len(d.Layers) == 1 {
			d.used = true
			gaps = append(gaps, layer(d.Root.At(), base, d.File()))
		}
	}
	return gaps
}

// layer says of values that they may lie over those of a release.
func layer(at estate.Position, base *helm.Release, file string) estate.Gap {
	below, file := filepath.ToSlash(base.Layers[0]), filepath.ToSlash(file)
	return unread(at, "values of chart "+base.Chart+" that may be laid over those of "+below+": whether they are is not known",
		"give layers of one release together, in the order of Helm: --config "+quoted(below+","+file)+
			", or helm template -f "+quoted(below)+" -f "+quoted(file)+" … | api7-preflight check --config - …; else give each release by itself")
}

const layersHint = "give the files of Helm values that are laid over each other"

// layer reads one file of Helm values; nil if it is empty.
func (s *scanner) layer(path string) (*tree.Node, error) {
	data, err := s.content(path, true, new(tree.Buffer))
	path = called(path)
	if what := s.own(data); what != "" {
		return nil, refuse(path+" is "+what+" that this program wrote", layersHint)
	}
	if errors.Is(err, tree.ErrTooLarge) {
		return nil, refuse(fmt.Sprintf("%s is larger than %d MiB", path, tree.MaxFile>>20), "Helm values have kilobytes")
	}
	if err == nil {
		data, err = tree.Decode(path, data)
	}
	if err != nil {
		return nil, err
	}
	docs, err := tree.Parse(path, data)
	if err != nil {
		return nil, err
	}
	docs = slices.DeleteFunc(docs, (*tree.Node).Null)
	switch {
	case len(docs) > 1:
		return nil, refuse(path+" holds several documents: "+severalValues, layersHint)
	case len(docs) == 0:
		return nil, nil //nolint:nilnil // said above
	}
	n := docs[0]
	if !n.IsMap() {
		return nil, refuse(n.At().String()+": Helm values are a map of keys", layersHint)
	}
	return n, nil
}
