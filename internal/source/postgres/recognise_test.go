package postgres_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/controlplane"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/pgtest"
	"github.com/api7-preflight/api7-preflight/internal/source/postgres"
)

func TestMutatedSchemas(t *testing.T) {
	t.Parallel()
	const viaMap = "--schema-map"
	tests := map[string]struct {
		alter      string
		incomplete []string // kinds with gaps, of all
		why        string   // in one of the gaps
	}{
		"another schema and plural names": {
			alter: `CREATE SCHEMA api7; DO $$ DECLARE t text; BEGIN
				FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP EXECUTE format('ALTER TABLE %I SET SCHEMA api7', t); END LOOP; END $$;
				ALTER TABLE api7.gateway_group RENAME TO gateway_groups; ALTER TABLE api7.service RENAME TO t_services;
				ALTER TABLE api7.apisix_service RENAME TO apisix_services; ALTER TABLE api7.apisix_route RENAME TO "Apisix_Routes";
				ALTER TABLE api7.gateway_instance RENAME TO api7_instances; ALTER TABLE api7.service_version RENAME TO service_versions`,
		},
		"jsonb and numeric times": {
			alter: `ALTER TABLE service ALTER COLUMN plugins TYPE jsonb USING plugins::jsonb, ALTER COLUMN hosts TYPE jsonb USING nullif(hosts, '')::jsonb,
				  ALTER COLUMN upstream TYPE jsonb USING upstream::jsonb, ALTER COLUMN created_at TYPE bigint USING 0;
				ALTER TABLE apisix_service ALTER COLUMN plugins TYPE json USING plugins::json;
				ALTER TABLE service_version ALTER COLUMN plugins TYPE bytea USING convert_to(plugins, 'UTF8');
				ALTER TABLE gateway_instance ALTER COLUMN last_heartbeat TYPE bigint USING extract(epoch FROM last_heartbeat)::bigint`,
		},
		"hosts as an array of text": {
			alter: `ALTER TABLE service DROP COLUMN hosts; ALTER TABLE service ADD COLUMN hosts text[] DEFAULT '{orders.example.org}'`,
		},
		"a view in place of the table": {
			alter: `ALTER TABLE service RENAME TO service_data; CREATE VIEW service AS SELECT * FROM service_data`,
		},
		"template table under another name": {alter: `ALTER TABLE service RENAME TO blueprint`},
		"template table beyond recognition": {
			alter:      `ALTER TABLE service RENAME TO xq1; ALTER TABLE xq1 RENAME plugins TO c7; ALTER TABLE xq1 RENAME hosts TO c8`,
			incomplete: []string{"route_template", "route_version", "service_template", "stream_route_template", "api_product", "custom_plugin", "developer"},
			why:        `not understood: "xq1"`,
		},
		"history table beyond recognition": {
			alter:      `ALTER TABLE service_version RENAME TO xq2; ALTER TABLE xq2 RENAME plugins TO c7`,
			incomplete: []string{"route_template", "route_version", "service_version", "stream_route_template", "api_product", "custom_plugin", "developer"},
			why:        `these could hold it: "xq2"`,
		},
		"upstream column beyond recognition": {
			alter:      `ALTER TABLE service RENAME upstream TO backend_blob`,
			incomplete: []string{"service_template"},
			why:        "upstream not recognised; not understood: backend_blob",
		},
		"template without runtime columns": {alter: `ALTER TABLE service DROP COLUMN hosts, DROP COLUMN path_prefix, DROP COLUMN strip_path_prefix, DROP COLUMN upstream`},
		"runtime configuration in a table of its own": {
			alter:      `CREATE TABLE runtime_configuration (service_id text, hosts text, desc_ text)`,
			incomplete: []string{"route_template", "route_version", "service_template", "stream_route_template", "api_product", "custom_plugin", "developer"},
			why:        "may hold runtime configuration of service templates",
		},
		"template table dropped": {alter: `DROP TABLE service`, incomplete: []string{"service_template"}, why: "holds no such table"},
		"history table dropped":  {alter: `DROP TABLE service_version`},
		"two template tables": {
			alter:      `CREATE TABLE services AS SELECT * FROM service`,
			incomplete: []string{"route_template", "route_version", "service_template", "stream_route_template", "api_product", "custom_plugin", "developer"},
			why:        `not clear which table holds it: "service" or "services"`,
		},
		"a template table without plugins": {
			alter:      `ALTER TABLE service DROP COLUMN plugins`,
			incomplete: []string{"route_template", "route_version", "service_template", "stream_route_template", "api_product", "custom_plugin", "developer"},
			why:        `table "service" has no column for plugins`,
		},
		"a published table with a template's name": {
			alter: `DROP TABLE service; ALTER TABLE apisix_service RENAME TO service; CREATE TABLE service_template (id text, name text, plugins text, hosts text, path_prefix text, upstream text)`,
		},
		"no kine": {
			alter:      `DROP TABLE kine`,
			incomplete: []string{"upstream", "consumer", "credential", "global_rule", "plugin_config", "consumer_group", "plugin_metadata", "plugin_list", "custom_plugin", "stream_route", "proto"},
			why:        "holds no such table",
		},
		"no published table": {alter: `DROP TABLE apisix_service`, incomplete: []string{"publication"}, why: "holds no such table"},
		"an empty kine": {
			alter:      `DELETE FROM kine WHERE name LIKE '/gateway\_groups/%'`,
			incomplete: []string{"stream_route", "upstream", "consumer", "credential", "global_rule", "plugin_config", "consumer_group", "plugin_metadata", "plugin_list", "custom_plugin", "proto"},
			why:        "no live key begins with /gateway_groups/",
		},
		"no tokens": {alter: `DROP TABLE tokens`, incomplete: []string{"token"}, why: "holds no such table"},
		"tokens that expire in a way that is not understood": {
			alter:      `ALTER TABLE tokens ALTER expires_at TYPE text`,
			incomplete: []string{"token"},
			why:        "of a type that is not understood: expires_at (text)",
		},
		"policies without statements": {
			alter:      `ALTER TABLE permission_policy DROP COLUMN statement`,
			incomplete: []string{"permission_policy"},
			why:        `table "permission_policy" has no column for statement`,
		},
		"policies under another name": {alter: `ALTER TABLE permission_policy RENAME TO rights`},
		"tables of the portal and of plugins": {
			alter: `CREATE TABLE api_product (id text, name text, description text); CREATE TABLE developers (id text, email text, notes text);
				CREATE TABLE custom_plugin (id text, name text, source_code text); CREATE TABLE custom_plugin_gateway_group (custom_plugin_id text, gateway_group_id text)`,
		},
		"a table of plugins that is none": {
			alter:      `CREATE TABLE custom_plugin (id text, source_code text)`,
			incomplete: []string{"custom_plugin"},
			why:        `table "custom_plugin" has no column for name`,
		},
		"plugins in a table without kine": {
			alter:      `DROP TABLE kine; CREATE TABLE custom_plugin (id text, name text, source_code text)`,
			incomplete: []string{"upstream", "consumer", "credential", "global_rule", "plugin_config", "consumer_group", "plugin_metadata", "plugin_list", "stream_route", "proto"},
			why:        "holds no such table",
		},
		"a portal beside it": {
			alter: `CREATE TABLE organization (id text, metadata text); CREATE TABLE session (id text, data jsonb); CREATE TABLE "user" (id text, name text, plugins text)`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := read(t, open(t, installation, test.alter), everything())
			incomplete := got.incomplete()
			slices.Sort(incomplete)
			slices.Sort(test.incomplete)
			if diff := cmp.Diff(test.incomplete, incomplete); diff != "" {
				t.Errorf("incomplete kinds (-want +got):\n%s", diff)
			}
			var all strings.Builder
			for _, c := range got.coverage.Kinds {
				for _, gap := range c.Gaps {
					all.WriteString(gap.What + ": " + gap.Why + " → " + gap.Next + "\n")
				}
			}
			if !strings.Contains(all.String(), test.why) || test.why != "" && strings.Contains(test.why, "recognised") && !strings.Contains(all.String(), viaMap) {
				t.Errorf("no gap says %q:\n%s", test.why, all.String())
			}
			if len(test.incomplete) == 0 {
				for _, kind := range []estate.Kind{estate.ServiceTemplate, estate.Publication, estate.Service, estate.Instance} {
					if _, n := got.gaps(t, kind); n == 0 && !strings.Contains(name, "template's name") && !strings.Contains(name, "template table") {
						t.Errorf("no %s is read", kind)
					}
				}
			}
		})
	}
}

