package controlplane_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/api7-preflight/api7-preflight/internal/controlplane"
)

// A database is written as a txtar archive with one section per table. A section's name is the table's name,
// "schema.table" outside public, followed by any of these words:
//
//	view           it is not a plain table (also: matview, partitioned, foreign)
//	secured        row level security is on
//	filtered       row level security hides rows from the role
//	unusable       USAGE on the schema is not granted
//	broken         its rows cannot be read to the end
//	inherits=t     its rows are those of the table t of public, too
//	unique=a+b     a unique index on the columns a and b
//	rows=12        the estimated number of rows
//
// The first line names the columns: "id, hosts jsonb, name varchar(50), plugins text denied". A column is text unless
// a type follows; denied columns are not granted. Each other line is a row with its cells between bars, in the order
// of the columns. "-" and missing cells are NULL; <9000000> is a value of so many bytes that was not fetched,
// <endless> one of unknown length; a point in time is followed by its age in seconds: "2026-01-31T08:00:00Z 3600".
type database struct {
	tables []*controlplane.Table
	rows   map[*controlplane.Table][][]string
	broken map[*controlplane.Table]bool
}

// whole is an installation in which everything is recognised and nothing is worth noting.
const whole = `
-- gateway_group --
id, short_id, name, type, config
g1 | default | Default | api7_gateway
-- service --
id, name, hosts, path_prefix, strip_path_prefix bool, upstream, plugins
t1 | orders | ["orders.example.org"] | /o | true | {"nodes":[]} | {"cors":{}}
-- route --
id, service_id, name, paths, methods, plugins
rt1 | t1 | list | ["/list"] | ["GET"] | {}
-- stream_route --
id, service_id, server_port int4, plugins
-- service_version --
id, service_id, version, plugins
-- route_version --
id, service_version_id, paths, plugins
-- stream_route_version --
id, service_version_id, server_port int4, plugins
-- apisix_service --
id, gateway_group_id, service_id, version, name, plugins
s1 | g1 | t1 | 1.0.0 | orders | {}
-- apisix_route --
id, gateway_group_id, service_id, paths, plugins
r1 | g1 | s1 | ["/list"] | {}
-- apisix_stream_route --
id, gateway_group_id, service_id, server_port int4, plugins
-- gateway_instance --
id, hostname, version, gateway_group_id, last_heartbeat timestamptz
i1 | gw-1 | 3.4.1 | g1 | 2026-01-31T08:00:00Z 60
-- dataplane_certificate --
id, type, gateway_group_id, expiry timestamptz
-- token --
id, name, expires_at timestamptz
-- permission_policy --
id, name, statement
-- api_product --
id, name
-- developer --
id, status
-- custom_plugin --
id, name
-- audit_log --
id, event_time timestamptz, http_request
a1 | 2025-12-01T08:00:00Z 5270400 | a secret
a2 | 2026-01-30T08:00:00Z 86400 | another
-- kine --
id int8, name, deleted int4, created int4, prev_revision int8, lease int8, value bytea
1 | /gateway_groups/default/services/s1 | 0 | 1 | 0 | 0 | {"name":"orders"}
2 | /gateway_groups/default/routes/r1 | 0 | 1 | 0 | 0 | {"uri":"/list"}
`

// parse reads a database. A section of a later archive replaces the one for the same table; "-- service gone --"
// removes it.
func parse(t *testing.T, archives ...string) *database {
	t.Helper()
	db := &database{rows: map[*controlplane.Table][][]string{}, broken: map[*controlplane.Table]bool{}}
	for _, archive := range archives {
		for _, section := range txtar.Parse([]byte(archive)).Files {
			words := strings.Fields(section.Name)
			table := &controlplane.Table{Schema: "public", Name: words[0], Kind: 'r', Rows: -1, Usage: true}
			if schema, name, ok := strings.Cut(words[0], "."); ok {
				table.Schema, table.Name = schema, name
			}
			at := slices.IndexFunc(db.tables, func(other *controlplane.Table) bool {
				return other.Schema == table.Schema && other.Name == table.Name
			})
			switch {
			case slices.Contains(words, "gone"):
				db.tables = slices.Delete(db.tables, at, at+1)
				continue
			case at >= 0:
				db.tables[at] = table
			default:
				db.tables = append(db.tables, table)
			}
			db.describe(t, table, words[1:])
			db.fill(t, table, strings.Split(strings.TrimSpace(string(section.Data)), "\n"))
		}
	}
	return db
}

