package controlplane

import (
	"fmt"
	"slices"
	"strings"
)

// chooseSchema returns the schema with API7's tables, and why: the one in the schema map, else the first of the
// search path that looks like API7's, else the only one of the database that does.
func chooseSchema(db Database, m SchemaMap) (schema, why string, err error) {
	var shaped []string
	for _, t := range db.Tables {
		if isAPI7(t) && !slices.ContainsFunc(t.Parents, isAPI7) && !slices.Contains(shaped, t.Schema) {
			shaped = append(shaped, t.Schema)
		}
	}
	if m.Schema != "" {
		if !slices.ContainsFunc(db.Tables, func(t *Table) bool { return t.Schema == m.Schema }) {
			return "", "", &UnrecognisedError{
				Message: fmt.Sprintf("the schema map names schema %q, which holds no table of database %q", m.Schema, db.Name),
				Hint:    "name a schema that exists, or leave it out to have it found",
			}
		}
		return m.Schema, "named by the schema map", nil
	}
	for _, schema := range db.SearchPath {
		if slices.Contains(shaped, schema) {
			return schema, "named by search_path", nil
		}
	}
	switch {
	case len(db.SearchPath) > 0:
		return "", "", notAPI7(db.Name, "no schema of the search_path "+strings.Join(db.SearchPath, ", "))
	case len(shaped) == 1:
		return shaped[0], "the only schema with a table kine or gateway_group", nil
	case len(shaped) > 1:
		return "", "", &UnrecognisedError{
			Message: fmt.Sprintf("database %q holds API7 tables in several schemas: %s", db.Name, strings.Join(shaped, ", ")),
			Hint:    "choose one with " + db.Choose + "SCHEMA",
		}
	case len(m.Tables) > 0:
		return "public", "there is no other; the schema map names the tables", nil
	}
	return "", "", notAPI7(db.Name, "no schema")
}

func notAPI7(database, where string) *UnrecognisedError {
	return &UnrecognisedError{
		Message: fmt.Sprintf("%q is not an API7 Enterprise database: %s holds a table gateway_group or kine with its columns", database, where),
		Hint:    "check the database name; if the tables have other names, name them with --schema-map",
	}
}

// isAPI7 reports whether t is one of the two tables whose columns are publicly documented.
func isAPI7(t *Table) bool {
	return t.isStore() || normal(t.Name) == gatewayGroups && t.has("id", "short_id")
}
