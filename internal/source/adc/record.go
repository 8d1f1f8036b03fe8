package adc

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/jsonptr"
	"github.com/api7-preflight/api7-preflight/internal/plural"
	"github.com/api7-preflight/api7-preflight/internal/yamlfile"
)

// record is one resource and its position.
type record struct {
	kind         estate.Kind
	id           string
	name         name
	body         []byte
	damage       string
	file         *file
	part         int
	base         string // JSON pointer into the part's trees: /document/...
	line, column int
}

func (r *record) resource() *estate.Resource {
	g := r.file.group
	return &estate.Resource{
		Kind: r.kind, Group: estate.Group{Name: g, ShortID: g}, ID: r.id, Body: r.body, Damage: r.damage,
		Origin: estate.Origin{Source: kindName, Table: r.file.path, Locate: r.locate},
	}
}

// locate returns the position of a JSON pointer into the body: of its key, or of the list element. If the file has no
// such place, it is the position of the nearest value around it.
func (r *record) locate(pointer string) estate.Position {
	own := estate.Position{File: r.file.path, Line: r.line, Column: r.column}
	if pointer == "" || r.file.parts == nil {
		return own
	}
	docs, err := r.file.tree(r.part)
	if err != nil { // it was parsed before
		return own
	}
	document, base := jsonptr.Cut(r.base)
	i, err := strconv.Atoi(document)
	if err != nil || i >= len(docs) {
		return own
	}
	object, _ := jsonptr.Walk(standing{node: docs[i]}, base, standing.child)
	if inner, at := jsonptr.Walk(object, r.inFile(pointer), standing.child); at != "" {
		return r.file.position(r.part, inner)
	}
	return own
}

// standing is a value with the position of its key or, in a list, of the element.
type standing struct {
	node         yamlfile.Node
	key          string // empty: an element of a list
	line, column int
}

// child returns the value under a key or at an index.
func (s standing) child(key string) (standing, bool) {
	if s.node.Kind() == yamlfile.List {
		i, err := strconv.Atoi(key)
		if err != nil {
			return standing{}, false
		}
		item, ok := s.node.Item(i)
		return standing{node: item, line: item.Line(), column: item.Column()}, ok
	}
	for _, m := range s.node.Members() {
		if m.Key == key {
			return standing{node: m.Value, key: m.Key, line: m.KeyLine, column: m.KeyColumn}, true
		}
	}
	return standing{}, false
}

// position returns the position in the file of a value in part i, which must be the part parsed last.
func (f *file) position(i int, s standing) estate.Position {
	p := f.parts[i]
	end := func(line, column int, written string) (endLine, endColumn int) {
		if line, column = f.text.End(line, column, written); line > 0 {
			line, column = p.place(line, column)
		}
		return line, column
	}
	out := estate.Position{File: f.path}
	out.Line, out.Column = p.place(s.line, s.column)
	out.EndLine, out.EndColumn = end(s.line, s.column, cmp.Or(s.key, s.node.Text()))
	if s.node.Line() == s.line {
		if line, column := end(s.node.Line(), s.node.Column(), s.node.Text()); line > 0 {
			out.EndLine, out.EndColumn = line, column
		}
	}
	return out
}

// inFile returns the pointer into the file for a pointer into the body.
func (r *record) inFile(pointer string) string {
	first, below := jsonptr.Cut(pointer)
	switch {
	case first == "desc":
		return "/description"
	case r.kind == estate.GlobalRule && first == "plugins":
		return below
	case r.kind == estate.Credential && first == "plugins":
		_, below := jsonptr.Cut(below)
		return "/config" + below
	}
	return pointer
}

// add keeps a record and compares it with the previous ones.
func (c *collection) add(r *record) {
	s := c.source
	s.records = append(s.records, r)
	if r.damage != "" || r.kind == estate.GlobalRule {
		s.counts[r.kind]++
		return
	}
	ref := estate.Ref{Kind: r.kind, Group: r.file.group, ID: r.id}
	if before, ok := c.seen[ref]; ok {
		c.twice(r, "id", before)
		return
	}
	c.seen[ref] = r
	s.counts[r.kind]++
	if r.name.text == "" {
		return
	}
	n := named{kind: r.kind, group: r.file.group, name: r.name}
	if before, ok := c.names[n]; ok {
		c.twice(r, "name", before)
		return
	}
	c.names[n] = r
}

// maxTwice is the number of duplicate objects that are named; the rest are counted.
const maxTwice = 20

// twice records a note about two objects that ADC could not tell apart. Both are examined.
func (c *collection) twice(r *record, what string, first *record) {
	if len(c.same) >= maxTwice {
		c.more++
		return
	}
	c.same = append(c.same, fmt.Sprintf("the %s at %s has the same %s as the one at %s",
		strings.ReplaceAll(r.kind.String(), "_", " "), r.locate(""), what, first.locate("")))
}

// finish records what is known only after all files were read.
func (c *collection) finish() {
	s := c.source
	for _, why := range c.same {
		s.notes = append(s.notes, estate.Note{What: "ADC dump", Why: why})
	}
	if c.more > 0 {
		s.notes = append(s.notes, estate.Note{What: "ADC dump", Why: plural.Of(c.more, "more object", "more objects") + " with the id or name of another"})
	}
	quoted := make([]string, len(c.groups))
	for i, g := range c.groups {
		quoted[i] = strconv.Quote(g)
	}
	s.notes = append(s.notes, estate.Note{
		What: "gateway groups", Why: "read from ADC dumps: " + strings.Join(quoted, ", ") + "; other groups are not in them",
	})
}
