// Package tree holds what YAML files say: one tree of values, each of which keeps the place where it is written until
// JSON is made of it.
package tree

import (
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/jsonptr"
	"github.com/api7-preflight/api7-preflight/internal/yamlfile"
)

// Node is a value. The nil Node is one that is not there: asking it for members, elements or text gives none. A Node is
// never changed, so that trees can share parts.
type Node struct {
	kind    yamlfile.Kind
	text    string // of a scalar, as it is written
	json    string // of a scalar that JSON does not have as a text; empty: it is one
	plain   bool   // a scalar without quotes
	block   *block // where the lines of a scalar stand, if each is a line of the file
	keys    []string
	kids    []*Node // of keys, or elements
	at      estate.Position
	unknown string   // why the value is not in the file; empty: it is
	scheme  string   // of a URL that is unknown: that of the part which is in the file
	needs   []string // the variables without which it has none
	from    string   // where parts of the value come from that were replaced; empty: it is as it is written
}

// block is how far the lines and columns of a text are from those of the file that it stands in.
type block struct{ lines, columns int }

// Empty returns a map without entries.
func Empty(at estate.Position) *Node { return &Node{kind: yamlfile.Map, at: at} }

// Text returns a scalar that is a text.
func Text(text string, at estate.Position) *Node {
	return &Node{kind: yamlfile.Scalar, text: text, at: at}
}

// Unknown returns a value that is not in the files; why must not be empty.
func Unknown(why string, at estate.Position) *Node {
	return &Node{kind: yamlfile.Scalar, unknown: why, at: at}
}

// At returns the place of n: that of its key, or its own in a list or at the root.
func (n *Node) At() estate.Position {
	if n == nil {
		return estate.Position{}
	}
	return n.at
}

// Member returns the value under a key; nil if there is none, or n is no map.
func (n *Node) Member(key string) *Node {
	if n == nil || n.kind != yamlfile.Map {
		return nil
	}
	for i, k := range n.keys {
		if k == key {
			return n.kids[i]
		}
	}
	return nil
}

// Either returns the value under the first of two keys that is there.
func (n *Node) Either(key, other string) *Node {
	if v := n.Member(key); v != nil {
		return v
	}
	return n.Member(other)
}

// Get follows keys joined by dots. What is inside of something unknown is unknown as well.
func (n *Node) Get(path string) *Node {
	for key := range strings.SplitSeq(path, ".") {
		if n.Unknown() != "" {
			return n
		}
		n = n.Member(key)
	}
	return n
}

// Keys returns the keys of a map in the order in which they are written.
func (n *Node) Keys() []string {
	if n == nil {
		return nil
	}
	return slices.Clip(n.keys)
}

// Entries yields the keys and values of a map in the order in which they are written.
func (n *Node) Entries() iter.Seq2[string, *Node] {
	return func(yield func(string, *Node) bool) {
		for i, key := range n.Keys() {
			if !yield(key, n.kids[i]) {
				return
			}
		}
	}
}

// Elements returns the elements of a list.
func (n *Node) Elements() []*Node {
	if !n.IsList() {
		return nil
	}
	return n.Kids()
}

// Kids returns the values of a map, or the elements of a list.
func (n *Node) Kids() []*Node {
	if n == nil {
		return nil
	}
	return slices.Clip(n.kids)
}

// IsMap reports whether n is a map.
func (n *Node) IsMap() bool { return n != nil && n.kind == yamlfile.Map }

// IsList reports whether n is a list.
func (n *Node) IsList() bool { return n != nil && n.kind == yamlfile.List }

// IsScalar reports whether n is neither a map nor a list, and there.
func (n *Node) IsScalar() bool { return n != nil && n.kind == yamlfile.Scalar }

// Null reports whether n is not there or null.
func (n *Node) Null() bool {
	return n == nil || n.kind == yamlfile.Nothing || n.kind == yamlfile.Scalar && n.json == "null" && n.unknown == ""
}

// Bare reports whether n says nothing: it is null, or has no entries or elements.
func (n *Node) Bare() bool {
	return n.Null() || n.kind != yamlfile.Scalar && len(n.kids) == 0
}

