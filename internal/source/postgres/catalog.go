package postgres

import (
	"context"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/api7-preflight/api7-preflight/internal/controlplane"
)

// tableSQL returns the quoted name of what a table's rows are read from.
func tableSQL(t *controlplane.Table) string {
	if t.Through != nil {
		return pgx.Identifier{t.Through.Schema, t.Through.Name}.Sanitize()
	}
	return pgx.Identifier{t.Schema, t.Name}.Sanitize()
}

// columnSQL returns the quoted name of a column.
func columnSQL(c controlplane.Column) string { return pgx.Identifier{c.Name}.Sanitize() }

// catalog returns every table that is not the server's own. It reads pg_catalog, because information_schema hides
// what is not granted. major is the server's version.
func (s *session) catalog(ctx context.Context, major int) ([]*controlplane.Table, error) {
	var tables []*controlplane.Table
	byOID := map[string]*controlplane.Table{}
	const firstGenerated = 12
	generated := "false"
	if major >= firstGenerated {
		generated = "a.attgenerated <> ''"
	}
	q := query{what: "the database's tables", sql: statement("columns", "generated", generated), columns: 14}
	err := s.rows(ctx, q, func(v [][]byte) error {
		oid := string(v[0])
		t := byOID[oid]
		if t == nil {
			rows, _ := strconv.ParseInt(string(v[4]), 10, 64)
			t = &controlplane.Table{Schema: string(v[1]), Name: string(v[2]), Kind: first(v[3]), Rows: rows, Usage: isTrue(v[5])}
			if t.RowSecurity = isTrue(v[11]); isTrue(v[12]) {
				t.Filter = controlplane.FiltersRole
			}
			byOID[oid], tables = t, append(tables, t)
		}
		c := controlplane.Column{Name: string(v[6]), Type: string(v[7]), Category: first(v[8]), Granted: isTrue(v[10]) && t.Usage, Generated: isTrue(v[13])}
		if modifier, _ := strconv.Atoi(string(v[9])); modifier > lengthHeader {
			c.Limit = modifier - lengthHeader
		}
		t.Columns = append(t.Columns, c)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err := s.parents(ctx, byOID); err != nil {
		return nil, err
	}
	q = query{what: "the database's unique indexes", sql: statement("uniques"), columns: 2}
	err = s.rows(ctx, q, func(v [][]byte) error {
		if t := byOID[string(v[0])]; t != nil {
			t.Uniques = append(t.Uniques, strings.Split(string(v[1]), "\x1f"))
		}
		return nil
	})
	return tables, err
}

// parents records which tables inherit from which.
func (s *session) parents(ctx context.Context, byOID map[string]*controlplane.Table) error {
	q := query{what: "which tables inherit", sql: statement("parents"), columns: 2}
	return s.rows(ctx, q, func(v [][]byte) error {
		if t, parent := byOID[string(v[0])], byOID[string(v[1])]; t != nil && parent != nil {
			t.Parents = append(t.Parents, parent)
		}
		return nil
	})
}

// lengthHeader is the number that the server adds to the length in the type modifier of a varchar.
const lengthHeader = 4

// first returns the byte of a value of type "char".
func first(v []byte) byte {
	if len(v) == 0 {
		return 0
	}
	return v[0]
}

func isTrue(v []byte) bool { return string(v) == "t" }
