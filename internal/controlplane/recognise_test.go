package controlplane_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/controlplane"
)

const (
	byMap    = "name the table with --schema-map; `api7-preflight doctor` lists the tables"
	byGrants = "`api7-preflight grants --role ROLE --dsn … | psql …` as an administrator; ROLE is the one that reads"
)

// placed returns one line about where a concept was found and what cannot be read of it.
func placed(l *controlplane.Layout, concept string) string {
	for _, c := range l.Diagnose().Concepts {
		if c.Concept != concept {
			continue
		}
		said := []string{fmt.Sprintf("%d %s: %s", c.Score, c.Table, c.Why)}
		for _, g := range c.Gaps {
			said = append(said, fmt.Sprintf("%s: %s → %s", g.What, g.Why, g.Next))
		}
		return strings.Join(said, "; ")
	}
	return "no such concept"
}

func TestATableIsRecognisedByItsNameAndItsColumns(t *testing.T) {
	t.Parallel()
	const templates = "\nid, name, hosts, path_prefix, upstream, plugins\n"
	for name, test := range map[string]struct{ change, concept, want string }{
		"the best name": {
			"-- service --" + templates, "service_template", "84 service: its name and its columns fit: 6 of 10 known columns",
		},
		"the plural": {
			"-- service gone --\n-- services --" + templates, "service_template", "84 services: its name and its columns fit: 6 of 10 known columns",
		},
		"a plural in -ies": {
			"-- permission_policy gone --\n-- permission_policies --\nid, name, statement", "permission_policy",
			"100 permission_policies: its name and its columns fit: 3 of 3 known columns",
		},
		"a prefix, in capitals": {
			"-- service gone --\n-- T_API7_Services --" + templates, "service_template", "84 T_API7_Services: its name and its columns fit: 6 of 10 known columns",
		},
		"another name scores less": {
			"-- service gone --\n-- template_service --" + templates, "service_template", "80 template_service: its name and its columns fit: 6 of 10 known columns",
		},
		"columns that have other names": {
			"-- gateway_instance --\nID, Host_Name, version, last_seen_at timestamptz", "instance",
			"86 gateway_instance: its name and its columns fit: 4 of 6 known columns",
		},
		"the columns alone": {
			"-- service gone --\n-- blueprint --" + templates, "service_template",
			"54 blueprint: no table has the name; its columns alone fit: 6 of 10 known columns",
		},
		"the columns alone, whatever else is not understood": {
			"-- service gone --\n-- blueprint --" + templates + "-- xq1 --\nid, c7", "service_template",
			"54 blueprint: no table has the name; its columns alone fit: 6 of 10 known columns",
		},
		"the columns, without those that tell a template from other things": {
			"-- service gone --\n-- blueprint --\nid, name, plugins", "service_template",
			`0 : ; a table for service_template: no table is recognised; not understood: "blueprint" → ` + byMap,
		},
		"the columns alone, and one of something else": {
			"-- service gone --\n-- blueprint --" + strings.TrimSuffix(templates, "\n") + ", gateway_group_id", "service_template",
			`0 : ; a table for service_template: no table is recognised; not understood: "blueprint" → ` + byMap,
		},
		"of the columns alone, one that a concept knows no field for": {
			"-- kine gone --\n-- store --\nid int8, name, deleted bool, value, created, create_revision, prev_revision, lease", "kine",
			"70 store: no table has the name; its columns alone fit: 4 of 4 known columns",
		},
		"the name, and the columns not": {
			"-- service --\nid, name, hosts", "service_template",
			`0 : ; a table for service_template: table "service" has no column for plugins → ` + byMap,
		},
		"the name, and a column of something else": {
			"-- service --\nid, name, hosts, plugins, gateway_group_id", "service_template",
			`0 : ; a table for service_template: table "service" has a column gateway_group_id, so it is something else → ` + byMap,
		},
		"two tables with the name and the columns": {
			"-- services --" + templates, "service_template",
			`0 : ; a table for service_template: not clear which table holds it: "service" or "services" → ` + byMap,
		},
		"two tables of which one has the columns": {
			"-- services --\nid, name", "service_template", "88 service: its name and its columns fit: 7 of 10 known columns",
		},
		"two tables with the columns alone": {
			"-- service gone --\n-- blueprint --" + templates + "-- design --" + templates, "service_template",
			`0 : ; a table for service_template: not clear which table holds it: "blueprint" or "design" → ` + byMap,
		},
		"the columns alone of two concepts": {
			"-- service_version gone --\n-- stream_route gone --\n-- history --\nid, service_id, version, plugins, server_addr, server_port int4", "service_version",
			`0 : ; a table for service_version: not clear which table holds it: "history" → ` + byMap,
		},
		"one table has the name, another the columns": {
			"-- service --\nid, name\n-- blueprint --" + templates, "service_template",
			`0 : ; a table for service_template: "service" has the name but not the columns, "blueprint" the columns but not the name → ` + byMap,
		},
		"no table, and none that could be it": {
			"-- service gone --", "service_template", `0 : ; a table for service_template: schema "public" holds no such table → ` + byMap,
		},
		"no table, and one that could be it": {
			"-- service gone --\n-- xq1 --\nid, c6, c7", "service_template",
			`0 : ; a table for service_template: no table is recognised; not understood: "xq1" → ` + byMap,
		},
		"a table that not every release has": {
			"-- custom_plugin gone --", "custom_plugin", "0 : no table could hold it: this installation stores none",
		},
		"a table that not every release has, and one that could be it": {
			"-- custom_plugin gone --\n-- xq1 --\nid, c6, c7 jsonb", "custom_plugin",
			`0 : ; a table for custom_plugin: no table is recognised, and these could hold it: "xq1" → ` + byMap,
		},
		"a column too short for a document is no candidate": {
			"-- custom_plugin gone --\n-- xq1 --\nid, c7 varchar(200), c8 int4", "custom_plugin", "0 : no table could hold it: this installation stores none",
		},
		"a table without a reference is no candidate": {
			"-- custom_plugin gone --\n-- x1 --\nid, v", "custom_plugin", "0 : no table could hold it: this installation stores none",
		},
		"a table with ids of another type is no candidate": {
			"-- custom_plugin gone --\n-- x1 --\nid int4, parent_id int4, v jsonb", "custom_plugin", "0 : no table could hold it: this installation stores none",
		},
		"a table with plugins is one even without a reference": {
			"-- custom_plugin gone --\n-- x1 --\nid, plugins jsonb", "custom_plugin",
			`0 : ; a table for custom_plugin: no table is recognised, and these could hold it: "x1" → ` + byMap,
		},
		"a view is no candidate": {
			"-- custom_plugin gone --\n-- x1 view --\nid, parent_id, v jsonb", "custom_plugin", "0 : no table could hold it: this installation stores none",
		},
		"many candidates are counted": {
			"-- custom_plugin gone --" + numbered(7, "\n-- x% --\nid, parent_id, v"), "custom_plugin",
			`0 : ; a table for custom_plugin: no table is recognised, and these could hold it: "x1", "x2", "x3", "x4", "x5" and 2 more → ` + byMap,
		},
		"the table, in another schema": {
			"-- custom_plugin gone --\n-- other.custom_plugin --\nid, name", "custom_plugin",
			`0 : ; a table for custom_plugin: table "custom_plugin" of schema "other" has its name and its columns, and schema "public" is read → ` + byMap,
		},
		"the table of another application, in another schema": {
			"-- custom_plugin gone --\n-- other.custom_plugin --\nid int4, name", "custom_plugin", "0 : no table could hold it: this installation stores none",
		},
		"a view with the name": {
			"-- service view --\nid, plugins\n-- base --\nid, plugins", "service_template",
			`0 : ; a table for service_template: view "service" has the name of the table, and may not show all rows → ` + byMap,
		},
		"a view with the name, over a table with the columns": {
			"-- service matview --\nid, plugins\n-- blueprint --" + templates, "service_template",
			`0 : ; a table for service_template: view "service" has the name and may not show all rows, "blueprint" has the columns but not the name → ` + byMap,
		},
		"a table whose use is known is no candidate": {
			"-- custom_plugin gone --\n-- audit_logs --\nid, data jsonb", "custom_plugin", "0 : no table could hold it: this installation stores none",
		},
		"a column whose name says what it is makes no candidate": {
			"-- custom_plugin gone --\n-- xq1 --\nid, logo_url, remark, signing_key, password", "custom_plugin", "0 : no table could hold it: this installation stores none",
		},
		"a table of the portal is taken for nothing else": {
			"-- service gone --\n-- developers --" + templates, "service_template", `0 : ; a table for service_template: schema "public" holds no such table → ` + byMap,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, placed(parse(t, whole, test.change).recognise(t, ""), test.concept)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWhichColumnHoldsAField(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ change, concept, field, want string }{
		"its own name before another":          {"-- service --\nid, plugin, plugins", "service_template", "plugins", "plugins"},
		"another name":                         {"-- service --\nid, plugin", "service_template", "plugins", "plugin"},
		"whatever the case":                    {"-- service --\nid, PlugIns", "service_template", "plugins", "PlugIns"},
		"a better name than its own":           {"-- apisix_route --\nid, gateway_group_id, service_id, apisix_service_id", "published_route", "service_id", "apisix_service_id"},
		"its own where there is no better one": {"-- apisix_route --\nid, gateway_group_id, service_id", "published_route", "service_id", "service_id"},
		"a document in an array":               {"-- service --\nid, plugins, hosts _text", "service_template", "hosts", "hosts"},
		"a document in bytes":                  {"-- service --\nid, plugins bytea", "service_template", "plugins", "plugins"},
		"no document in a number":              {"-- service --\nid, plugins, hosts int4", "service_template", "hosts", ""},
		"a flag in a number":                   {"-- service --\nid, plugins, strip_path_prefix int4", "service_template", "strip_path_prefix", "strip_path_prefix"},
		"no flag in a text":                    {"-- service --\nid, plugins, strip_path_prefix", "service_template", "strip_path_prefix", ""},
		"a moment in a number":                 {"-- token --\nid, name, expired_at int8", "token", "expires_at", "expired_at"},
		"no moment in a text":                  {"-- token --\nid, name, expires_at", "token", "expires_at", ""},
		"no text in bytes":                     {"-- service --\nid, plugins, name bytea", "service_template", "name", ""},
		"one that may not be read":             {"-- service --\nid, plugins, hosts denied", "service_template", "hosts", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := place(t, parse(t, whole, test.change).recognise(t, ""), test.concept)
			if got := p.Column(test.field).Name; got != test.want {
				t.Errorf("want %q, got %q", test.want, got)
			}
		})
	}
}

// place returns the place of a concept.
func place(t *testing.T, l *controlplane.Layout, concept string) *controlplane.Place {
	t.Helper()
	places := l.Places()
	i := slices.IndexFunc(places, func(p *controlplane.Place) bool { return p.Name() == concept })
	if i < 0 {
		t.Fatalf("no place %s", concept)
	}
	return places[i]
}

func TestWhatOfARecognisedTableCannotBeReadIsSaid(t *testing.T) {
	t.Parallel()
	const fits = "84 service: its name and its columns fit: 6 of 10 known columns"
	for name, test := range map[string]struct{ change, concept, want string }{
		"the column that tells which object a row is": {
			"-- service --\nid denied, name, hosts, path_prefix, upstream, plugins", "service_template",
			fits + `; table "service": SELECT is not granted → ` + byGrants,
		},
		"the schema": {
			"-- service unusable --\nid denied, name, hosts, path_prefix, upstream, plugins", "service_template",
			fits + `; table "service": USAGE on schema "public" is not granted → ` + byGrants,
		},
		"two documents": {
			"-- service --\nid, name, hosts denied, path_prefix, upstream, plugins denied", "service_template",
			fits + `; column "hosts", "plugins" of table "service": SELECT is not granted → ` + byGrants,
		},
		"a column that only describes": {
			"-- service --\nid, name denied, hosts, path_prefix, upstream, plugins", "service_template", fits,
		},
		"the values of kine": {
			"-- kine --\nid int8, name, deleted bool, prev_revision, value denied", "kine",
			`100 kine: its name and its columns fit: 4 of 4 known columns; table "kine": SELECT is not granted → ` + byGrants,
		},
		"rows that are hidden": {
			"-- service filtered --\nid, name, hosts, path_prefix, upstream, plugins", "service_template",
			fits + `; table "service": row level security hides rows from this role → ` + controlplane.RowSecurityHint,
		},
		"rows that row level security lets through": {
			"-- service secured --\nid, name, hosts, path_prefix, upstream, plugins", "service_template", fits,
		},
		"a column of a type that is not understood": {
			"-- token --\nid, name, expires_at bool", "token",
			`76 token: its name and its columns fit: 2 of 5 known columns; columns of table "token": of an unknown type: expires_at (bool) → ` + byMap,
		},
		"a column that is missed, and one that could be it": {
			"-- service_version --\nid, service_id, version, add_ons", "service_version",
			`77 service_version: its name and its columns fit: 3 of 7 known columns; columns of table "service_version": plugins not recognised; not understood: add_ons → ` + byMap,
		},
		"a column that is missed, and none that could be it": {
			"-- service_version --\nid, service_id, version, remark, priority int4, d varchar(20)", "service_version",
			"77 service_version: its name and its columns fit: 3 of 7 known columns",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, placed(parse(t, whole, test.change).recognise(t, ""), test.concept)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWhichSchemaIsRead(t *testing.T) {
	t.Parallel()
	const (
		store  = "\nid, name, deleted bool, prev_revision, value\n"
		groups = "\nid, short_id\n"
		other  = "-- public.service --\nid, plugins\n"
	)
	for name, test := range map[string]struct {
		tables, schemaMap string
		path              []string
		want              string
	}{
		"the only one with kine":            {tables: "-- api7.kine --" + store + other, want: "api7: the only schema with a table kine or gateway_group"},
		"the only one with gateway groups":  {tables: "-- api7.Gateway_Groups --" + groups + other, want: "api7: the only schema with a table kine or gateway_group"},
		"a store under any name is as good": {tables: "-- api7.store --" + store + other, want: "api7: the only schema with a table kine or gateway_group"},
		"the first of the search path that is one": {
			tables: "-- new.kine --" + store + "-- old.kine --" + store, path: []string{"public", "old", "new"}, want: "old: named by search_path",
		},
		"the schema map's, whatever it holds": {
			tables: "-- api7.kine --" + store + other, schemaMap: "schema: public", path: []string{"api7"}, want: "public: named by the schema map",
		},
		"public where a map names the tables": {
			tables: other, schemaMap: "tables: {service_template: {table: service}}", want: "public: there is no other; the schema map names the tables",
		},
		"none": {
			tables: other + "-- gateway_group --\nid, name",
			want: `"api7ee" is not an API7 Enterprise database: no schema holds a table gateway_group or kine with its columns` +
				" → check the database name; if the tables have other names, name them with --schema-map",
		},
		"none of the search path": {
			tables: "-- api7.kine --" + store, path: []string{"a", "b"},
			want: `"api7ee" is not an API7 Enterprise database: no schema of the search_path a, b holds a table gateway_group or kine with its columns` +
				" → check the database name; if the tables have other names, name them with --schema-map",
		},
		"several": {
			tables: "-- new.kine --" + store + "-- old.gateway_group --" + groups,
			want:   `database "api7ee" holds API7 tables in several schemas: new, old → choose one with ?search_path=SCHEMA`,
		},
		"one that is not there": {
			tables: "-- api7.kine --" + store, schemaMap: "schema: api8",
			want: `the schema map names schema "api8", which holds no table of database "api7ee" → name a schema that exists, or leave it out to have it found`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, err := controlplane.ParseSchemaMap("map.yaml", []byte(test.schemaMap))
			if err != nil {
				t.Fatal(err)
			}
			l, err := controlplane.Recognise(controlplane.Database{
				Name: "api7ee", Tables: parse(t, test.tables).tables, SearchPath: test.path, Choose: "?search_path=",
			}, m)
			var got string
			if err != nil {
				got = unrecognised(t, err)
			} else {
				got = l.Diagnose().Facts[0].Value
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTablesOfOtherSchemasAreNotLookedAt(t *testing.T) {
	t.Parallel()
	l := parse(t, whole, "-- old.service --\nid, plugins\n-- old.xq1 --\nid, c7").recognise(t, "")
	if got := placed(l, "service_template"); !strings.HasPrefix(got, "88 service: ") || strings.Contains(got, ";  ") {
		t.Error(got)
	}
	if tables := l.Diagnose().Tables; len(tables) > 0 {
		t.Errorf("not recognised: %v", tables)
	}
}

// numbered returns text n times, with a number from 1 on in place of each %.
func numbered(n int, text string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.ReplaceAll(text, "%", strconv.Itoa(i+1)))
	}
	return b.String()
}
