package tree

import (
	"path/filepath"
	"strconv"
	"strings"
)

// Document is one document of a file, or the values of several files laid over each other.
type Document struct {
	Layers []string // the file, and those that are laid over it
	Index  int      // among the documents of the file, from 0
	Root   *Node
}

// File is the file, or the lowest of the layers.
func (d *Document) File() string { return d.Layers[0] }

// Folder is the one in which the file is.
func (d *Document) Folder() string { return filepath.Dir(d.File()) }

// From names the file, or the files that are laid over each other, with slashes.
func (d *Document) From() string { return filepath.ToSlash(strings.Join(d.Layers, ",")) }

// ID names the document over runs.
func (d *Document) ID() string {
	if d.Index > 0 {
		return d.From() + "#" + strconv.Itoa(d.Index)
	}
	return d.From()
}
