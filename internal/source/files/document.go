package files

import (
	"path/filepath"

	"github.com/api7-preflight/api7-preflight/internal/source/files/recognise"
	"github.com/api7-preflight/api7-preflight/internal/source/files/tree"
)

// document is a document, and what it is taken for.
type document struct {
	tree.Document

	is      recognise.Match
	asked   bool           // the file was named, not found in a folder
	used    bool           // something of it concerns API7
	open    string         // why the values of the file may be others; empty: they are these
	further bool           // it stands behind the first document of values
	layer   recognise.Form // of the values over which it may be laid, where it shows nothing itself
	bundled bool           // it is of a chart that is unpacked in another one
	patch   bool           // it says how another is changed, and is none of its own

	mention    recognise.Mention // in a document that no form tells
	controller string            // as of [recognise.Controller]
}

// values reports whether the document can hold values of a chart that stands beside it or above it.
func (d *document) values() bool {
	return (d.is.Form == recognise.Other || d.is.Form.Settings()) && d.Root.IsMap()
}

// full is the absolute path of the file, with slashes.
func (d *document) full() string { return filepath.ToSlash(absolute(d.File())) }

// absolute returns a path by which files and what mounts them are compared.
func absolute(path string) string {
	if full, err := filepath.Abs(path); err == nil {
		return full
	}
	return filepath.Clean(path)
}
