package helm

import (
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/files/dialect"
	"github.com/api7-preflight/api7-preflight/internal/source/files/tree"
)

// Read returns values as Helm reads them.
func Read(values *tree.Node) *tree.Node { return dialect.Helm.Read(values) }

// File returns the values of a file that is named as one of values; an empty one has none, and they stand at a place. why
// says why they cannot be read, as what the file is. docs and err are as of [tree.Parse].
func File(docs []*tree.Node, err error, data []byte, at estate.Position) (values *tree.Node, why string) {
	docs = slices.DeleteFunc(docs, (*tree.Node).Null)
	switch {
	case err != nil && tree.IsTemplate(data):
		return nil, "a template"
	case len(docs) > 1:
		return nil, "one of several documents, of which Helm 3 reads the first and Helm 4 all"
	case len(docs) == 1 && docs[0].Unknown() != "":
		return nil, docs[0].Unknown()
	case err != nil || len(docs) == 1 && !docs[0].IsMap():
		return nil, "no YAML with a map of keys"
	case len(docs) == 0:
		return tree.Empty(at), ""
	}
	return docs[0], ""
}

// Inline returns values that stand in another file: a map, or a text that holds one. why is as of [File].
func Inline(n *tree.Node) (values *tree.Node, why string) {
	if n.IsMap() {
		return n, ""
	}
	docs, err := n.Within()
	return File(docs, err, []byte(n.Written()), n.At())
}

// Set returns values with one more, at a path as helm --set has it; ok is false for paths that are not followed: those
// through lists, or with signs that stand for themselves.
func Set(values, path, value *tree.Node) (with *tree.Node, ok bool) {
	name := path.Text()
	if name == "" || strings.ContainsAny(name, `[\{`) || value == nil {
		return values, false
	}
	return values.With(strings.Split(name, "."), Read(value.Typed())), true
}
