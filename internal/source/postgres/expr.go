package postgres

import (
	"fmt"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/controlplane"
)

// The expressions that convert columns of any type to something readable. They are built only from quoted
// identifiers.

// textExpr returns a column as UTF-8 text. bytea stays as it is, to be read in binary format.
func textExpr(c controlplane.Column) string {
	switch {
	case c.Type == "bytea":
		return columnSQL(c)
	case c.Category == 'A':
		return "array_to_json(" + columnSQL(c) + ")::text"
	}
	return columnSQL(c) + "::text"
}

// sizeExpr returns the size in bytes of a column's text; 0 for JSON that is certainly short. Measuring JSON means
// printing it, and its stored size, which is at least 1/255 of the text's, mostly makes that unnecessary.
func sizeExpr(c controlplane.Column) string {
	const certainlyShort = controlplane.MaxRow / 256
	switch c.Type {
	case "bytea", "text", "varchar", "bpchar":
		return fmt.Sprintf("coalesce(octet_length(%s), 0)", columnSQL(c))
	case "json", "jsonb":
		return fmt.Sprintf("CASE WHEN pg_column_size(%[1]s) > %[2]d THEN octet_length(%[1]s::text) ELSE 0 END", columnSQL(c), certainlyShort)
	}
	return fmt.Sprintf("coalesce(pg_column_size(%s), 0)", columnSQL(c))
}

// boundedExpr returns a column, or NULL if it is too long.
func boundedExpr(c controlplane.Column) string {
	if !c.IsSized() {
		return textExpr(c)
	}
	return fmt.Sprintf("CASE WHEN %s <= %d THEN %s END", sizeExpr(c), controlplane.MaxRow, textExpr(c))
}

// momentExpr returns a point in time of any type as a timestamptz; NULL if it is none. A number is seconds or, from
// 1e11 on, milliseconds; 0 means never. A timestamp without time zone is in the database's time zone, because it was
// written by the server's clock.
func momentExpr(c controlplane.Column) string {
	if c.Category == 'N' {
		return fmt.Sprintf("CASE WHEN %[1]s BETWEEN 1 AND 99999999999 THEN to_timestamp(%[1]s::float8)"+
			" WHEN %[1]s BETWEEN 100000000000 AND 99999999999999 THEN to_timestamp(%[1]s::float8 / 1000) END", columnSQL(c))
	}
	return fmt.Sprintf("CASE WHEN isfinite(%[1]s) THEN %[1]s::timestamptz END", columnSQL(c))
}

// ageExpr returns the seconds since a point in time, by the server's clock.
func ageExpr(c controlplane.Column) string {
	return fmt.Sprintf("extract(epoch FROM (now() - (%s)))::int8::text", momentExpr(c))
}

// utcExpr returns a point in time as RFC 3339 in UTC.
func utcExpr(c controlplane.Column) string {
	return fmt.Sprintf(`to_char((%s) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`, momentExpr(c))
}

// containsPlugins reports whether a document may mention plugins, without fetching it.
func containsPlugins(c controlplane.Column) string {
	var marks []string
	for _, mark := range controlplane.PluginMarks() {
		expr := fmt.Sprintf("position(%s IN %s::text) > 0", literal(mark), columnSQL(c))
		if c.Type == "bytea" {
			expr = fmt.Sprintf(`position('\x%x'::bytea IN %s) > 0`, mark, columnSQL(c))
		}
		marks = append(marks, expr)
	}
	return "(" + strings.Join(marks, " OR ") + ")"
}