func TestWhatIsNotGrantedIsSaid(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ grant, incomplete, why string }{
		"table": {
			`REVOKE SELECT ON service FROM %`, "service_template", `table "service": SELECT is not granted`,
		},
		"column": {
			`REVOKE SELECT ON service FROM %; GRANT SELECT (id, name, hosts, path_prefix, plugins) ON service TO %`,
			"service_template", `column "upstream" of table "service": SELECT is not granted`,
		},
		"plugins of templates": {
			`REVOKE SELECT ON service FROM %; GRANT SELECT (id, name, hosts, path_prefix, upstream) ON service TO %`,
			"service_template", `column "plugins" of table "service": SELECT is not granted`,
		},
		"value of kine": {
			`REVOKE SELECT ON kine FROM %; GRANT SELECT (id, name, deleted) ON kine TO %`,
			"upstream", `table "kine": SELECT is not granted`,
		},
		"schema": {`REVOKE USAGE ON SCHEMA public FROM %, public`, "service_template", `table "service": USAGE on schema "public" is not granted`},
		"row security": {
			`ALTER TABLE service ENABLE ROW LEVEL SECURITY; CREATE POLICY few ON service USING (id = 'tpl-1')`,
			"service_template", `table "service": row level security hides rows from this role`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			role := pgtest.Name("reader")
			grant := strings.ReplaceAll(test.grant, "%", role)
			dsn := pgtest.Start(t).Database(t, installation, "CREATE ROLE "+role+" LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO "+role+";"+grant)
			got := read(t, openConfig(t, postgres.Config{DSN: pgtest.As(t, dsn, role)}), everything())
			kind, err := estate.ParseKind(test.incomplete)
			if err != nil {
				t.Fatal(err)
			}
			if gaps, _ := got.gaps(t, kind); !slices.Contains(gaps, test.why) {
				t.Errorf("no gap %q in %q", test.why, gaps)
			}
		})
	}
}

