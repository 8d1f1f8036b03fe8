package postgres_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/postgres"
	"github.com/api7-preflight/api7-preflight/internal/test/pgtest"
	"github.com/api7-preflight/api7-preflight/internal/test/sourcetest"
)

const changed = `table "service": another session rewrote, emptied or replaced it during this run, so rows may be missing`

// Forms of table service of which a part can be rewritten.
const (
	asPartitioned = `
		ALTER TABLE service RENAME TO service_old;
		CREATE TABLE service (LIKE service_old) PARTITION BY LIST (id);
		CREATE TABLE service_1 PARTITION OF service FOR VALUES IN ('tpl-1');
		CREATE TABLE service_2 PARTITION OF service DEFAULT;
		INSERT INTO service SELECT * FROM service_old;`
	asParent = `
		ALTER TABLE service RENAME TO service_old;
		CREATE TABLE service (LIKE service_old);
		CREATE TABLE service_1 () INHERITS (service);
		INSERT INTO service_1 SELECT * FROM service_old;`
	asView = `
		ALTER TABLE service RENAME TO service_1;
		CREATE VIEW service AS SELECT * FROM service_1;`
	asMaterialized = `
		ALTER TABLE service RENAME TO service_1;
		CREATE MATERIALIZED VIEW service AS SELECT * FROM service_1;`
)

// TestATableThatIsRewrittenWhileItIsReadIsAGap changes the table after the snapshot was taken and before it is read:
// the snapshot then shows it without its rows. The role has grants on columns only.
func TestATableThatIsRewrittenWhileItIsReadIsAGap(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ form, change string }{
		"ALTER TYPE":                {"", `ALTER TABLE service ALTER COLUMN name TYPE char(300)`},
		"SET UNLOGGED":              {"", `ALTER TABLE service SET UNLOGGED`},
		"TRUNCATE":                  {"", `TRUNCATE service`},
		"TRUNCATE and INSERT":       {"", `CREATE TEMP TABLE kept AS TABLE service; BEGIN; TRUNCATE service; INSERT INTO service TABLE kept; COMMIT`},
		"dropped and made again":    {"", `CREATE TABLE kept AS TABLE service; DROP TABLE service; ALTER TABLE kept RENAME TO service; GRANT SELECT ON service TO PUBLIC`},
		"another under its name":    {"", `CREATE TABLE kept (LIKE service); ALTER TABLE service RENAME TO old; ALTER TABLE kept RENAME TO service; GRANT SELECT ON service TO PUBLIC`},
		"a partition is truncated":  {asPartitioned, `TRUNCATE service_1`},
		"a partition is detached":   {asPartitioned, `ALTER TABLE service DETACH PARTITION service_1`},
		"a child is rewritten":      {asParent, `ALTER TABLE service ALTER COLUMN name TYPE char(300)`},
		"a child inherits no more":  {asParent, `ALTER TABLE service_1 NO INHERIT service`},
		"below a view":              {asView, `TRUNCATE service_1`},
		"below a view of a view":    {asView + `ALTER VIEW service RENAME TO service_0; CREATE VIEW service AS SELECT * FROM service_0;`, `TRUNCATE service_1`},
		"a view of partitions":      {asPartitioned + `ALTER TABLE service RENAME TO service_0; CREATE VIEW service AS SELECT * FROM service_0;`, `TRUNCATE service_1`},
		"a materialized view again": {asMaterialized, `REFRESH MATERIALIZED VIEW service`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dsn := pgtest.Start(t).Database(t, installation, test.form)
			role := grant(t, dsn, sourcetest.AllButSecrets(), false)
			src := openConfig(t, postgres.Config{DSN: pgtest.As(t, dsn, role), SchemaMap: named("service_template", "service")})
			pgtest.Exec(t, dsn, test.change)
			got := read(t, src, sourcetest.AllButSecrets())
			if gaps, _ := got.gaps(t, estate.ServiceTemplate); !slices.Contains(gaps, changed) {
				t.Errorf("no gap %q in %q", changed, gaps)
			}
			if kinds := got.incomplete(); test.form == "" && len(kinds) != 1 {
				t.Errorf("others are incomplete as well: %q", kinds)
			}
		})
	}
}

