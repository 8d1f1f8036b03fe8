package files

import (
	"path/filepath"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/files/recognise"
	"github.com/api7-preflight/api7-preflight/internal/source/files/tree"
)

// document is a document, and what it is taken for.
type document struct {
	tree.Document

	is    recognise.Match
	asked bool // the file was named, not found in a folder
	used  bool // something of it concerns API7
}

// values reports whether the document can hold values of a chart that stands beside it or above it.
func (d *document) values() bool {
	return (d.is.Form == recognise.Other || d.is.Form.Settings()) && d.Root.IsMap()
}

// full is the absolute path of the file, with slashes.
func (d *document) full() string { return filepath.ToSlash(absolute(d.File())) }

// list adds a document to those of its file of which the same is to be said.
func list(f *estate.FileDiagnosis, d *document) {
	r := estate.DocumentDiagnosis{Line: d.Root.At().Line, Count: 1, Recognised: d.is.Form.String(), Why: d.is.Why, Used: d.used}
	if d.is.Form == recognise.Manifest && !r.Used {
		r.Why += ", and nothing of API7 in it"
	}
	for i := range f.Documents {
		if same := &f.Documents[i]; same.Recognised == r.Recognised && same.Why == r.Why && same.Used == r.Used {
			same.Count++
			return
		}
	}
	f.Documents = append(f.Documents, r)
}
