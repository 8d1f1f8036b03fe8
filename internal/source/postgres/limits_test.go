package postgres_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/postgres"
	"github.com/api7-preflight/api7-preflight/internal/test/pgtest"
	"github.com/api7-preflight/api7-preflight/internal/test/sourcetest"
)

// TestTheRolesSettingsChangeNothing reads with settings that a role or a database can have.
func TestTheRolesSettingsChangeNothing(t *testing.T) {
	t.Parallel()
	dsn := pgtest.Start(t).Database(t, installation)
	want := read(t, openConfig(t, postgres.Config{DSN: dsn}), sourcetest.AllButSecrets())
	var all strings.Builder
	for _, setting := range []string{
		"default_transaction_read_only = on", "default_transaction_deferrable = on", "default_transaction_isolation = 'serializable'",
		"lock_timeout = 1", "statement_timeout = '2s'", "idle_in_transaction_session_timeout = '2s'", "transform_null_equals = on",
		"standard_conforming_strings = off", "bytea_output = 'escape'", "DateStyle = 'German'", "search_path = 'nowhere'",
		"client_encoding = 'LATIN1'", "row_security = off", "enable_seqscan = off", "work_mem = 64", "temp_file_limit = 0",
	} {
		all.WriteString("ALTER DATABASE " + pgtest.DatabaseName(t, dsn) + " SET " + setting + ";")
	}
	pgtest.Exec(t, dsn, all.String())
	src := openConfig(t, postgres.Config{DSN: dsn})
	got := read(t, src, sourcetest.AllButSecrets())
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(reading{}), ignoreAges()); diff != "" {
		t.Errorf("(-without +with):\n%s", diff)
	}
}

func TestALockedTableIsAGap(t *testing.T) {
	t.Parallel()
	dsn := pgtest.Start(t).Database(t, installation)
	src := openConfig(t, postgres.Config{DSN: dsn})
	release := hold(t, dsn, "LOCK TABLE service IN ACCESS EXCLUSIVE MODE")
	got := read(t, src, sourcetest.AllButSecrets())
	release()
	want := []string{`table "service": the table is locked by another session`}
	if gaps, _ := got.gaps(t, estate.ServiceTemplate); !slices.Equal(gaps, want) {
		t.Errorf("got %q, want %q", gaps, want)
	}
	if kinds := got.incomplete(); len(kinds) != 1 {
		t.Errorf("incomplete: %q", kinds)
	}
}

// TestARunThatEndsSaysWhatToDo ends sessions in ways that an administrator or the server has.
func TestARunThatEndsSaysWhatToDo(t *testing.T) {
	t.Parallel()
	srv := pgtest.Start(t)
	for name, test := range map[string]struct {
		end           func(t *testing.T, dsn string)
		message, hint string
	}{
		"by an administrator": {
			func(t *testing.T, dsn string) {
				t.Helper()
				pgtest.Exec(t, srv.DSN("postgres", "postgres"), "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '"+pgtest.DatabaseName(t, dsn)+"'")
			}, "administrator command", "run again",
		},
		"with its database": {
			func(t *testing.T, dsn string) {
				t.Helper()
				name := pgtest.DatabaseName(t, dsn)
				pgtest.Exec(t, srv.DSN("postgres", "postgres"), "DROP DATABASE "+name+" WITH (FORCE)")
				pgtest.Exec(t, srv.DSN("postgres", "postgres"), "CREATE DATABASE "+name)
			}, "ended the connection", "run again",
		},
		"by idling": {
			func(t *testing.T, dsn string) {
				t.Helper()
				alone := "SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = '" + pgtest.DatabaseName(t, dsn) + "'"
				for pgtest.Exec(t, srv.DSN("postgres", "postgres"), alone)[0][0] != "0" {
					time.Sleep(10 * time.Millisecond)
				}
			}, "idle-in-transaction timeout", "longer --timeout",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dsn := srv.Database(t, installation)
			src := openConfig(t, postgres.Config{DSN: dsn, Deadline: 2 * time.Second})
			test.end(t, dsn)
			_, err := stream(t.Context(), src, sourcetest.AllButSecrets())
			open, ok := errors.AsType[*estate.OpenError](err)
			if !ok || !strings.Contains(open.Message, test.message) || !strings.Contains(open.Hint, test.hint) {
				t.Errorf("got %v, %+v", err, open)
			}
		})
	}
}

// hold runs SQL in a transaction that stays open until the returned function is called.
func hold(t *testing.T, dsn, sql string) (release func()) {
	t.Helper()
	conn, err := pgconn.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(t.Context(), "BEGIN; "+sql).ReadAll(); err != nil {
		t.Fatal(err)
	}
	return func() { _ = conn.Close(t.Context()) }
}
