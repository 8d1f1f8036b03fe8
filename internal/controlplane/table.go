// Package controlplane knows what the tables of an API7 Enterprise control plane mean, however they are read: which
// table is which, recognised by its columns because the vendor does not publish the schema; what the keys of kine
// name; how rows become resources; and how completely all of that was read. It opens nothing itself.
package controlplane

import (
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// Holds reports whether the database of a control plane can hold resources of kind k: every kind but those of
// configuration files.
func Holds(k estate.Kind) bool { return k != 0 && !k.InFiles() }

// Table is a relation that can be read: a table, view, materialised view, partitioned or foreign table. Partitions are
// a part of their table and none themselves, and what belongs to an extension is left out.
type Table struct {
	Schema      string
	Name        string
	Kind        byte     // as in pg_class.relkind
	Parents     []*Table // from which it inherits: its rows are theirs too
	Rows        int64    // an estimate; -1 if there is none
	Usage       bool     // the schema may be used
	Columns     []Column
	Uniques     [][]string // columns of each known unique index
	RowSecurity bool       // row level security is on
	Filter      Filter
	Through     *View // through which its rows are read; nil: they are read from the table itself
	// OutdatedView is true if such a view is there, and is not what this program would make of the table as it is.
	OutdatedView bool
}

// View is a view that shows all rows of a table, and some of its columns, without secrets. It stands for the table: the
// table's columns are those of the view, where the view has them.
type View struct {
	Schema, Name string
	Own          []Column // the table's own columns
}

// ReadThrough makes view stand for t, to which the role has no right.
func (t *Table) ReadThrough(view *Table) {
	t.Through = &View{Schema: view.Schema, Name: view.Name, Own: slices.Clone(t.Columns)}
	for i, c := range t.Columns {
		if shown, ok := view.column(c.Name); ok && shown.Name == c.Name {
			t.Columns[i] = shown
		}
	}
}

// OwnColumns returns the columns of the table itself, whether or not a view stands for it.
func (t *Table) OwnColumns() []Column {
	if t.Through != nil {
		return t.Through.Own
	}
	return t.Columns
}

// Filter says whether row level security hides rows of a table, or of one whose rows belong to it.
type Filter uint8

// The filters.
const (
	Unfiltered    Filter = iota
	FiltersRole          // it applies to the role that reads
	FiltersBackup        // the backup leaves rows out that it hid from pg_dump
	FilterUnsaid         // the backup does not say whether it leaves them out
)

// isView reports whether t shows rows of other tables, and maybe not all of them.
func (t *Table) isView() bool { return t.Kind == 'v' || t.Kind == 'm' }

// inherits reports whether the rows of t are rows of the other table too.
func (t *Table) inherits(other *Table) bool {
	return slices.ContainsFunc(t.Parents, func(p *Table) bool { return p == other || p.inherits(other) })
}

// Column is a column of a table.
type Column struct {
	Name     string
	Type     string // base type as in pg_type: "varchar", "jsonb", "_text"
	Category byte   // as in pg_type.typcategory
	Limit    int    // longest text in characters; 0: no limit
	Granted  bool   // the role may read it
	// Generated is true if it is computed from other columns, and so holds nothing of its own.
	Generated bool
}

// column returns the column with one of these names, best first, ignoring case.
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

// unique reports whether a unique index covers the columns, so that no two rows have the same values.
func (t *Table) unique(columns ...string) bool {
	return slices.ContainsFunc(t.Uniques, func(index []string) bool {
		return !slices.ContainsFunc(index, func(c string) bool { return !slices.Contains(columns, c) })
	})
}

// isText reports whether the column can hold a document: text, bytes or JSON of any length.
func (c Column) isText() bool {
	const short = 2000 // too short for a document
	switch c.Type {
	case "text", "bytea", "json", "jsonb":
		return true
	case "varchar":
		return c.Limit == 0 || c.Limit >= short
	}
	return false
}

// IsSized reports whether the length of the column's values counts towards the size of a row: it holds documents or
// arrays.
func (c Column) IsSized() bool { return c.isText() || c.Category == 'A' }
