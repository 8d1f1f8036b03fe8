// Package treetest makes trees of files from text, for tests of what reads them.
package treetest

import (
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/source/files/tree"
)

// Document returns the only document in a file with this content.
func Document(t *testing.T, path, content string) *tree.Document {
	t.Helper()
	docs, err := tree.Parse(path, []byte(content))
	if err != nil {
		t.Fatal(err)
	}
	if len(docs) != 1 {
		t.Fatalf("%s has %d documents, want one", path, len(docs))
	}
	return &tree.Document{Layers: []string{path}, Root: docs[0]}
}

// Parse returns the tree of a text, as that of a file a.yaml.
func Parse(t *testing.T, content string) *tree.Node {
	t.Helper()
	return Document(t, "a.yaml", content).Root
}
