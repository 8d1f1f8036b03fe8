package adc

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/jsonptr"
	"github.com/api7-preflight/api7-preflight/internal/yamlfile"
)

// record is one resource and where it stands.
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

// locate returns the place of what a JSON pointer into the body names: that of its key, or of the element of a list.
// Where there is none, it is that of the nearest thing around it.
func (r *record) locate(pointer string) string {
	line, column := r.line, r.column
	if pointer != "" && r.file.parts != nil {
		line, column = r.find(pointer)
	}
	return fmt.Sprintf("%s:%d:%d", r.file.path, line, column)
}

func (r *record) find(pointer string) (line, column int) {
	line, column = r.line, r.column
	docs, err := r.file.tree(r.part)
	if err != nil { // it was parsed before
		return line, column
	}
	document, base := jsonptr.Cut(r.base)
	i, err := strconv.Atoi(document)
	if err != nil || i >= len(docs) {
		return line, column
	}
	own, _ := jsonptr.Walk(standing{node: docs[i]}, base, standing.child)
	own.line = 0
	if inner, _ := jsonptr.Walk(own, r.inFile(pointer), standing.child); inner.line > 0 {
		line, column = r.file.parts[r.part].place(inner.line, inner.column)
	}
	return line, column
}

// standing is a value and the place of its key, or of itself in a list.
type standing struct {
	node         yamlfile.Node
	line, column int
}

// child returns what stands under a key, or at an index.
func (s standing) child(key string) (standing, bool) {
	if s.node.Kind() == yamlfile.List {
		items := s.node.Items()
		if i, err := strconv.Atoi(key); err == nil && i >= 0 && i < len(items) {
			return standing{items[i], items[i].Line(), items[i].Column()}, true
		}
		return standing{}, false
	}
	for _, m := range s.node.Members() {
		if m.Key == key {
			return standing{m.Value, m.KeyLine, m.KeyColumn}, true
		}
	}
	return standing{}, false
}

// inFile turns a pointer into the body into one into what the file has.
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

// add keeps a record and compares it with those before.
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

// maxTwice is how many objects that are there twice are named one by one.
const maxTwice = 20

// twice notes two objects that ADC could not tell apart. Both are examined.
func (c *collection) twice(r *record, what string, first *record) {
	if len(c.same) >= maxTwice {
		c.more++
		return
	}
	c.same = append(c.same, fmt.Sprintf("the %s at %s has the %s of that at %s",
		strings.ReplaceAll(r.kind.String(), "_", " "), r.locate(""), what, first.locate("")))
}

// finish writes down what can be said only when every file is read.
func (c *collection) finish() {
	s := c.source
	for _, why := range c.same {
		s.notes = append(s.notes, estate.Note{What: "ADC dump", Why: why})
	}
	if c.more > 0 {
		s.notes = append(s.notes, estate.Note{What: "ADC dump", Why: fmt.Sprintf("%d more objects have the id or the name of another", c.more)})
	}
	quoted := make([]string, len(c.groups))
	for i, g := range c.groups {
		quoted[i] = strconv.Quote(g)
	}
	s.notes = append(s.notes, estate.Note{
		What: "gateway groups", Why: "read from ADC dumps: " + strings.Join(quoted, ", ") + "; other groups are not in them",
	})
}
