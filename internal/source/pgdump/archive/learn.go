package archive

import (
	"bytes"
	"slices"
)

// Type is a type that the backup defines.
type Type struct {
	Database string
	Name     string // SQL text as in the columns that have the type
	Base     string // the type under a domain, as SQL text; else empty
	Category byte   // as in pg_type.typcategory; 0 for a domain
}

// maxDefinition limits what is looked at of the statements that are only looked at in part. It is longer than a foreign key of
// as many columns as an index can have.
const maxDefinition = 16 << 10

// learn takes what a statement other than CREATE TABLE says about tables and types. text begins with the statement
// and may go on after it. path is the schema of unqualified names.
func (c *catalog) learn(database, path string, text []byte) {
	s := &cursor{b: text}
	switch {
	case s.words("ALTER", "TABLE"):
		c.alter(database, path, s)
	case s.words("CREATE", "VIEW"), s.words("CREATE", "RECURSIVE", "VIEW"), s.words("CREATE", "OR", "REPLACE", "VIEW"):
		c.view(database, path, 'v', s)
	case s.words("CREATE", "MATERIALIZED", "VIEW"):
		c.view(database, path, 'm', s)
	case s.words("CREATE", "RULE"), s.words("CREATE", "OR", "REPLACE", "RULE"):
		// Before version 10, pg_dump writes some views as a table with this rule.
		if name, ok := s.ident(); ok && name == "_RETURN" && s.words("AS", "ON", "SELECT", "TO") {
			c.view(database, path, 'v', s)
		}
	case s.words("CREATE", "DOMAIN"):
		if name, ok := s.text(); ok {
			s.words("AS")
			s.b = s.b[:s.end()]
			c.types = append(c.types, Type{Database: database, Name: name, Base: columnType(s)})
		}
	case s.words("CREATE", "TYPE"):
		c.defineType(database, s)
	case s.words("CREATE", "EXTENSION"):
		s.words("IF", "NOT", "EXISTS")
		if name, ok := s.ident(); ok && name != "plpgsql" {
			c.extensions = true
		}
	case s.words("CREATE", "SCHEMA"):
		s.words("IF", "NOT", "EXISTS")
		if name, ok := s.ident(); ok {
			c.schemas = append(c.schemas, tableKey{database: database, schema: name})
		}
	}
}

func (c *catalog) view(database, path string, kind byte, s *cursor) {
	if schema, name, ok := s.name(); ok {
		c.tables[c.table(tableKey{database, or(schema, path), name})].Kind = kind
	}
}

// alter takes an ALTER TABLE statement, after these words.
func (c *catalog) alter(database, path string, s *cursor) {
	s.words("IF", "EXISTS")
	s.words("ONLY")
	schema, name, ok := s.name()
	if !ok {
		return
	}
	k := tableKey{database, or(schema, path), name}
	switch {
	case s.words("ENABLE", "ROW", "LEVEL", "SECURITY"):
		c.secured = append(c.secured, k)
	case s.words("ATTACH", "PARTITION"):
		if schema, name, ok := s.name(); ok {
			c.belongs(tableKey{database, or(schema, path), name}, k, true)
		}
	case s.words("INHERIT"):
		if schema, name, ok := s.name(); ok {
			c.belongs(k, tableKey{database, or(schema, path), name}, false)
		}
	case s.words("ADD", "CONSTRAINT"):
		if _, ok := s.ident(); !ok || !s.words("FOREIGN", "KEY") {
			return
		}
		if s.space(); s.at("(") {
			s.skip()
		}
		if !s.words("REFERENCES") {
			return
		}
		if schema, name, ok := s.name(); ok {
			c.references = append(c.references, tableKey{database, or(schema, path), name})
		}
	}
}

// defineType takes a CREATE TYPE statement, after these words.
func (c *catalog) defineType(database string, s *cursor) {
	name, ok := s.text()
	if !ok {
		return
	}
	t := Type{Database: database, Name: name}
	switch {
	case s.words("AS", "ENUM"):
		t.Category = 'E'
	case s.words("AS", "RANGE"):
		t.Category = 'R'
	case s.words("AS"):
		t.Category = 'C'
	default: // of a program of the user's; without a body, its definition follows
		t.Category = 'U'
		s.b = s.b[:s.end()]
		if i := bytes.Index(s.b, []byte("CATEGORY = '")); i >= 0 && i+len("CATEGORY = '") < len(s.b) {
			t.Category = s.b[i+len("CATEGORY = '")]
		}
		if i := slices.IndexFunc(c.types, func(o Type) bool { return o.Database == database && o.Name == name }); i >= 0 {
			c.types[i] = t
			return
		}
	}
	c.types = append(c.types, t)
}

// text consumes a name and returns it as it is written.
func (c *cursor) text() (string, bool) {
	c.space()
	start := c.i
	_, _, ok := c.name()
	return string(c.b[start:c.i]), ok
}

// end returns where the statement ends.
func (c *cursor) end() int {
	for i := c.i; i < len(c.b); i++ {
		if c.b[i] == ';' {
			return i
		}
	}
	return len(c.b)
}

// belongs records that the rows of child are rows of parent too.
func (c *catalog) belongs(child, parent tableKey, partition bool) {
	c.links = append(c.links, link{child, parent, partition})
}

// link says that the rows of a table are rows of another too.
type link struct {
	child, parent tableKey
	partition     bool
}

// relate resolves what refers to tables by name, when all of them are known.
func (c *catalog) relate() {
	for i, f := range c.facts {
		if f.def == nil {
			continue
		}
		k := tableKey{c.tables[i].Database, c.tables[i].Schema, c.tables[i].Name}
		for _, p := range f.def.parents {
			c.belongs(k, tableKey{k.database, p[0], p[1]}, f.def.partition)
		}
	}
	for _, l := range c.links {
		child, ok := c.index[l.child]
		parent, known := c.index[l.parent]
		switch {
		case !ok:
		case !known:
			c.tables[child].Partition = l.partition
			c.lack(l.parent)
		case !slices.Contains(c.tables[child].Parents, parent):
			c.tables[child].Parents = append(c.tables[child].Parents, parent)
			c.tables[child].Partition = l.partition
		}
	}
	for _, k := range c.secured {
		if i, ok := c.index[k]; ok {
			c.tables[i].RowSecurity = true
		}
	}
	for _, k := range c.references {
		if _, ok := c.index[k]; !ok {
			c.lack(k)
		}
	}
}

// lack records that a definition refers to a table that the backup does not hold.
func (c *catalog) lack(k tableKey) {
	t := Table{Database: k.database, Schema: k.schema, Name: k.name}
	if !slices.ContainsFunc(c.lacks, func(o Table) bool { return o.Database == t.Database && o.Schema == t.Schema && o.Name == t.Name }) {
		c.lacks = append(c.lacks, t)
	}
}