// backwards reverses the rows of every table: a server promises no order.
func (db *database) backwards() {
	for _, rows := range db.rows {
		slices.Reverse(rows)
	}
}

func (db *database) describe(t *testing.T, table *controlplane.Table, words []string) {
	t.Helper()
	for _, word := range words {
		key, value, _ := strings.Cut(word, "=")
		switch key {
		case "view", "matview", "partitioned", "foreign":
			table.Kind = word[0]
		case "secured":
			table.RowSecurity = true
		case "filtered":
			table.RowSecurity, table.Filter = true, controlplane.FiltersRole
		case "unusable":
			table.Usage = false
		case "broken":
			db.broken[table] = true
		case "inherits":
			parent := slices.IndexFunc(db.tables, func(other *controlplane.Table) bool { return other.Schema == "public" && other.Name == value })
			table.Parents = append(table.Parents, db.tables[parent])
		case "unique":
			table.Uniques = append(table.Uniques, strings.Split(value, "+"))
		case "rows":
			table.Rows, _ = strconv.ParseInt(value, 10, 64)
		default:
			t.Fatalf("table %s: what is %q?", table.Name, word)
		}
	}
}

func (db *database) fill(t *testing.T, table *controlplane.Table, lines []string) {
	t.Helper()
	categories := map[string]byte{
		"text": 'S', "varchar": 'S', "citext": 'S', "bool": 'B', "int4": 'N', "int8": 'N', "float8": 'N', "timestamptz": 'D',
		"_text": 'A', "json": 'U', "jsonb": 'U', "bytea": 'U', "hstore": 'U', "uuid": 'U',
	}
	for column := range strings.SplitSeq(lines[0], ",") {
		words := strings.Fields(column)
		granted := !slices.Contains(words, "denied")
		words = append(slices.DeleteFunc(words, func(word string) bool { return word == "denied" }), "text")
		typed, limit, _ := strings.Cut(words[1], "(")
		c := controlplane.Column{Name: words[0], Type: typed, Category: categories[typed], Granted: granted}
		if c.Category == 0 {
			t.Fatalf("table %s: what type is %q?", table.Name, typed)
		}
		c.Limit, _ = strconv.Atoi(strings.TrimSuffix(limit, ")"))
		table.Columns = append(table.Columns, c)
	}
	for _, line := range lines[1:] {
		cells := strings.Split(line, "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		db.rows[table] = append(db.rows[table], cells)
	}
}

// recognise returns the layout of a database in which API7's tables must be found.
func (db *database) recognise(t *testing.T, schemaMap string) *controlplane.Layout {
	t.Helper()
	m, err := controlplane.ParseSchemaMap("map.yaml", []byte(schemaMap))
	if err != nil {
		t.Fatal(err)
	}
	l, err := controlplane.Recognise(controlplane.Database{Name: "api7ee", Tables: db.tables}, m)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// cell returns a value in the form that sources give it, and its size in bytes.
func cell(table *controlplane.Table, row []string, f controlplane.Field) (value []byte, size int64) {
	i := slices.IndexFunc(table.Columns, func(c controlplane.Column) bool { return c.Name == f.Column.Name })
	if i >= len(row) || row[i] == "-" {
		return nil, 0
	}
	if row[i] == "<endless>" {
		return nil, controlplane.Endless
	}
	if n, ok := strings.CutPrefix(row[i], "<"); ok {
		size, _ = strconv.ParseInt(strings.TrimSuffix(n, ">"), 10, 64)
		return nil, size
	}
	moment, age, _ := strings.Cut(row[i], " ")
	switch f.As {
	case controlplane.AsTime:
		return []byte(moment), 0
	case controlplane.AsAge:
		return []byte(age), 0
	case controlplane.AsText:
	}
	return []byte(row[i]), int64(len(row[i]))
}

// values calls row with the values of a place's fields in each of its rows.
func (db *database) values(p *controlplane.Place, row func(values [][]byte, size int64) error) error {
	fields := p.Fields()
	for _, cells := range db.rows[p.Table()] {
		var values [][]byte
		var size int64
		for _, f := range fields {
			value, n := cell(p.Table(), cells, f)
			values = append(values, value)
			if f.Column.IsSized() {
				size += min(n, controlplane.Endless-size)
			}
		}
		if err := row(values, size); err != nil {
			return err
		}
	}
	return nil
}