// Text returns the text of a scalar that is there, is not null and is known.
func (n *Node) Text() string {
	if n.Null() || n.kind != yamlfile.Scalar || n.unknown != "" {
		return ""
	}
	return n.text
}

// TextOr returns what [Node.Text] does, or other where that is empty.
func (n *Node) TextOr(other string) string {
	if text := n.Text(); text != "" {
		return text
	}
	return other
}

// Written returns a scalar as it is written, without quotes, known or not.
func (n *Node) Written() string {
	if n == nil {
		return ""
	}
	return n.text
}

// IsTrue reports whether n is the truth value true.
func (n *Node) IsTrue() bool { return n.is("true") }

// IsFalse reports whether n is the truth value false.
func (n *Node) IsFalse() bool { return n.is("false") }

func (n *Node) is(json string) bool { return n != nil && n.unknown == "" && n.json == json }

// Unknown returns why the value of n is not in the files; empty if it is, or n is not there.
func (n *Node) Unknown() string {
	if n == nil {
		return ""
	}
	return n.unknown
}

// AppendJSON appends n as JSON; an unknown value as [estate.AppendUnknown] has it.
func (n *Node) AppendJSON(b []byte) []byte {
	switch {
	case n == nil || n.kind == yamlfile.Nothing && n.unknown == "":
		return append(b, "null"...)
	case n.unknown != "":
		return estate.AppendUnknownURL(b, n.scheme, n.unknown, n.needs...)
	case n.kind == yamlfile.Map:
		b = append(b, '{')
		for i, kid := range n.kids {
			if i > 0 {
				b = append(b, ',')
			}
			b = kid.AppendJSON(append(yamlfile.AppendQuoted(b, n.keys[i]), ':'))
		}
		return append(b, '}')
	case n.kind == yamlfile.List:
		b = append(b, '[')
		for i, kid := range n.kids {
			if i > 0 {
				b = append(b, ',')
			}
			b = kid.AppendJSON(b)
		}
		return append(b, ']')
	case n.json == "":
		return yamlfile.AppendQuoted(b, n.text)
	}
	return append(b, n.json...)
}

// Replaced yields where the values below n come from that were replaced, by their JSON pointers.
func (n *Node) Replaced() iter.Seq2[string, string] {
	return func(yield func(pointer, from string) bool) { n.replaced("", yield) }
}

func (n *Node) replaced(pointer string, yield func(pointer, from string) bool) bool {
	if n == nil || n.from != "" && !yield(pointer, n.from) {
		return n == nil
	}
	for i, kid := range n.kids {
		key := strconv.Itoa(i)
		if n.kind == yamlfile.Map {
			key = n.keys[i]
		}
		if !kid.replaced(jsonptr.Append(pointer, key), yield) {
			return false
		}
	}
	return true
}

// Find returns the place of what a JSON pointer names, or of the innermost part around it that is there.
func (n *Node) Find(pointer string) estate.Position {
	found, _ := jsonptr.Walk(n, pointer, (*Node).child)
	return found.At()
}

// child returns what stands under a key, or at an index.
func (n *Node) child(key string) (kid *Node, found bool) {
	if !n.IsList() {
		kid = n.Member(key)
	} else if i, err := strconv.Atoi(key); err == nil && i >= 0 && i < len(n.kids) {
		kid = n.kids[i]
	}
	return kid, kid != nil
}

// Slashes returns the places of what looks like a comment of another language and is none in YAML.
func (n *Node) Slashes() []estate.Position {
	var found []estate.Position
	for i, kid := range n.kids {
		if kid.plain && strings.Contains(kid.text, " // ") || n.IsMap() && strings.HasPrefix(n.keys[i], "//") {
			found = append(found, kid.at)
		}
		found = append(found, kid.Slashes()...)
	}
	return found
}

// Size is about how many bytes a tree takes.
func (n *Node) Size() int {
	size := 200 + len(n.text) + len(n.json)
	for i, kid := range n.kids {
		size += kid.Size()
		if i < len(n.keys) {
			size += len(n.keys[i])
		}
	}
	return size
}
