package tree

import (
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/yamlfile"
)

// Parse reads every document of a file; those that say nothing are Null. The error is an [Error].
func Parse(path string, data []byte) ([]*Node, error) {
	docs, err := yamlfile.ParseAll(path, data)
	if err != nil {
		return nil, located(path, data, err)
	}
	return build(docs, &frame{file: path, text: yamlfile.NewText(data)}), nil
}

// Within reads every document of the file that the text of a scalar is. Each value stands where it is written, or where
// the text begins if its lines are no lines of the file. The error is an [Error], which stands likewise.
func (n *Node) Within() ([]*Node, error) {
	if !n.IsScalar() {
		return nil, nil
	}
	data := []byte(n.text)
	docs, err := yamlfile.ParseAll(n.at.File, data)
	f := &frame{file: n.at.File}
	if n.block != nil {
		f.block, f.text = *n.block, yamlfile.NewText(data)
	}
	if err != nil {
		fault := located(n.at.File, data, err)
		if at := fault.At; n.block != nil {
			fault.At = f.place(at.Line, at.Column)
		} else {
			fault.At = n.at
		}
		return nil, fault
	}
	all := build(docs, f)
	if n.block == nil {
		for i := range all {
			all[i] = all[i].Standing(n.at)
		}
	}
	return all, nil
}

// Typed returns a text as YAML reads it, and so as helm --set does: truth values, numbers and null are none.
func (n *Node) Typed() *Node {
	if !n.IsScalar() {
		return n
	}
	docs, err := Parse(n.at.File, []byte(n.text))
	if err != nil || len(docs) != 1 || !docs[0].IsScalar() {
		return n
	}
	return docs[0].Standing(n.at)
}

// frame makes nodes of what the parser read, and knows where in a file its text stands: that is the file itself, or a
// block inside of it.
type frame struct {
	block

	file    string
	text    *yamlfile.Text
	scratch []byte
}

func build(docs []yamlfile.Node, f *frame) []*Node {
	nodes := make([]Node, len(docs))
	all := make([]*Node, len(docs))
	for i, doc := range docs {
		f.fill(&nodes[i], doc, f.scalar(doc))
		all[i] = &nodes[i]
	}
	return all
}

// fill makes out, which stands at a place, what the parser read.
func (f *frame) fill(out *Node, n yamlfile.Node, at estate.Position) {
	out.kind, out.at = n.Kind(), at
	switch out.kind {
	case yamlfile.Map:
		members := n.Members()
		if len(members) == 1 && members[0].Complex && members[0].Value.Null() { // {{ x }}
			out.kind, out.unknown = yamlfile.Scalar, "a template"
			return
		}
		out.keys, out.kids = make([]string, len(members)), make([]*Node, len(members))
		nodes := make([]Node, len(members))
		for i, m := range members {
			out.keys[i], out.kids[i] = m.Key, &nodes[i]
			f.fill(&nodes[i], m.Value, f.member(m))
		}
	case yamlfile.List:
		items := n.Items()
		out.kids = make([]*Node, len(items))
		nodes := make([]Node, len(items))
		for i, item := range items {
			out.kids[i] = &nodes[i]
			f.fill(&nodes[i], item, f.scalar(item))
		}
	case yamlfile.Scalar:
		out.text, out.plain, out.json = n.Text(), n.Plain(), f.json(n)
		if n.Literal() {
			out.block = f.inside(n)
		}
	case yamlfile.Nothing:
	}
}

// json returns a scalar as JSON has it; empty for a text.
func (f *frame) json(n yamlfile.Node) string {
	f.scratch = n.AppendJSON(f.scratch[:0])
	switch text := n.Text(); {
	case f.scratch[0] == '"':
		return ""
	case string(f.scratch) == text:
		return text
	}
	return string(f.scratch)
}

// inside returns where the lines of a literal block stand; nil if it has none.
func (f *frame) inside(n yamlfile.Node) *block {
	number := n.Line()
	for text := range strings.SplitSeq(n.Text(), "\n") {
		number++ // the first line is that behind the indicator
		line := f.text.Line(number)
		if strings.TrimSpace(text) == "" || line == nil {
			continue
		}
		columns := strings.Index(string(line), strings.TrimRight(text, "\r"))
		return &block{lines: n.Line() + f.lines, columns: max(columns, 0) + f.columns}
	}
	return nil
}

func (f *frame) place(line, column int) estate.Position {
	return estate.Position{File: f.file, Line: max(line, 1) + f.lines, Column: max(column, 1) + f.columns}
}

// scalar returns the place of a scalar, or of whatever else begins where it would.
func (f *frame) scalar(n yamlfile.Node) estate.Position {
	p := f.place(n.Line(), n.Column())
	f.ends(&p, n.Line(), n.Column(), n.Text())
	return p
}

// member returns the place of a key, with its value where that is on the same line.
func (f *frame) member(m yamlfile.Member) estate.Position {
	p := f.place(m.KeyLine, m.KeyColumn)
	f.ends(&p, m.KeyLine, m.KeyColumn, m.Key)
	if m.Value.Line() == m.KeyLine {
		f.ends(&p, m.Value.Line(), m.Value.Column(), m.Value.Text())
	}
	return p
}

// ends notes where what reads like this ends, if that can be told.
func (f *frame) ends(p *estate.Position, line, column int, text string) {
	if line, column := f.text.End(line, column, text); line > 0 {
		p.EndLine, p.EndColumn = line+f.lines, column+f.columns
	}
}
