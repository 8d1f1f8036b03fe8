package files

import (
	"errors"
	"fmt"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/estate"
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

const layersHint = "give the files of Helm values that are laid over each other"

// layer reads one file of Helm values; nil if it is empty.
func (s *scanner) layer(path string) (*tree.Node, error) {
	data, err := s.content(path, new(tree.Buffer))
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
