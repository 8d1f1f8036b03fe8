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

// types are the types that columns of one database can have, besides the server's own.
type types struct {
	defined    map[string]archive.Type // by key
	extensions bool                    // others may be defined by an extension
}

func (s *Source) types(database string) types {
	known := types{defined: map[string]archive.Type{}, extensions: s.backup.HasExtensions()}
	for _, t := range s.backup.Types() {
		if t.Database == database {
			known.defined[typeKey(t.Name)] = t
		}
	}
	return known
}

// typeKey returns the name of a type as it is compared.
func typeKey(text string) string {
	return strings.ToLower(strings.TrimPrefix(unquoted(text), "pg_catalog."))
}

// column returns a column by its SQL type; that of a domain is the type under it.
func (k types) column(c archive.Column) controlplane.Column { return k.resolve(c, 0) }

// maxDomains limits how many domains can be under each other.
const maxDomains = 32

func (k types) resolve(c archive.Column, depth int) controlplane.Column {
	text := typeKey(c.Type)
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
	before = strings.TrimSpace(before)
	base, ok := typeNames[before]
	if domain := k.defined[before]; !ok && domain.Base != "" && depth < maxDomains {
		under := k.resolve(archive.Column{Type: domain.Base}, depth+1)
		base, column.Limit = baseType{under.Type, under.Category}, under.Limit
	} else if !ok {
		base = k.other(before)
	}
	if base.category != 'S' {
		column.Limit = 0
	}
	column.Type, column.Category = base.name, base.category
	if array {
		column.Type, column.Category = "_"+base.name, 'A'
	}
	return column
}

// other returns a type that is not the server's own. What neither the backup nor an extension can define counts as
// text, because it could hold a document.
func (k types) other(key string) baseType {
	name := strings.Trim(key[strings.LastIndexByte(key, '.')+1:], `"`)
	t, defined := k.defined[key]
	switch {
	case defined && t.Base == "":
		return baseType{name, t.Category}
	case !k.extensions || defined:
		return baseType{"text", 'S'}
	case name == "citext":
		return baseType{name, 'S'}
	}
	return baseType{name, 'U'}
}

// unquoted removes the quotes around names in a type, which pg_dump --quote-all-identifiers writes: "bytea",
// "text"[]. A name that needs its quotes is no known type, and "char" is not the type char.
func unquoted(text string) string {
	if strings.Contains(text, `"char"`) || text != strings.ToLower(text) {
		return text
	}
	return strings.ReplaceAll(text, `"`, "")
}
