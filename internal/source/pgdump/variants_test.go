package pgdump_test

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/test/pgtest"
	"github.com/api7-preflight/api7-preflight/internal/test/sourcetest"
)

// installation returns the installation that the tests of package postgres read.
func installation(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../postgres/testdata/installation.sql")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestABackupOfAnOddDatabaseHoldsTheSame changes types, names and rows in every way that the live reader knows. A backup has
// them as text for COPY or in statements, with names quoted or not; the other formats differ in what is around them.
func TestABackupOfAnOddDatabaseHoldsTheSame(t *testing.T) {
	t.Parallel()
	for name, alter := range map[string]string{
		"as it is": "",
		"another schema and plural names": `CREATE SCHEMA api7; DO $$ DECLARE t text; BEGIN
			FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP EXECUTE format('ALTER TABLE %I SET SCHEMA api7', t); END LOOP; END $$;
			ALTER TABLE api7.gateway_group RENAME TO gateway_groups; ALTER TABLE api7.service RENAME TO t_services;
			ALTER TABLE api7.apisix_route RENAME TO "Apisix_Routes"`,
		"jsonb, bytea and numeric times": `ALTER TABLE service ALTER COLUMN plugins TYPE jsonb USING plugins::jsonb, ALTER COLUMN hosts TYPE jsonb USING nullif(hosts, '')::jsonb;
			ALTER TABLE apisix_service ALTER COLUMN plugins TYPE json USING plugins::json;
			ALTER TABLE service_version ALTER COLUMN plugins TYPE bytea USING convert_to(plugins, 'UTF8');
			ALTER TABLE gateway_instance ALTER COLUMN last_heartbeat TYPE bigint USING extract(epoch FROM last_heartbeat)::bigint`,
		"arrays": `ALTER TABLE service DROP COLUMN hosts; ALTER TABLE service ADD COLUMN hosts varchar(99)[] DEFAULT '{orders.example.org,NULL,"a b\"c\\d","null",""}';
			ALTER TABLE apisix_route DROP COLUMN methods; ALTER TABLE apisix_route ADD COLUMN methods int[][] DEFAULT '{{1,2},{3,4}}';
			ALTER TABLE apisix_route DROP COLUMN timeout; ALTER TABLE apisix_route ADD COLUMN timeout boolean[] DEFAULT '[0:1]={t,f}'`,
		"padded ids":                 `ALTER TABLE service ALTER COLUMN id TYPE char(36); ALTER TABLE apisix_service ALTER COLUMN status TYPE numeric(10, 2)`,
		"a domain of text":           `CREATE DOMAIN document AS text; ALTER TABLE service ALTER COLUMN plugins TYPE document`,
		"bytea in the escape format": `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET bytea_output = escape', current_database()); END $$; UPDATE kine SET value = value || '\x0a205c5c22c3a9'`,
		"kine with text and booleans": `ALTER TABLE kine ALTER COLUMN value TYPE text USING convert_from(value, 'UTF8'),
			ALTER COLUMN deleted TYPE boolean USING deleted <> 0, ALTER COLUMN id TYPE bigint`,
		"kine with jsonb":  `DELETE FROM kine WHERE name = 'compact_rev_key'; ALTER TABLE kine ALTER COLUMN value TYPE jsonb USING convert_from(value, 'UTF8')::jsonb`,
		"kine in no order": `CREATE TABLE other AS SELECT * FROM kine ORDER BY md5(id::text); TRUNCATE kine; INSERT INTO kine SELECT * FROM other; DROP TABLE other`,
		"repeated rows": `ALTER TABLE apisix_service DROP CONSTRAINT apisix_service_pkey; INSERT INTO apisix_service SELECT * FROM apisix_service;
			INSERT INTO gateway_instance SELECT id || '-again', gateway_group_id, hostname, ip, version FROM gateway_instance`,
		"kine and tables that disagree": `INSERT INTO apisix_service (id, gateway_group_id) VALUES ('lost', 'default'); DELETE FROM apisix_route WHERE id = 'back'`,
		"damaged rows": `UPDATE service SET plugins = '{"cors":' WHERE id = 'tpl-1';
			UPDATE kine SET value = convert_to(repeat('x', 8388609), 'UTF8') WHERE name = '/gateway_groups/default/global_rules/all';
			UPDATE kine SET value = NULL WHERE name = '/gateway_groups/default/consumers/rose';
			UPDATE kine SET value = '\x' WHERE name = '/gateway_groups/default/plugins';
			UPDATE kine SET value = '\x7b22a8223a317d' WHERE name = '/gateway_groups/default/routes/r1';
			INSERT INTO service_version VALUES ('sv-big', 'tpl-1', '2', '{"p":"' || repeat('y', 10000000) || '"}')`,
		"unknown keys": `INSERT INTO kine (name, deleted, prev_revision, value) VALUES
			('/gateway_groups/default/data_plane/server_info/1', 0, 0, '{"hostname":"gw-1"}'),
			('/gateway_groups/default/novelties/n1', 0, 0, '{"plugins":{"traffic-split":{}}}'),
			('/registry/health', 0, 0, '{"health":"true"}'), ('gap-7', 0, 0, NULL), (NULL, 0, 0, NULL),
			('/apisix/routes/r9', 0, 0, '{"plugins":{"traffic-split":{}}}'), ('/gateway_groups/default/routes/a/b', NULL, 0, '{}')`,
		"an impossible heartbeat":           `UPDATE gateway_instance SET last_heartbeat = 'infinity'`,
		"no kine":                           `DROP TABLE kine`,
		"an empty kine":                     `DELETE FROM kine WHERE name LIKE '/gateway\_groups/%'`,
		"no groups":                         `DROP TABLE gateway_group`,
		"template table beyond recognition": `ALTER TABLE service RENAME TO xq1; ALTER TABLE xq1 RENAME plugins TO c7; ALTER TABLE xq1 RENAME hosts TO c8`,
		"a portal beside it":                `CREATE TABLE organization (id text, metadata text); CREATE TABLE session (id text, data jsonb); CREATE TABLE "user" (id text, name text, plugins text)`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dsn := pgtest.Start(t).Database(t, installation(t), alter)
			want := live(t, dsn)
			for _, format := range []string{"custom", "quoted inserts"} {
				got, err := read(t, open(t, formats()[format](t, dsn)), sourcetest.AllButSecrets())
				if err != nil {
					t.Errorf("%s: %v", format, err)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s (-database +backup):\n%s", format, diff)
				}
			}
		})
	}
}

// TestManyVersionsOfEveryKeyInABackup covers keys that are too many to list.
func TestManyVersionsOfEveryKeyInABackup(t *testing.T) {
	t.Parallel()
	dsn := pgtest.Start(t).Database(t, installation(t), `
		INSERT INTO kine (name, deleted, prev_revision, value)
		SELECT '/gateway_groups/default/upstreams/u' || k, (k % 10 = 0 AND v = 3)::int, v, convert_to('{"v":' || v || '}', 'UTF8')
		FROM generate_series(1, 3) AS v, generate_series(1, 110000) AS k`)
	want := live(t, dsn)
	got, err := read(t, open(t, dump(t, dsn, "api7.dump", "-Fc")), sourcetest.AllButSecrets())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-database +backup):\n%s", diff)
	}
	if len(got.Resources) < 99000 {
		t.Errorf("only %d resources", len(got.Resources))
	}
}
