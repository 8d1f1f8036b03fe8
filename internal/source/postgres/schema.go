package postgres

import (
	"fmt"
	"slices"
	"strings"
)

// chooseSchema returns the schema that holds API7's tables and why: the schema map's, else the first of the search
// path that looks like API7's, else the only one of the database that does.
func chooseSchema(tables []*table, m SchemaMap, path []string, database string) (schema, why string, err error) {
	var shaped []string
	for _, t := range tables {
		if isAPI7(t) && !slices.Contains(shaped, t.schema) {
			shaped = append(shaped, t.schema)
		}
	}
	if m.Schema != "" {
		if !slices.ContainsFunc(tables, func(t *table) bool { return t.schema == m.Schema }) {
			return "", "", &OpenError{
				Message: fmt.Sprintf("the schema map names schema %q, which holds no table of database %q", m.Schema, database),
				Hint:    "name a schema that exists, or leave it out to have it found",
			}
		}
		return m.Schema, "named by the schema map", nil
	}
	for _, schema := range path {
		if slices.Contains(shaped, schema) {
			return schema, "named by search_path", nil
		}
	}
	switch {
	case len(path) > 0:
		return "", "", notAPI7(database, "no schema of the search_path "+strings.Join(path, ", "))
	case len(shaped) == 1:
		return shaped[0], "the only schema with a table kine or gateway_group", nil
	case len(shaped) > 1:
		return "", "", &OpenError{
			Message: fmt.Sprintf("database %q holds API7 tables in several schemas: %s", database, strings.Join(shaped, ", ")),
			Hint:    "choose one with search_path in the connection string: …?search_path=" + shaped[0],
		}
	case len(m.Tables) > 0:
		return "public", "for want of another; the schema map names the tables", nil
	}
	return "", "", notAPI7(database, "no schema")
}

func notAPI7(database, where string) *OpenError {
	return &OpenError{
		Message: fmt.Sprintf("%q is not an API7 Enterprise database: %s holds a table gateway_group or kine with its columns", database, where),
		Hint:    "check the database name; if the tables have other names, name them with --schema-map",
	}
}

// isAPI7 reports whether t is one of the two tables whose columns are public.
func isAPI7(t *table) bool {
	return t.has("id", "name", "deleted", "prev_revision", "value") ||
		normal(t.name) == gatewayGroups && t.has("id", "short_id")
}
