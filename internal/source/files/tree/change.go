package tree

import (
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/yamlfile"
)

// Merge lays one file of Helm values over another as Helm does: maps are merged, everything else is replaced. A null
// stays, because it deletes what the chart would set by default.
func Merge(base, over *Node) *Node {
	if !base.IsMap() || !over.IsMap() {
		return over
	}
	out := base.copied()
	index := make(map[string]int, len(out.keys))
	for i, key := range out.keys {
		index[key] = i
	}
	for key, value := range over.Entries() {
		if i, there := index[key]; there {
			out.kids[i] = Merge(out.kids[i], value)
			continue
		}
		out.keys, out.kids = append(out.keys, key), append(out.kids, value)
	}
	return out
}

// copied returns a copy of n of which keys and kids can be changed.
func (n *Node) copied() *Node {
	out := *n
	out.keys, out.kids = slices.Clone(n.keys), slices.Clone(n.kids)
	return &out
}

// With returns a copy of n in which the value at a path of keys is v. Maps that have to be made on the way stand where the
// nearest part around them does, not where v comes from. What is unknown on the way stays so.
func (n *Node) With(path []string, v *Node) *Node {
	if len(path) == 0 {
		return v
	}
	out := Empty(v.at)
	if n.IsMap() {
		out = n.copied()
	} else if n.Unknown() != "" {
		return n
	}
	below := n.Member(path[0])
	if n != nil && below == nil && len(path) > 1 {
		below = Empty(n.at)
	}
	inner := below.With(path[1:], v)
	if i := slices.Index(out.keys, path[0]); i >= 0 {
		out.kids[i] = inner
		return out
	}
	out.keys, out.kids = append(out.keys, path[0]), append(out.kids, inner)
	return out
}

// WithElement returns a copy of a list in which the element at an index, which must be there, is v.
func (n *Node) WithElement(i int, v *Node) *Node {
	out := n.copied()
	out.kids[i] = v
	return out
}

// Reading is how a program understands a scalar.
type Reading struct {
	Unknown string   // why its value is not in the file; empty: it is
	Scheme  string   // of a URL whose scheme is in the file, though the rest of it is unknown
	Needs   []string // the variables without which it has none
	JSON    string   // empty: as YAML has it
	Text    string   // what it reads once variables in it are replaced, if From says so
	From    string   // where the values of these variables come from; empty: there are none
}

// Read returns n as a program understands it that reads scalars so; plain scalars are those without quotes. What is
// unknown already stays so for the reason that it has.
func (n *Node) Read(read func(text string, plain bool) Reading) *Node {
	switch {
	case n == nil:
		return nil
	case n.kind == yamlfile.Scalar:
		return n.reread(read(n.text, n.plain))
	}
	var out *Node // nil as long as nothing differs
	for i, kid := range n.kids {
		if again := kid.Read(read); again != kid {
			if out == nil {
				out = n.copied()
			}
			out.kids[i] = again
		}
	}
	if out == nil {
		return n
	}
	return out
}

func (n *Node) reread(r Reading) *Node {
	if n.unknown != "" {
		r.Unknown, r.Needs = "", nil
	}
	if r.Unknown == "" && r.JSON == "" && r.From == "" {
		return n
	}
	out := *n
	if r.From != "" {
		out.text, out.from, out.json, out.block = r.Text, r.From, "", nil
	}
	if r.Unknown != "" {
		out.unknown, out.scheme, out.needs = r.Unknown, r.Scheme, r.Needs
	}
	if r.JSON != "" {
		out.json = r.JSON
	}
	return &out
}

// Standing returns n with every value at one place.
func (n *Node) Standing(at estate.Position) *Node {
	out := *n
	out.at, out.kids = at, make([]*Node, len(n.kids))
	for i, kid := range n.kids {
		out.kids[i] = kid.Standing(at)
	}
	return &out
}

// AsText returns a scalar as a text, even where YAML has a number, a truth value or null; other nodes as they are.
func (n *Node) AsText() *Node {
	if !n.IsScalar() || n.json == "" {
		return n
	}
	out := *n
	out.json = ""
	return &out
}

// Shell returns n without what is in it: a map stays a map, at its place.
func (n *Node) Shell() *Node { return &Node{kind: n.kind, at: n.at} }
