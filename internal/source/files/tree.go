package files

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/jsonptr"
	"github.com/api7-preflight/api7-preflight/internal/yamlfile"
)

// place is where something stands in a file.
type place struct {
	file               string
	line, column       int
	endLine, endColumn int // as of [estate.Position]
}

func (p place) String() string { return fmt.Sprintf("%s:%d:%d", p.file, p.line, p.column) }

func (p place) position() estate.Position {
	return estate.Position{File: p.file, Line: p.line, Column: p.column, EndLine: p.endLine, EndColumn: p.endColumn}
}

// frame says where in a file a text stands: a file itself, or a block inside of one.
type frame struct {
	file           string
	lines, columns int            // before the text
	text           *yamlfile.Text // nil: where things end is not asked
}

func (f frame) place(line, column int) place {
	return place{file: f.file, line: max(line, 1) + f.lines, column: max(column, 1) + f.columns}
}

// scalar returns the place of a scalar, or of whatever else begins where it would.
func (f frame) scalar(n yamlfile.Node) place {
	p := f.place(n.Line(), n.Column())
	f.ends(&p, n.Line(), n.Column(), n.Text())
	return p
}

// member returns the place of a key, with its value where that is on the same line.
func (f frame) member(m yamlfile.Member) place {
	p := f.place(m.KeyLine, m.KeyColumn)
	f.ends(&p, m.KeyLine, m.KeyColumn, m.Key)
	if m.Value.Line() == m.KeyLine {
		f.ends(&p, m.Value.Line(), m.Value.Column(), m.Value.Text())
	}
	return p
}

// ends notes where what reads like this ends, if that can be told.
func (f frame) ends(p *place, line, column int, text string) {
	if line, column := f.text.End(line, column, text); line > 0 {
		p.endLine, p.endColumn = line+f.lines, column+f.columns
	}
}

// node is a value with the place of its key, or of itself in a list. Trees are never changed once they are shared.
type node struct {
	kind    yamlfile.Kind
	text    string // of a scalar, as it is written
	json    string // of a scalar
	plain   bool   // a scalar without quotes
	literal bool   // a scalar of which each line is a line of the file
	keys    []string
	kids    []*node // of keys, or elements
	at      place
	value   int      // line of the value itself
	unknown string   // why the value is not in the file; empty if it is
	needs   []string // the variables without which it has none
}

// convert copies what the parser read.
func convert(n yamlfile.Node, f frame) *node { return build(n, f.scalar(n), f) }

func build(n yamlfile.Node, at place, f frame) *node {
	out := &node{kind: n.Kind(), at: at, value: f.place(n.Line(), 1).line}
	switch n.Kind() {
	case yamlfile.Map:
		members := n.Members()
		out.keys, out.kids = make([]string, len(members)), make([]*node, len(members))
		for i, m := range members {
			out.keys[i], out.kids[i] = m.Key, build(m.Value, f.member(m), f)
		}
	case yamlfile.List:
		items := n.Items()
		out.kids = make([]*node, len(items))
		for i, item := range items {
			out.kids[i] = build(item, f.scalar(item), f)
		}
	case yamlfile.Scalar:
		out.text, out.json, out.plain, out.literal = n.Text(), string(n.JSON()), n.Plain(), n.Literal()
	case yamlfile.Nothing:
		out.json = "null"
	}
	return out
}

