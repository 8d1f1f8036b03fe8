package yamlfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"gopkg.in/yaml.v3"

	"github.com/api7-preflight/api7-preflight/internal/redact"
)

// The limits of a tree. With aliases, a small text can describe a large tree, so every use of an alias counts what it
// refers to.
const (
	maxNodes = 1 << 20
	maxDepth = 200
	// fewNodes are allowed in any text, and growth times the number of its bytes in a larger one: a few hundred bytes
	// must not cost as much as the largest file may.
	fewNodes = 1 << 16
	growth   = 16
	// textPerValue is the number of bytes of text that count as one more value, so that aliases of a long text cost
	// as much as the text.
	textPerValue = 64
)

// Kind is the form of a node. The zero Kind is Nothing, a document without content.
type Kind uint8

// The kinds.
const (
	Nothing Kind = iota // absent
	Map
	List
	Scalar
)

// Node is a YAML value with its position in a file. Aliases are followed and merge keys are applied. The zero Node is
// absent: its members, items and text are empty.
type Node struct {
	value *yaml.Node
	at    *yaml.Node // where it is: an alias is not where its value is
}

// Member is one entry of a map.
type Member struct {
	Key       string
	KeyLine   int  // line of the key; counts from 1
	KeyColumn int  // column of the key; counts from 1, in characters
	Complex   bool // the key is a map or a list, and Key is empty: {{ x }} is a map of one such key
	Value     Node
}

// Parse reads data, which must hold at most one document. Limits and errors are those of [ParseAll].
func Parse(name string, data []byte) (Node, error) {
	docs, err := ParseAll(name, data)
	switch {
	case err != nil:
		return Node{}, err
	case len(docs) == 0:
		return Node{}, nil
	case len(docs) > 1:
		return Node{}, fmt.Errorf("%s: more than one YAML document", name)
	}
	return docs[0], nil
}

// ParseAll reads every document in data. It returns an [Error] for keys written twice, trees that are too large or
// too deep, and aliases that contain themselves or name something in another document.
func ParseAll(name string, data []byte) ([]Node, error) {
	if len(data) > maxBytes {
		return nil, tooLarge(name, data)
	}
	var docs []Node
	dec := yaml.NewDecoder(bytes.NewReader(data))
	budget := allowance(data)
	for {
		doc := new(yaml.Node)
		err := dec.Decode(doc)
		if errors.Is(err, io.EOF) {
			return docs, nil
		}
		if err != nil {
			return nil, explain(name, err)
		}
		if len(docs) > 0 {
			if alien := foreign(doc, map[*yaml.Node]bool{}); alien != nil {
				return nil, &Error{Name: name, Line: alien.Line, Column: alien.Column, Reason: "an alias names an anchor of another document"}
			}
		}
		n := wrap(doc)
		if err := n.check(name, budget, 0); err != nil {
			return nil, err
		}
		docs = append(docs, n)
	}
}

// foreign returns the first alias below n that names what does not stand in front of it in the same document, as the
// library allows; nil if there is none. anchored are the nodes that do.
func foreign(n *yaml.Node, anchored map[*yaml.Node]bool) *yaml.Node {
	if n.Kind == yaml.AliasNode && !anchored[n.Alias] {
		return n
	}
	if n.Anchor != "" {
		anchored[n] = true
	}
	for _, c := range n.Content {
		if alien := foreign(c, anchored); alien != nil {
			return alien
		}
	}
	return nil
}

func wrap(n *yaml.Node) Node {
	at := n
	for n != nil {
		switch {
		case n.Kind == yaml.DocumentNode && len(n.Content) == 1:
			n, at = n.Content[0], n.Content[0]
		case n.Kind == yaml.AliasNode:
			n = n.Alias
		default:
			return Node{value: n, at: at}
		}
	}
	return Node{}
}

// budget counts the values that a tree may still have.
type budget struct{ most, left int }

func allowance(data []byte) *budget {
	most := min(maxNodes, fewNodes+growth*len(data))
	return &budget{most, most}
}