func TestWhichSchema(t *testing.T) {
	t.Parallel()
	two := installation + "; CREATE SCHEMA old; CREATE TABLE old.kine AS SELECT * FROM kine LIMIT 2"
	srv := pgtest.Start(t)
	dsn := srv.Database(t, two)
	if err := refusedOpen(t, postgres.Config{DSN: dsn}); !strings.Contains(err.Message, "in several schemas: old, public") || !strings.HasSuffix(err.Hint, "?search_path=SCHEMA") {
		t.Errorf("got %q, %q", err.Message, err.Hint)
	}
	for name, cfg := range map[string]postgres.Config{
		"search_path": {DSN: dsn + "&search_path=public"},
		"options":     {DSN: dsn + "&options=-csearch_path%3Dnowhere,public"},
		"-c options":  {DSN: dsn + "&options=-c%20search_path%3Dpublic"},
		"schema map":  {DSN: dsn, SchemaMap: postgres.SchemaMap{Schema: "public"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, n := read(t, openConfig(t, cfg), needs(estate.ServiceTemplate)).gaps(t, estate.ServiceTemplate); n != 2 {
				t.Errorf("want 2 templates, got %d", n)
			}
		})
	}
	empty := srv.Database(t, "CREATE TABLE service (id text, plugins text)")
	err := refusedOpen(t, postgres.Config{DSN: empty})
	if !strings.Contains(err.Message, "is not an API7 Enterprise database") {
		t.Errorf("got %q", err.Message)
	}
	if err := refusedOpen(t, postgres.Config{DSN: dsn + "&search_path=nowhere"}); !strings.Contains(err.Message, "no schema of the search_path nowhere") {
		t.Errorf("got %q", err.Message)
	}
}

