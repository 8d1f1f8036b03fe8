package postgres_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/controlplane"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/postgres"
	"github.com/api7-preflight/api7-preflight/internal/test/pgtest"
	"github.com/api7-preflight/api7-preflight/internal/test/sourcetest"
)

// TestAnOddSchemaIsReadWhole varies what only a server shows: its catalogue, types and casts.
func TestAnOddSchemaIsReadWhole(t *testing.T) {
	t.Parallel()
	for name, alter := range map[string]string{
		"another schema and plural names": `CREATE SCHEMA api7; DO $$ DECLARE t text; BEGIN
				FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP EXECUTE format('ALTER TABLE %I SET SCHEMA api7', t); END LOOP; END $$;
				ALTER TABLE api7.gateway_group RENAME TO gateway_groups; ALTER TABLE api7.service RENAME TO t_services;
				ALTER TABLE api7.apisix_service RENAME TO apisix_services; ALTER TABLE api7.apisix_route RENAME TO "Apisix_Routes";
				ALTER TABLE api7.gateway_instance RENAME TO api7_instances; ALTER TABLE api7.service_version RENAME TO service_versions`,
		"jsonb and numeric times": `ALTER TABLE service ALTER COLUMN plugins TYPE jsonb USING plugins::jsonb, ALTER COLUMN hosts TYPE jsonb USING nullif(hosts, '')::jsonb,
				  ALTER COLUMN upstream TYPE jsonb USING upstream::jsonb, ALTER COLUMN created_at TYPE bigint USING 0;
				ALTER TABLE apisix_service ALTER COLUMN plugins TYPE json USING plugins::json;
				ALTER TABLE service_version ALTER COLUMN plugins TYPE bytea USING convert_to(plugins, 'UTF8');
				ALTER TABLE gateway_instance ALTER COLUMN last_heartbeat TYPE bigint USING extract(epoch FROM last_heartbeat)::bigint`,
		"hosts as an array of text":      `ALTER TABLE service DROP COLUMN hosts; ALTER TABLE service ADD COLUMN hosts text[] DEFAULT '{orders.example.org}'`,
		"a view that a person has named": `ALTER TABLE service RENAME TO service_data; CREATE VIEW service AS SELECT * FROM service_data`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := postgres.Config{DSN: pgtest.Start(t).Database(t, installation, alter)}
			if strings.Contains(alter, "VIEW") {
				cfg.SchemaMap = named("service_template", "service")
			}
			got := read(t, openConfig(t, cfg), sourcetest.AllButSecrets())
			if kinds := got.incomplete(); len(kinds) > 0 {
				t.Errorf("incomplete: %q", kinds)
			}
			for _, kind := range []estate.Kind{estate.ServiceTemplate, estate.Publication, estate.Service, estate.Instance} {
				if _, n := got.gaps(t, kind); n == 0 {
					t.Errorf("no %s is read", kind)
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
			got := read(t, openConfig(t, postgres.Config{DSN: pgtest.As(t, dsn, role)}), sourcetest.AllButSecrets())
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
		"schema map":  {DSN: dsn, SchemaMap: controlplane.SchemaMap{Schema: "public"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, n := read(t, openConfig(t, cfg), sourcetest.Need(estate.ServiceTemplate)).gaps(t, estate.ServiceTemplate); n != 2 {
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
	parse := func(text string) controlplane.SchemaMap {
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
	got := read(t, openConfig(t, postgres.Config{DSN: dsn, SchemaMap: m}), sourcetest.AllButSecrets())
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
}
