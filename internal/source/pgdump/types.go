package pgdump

import (
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/controlplane"
	"github.com/api7-preflight/api7-preflight/internal/source/pgdump/archive"
)

// baseType is a type as in the server's catalog.
type baseType struct {
	name     string
	category byte
}

// typeNames are the names of types in CREATE TABLE, without length.
var typeNames = map[string]baseType{
	"text": {"text", 'S'}, "character varying": {"varchar", 'S'}, "character": {"bpchar", 'S'}, "name": {"name", 'S'},
	"varchar": {"varchar", 'S'}, "char": {"bpchar", 'S'},
	"bytea": {"bytea", 'U'}, "json": {"json", 'U'}, "jsonb": {"jsonb", 'U'}, "xml": {"xml", 'U'}, "uuid": {"uuid", 'U'},
	"boolean": {"bool", 'B'}, "bool": {"bool", 'B'},
	"smallint": {"int2", 'N'}, "integer": {"int4", 'N'}, "int": {"int4", 'N'}, "bigint": {"int8", 'N'}, "serial": {"int4", 'N'},
	"bigserial": {"int8", 'N'}, "numeric": {"numeric", 'N'}, "real": {"float4", 'N'}, "double precision": {"float8", 'N'},
	"oid": {"oid", 'N'}, "date": {"date", 'D'},
	"timestamp with time zone": {"timestamptz", 'D'}, "timestamp without time zone": {"timestamp", 'D'},
	"timestamptz": {"timestamptz", 'D'}, "timestamp": {"timestamp", 'D'},
	"time with time zone": {"timetz", 'D'}, "time without time zone": {"time", 'D'}, "interval": {"interval", 'T'},
	"inet": {"inet", 'I'}, "cidr": {"cidr", 'I'},
}

// columnOf returns a column by its SQL type. An unknown type, such as a domain or an extension's, counts as text,
// because it could hold a document.
func columnOf(c archive.Column, known map[string]baseType) controlplane.Column {
	text := strings.ToLower(strings.TrimPrefix(unquoted(c.Type), "pg_catalog."))
	column := controlplane.Column{Name: c.Name, Granted: true}
	before, dimensions, array := strings.Cut(text, "[")
	if array && !strings.HasSuffix(dimensions, "]") {
		before, array = text, false
	}
	if lead, rest, sized := strings.Cut(before, "("); sized {
		modifier, tail, _ := strings.Cut(rest, ")")
		column.Limit, _ = strconv.Atoi(modifier)
		before = strings.TrimSpace(lead + tail)
	}
	base, ok := known[strings.TrimSpace(before)]
	switch {
	case !ok:
		base = baseType{"text", 'S'}
	case base.category != 'S':
		column.Limit = 0
	}
	column.Type, column.Category = base.name, base.category
	if array {
		column.Type, column.Category = "_"+base.name, 'A'
	}
	return column
}

// unquoted removes the quotes around names in a type, which pg_dump --quote-all-identifiers writes: "bytea",
// "text"[]. A name that needs its quotes is no known type, and "char" is not the type char.
func unquoted(text string) string {
	if strings.Contains(text, `"char"`) || text != strings.ToLower(text) {
		return text
	}
	return strings.ReplaceAll(text, `"`, "")
}
