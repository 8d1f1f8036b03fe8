package postgres

import "fmt"

// The expressions that turn columns of any type into something that can be read. They are built from quoted
// identifiers only.

// maxRow is the longest document that is fetched. What is longer is damage: no configuration object has this size, and
// fetching it would cost the memory of thousands.
const maxRow = 8 << 20

// textExpr reads a column as UTF-8 text; bytea stays as it is, to be read in binary format.
func textExpr(c column) string {
	switch {
	case c.typ == "bytea":
		return c.sql()
	case c.category == 'A':
		return "array_to_json(" + c.sql() + ")::text"
	}
	return c.sql() + "::text"
}

// sizeExpr is the size of a column's text, without writing it out where that is dear: jsonb must be printed to know.
// A stored size is at least 1/255 of the text's.
func sizeExpr(c column) string {
	const certainlyShort = maxRow / 256
	switch c.typ {
	case "bytea", "text", "varchar", "bpchar":
		return fmt.Sprintf("coalesce(octet_length(%s), 0)", c.sql())
	case "json", "jsonb":
		return fmt.Sprintf("CASE WHEN pg_column_size(%[1]s) > %[2]d THEN octet_length(%[1]s::text) ELSE 0 END", c.sql(), certainlyShort)
	}
	return fmt.Sprintf("coalesce(pg_column_size(%s), 0)", c.sql())
}

// boundedExpr reads a column unless it is too long.
func boundedExpr(c column) string {
	if !c.isText() && c.category != 'A' {
		return textExpr(c)
	}
	return fmt.Sprintf("CASE WHEN %s <= %d THEN %s END", sizeExpr(c), maxRow, textExpr(c))
}

// momentExpr reads a point in time of any type as a timestamptz, NULL where it is not one. A number is seconds or,
// from 1e11 on, milliseconds; 0 is never. A timestamp without time zone is in the database's, as the server's clock
// that wrote it was.
func momentExpr(c column) string {
	if c.category == 'N' {
		return fmt.Sprintf("CASE WHEN %[1]s BETWEEN 1 AND 99999999999 THEN to_timestamp(%[1]s::float8)"+
			" WHEN %[1]s BETWEEN 100000000000 AND 99999999999999 THEN to_timestamp(%[1]s::float8 / 1000) END", c.sql())
	}
	return fmt.Sprintf("CASE WHEN isfinite(%[1]s) THEN %[1]s::timestamptz END", c.sql())
}

// ageExpr is how many seconds ago a point in time was, by the server's own clock.
func ageExpr(c column) string {
	return fmt.Sprintf("extract(epoch FROM (now() - (%s)))::int8::text", momentExpr(c))
}

// utcExpr writes a point in time as RFC 3339 in UTC.
func utcExpr(c column) string {
	return fmt.Sprintf(`to_char((%s) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`, momentExpr(c))
}

// containsPlugins tells of a document whether it speaks of plugins, without fetching it.
func containsPlugins(c column) string {
	if c.typ == "bytea" {
		return fmt.Sprintf(`position('"plugins"'::bytea IN %s) > 0`, c.sql())
	}
	return fmt.Sprintf(`position('"plugins"' IN %s::text) > 0`, c.sql())
}
