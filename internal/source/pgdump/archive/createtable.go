package archive

import (
	"slices"
	"strings"
)

// definition is a parsed CREATE TABLE.
type definition struct {
	schema, name string
	columns      []definedColumn
	parents      [][2]string // INHERITS or PARTITION OF: schema and name
	open         bool        // OF type: the columns are not in the statement
	partition    bool        // PARTITION OF
	partitioned  bool        // PARTITION BY
	foreign      bool
	length       int // of the parsed text
}

type definedColumn struct {
	Column
	generated bool
}

// parseCreateTable parses a CREATE TABLE statement; false if it is another statement.
func parseCreateTable(text []byte) (d definition, ok bool) {
	c := &cursor{b: text}
	if !c.words("CREATE") {
		return d, false
	}
	d.foreign = !c.words("UNLOGGED") && c.words("FOREIGN")
	if !c.words("TABLE") {
		return d, false
	}
	defer func() { d.length = c.i }()
	c.words("IF", "NOT", "EXISTS")
	if d.schema, d.name, ok = c.name(); !ok {
		return d, false
	}
	switch {
	case c.words("PARTITION", "OF"):
		d.parent(c)
		d.partition = true
		d.partitioned = c.findsPartitionBy()
		return d, true // its columns are those of the parent
	case c.words("OF"):
		d.open = true
		return d, true
	}
	if !c.is('(') || !d.body(c) {
		return d, false
	}
	if c.words("INHERITS") && c.is('(') {
		for more := true; more; {
			more = d.parent(c) && c.is(',')
		}
		c.is(')')
	}
	d.partitioned = c.words("PARTITION", "BY")
	return d, true
}

// findsPartitionBy consumes the bounds of a partition, up to the statement's end, and reports whether it has
// partitions itself.
func (c *cursor) findsPartitionBy() bool {
	for c.space(); c.i < len(c.b) && !c.at(";"); c.space() {
		if c.words("PARTITION", "BY") {
			return true
		}
		c.skip()
	}
	return false
}

func (d *definition) parent(c *cursor) bool {
	schema, name, ok := c.name()
	if ok {
		d.parents = append(d.parents, [2]string{schema, name})
	}
	return ok
}

// body reads the columns up to the closing parenthesis.
func (d *definition) body(c *cursor) bool {
	if c.is(')') {
		return true
	}
	for {
		if !isConstraint(c) {
			name, ok := c.ident()
			if !ok {
				return false
			}
			d.columns = append(d.columns, definedColumn{Column: Column{Name: name, Type: columnType(c)}})
		}
		generated, ok := restOfColumn(c)
		if !ok {
			return false
		}
		if n := len(d.columns); generated && n > 0 {
			d.columns[n-1].generated = true
		}
		if c.is(')') {
			return true
		}
		c.is(',')
	}
}

// restOfColumn consumes what follows a column's type. generated is true if the column is computed from others.
func restOfColumn(c *cursor) (generated, ok bool) {
	for c.space(); !c.at(",)"); c.space() {
		if c.i >= len(c.b) {
			return false, false
		}
		if !c.words("GENERATED", "ALWAYS", "AS") {
			c.skip()
			continue
		}
		c.space()
		generated = c.at("(") // else it is an identity column
	}
	return generated, true
}

// at reports whether the next byte is one of these.
func (c *cursor) at(set string) bool {
	return c.i < len(c.b) && strings.IndexByte(set, c.b[c.i]) >= 0
}

// isConstraint reports whether a table constraint is next. A column with such a name would be in quotes.
func isConstraint(c *cursor) bool {
	c.space()
	switch strings.ToUpper(string(c.bare())) {
	case "CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN", "LIKE", "EXCLUDE", "NOT":
		return true
	}
	return false
}

// columnType consumes and returns the type of a column: everything up to a word that can follow a type.
func columnType(c *cursor) string {
	c.space()
	start, end := c.i, c.i
	for c.space(); c.i < len(c.b) && !c.at(",)"); c.space() {
		word := strings.ToUpper(string(c.bare()))
		if slices.Contains(afterType, word) && c.i > start {
			break
		}
		c.skip()
		end = c.i
	}
	return string(c.b[start:end])
}

// afterType are the words that end a column's type.
var afterType = []string{
	"DEFAULT", "NOT", "NULL", "CONSTRAINT", "GENERATED", "COLLATE", "CHECK", "PRIMARY", "UNIQUE", "REFERENCES",
	"STORAGE", "COMPRESSION", "OPTIONS",
}

// dataHead is the head of a COPY or INSERT statement.
type dataHead struct {
	schema, name string
	columns      []string // nil if the statement names none
	oids         bool     // COPY … WITH OIDS: the first value of a row is its oid
}

// parseCopy parses a COPY … FROM stdin statement; false if it is another statement.
func parseCopy(text []byte) (dataHead, bool) {
	c := &cursor{b: text}
	var h dataHead
	var ok bool
	if !c.words("COPY") {
		return h, false
	}
	if h.schema, h.name, ok = c.name(); !ok {
		return h, false
	}
	if c.space(); c.at("(") {
		if h.columns, ok = c.list(); !ok {
			return h, false
		}
	}
	h.oids = c.words("WITH", "OIDS")
	return h, c.words("FROM", "STDIN")
}

// parseInsert reads an INSERT statement up to its first row and says how long that head is. No row follows if that is
// what DEFAULT VALUES says.
func parseInsert(text []byte) (h dataHead, length int, rows, ok bool) {
	c := &cursor{b: text}
	if !c.words("INSERT", "INTO") {
		return h, 0, false, false
	}
	if h.schema, h.name, ok = c.name(); !ok {
		return h, 0, false, false
	}
	if c.words("DEFAULT", "VALUES") {
		return h, c.i, false, true
	}
	if c.space(); c.at("(") {
		if h.columns, ok = c.list(); !ok {
			return h, 0, false, false
		}
	}
	_ = c.words("OVERRIDING", "SYSTEM", "VALUE") || c.words("OVERRIDING", "USER", "VALUE")
	ok = c.words("VALUES")
	return h, c.i, true, ok
}
