package pgdump

import (
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/controlplane"
	"github.com/api7-preflight/api7-preflight/internal/source/pgdump/archive"
)

// baseType is a type as the server's catalog has it.
type baseType struct {
	name     string
	category byte
}

// typeNames are the names of types as they stand in CREATE TABLE, without length.
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

// columnOf returns a column by its SQL type. A type that is not known, such as a domain or an extension's, is taken for
// text: it could hold a document.
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

// unquoted takes the quotes off the names in a type, which pg_dump --quote-all-identifiers puts around those that are no
// words of SQL: "bytea", "text"[]. What needs its quotes is no known type, and "char" is not the type char.
func unquoted(text string) string {
	if strings.Contains(text, `"char"`) || text != strings.ToLower(text) {
		return text
	}
	return strings.ReplaceAll(text, `"`, "")
}
