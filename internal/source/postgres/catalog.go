package postgres

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
)

// table is a relation that can be read from: table, view, materialised view, partitioned or foreign table.
type table struct {
	oid     string
	schema  string
	name    string
	kind    byte
	rows    int64 // the planner's estimate, -1 where it has none
	usage   bool  // USAGE on the schema is granted
	columns []column
	uniques [][]string // columns of each unique index
}

// column is a column of a table.
type column struct {
	name     string
	typ      string // base type: "varchar", "jsonb", "_text"
	category byte   // pg_type.typcategory
	limit    int    // longest text, 0 for any
	granted  bool   // SELECT is granted on it
}

// sql returns the quoted name.
func (t *table) sql() string { return pgx.Identifier{t.schema, t.name}.Sanitize() }

// column finds a column by one of its names, best first, whatever the case.
func (t *table) column(names ...string) (column, bool) {
	for _, name := range names {
		if i := slices.IndexFunc(t.columns, func(c column) bool { return strings.EqualFold(c.name, name) }); i >= 0 {
			return t.columns[i], true
		}
	}
	return column{}, false
}

// has reports whether t has all of these columns.
func (t *table) has(names ...string) bool {
	return !slices.ContainsFunc(names, func(name string) bool { _, ok := t.column(name); return !ok })
}

// unique reports whether a unique index covers the columns, so that no two rows share them.
func (t *table) unique(columns ...string) bool {
	return slices.ContainsFunc(t.uniques, func(index []string) bool {
		return !slices.ContainsFunc(index, func(c string) bool { return !slices.Contains(columns, c) })
	})
}

// sql returns the quoted name.
func (c column) sql() string { return pgx.Identifier{c.name}.Sanitize() }

// isText reports whether the column can hold a document: text, bytes or JSON of any length.
func (c column) isText() bool {
	const short = 2000 // a document does not fit in less
	switch c.typ {
	case "text", "bytea", "json", "jsonb":
		return true
	case "varchar":
		return c.limit == 0 || c.limit >= short
	}
	return false
}

// catalog reads every table that is not the server's own. It goes through pg_catalog, which shows also what is not
// granted: information_schema hides it.
func (s *session) catalog(ctx context.Context) ([]*table, error) {
	var tables []*table
	byOID := map[string]*table{}
	q := query{what: "the database's tables", sql: statement("columns")}
	err := s.rows(ctx, q, func(v [][]byte) error {
		oid := string(v[0])
		t := byOID[oid]
		if t == nil {
			rows, _ := strconv.ParseInt(string(v[4]), 10, 64)
			t = &table{oid: oid, schema: string(v[1]), name: string(v[2]), kind: v[3][0], rows: rows, usage: isTrue(v[5])}
			byOID[oid], tables = t, append(tables, t)
		}
		c := column{name: string(v[6]), typ: string(v[7]), category: v[8][0], granted: isTrue(v[10]) && t.usage}
		if modifier, _ := strconv.Atoi(string(v[9])); modifier > lengthHeader {
			c.limit = modifier - lengthHeader
		}
		t.columns = append(t.columns, c)
		return nil
	})
	if err != nil {
		return nil, err
	}
	q = query{what: "the database's unique indexes", sql: statement("uniques")}
	err = s.rows(ctx, q, func(v [][]byte) error {
		if t := byOID[string(v[0])]; t != nil {
			t.uniques = append(t.uniques, strings.Split(string(v[1]), "\x1f"))
		}
		return nil
	})
	return tables, err
}

// lengthHeader is what the server adds to the length in a varchar's type modifier.
const lengthHeader = 4

func isTrue(v []byte) bool { return string(v) == "t" }