// member returns the value under a key; nil if there is none, or n is no map.
func (n *node) member(key string) *node {
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

// either returns the value under the first of two keys that is there.
func (n *node) either(key, other string) *node {
	if v := n.member(key); v != nil {
		return v
	}
	return n.member(other)
}

// get follows keys joined by dots.
func (n *node) get(path string) *node {
	for key := range strings.SplitSeq(path, ".") {
		n = n.member(key)
	}
	return n
}

func (n *node) isMap() bool  { return n != nil && n.kind == yamlfile.Map }
func (n *node) isList() bool { return n != nil && n.kind == yamlfile.List }

// null reports whether n is not there or null.
func (n *node) null() bool {
	return n == nil || n.kind == yamlfile.Nothing || n.kind == yamlfile.Scalar && n.json == "null" && n.unknown == ""
}

// scalar returns the text of a scalar that is there and known.
func (n *node) scalar() string {
	if n.null() || n.kind != yamlfile.Scalar || n.unknown != "" {
		return ""
	}
	return n.text
}

// says reports whether n is this truth value.
func (n *node) says(truth string) bool { return !n.null() && n.unknown == "" && n.json == truth }

// elements returns the elements of a list.
func (n *node) elements() []*node {
	if !n.isList() {
		return nil
	}
	return n.kids
}

func (n *node) appendJSON(b []byte) []byte {
	switch {
	case n == nil:
		return append(b, "null"...)
	case n.unknown != "":
		return estate.AppendUnknown(b, n.unknown, n.needs...)
	case n.kind == yamlfile.Map:
		b = append(b, '{')
		for i, kid := range n.kids {
			if i > 0 {
				b = append(b, ',')
			}
			b = kid.appendJSON(append(yamlfile.AppendQuoted(b, n.keys[i]), ':'))
		}
		return append(b, '}')
	case n.kind == yamlfile.List:
		b = append(b, '[')
		for i, kid := range n.kids {
			if i > 0 {
				b = append(b, ',')
			}
			b = kid.appendJSON(b)
		}
		return append(b, ']')
	}
	return append(b, n.json...)
}

// find returns the place of what a JSON pointer names, or of the innermost part around it that is there.
func (n *node) find(pointer string) place {
	found, _ := jsonptr.Walk(n, pointer, (*node).child)
	return found.at
}

// child returns what stands under a key, or at an index.
func (n *node) child(key string) (kid *node, found bool) {
	if n.kind != yamlfile.List {
		kid = n.member(key)
	} else if i, err := strconv.Atoi(key); err == nil && i >= 0 && i < len(n.kids) {
		kid = n.kids[i]
	}
	return kid, kid != nil
}

// merge lays one file of Helm values over another as Helm does: maps are merged, everything else is replaced. A null
// stays, because it deletes what the chart would set by default.
func merge(base, over *node) *node {
	if !base.isMap() || !over.isMap() {
		return over
	}
	out := *base
	out.keys, out.kids = append([]string{}, base.keys...), append([]*node{}, base.kids...)
	index := make(map[string]int, len(out.keys))
	for i, key := range out.keys {
		index[key] = i
	}
	for i, key := range over.keys {
		if j, there := index[key]; there {
			out.kids[j] = merge(out.kids[j], over.kids[i])
			continue
		}
		out.keys, out.kids = append(out.keys, key), append(out.kids, over.kids[i])
	}
	return &out
}

// with returns a copy of n in which the value at a path of keys is v. What has to be made on the way stands where the
// nearest part around it does, not where v comes from.
func (n *node) with(path []string, v *node) *node {
	if len(path) == 0 {
		return v
	}
	out := node{kind: yamlfile.Map, at: v.at}
	if n.isMap() {
		out = *n
		out.keys, out.kids = append([]string{}, n.keys...), append([]*node{}, n.kids...)
	} else if n != nil && n.unknown != "" {
		return n
	}
	below := n.member(path[0])
	if n != nil && below == nil && len(path) > 1 {
		below = emptyMap(n.at)
	}
	inner := below.with(path[1:], v)
	for i, key := range out.keys {
		if key == path[0] {
			out.kids[i] = inner
			return &out
		}
	}
	out.keys, out.kids = append(out.keys, path[0]), append(out.kids, inner)
	return &out
}

// size is about how many bytes a tree takes.
func (n *node) size() int {
	size := 200 + len(n.text) + len(n.json)
	for i, kid := range n.kids {
		size += kid.size()
		if i < len(n.keys) {
			size += len(n.keys[i])
		}
	}
	return size
}

// emptyMap is a map without entries.
func emptyMap(at place) *node { return &node{kind: yamlfile.Map, at: at} }
