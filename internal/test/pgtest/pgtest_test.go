package pgtest_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/api7-preflight/api7-preflight/internal/test/pgtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

func TestEveryTestHasADatabaseOfItsOwn(t *testing.T) {
	t.Parallel()
	srv := pgtest.Start(t)
	one := srv.Database(t, "CREATE TABLE t (a int); INSERT INTO t VALUES (1), (2)", "INSERT INTO t VALUES (3)")
	two := srv.Database(t)
	if diff := cmp.Diff([][]string{{"3"}}, pgtest.Exec(t, one, "SELECT count(*) FROM t")); diff != "" {
		t.Errorf("first database (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([][]string{{"0"}}, pgtest.Exec(t, two, "SELECT count(*) FROM pg_class WHERE relname = 't'")); diff != "" {
		t.Errorf("second database (-want +got):\n%s", diff)
	}
}

// TestDatabasesOfOneLongTextAreApart: they are copies of one.
func TestDatabasesOfOneLongTextAreApart(t *testing.T) {
	t.Parallel()
	srv := pgtest.Start(t)
	long := "CREATE TABLE t (a int); INSERT INTO t VALUES (1) " + strings.Repeat("-- long\n", 1000)
	one := srv.Database(t, long, "INSERT INTO t VALUES (2)")
	two := srv.Database(t, long)
	three := srv.Database(t, long, "DROP TABLE t")
	for dsn, want := range map[string]string{one: "2", two: "1"} {
		if got := pgtest.Exec(t, dsn, "SELECT count(*) FROM t"); got[0][0] != want {
			t.Errorf("%s rows, want %s", got[0][0], want)
		}
	}
	if got := pgtest.Exec(t, three, "SELECT count(*) FROM pg_class WHERE relname = 't'"); got[0][0] != "0" {
		t.Error("the third has the table")
	}
}

func TestTheSocketServesToo(t *testing.T) {
	t.Parallel()
	srv := pgtest.Start(t)
	pgtest.Exec(t, srv.SocketDSN("postgres", "postgres"), "SELECT 1")
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	srv := pgtest.Start(t)
	for _, role := range []string{"pw:wrong", "rejected"} {
		if conn, err := pgconn.Connect(t.Context(), srv.DSN(role, "postgres")); err == nil {
			_ = conn.Close(context.WithoutCancel(t.Context()))
			t.Errorf("role %s is let in", role)
		}
	}
	pgtest.Exec(t, srv.DSN("pw:"+pgtest.Password, "postgres"), "SELECT 1")
}

func TestPgBouncerPassesQueriesOnAndRefusesStartupParameters(t *testing.T) {
	t.Parallel()
	srv := pgtest.Start(t)
	name := pgtest.DatabaseName(t, srv.Database(t))
	dsn := pgtest.DSN(pgtest.PgBouncer(t, srv, "transaction"), "anyone", name)
	pgtest.Exec(t, dsn, "SELECT 1")
	if _, err := pgconn.Connect(t.Context(), dsn+"&statement_timeout=1s"); err == nil || !strings.Contains(err.Error(), "statement_timeout") {
		t.Errorf("a start-up parameter is accepted: %v", err)
	}
}

func TestCutProxyCuts(t *testing.T) {
	t.Parallel()
	srv := pgtest.Start(t)
	addr := pgtest.CutProxy(t, srv.Addr(), 5000)
	conn, err := pgconn.Connect(t.Context(), pgtest.DSN(addr, "postgres", "postgres"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(t.Context(), "SELECT repeat('x', 10000)").ReadAll(); err == nil {
		t.Error("the connection is not cut")
	}
}

func TestTheLogTellsWhatARoleDoes(t *testing.T) {
	t.Parallel()
	srv := pgtest.Start(t)
	dsn := srv.Database(t)
	role := pgtest.Name("logged")
	pgtest.Exec(t, dsn, "CREATE ROLE "+role+" LOGIN; ALTER ROLE "+role+" SET log_statement = 'all'")
	pgtest.Exec(t, pgtest.As(t, dsn, role), "SELECT 'a mark'")
	if !strings.Contains(srv.Log(t), "statement: SELECT 'a mark'") {
		t.Error("the log does not tell")
	}
}

func TestAStandbyFollowsItsPrimary(t *testing.T) {
	t.Parallel()
	primary, standby := pgtest.Replicated(t, "CREATE TABLE t (a int)", "max_standby_streaming_delay=7s")
	pgtest.Exec(t, primary, "INSERT INTO t VALUES (1)")
	pgtest.CatchUp(t, primary, standby)
	got := pgtest.Exec(t, standby, "SELECT a, pg_is_in_recovery(), current_setting('max_standby_streaming_delay') FROM t")
	if diff := cmp.Diff([][]string{{"1", "t", "7s"}}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAProductTellsItsVersionAndNothingElse(t *testing.T) {
	t.Parallel()
	addr := pgtest.Product{Version: "NoveltyDB 2", Settings: map[string]string{"server_version": "14.0"}}.Start(t)
	conn, err := pgconn.Connect(t.Context(), pgtest.DSN(addr, "anyone", "any"))
	if err != nil {
		t.Fatal(err)
	}
	result := conn.ExecParams(t.Context(), "SELECT pg_catalog.version()", nil, nil, nil, nil).Read()
	if result.Err != nil || string(result.Rows[0][0]) != "NoveltyDB 2" || conn.ParameterStatus("server_version") != "14.0" {
		t.Errorf("got %v, %v", result.Rows, result.Err)
	}
	for _, sql := range []string{"SELECT 1", "BEGIN"} {
		if _, err := conn.Exec(t.Context(), sql).ReadAll(); err == nil {
			t.Errorf("%s is accepted", sql)
		}
	}
}
