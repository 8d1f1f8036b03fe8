package controlplane_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/controlplane"
	"github.com/api7-preflight/api7-preflight/internal/estate"
)

func TestTheSchemaMapDecides(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ change, schemaMap, concept, want string }{
		"a table with a name that is not known": {
			"-- service gone --\n-- xq1 --\nid, c7", "tables: {service_template: {table: xq1, columns: {plugins: c7}}}", "service_template",
			"100 xq1: named by the schema map",
		},
		"which of two": {
			"-- services --\nid, plugins", "tables: {service_template: {table: services}}", "service_template",
			"100 services: named by the schema map",
		},
		"a table of another schema": {
			"-- side.instances --\nid, hostname, version", "tables: {instance: {table: side.instances}}", "instance",
			"100 instances: named by the schema map",
		},
		"that there is no table": {
			"", "tables: {service_template: {table: none}}", "service_template",
			"0 : the schema map says that there is no such table",
		},
		"that there is no column": {
			"-- service_version --\nid, service_id, version, add_ons", "tables: {service_version: {columns: {plugins: none}}}", "service_version",
			"77 service_version: its name and its columns fit: 3 of 7 known columns",
		},
		"that templates have no such column, whatever else there is": {
			"-- service --\nid, plugins, hosts, path_prefix, notes", "tables: {service_template: {columns: {upstream: none}}}", "service_template",
			"76 service: its name and its columns fit: 4 of 10 known columns",
		},
		"which columns hold what templates run, whatever else there is": {
			"-- service --\nid, plugins, hosts, path_prefix, upstream, config jsonb",
			"tables: {service_template: {columns: {hosts: hosts, path_prefix: path_prefix, upstream: upstream}}}", "service_template",
			"80 service: its name and its columns fit: 5 of 10 known columns",
		},
		"but of a part of it nothing is settled for the rest": {
			"-- service --\nid, plugins, path_prefix, hosts, backend, config jsonb", "tables: {service_template: {columns: {upstream: backend}}}", "service_template",
			`80 service: its name and its columns fit: 5 of 10 known columns; columns of table "service": may hold runtime configuration and are not understood: config → ` +
				"name the columns of hosts, path_prefix and upstream with --schema-map, none where there is none; `api7-preflight doctor` lists them",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, placed(parse(t, whole, test.change).recognise(t, test.schemaMap), test.concept)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestASchemaMapThatDoesNotFitTheTablesIsAnError(t *testing.T) {
	t.Parallel()
	for schemaMap, want := range map[string]string{
		"tables: {service_template: {table: servise}}": `the schema map names table "servise" for service_template, and there is no such table` +
			" → `api7-preflight doctor` lists the tables; did you mean \"service\"?",
		"tables: {service_template: {table: nothing_like_it_at_all}}": `the schema map names table "nothing_like_it_at_all" for service_template, and there is no such table` +
			" → `api7-preflight doctor` lists the tables",
		"tables: {service_template: {table: side.service}}": `the schema map names table "side.service" for service_template, and there is no such table` +
			" → `api7-preflight doctor` lists the tables; did you mean \"service\"?",
		"tables: {service_template: {table: service, columns: {hosts: c9}}}": `the schema map names column "c9" of table "service", and there is no such column` +
			" → `api7-preflight doctor` lists the columns",
		"tables: {service_template: {table: token}}": `table "token" of the schema map has no column for plugins of service_template` +
			" → name the columns under tables.service_template.columns",
	} {
		m, err := controlplane.ParseSchemaMap("map.yaml", []byte(schemaMap))
		if err != nil {
			t.Fatal(err)
		}
		_, err = controlplane.Recognise(controlplane.Database{Tables: parse(t, whole).tables}, m)
		if diff := cmp.Diff(want, unrecognised(t, err)); diff != "" {
			t.Errorf("%s: %s", schemaMap, diff)
		}
	}
}

func TestAMisspeltSchemaMapIsAnErrorThatNamesThePlace(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"tables: {service_templat: {table: x}}":                            `map.yaml: tables: unknown name "service_templat"; did you mean "service_template"?`,
		"tables: {quite_another_thing_altogether: {table: x}}":             `map.yaml: tables: unknown name "quite_another_thing_altogether"; known names: api_product, audit_log, custom_plugin, developer`,
		"tables: {instance: {table: x, columns: {hostnam: y}}}":            `map.yaml: tables.instance.columns: unknown name "hostnam"; did you mean "hostname"?`,
		"tables: {instance: {table: none, columns: {hostname: y}}}":        "map.yaml: tables.instance: a table given as none has no columns",
		"tables: {service_template: {table: x, columns: {plugins: none}}}": "map.yaml: tables.service_template.columns: plugins cannot be none",
		"tablez: {}": "cannot read the schema map: map.yaml",
	} {
		if _, err := controlplane.ParseSchemaMap("map.yaml", []byte(text)); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: want %q, got %v", text, want, err)
		}
	}
}

func TestATableThatTheSchemaMapDeniesIsNotedAndHoldsNothing(t *testing.T) {
	t.Parallel()
	db := parse(t, whole)
	l := db.recognise(t, "tables: {token: {table: none}}")
	got := db.read(t, l, estate.Token)
	want := lines("note: a table for token: not looked for: the schema map says that there is no such table")
	if diff := cmp.Diff(want, got.said()); diff != "" || got.count(estate.Token) != 0 {
		t.Errorf("%d tokens%s", got.count(estate.Token), diff)
	}
	if p := place(t, l, "token"); !p.IsDenied() || p.Readable() || p.Gap() != nil {
		t.Errorf("denied %v, readable %v, gap %v", p.IsDenied(), p.Readable(), p.Gap())
	}
}

func TestATableOfAnotherSchemaIsNamedWithIt(t *testing.T) {
	t.Parallel()
	db := parse(t, whole, "-- side.instances --\nid, hostname, version\ni1 | gw-1 | 3.4.1")
	got := db.read(t, db.recognise(t, "tables: {instance: {table: side.instances}}"), estate.Instance)
	if diff := cmp.Diff([]string{"side.instances/i1"}, got.origins); diff != "" {
		t.Error(diff)
	}
}