func TestTheSchemaMapDecides(t *testing.T) {
	t.Parallel()
	parse := func(text string) postgres.SchemaMap {
		t.Helper()
		m, err := controlplane.ParseSchemaMap("map.yaml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	dsn := pgtest.Start(t).Database(t, installation, `
		ALTER TABLE service RENAME TO xq1; ALTER TABLE xq1 RENAME plugins TO c7; ALTER TABLE xq1 RENAME hosts TO c8;
		CREATE SCHEMA side; ALTER TABLE gateway_instance SET SCHEMA side; ALTER TABLE service_version RENAME TO xq2; ALTER TABLE xq2 RENAME plugins TO p`)
	m := parse(`
schema: public
tables:
  service_template: {table: xq1, columns: {plugins: c7, hosts: c8}}
  instance: {table: side.gateway_instance}
  service_version: {table: none}
  stream_route_template: {table: none}
  route_template: {table: none}
  route_version: {table: none}
  stream_route_version: {table: none}
  custom_plugin: {table: none}
  api_product: {table: none}
  developer: {table: none}
`)
	got := read(t, openConfig(t, postgres.Config{DSN: dsn, SchemaMap: m}), everything())
	if diff := cmp.Diff([]string(nil), got.incomplete()); diff != "" {
		t.Errorf("incomplete (-want +got):\n%s", diff)
	}
	if rows := got.of(estate.ServiceTemplate); len(rows) != 2 || !strings.Contains(rows[0], `"hosts":["orders.example.org"]`) {
		t.Errorf("templates: %q", rows)
	}
	if rows := got.of(estate.Instance); len(rows) != 2 || !strings.Contains(rows[0], "side.gateway_instance/i1") {
		t.Errorf("instances: %q", rows)
	}
	if want := "a table for service_version: not looked for: the schema map says that there is no such table"; !slices.Contains(got.notes(), want) {
		t.Errorf("no note %q in %q", want, got.notes())
	}
	for text, want := range map[string]string{
		"{tables: {service_template: {table: nowhere}}}":                      `names table "nowhere" for service_template`,
		"{tables: {service_template: {table: xq1, columns: {plugins: c99}}}}": `names column "c99" of table "xq1"`,
		"{tables: {service_template: {table: xq1}}}":                          `has no column for plugins of service_template`,
		"{schema: nowhere}": `names schema "nowhere"`,
	} {
		if err := refusedOpen(t, postgres.Config{DSN: dsn, SchemaMap: parse(text)}); !strings.Contains(err.Message, want) {
			t.Errorf("%s: got %q", text, err.Message)
		}
	}
	for text, want := range map[string]string{
		"tables: {service_templat: {table: x}}":                            `unknown name "service_templat"; did you mean "service_template"?`,
		"tables: {instance: {table: x, columns: {hostnam: y}}}":            `unknown name "hostnam"; did you mean "hostname"?`,
		"tables: {instance: {table: none, columns: {hostname: y}}}":        "a table that is none has no columns",
		"tables: {service_template: {table: x, columns: {plugins: none}}}": "plugins cannot be none",
		"tablez: {}": "map.yaml",
		"tables: {quite_another_thing_altogether: {table: x}}": "there are: api_product, custom_plugin",
	} {
		if _, err := controlplane.ParseSchemaMap("map.yaml", []byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v", text, err)
		}
	}
}
