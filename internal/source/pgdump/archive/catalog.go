package archive

import "slices"

// catalog collects the tables while the definitions and the heads of data in a backup are read.
type catalog struct {
	tables []Table
	facts  []facts
	index  map[tableKey]int

	types      []Type
	schemas    []tableKey // that the backup creates, without a table's name
	extensions bool       // besides plpgsql, which every database has
	links      []link
	secured    []tableKey // row level security is on
	references []tableKey // tables to which foreign keys refer
	lacks      []Table    // tables to which definitions refer and which the backup does not hold
}

type tableKey struct{ database, schema, name string }

// facts are what is known about a table besides what callers see.
type facts struct {
	def  *definition
	head *dataHead
}

// table returns the index of a table, adding it if it is new.
func (c *catalog) table(k tableKey) int {
	if i, ok := c.index[k]; ok {
		return i
	}
	if c.index == nil {
		c.index = map[tableKey]int{}
	}
	i := len(c.tables)
	c.index[k] = i
	c.tables = append(c.tables, Table{Database: k.database, Schema: k.schema, Name: k.name, Kind: 'r'})
	c.facts = append(c.facts, facts{})
	return i
}

// define records a CREATE TABLE. path is the schema of unqualified names.
func (c *catalog) define(database, path string, d definition) {
	d.schema = or(d.schema, path)
	for i := range d.parents {
		d.parents[i][0] = or(d.parents[i][0], path)
	}
	i := c.table(tableKey{database, d.schema, d.name})
	c.facts[i].def = &d
	switch {
	case d.partitioned:
		c.tables[i].Kind = 'p'
	case d.foreign:
		c.tables[i].Kind = 'f'
	}
}

// data records the head of a COPY or INSERT and returns the table.
func (c *catalog) data(database, path string, h dataHead) int {
	i := c.table(tableKey{database, or(h.schema, path), h.name})
	c.tables[i].HasData = true
	if c.facts[i].head == nil {
		c.facts[i].head = &h
	}
	return i
}

func or(schema, path string) string {
	if schema == "" {
		return path
	}
	return schema
}

// finish works out the columns of every table, and how tables belong together.
func (c *catalog) finish() {
	c.relate()
	for i := range c.tables {
		var h dataHead
		if head := c.facts[i].head; head != nil {
			h = *head
		}
		c.tables[i].Columns, _ = c.columns(i, h)
	}
}

// columns returns the columns of data with this head. skip marks the values of generated columns, which are DEFAULT
// in INSERT statements without a list of columns and belong to none of the columns; nil if there are none.
func (c *catalog) columns(table int, h dataHead) (columns []Column, skip []bool) {
	defined := c.defined(table, map[int]bool{})
	if h.columns == nil {
		for i, d := range defined {
			if d.generated {
				if skip == nil {
					skip = make([]bool, len(defined))
				}
				skip[i] = true
				continue
			}
			columns = append(columns, d.Column)
		}
		return columns, skip
	}
	if h.oids {
		columns = append(columns, Column{"oid", "oid"})
	}
	for _, name := range h.columns {
		column := Column{Name: name}
		if i := slices.IndexFunc(defined, func(d definedColumn) bool { return d.Name == name }); i >= 0 {
			column.Type = defined[i].Type
		}
		columns = append(columns, column)
	}
	return columns, nil
}

// agrees reports whether data with this head has the columns of CREATE TABLE, as far as the backup holds it. Those of
// parents could be missing from the backup.
func (c *catalog) agrees(table int, h dataHead) bool {
	d := c.facts[table].def
	if d == nil || d.open || h.columns == nil || len(d.parents) > 0 {
		return true
	}
	stored := 0
	for _, column := range d.columns {
		if column.generated {
			continue
		}
		if stored++; !slices.Contains(h.columns, column.Name) {
			return false
		}
	}
	return stored == len(h.columns)
}

// defined returns the columns of CREATE TABLE, those of the parents first. A table reached again through another
// parent adds nothing; following it would take forever in a malicious file.
func (c *catalog) defined(table int, seen map[int]bool) []definedColumn {
	d := c.facts[table].def
	if d == nil || seen[table] || len(seen) > maxParents {
		return nil
	}
	seen[table] = true
	if len(d.parents) == 0 {
		return d.columns
	}
	var all []definedColumn
	add := func(columns []definedColumn) {
		for _, column := range columns {
			if i := slices.IndexFunc(all, func(d definedColumn) bool { return d.Name == column.Name }); i < 0 {
				all = append(all, column)
			}
		}
	}
	for _, p := range d.parents {
		if i, ok := c.index[tableKey{c.tables[table].Database, p[0], p[1]}]; ok {
			add(c.defined(i, seen))
		}
	}
	add(d.columns)
	return all
}

// disordered reports whether the order of a table's columns is not certain. If it has columns of its own beside
// inherited ones, its definition lists them in another order than they may be in: they can have been added later.
func (c *catalog) disordered(table int) bool {
	d := c.facts[table].def
	return d != nil && len(d.parents) > 0 && len(d.columns) > 0
}

const maxParents = 256 // including their parents, and so on

// setting reads SET name = value, or a search path set by set_config.
func setting(text []byte) (name, value string) {
	c := &cursor{b: text}
	var ok bool
	if c.words("SELECT", "PG_CATALOG") && c.is('.') && c.words("SET_CONFIG") && c.is('(') {
		c.space()
		if name, ok = c.quoted('\''); ok && c.is(',') {
			c.space()
			value, _ = c.quoted('\'')
		}
		return name, value
	}
	if !c.words("SET") {
		return "", ""
	}
	if name, ok = c.ident(); !ok || !c.is('=') && !c.words("TO") {
		return "", ""
	}
	if c.space(); c.at("'") {
		value, _ = c.quoted('\'')
	} else {
		value, _ = c.ident()
	}
	return name, value
}
