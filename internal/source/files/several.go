package files

import (
	"path/filepath"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/files/helm"
	"github.com/api7-preflight/api7-preflight/internal/source/files/recognise"
)

// severalValues says what Helm does with several documents of values (github.com/helm/helm/pull/13655).
const severalValues = "Helm 3 reads the first, Helm 4 lays all of them over each other"

// severally says of files with several documents of values that what they set is not known. The first document is read;
// it may be overridden.
func severally(docs []*document, charts *charts) []estate.Gap {
	var gaps []estate.Gap
	for _, all := range byFile(docs) {
		first := all[0]
		if len(all) == 1 && first.Index == 0 || !slices.ContainsFunc(all, func(d *document) bool { return holdsValues(d, charts) }) {
			continue
		}
		last := all[len(all)-1]
		gaps = append(gaps, unread(last.Root.At(), "a further document in a file of Helm values: "+severalValues, splitHint))
		for _, d := range all {
			d.further = d.Index > 0
			d.used = d.used || d.further
		}
		first.open = "the further documents of " + first.From()
	}
	return gaps
}

// byFile groups documents by the file that they stand in.
func byFile(docs []*document) [][]*document {
	var all [][]*document
	for _, d := range docs {
		if last := len(all) - 1; last >= 0 && slices.Equal(all[last][0].Layers, d.Layers) {
			all[last] = append(all[last], d)
			continue
		}
		all = append(all, []*document{d})
	}
	return all
}

// holdsValues reports whether a document holds values of one of the vendor's charts, or of one around them.
func holdsValues(d *document, charts *charts) bool {
	if d.is.Form.Values() {
		return true
	}
	own := charts.In(filepath.Clean(d.Folder()))
	return own != nil && d.is.Form == recognise.Other && own.SetBy(helm.Read(d.Root))
}