// TestAnOrdinaryChangeIsNoGap covers changes after the snapshot that leave it whole.
func TestAnOrdinaryChangeIsNoGap(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ form, change string }{
		"rows":                    {"", `DELETE FROM service; INSERT INTO service (id) VALUES ('new')`},
		"an index":                {"", `CREATE INDEX ON service (name); REINDEX TABLE service`},
		"a column":                {"", `ALTER TABLE service ADD COLUMN added int DEFAULT 1`},
		"maintenance":             {"", `VACUUM ANALYZE service`},
		"another table":           {"", `CREATE TABLE other (id text); TRUNCATE other, users`},
		"a new partition":         {asPartitioned, `CREATE TABLE service_3 PARTITION OF service FOR VALUES IN ('tpl-9')`},
		"another table of a name": {"", `CREATE SCHEMA copies; CREATE TABLE copies.service (LIKE public.service); TRUNCATE copies.service`},
		"a view of a catalogue":   {`ALTER TABLE service RENAME TO service_1; CREATE VIEW service AS SELECT * FROM service_1 WHERE EXISTS (SELECT FROM pg_class)`, `VACUUM`},
		"a view of a part":        {asPartitioned + `ALTER TABLE service RENAME TO service_0; CREATE VIEW service AS SELECT * FROM service_0 WHERE id = 'tpl-1';`, `VACUUM`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dsn := pgtest.Start(t).Database(t, installation, test.form)
			src := openConfig(t, postgres.Config{DSN: dsn, SchemaMap: named("service_template", "service")})
			pgtest.Exec(t, dsn, test.change)
			got := read(t, src, sourcetest.AllButSecrets())
			if kinds := got.incomplete(); len(kinds) > 0 {
				gaps, _ := got.gaps(t, estate.ServiceTemplate)
				t.Errorf("incomplete: %q, %q", kinds, gaps)
			}
			if rows := got.of(estate.ServiceTemplate); len(rows) == 0 || !strings.Contains(rows[0], "tpl-1") {
				t.Errorf("read %q", rows)
			}
		})
	}
}

func TestAGapInWhatWasRewrittenSaysToRunAgain(t *testing.T) {
	t.Parallel()
	for _, table := range []string{"kine", "gateway_group", "gateway_instance", "apisix_service"} {
		t.Run(table, func(t *testing.T) {
			t.Parallel()
			dsn := pgtest.Start(t).Database(t, installation)
			src := openConfig(t, postgres.Config{DSN: dsn})
			pgtest.Exec(t, dsn, "TRUNCATE "+table)
			if _, err := src.Versions(t.Context()); err != nil {
				t.Fatal(err)
			}
			var gaps []estate.Gap
			for _, kind := range read(t, src, sourcetest.AllButSecrets()).coverage.Kinds {
				gaps = append(gaps, kind.Gaps...)
			}
			i := slices.IndexFunc(gaps, func(g estate.Gap) bool { return strings.Contains(g.What+g.Why, `table "`+table+`"`) })
			if i < 0 || !strings.HasPrefix(gaps[i].Next, "run again") {
				t.Errorf("got %+v", gaps)
			}
		})
	}
}

// TestOneConnectionIsEnoughToNotice goes through a PgBouncer that has only one connection to the server.
func TestOneConnectionIsEnoughToNotice(t *testing.T) {
	t.Parallel()
	srv := pgtest.Start(t)
	dsn := srv.Database(t, installation)
	addr := pgtest.PgBouncer(t, srv, "transaction", "default_pool_size = 1")
	src := openConfig(t, postgres.Config{DSN: pgtest.DSN(addr, "anyone", pgtest.DatabaseName(t, dsn))})
	pgtest.Exec(t, dsn, "TRUNCATE service")
	if gaps, _ := read(t, src, sourcetest.AllButSecrets()).gaps(t, estate.ServiceTemplate); !slices.Contains(gaps, changed) {
		t.Errorf("no gap %q in %q", changed, gaps)
	}
}
