package postgres_test

import (
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/postgres"
	"github.com/api7-preflight/api7-preflight/internal/test/pgtest"
	"github.com/api7-preflight/api7-preflight/internal/test/sourcetest"
)

// estimate returns what a role that may read nothing but what grants allow is told, with one row a second allowed, so
// that the seconds are the rows that are fetched.
func estimate(t *testing.T, dsn string, views ...string) estate.Estimate {
	t.Helper()
	role := grant(t, dsn, sourcetest.AllButSecrets(), true)
	cfg := postgres.Config{DSN: pgtest.As(t, dsn, role), MaxRowsPerSecond: 1}
	for _, view := range views {
		pgtest.Exec(t, dsn, `GRANT SELECT ON `+view+` TO "`+role+`"`)
		cfg.SchemaMap = named(view, view)
	}
	e, err := openConfig(t, cfg).Estimate(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// near reports whether an estimate is as good as one can be: other tables have a few rows, too.
func near(got, want int64) bool { return got >= want && got < want+want/10+100 }

func number(t *testing.T, dsn, sql string) int64 {
	t.Helper()
	n, err := strconv.ParseInt(pgtest.Exec(t, dsn, sql)[0][0], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestTheEstimateComesFromTheCatalogue(t *testing.T) {
	t.Parallel()
	dsn := pgtest.Start(t).Database(t, installation, manyRoutes, `
		ALTER TABLE service_version RENAME TO old_versions;
		CREATE VIEW service_version AS SELECT * FROM old_versions;
		ALTER TABLE tokens RENAME TO tokens_1;
		CREATE TABLE tokens (LIKE tokens_1) PARTITION BY LIST (id);
		ALTER TABLE tokens ATTACH PARTITION tokens_1 DEFAULT;
		INSERT INTO tokens (id, name) SELECT 'more ' || n, 'n' FROM generate_series(1, 2000) n;
		ANALYZE kine, tokens_1`)
	e := estimate(t, dsn, "service_version")
	kine, tokens := number(t, dsn, "SELECT count(*) FROM kine"), number(t, dsn, "SELECT count(*) FROM tokens")
	if !near(e.Rows, kine+tokens) || !near(e.Seconds, 2*kine+tokens) {
		t.Errorf("%d rows and %d seconds are estimated, kine has %d and is read twice, tokens %d", e.Rows, e.Seconds, kine, tokens)
	}
	if least := number(t, dsn, "SELECT pg_table_size('kine') + pg_table_size('tokens_1')"); e.Bytes < least {
		t.Errorf("%d bytes, two tables have %d", e.Bytes, least)
	}
	if diff := cmp.Diff([]string{"service_version"}, e.Unknown); diff != "" {
		t.Errorf("a view has no size (-want +got):\n%s", diff)
	}
	if len(e.Guessed) > 0 {
		t.Errorf("guessed: %q", e.Guessed)
	}
}

func TestTheEstimateOfWhatWasNeverAnalysedIsAGuess(t *testing.T) {
	t.Parallel()
	dsn := pgtest.Start(t).Database(t, installation, "ALTER TABLE kine SET (autovacuum_enabled = off)", manyRoutes)
	e := estimate(t, dsn)
	if diff := cmp.Diff([]string{"kine"}, e.Guessed); diff != "" {
		t.Errorf("guessed (-want +got):\n%s", diff)
	}
	if kibibytes := number(t, dsn, "SELECT pg_relation_size('kine') / 1024"); !near(e.Rows, kibibytes) {
		t.Errorf("%d rows, and kine has %d KiB", e.Rows, kibibytes)
	}
}

// TestTheEstimateWaitsForNoLock looks while another session has a table for itself.
func TestTheEstimateWaitsForNoLock(t *testing.T) {
	t.Parallel()
	dsn := pgtest.Start(t).Database(t, installation)
	src := openConfig(t, postgres.Config{DSN: dsn})
	release := hold(t, dsn, "LOCK TABLE service IN ACCESS EXCLUSIVE MODE")
	defer release()
	e, err := src.Estimate(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"service"}, e.Unknown); diff != "" || e.Rows < 0 {
		t.Errorf("%d rows; unknown (-want +got):\n%s", e.Rows, diff)
	}
}
