// Package controlplane knows what the tables of an API7 Enterprise control plane mean, however they are read: which
// table is which, recognised by fingerprint because the vendor does not publish its schema; what the keys of kine
// name; how rows become resources; and how completely all of that was read. It opens nothing itself.
package controlplane

import (
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// Holds reports whether the database of a control plane can hold resources of kind k: all but those of configuration
// files.
func Holds(k estate.Kind) bool { return k != 0 && !k.InFiles() }

// Table is a relation that can be read from: table, view, materialised view, partitioned or foreign table.
type Table struct {
	Schema  string
	Name    string
	Kind    byte  // as in pg_class.relkind
	Rows    int64 // an estimate, -1 where there is none
	Usage   bool  // the schema may be used
	Columns []Column
	Uniques [][]string // columns of each unique index, as far as it is known
	// RowSecurity says that row level security is on, Filtered that it applies to this role.
	RowSecurity, Filtered bool
}

// Column is a column of a table.
type Column struct {
	Name     string
	Type     string // base type as in pg_type: "varchar", "jsonb", "_text"
	Category byte   // as in pg_type.typcategory
	Limit    int    // longest text, 0 for any
	Granted  bool   // it may be read
}

// column finds a column by one of its names, best first, whatever the case.
func (t *Table) column(names ...string) (Column, bool) {
	for _, name := range names {
		if i := slices.IndexFunc(t.Columns, func(c Column) bool { return strings.EqualFold(c.Name, name) }); i >= 0 {
			return t.Columns[i], true
		}
	}
	return Column{}, false
}

// has reports whether t has all of these columns.
func (t *Table) has(names ...string) bool {
	return !slices.ContainsFunc(names, func(name string) bool { _, ok := t.column(name); return !ok })
}

// unique reports whether a unique index covers the columns, so that no two rows share them.
func (t *Table) unique(columns ...string) bool {
	return slices.ContainsFunc(t.Uniques, func(index []string) bool {
		return !slices.ContainsFunc(index, func(c string) bool { return !slices.Contains(columns, c) })
	})
}

// isText reports whether the column can hold a document: text, bytes or JSON of any length.
func (c Column) isText() bool {
	const short = 2000 // a document does not fit in less
	switch c.Type {
	case "text", "bytea", "json", "jsonb":
		return true
	case "varchar":
		return c.Limit == 0 || c.Limit >= short
	}
	return false
}

// IsSized reports whether a value's length counts towards the size of its row: a document or an array.
func (c Column) IsSized() bool { return c.isText() || c.Category == 'A' }
