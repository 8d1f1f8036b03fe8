package postgres

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/api7-preflight/api7-preflight/internal/controlplane"
	"github.com/api7-preflight/api7-preflight/internal/redact"
)

// viewSchema is the schema of the views that show tables without secrets, and of nothing else.
const viewSchema = "api7_preflight"

// A safeView shows every row of a recognised table, and of its columns those that are read, without secrets.
type safeView struct {
	name       string // in viewSchema
	table      *controlplane.Table
	columns    []string // quoted; of the table
	definition string   // the statement that creates it
	comment    string   // by which it is recognised: it tells every change of the definition and of the functions
}

// viewOf returns the view for a recognised table; ok is false if no column of it can hold a secret.
func viewOf(p *controlplane.Place) (view safeView, ok bool) {
	table := p.Table()
	if table == nil {
		return safeView{}, false
	}
	shown := map[string]string{} // expressions, by quoted column
	for _, f := range p.Found() {
		column := columnSQL(f.Column)
		expr, left := safeExpr(p, f)
		if left || shown[column] != "" && expr == column {
			continue
		}
		ok = ok || expr != column
		shown[column] = expr
	}
	v := safeView{name: p.Name() + "_without_secrets", table: table, columns: slices.Sorted(maps.Keys(shown))}
	var exprs []string
	for _, column := range v.columns {
		expr := shown[column]
		if expr != column {
			expr += " AS " + column
		}
		exprs = append(exprs, expr)
	}
	name := pgx.Identifier{table.Schema, table.Name}.Sanitize()
	v.definition = fmt.Sprintf("CREATE VIEW %s.%s WITH (security_barrier) AS\n  SELECT %s\n  FROM %s;\n",
		viewSchema, v.name, strings.Join(exprs, ",\n    "), name)
	sum := sha256.Sum256([]byte(viewFunctions() + v.definition))
	v.comment = "api7-preflight: " + name + " without secrets, " + hex.EncodeToString(sum[:8])
	return v, ok
}

// safeExpr returns what shows a column without secrets: the column itself if it can hold none. left is true if nothing
// can.
func safeExpr(p *controlplane.Place, f controlplane.Field) (expr string, left bool) {
	column := columnSQL(f.Column)
	text := column + "::text"
	if f.Column.Type == "bytea" {
		text = column
	}
	how := redact.Fields(p.Kind())[f.Name()]
	switch {
	case p.Kind() == 0: // kine, of which only the value is a document
		if !f.IsDocument() {
			return column, false
		}
		return fmt.Sprintf("%s.kine_value(%s::text, %s)", viewSchema, columnSQL(p.Found()[slices.IndexFunc(p.Found(), isName)].Column), text), false
	case f.Column.Category == 'A':
		return column, how != redact.Shown
	case f.IsDocument():
		return fmt.Sprintf("%s.column_value(%s, %s, %s)", viewSchema, literal(string(how)), literal(f.Name()), text), false
	case how == redact.Shown && !f.Column.IsSized(), strings.IndexByte("BDENT", f.Column.Category) >= 0:
		return column, false
	case how == redact.Shown && f.Column.Category == 'S':
		return column, false
	}
	return fmt.Sprintf("%s.text_value(%s::text)", viewSchema, column), false
}

func isName(f controlplane.Field) bool { return f.Name() == "name" }

// standIns has tables to which the role has no right read through the views that show them without secrets. It reports
// whether there are any, or could be. A view stands for a table only if it is, to the letter, what this program makes of
// that table: nobody can tell what else a view of that name shows.
func (s *Source) standIns(ctx context.Context, tables []*controlplane.Table) (changed bool, err error) {
	type shown struct{ comment, schema, table string }
	found := map[string]shown{}
	q := query{what: "the views without secrets", sql: statement("views"), columns: 4, args: []string{viewSchema}}
	err = s.session.rows(ctx, q, func(v [][]byte) error {
		found[string(v[0])] = shown{string(v[1]), string(v[2]), string(v[3])}
		return nil
	})
	if err != nil || len(found) == 0 {
		return false, err
	}
	for _, p := range s.layout.Places() {
		view, ok := viewOf(p)
		if !ok || !denied(p) {
			continue
		}
		there, exists := found[view.name]
		i := slices.IndexFunc(tables, func(t *controlplane.Table) bool { return t.Schema == viewSchema && t.Name == view.name })
		switch {
		case !exists || i < 0:
		case there == shown{view.comment, view.table.Schema, view.table.Name}:
			view.table.ReadThrough(tables[i])
			changed = true
		default:
			view.table.OutdatedView, changed = true, true
		}
	}
	return changed, nil
}

// denied reports whether the role may not read some column of a recognised table that is read.
func denied(p *controlplane.Place) bool {
	return slices.ContainsFunc(p.Found(), func(f controlplane.Field) bool { return !f.Column.Granted })
}

// seenThrough returns the tables that are read through views without secrets.
func (s *Source) seenThrough(wanted func(*controlplane.Place) bool) []string {
	var names []string
	for _, p := range s.layout.Places() {
		if p.Readable() && p.Table().Through != nil && wanted(p) {
			names = append(names, p.Table().Name)
		}
	}
	return names
}