// check walks the tree as its readers will, so that they need no limits of their own.
func (n Node) check(name string, b *budget, depth int) error {
	if b.left--; b.left < 0 {
		return n.refuse(name, fmt.Sprintf("more than %d values, or aliases stand for more", b.most))
	}
	if depth > maxDepth {
		return n.refuse(name, fmt.Sprintf("nested deeper than %d levels, or an alias contains itself", maxDepth))
	}
	if n.value == nil {
		return nil
	}
	b.left -= len(n.value.Value) / textPerValue
	if n.value.Kind == yaml.MappingNode {
		if err := n.duplicate(name); err != nil {
			return err
		}
	}
	for _, c := range n.value.Content {
		if err := wrap(c).check(name, b, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func (n Node) refuse(name, reason string) error {
	return &Error{Name: name, Line: n.Line(), Column: n.Column(), Reason: reason}
}

// pairwise is the largest number of keys for which comparing each pair is faster than a map.
const pairwise = 16

func (n Node) duplicate(name string) error {
	twice := func(key Node, line int) error {
		return key.refuse(name, fmt.Sprintf("key %q is written twice, first in line %d", redact.Key(key.Text()), line))
	}
	content := n.value.Content
	if len(content) <= 2*pairwise {
		for i := 2; i+1 < len(content); i += 2 {
			key := wrap(content[i])
			for j := i - 2; j >= 0 && !isMerge(content[i]); j -= 2 {
				if before := wrap(content[j]); before.Text() == key.Text() {
					return twice(key, before.Line())
				}
			}
		}
		return nil
	}
	lines := make(map[string]int, len(content)/2)
	for i := 0; i+1 < len(content); i += 2 {
		key := wrap(content[i])
		if first, ok := lines[key.Text()]; ok && !isMerge(content[i]) {
			return twice(key, first)
		}
		lines[key.Text()] = key.Line()
	}
	return nil
}

func isMerge(key *yaml.Node) bool { return key.Tag == "!!merge" }

// Kind returns the form of the node.
func (n Node) Kind() Kind {
	if n.value == nil {
		return Nothing
	}
	switch n.value.Kind {
	case yaml.MappingNode:
		return Map
	case yaml.SequenceNode:
		return List
	case yaml.ScalarNode:
		return Scalar
	case yaml.DocumentNode, yaml.AliasNode: // wrap goes through both
	}
	return Nothing
}

// Line returns the line of the node, counting from 1; 0 for an absent node.
func (n Node) Line() int {
	if n.at == nil {
		return 0
	}
	return n.at.Line
}

// Column returns the column of the node, counting from 1 in characters; 0 for an absent node.
func (n Node) Column() int {
	if n.at == nil {
		return 0
	}
	return n.at.Column
}

// Null reports whether the node is absent or null.
func (n Node) Null() bool {
	return n.value == nil || n.Kind() == Scalar && n.value.ShortTag() == "!!null"
}

// Has reports whether a map has a key, with whatever value.
func (n Node) Has(key string) bool { return n.Get(key).Kind() != Nothing }

// Text returns a scalar without its quotes; "" for other nodes.
func (n Node) Text() string {
	if n.Kind() != Scalar {
		return ""
	}
	return n.value.Value
}

// Plain reports whether a scalar is written without quotes and not as a block.
func (n Node) Plain() bool { return n.Kind() == Scalar && n.value.Style&^yaml.TaggedStyle == 0 }

// Literal reports whether a scalar is a literal block (|), whose lines are lines of the file.
func (n Node) Literal() bool { return n.Kind() == Scalar && n.value.Style&yaml.LiteralStyle != 0 }

// Items returns the elements of a list; nil for other nodes.
func (n Node) Items() []Node {
	if n.Kind() != List {
		return nil
	}
	items := make([]Node, len(n.value.Content))
	for i, c := range n.value.Content {
		items[i] = wrap(c)
	}
	return items
}

// Item returns an element of a list; false if there is none.
func (n Node) Item(i int) (Node, bool) {
	if n.Kind() != List || i < 0 || i >= len(n.value.Content) {
		return Node{}, false
	}
	return wrap(n.value.Content[i]), true
}

// Members returns the entries of a map in written order, those from merge keys last; nil for other nodes.
func (n Node) Members() []Member {
	if n.Kind() != Map {
		return nil
	}
	members := make([]Member, 0, len(n.value.Content)/2)
	var merged []Member
	for i := 0; i+1 < len(n.value.Content); i += 2 {
		key, value := n.value.Content[i], wrap(n.value.Content[i+1])
		switch {
		case !isMerge(key):
			members = append(members, Member{Key: wrap(key).Text(), KeyLine: key.Line, KeyColumn: key.Column, Complex: wrap(key).Kind() != Scalar, Value: value})
		case value.Kind() == List:
			for _, item := range value.Items() {
				merged = append(merged, item.Members()...)
			}
		default:
			merged = append(merged, value.Members()...)
		}
	}
	if len(merged) == 0 {
		return members
	}
	seen := make(map[string]bool, len(members))
	for _, m := range members {
		seen[m.Key] = true
	}
	for _, m := range merged {
		if !seen[m.Key] {
			seen[m.Key] = true
			members = append(members, m)
		}
	}
	return members
}

// Get returns the value of a key in a map; the absent Node if there is none.
func (n Node) Get(key string) Node {
	if n.Kind() != Map {
		return Node{}
	}
	merges := false
	for i := 0; i+1 < len(n.value.Content); i += 2 {
		switch k := n.value.Content[i]; {
		case isMerge(k):
			merges = true
		case wrap(k).Text() == key:
			return wrap(n.value.Content[i+1])
		}
	}
	if !merges {
		return Node{}
	}
	for _, m := range n.Members() {
		if m.Key == key {
			return m.Value
		}
	}
	return Node{}
}
