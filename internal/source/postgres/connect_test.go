package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/postgres"
	"github.com/api7-preflight/api7-preflight/internal/test/faulttest"
	"github.com/api7-preflight/api7-preflight/internal/test/pgtest"
	"github.com/api7-preflight/api7-preflight/internal/test/sourcetest"
)

const password = "wrong-pass-word"

func TestWhatCannotBeOpenedSaysWhyAndWhatToDo(t *testing.T) {
	t.Parallel()
	srv := pgtest.Start(t)
	at := srv.Addr()
	silent, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = silent.Close() })
	limited := pgtest.Name("limited")
	pgtest.Exec(t, srv.DSN("postgres", "postgres"), "CREATE ROLE "+limited+" LOGIN CONNECTION LIMIT 0; CREATE ROLE no_"+limited+" NOLOGIN")
	alone := srv.Database(t)
	pgtest.Exec(t, srv.DSN("postgres", "postgres"), "ALTER DATABASE "+pgtest.DatabaseName(t, alone)+" ALLOW_CONNECTIONS false")
	closed := fmt.Sprintf("127.0.0.1:%d", 1)
	for name, test := range map[string]struct{ dsn, message, hint string }{
		"wrong password":   {pgtest.DSN(at, "pw:"+password, "postgres"), "cannot connect to " + at + `: password authentication failed for user "pw"`, "passfile"},
		"no password":      {pgtest.DSN(at, "pw", "postgres"), "cannot connect to " + at + ": ", ""},
		"unknown role":     {pgtest.DSN(at, "nobody_here:"+password, "postgres"), `role "nobody_here" does not exist`, "grants"},
		"refused by hba":   {pgtest.DSN(at, "rejected:"+password, "postgres"), "pg_hba.conf rejects connection", "pg_hba.conf must allow"},
		"no login":         {pgtest.DSN(at, "no_"+limited, "postgres"), "is not permitted to log in", "check the user"},
		"role's limit":     {pgtest.DSN(at, limited, "postgres"), "too many connections for role", "wait for a free connection"},
		"closed database":  {alone, "not currently accepting connections", "ALLOW_CONNECTIONS"},
		"unknown database": {pgtest.DSN(at, "postgres", "nothing_here"), `database "nothing_here" does not exist`, "psql -l"},
		"nothing listens":  {pgtest.DSN(closed, "u:"+password, "d"), "cannot connect to " + closed + ": connection refused", "check host and port"},
		"unknown host":     {pgtest.DSN("db-1.invalid:5432", "u:"+password, "d"), "cannot connect to db-1.invalid:5432: no such host", "host name"},
		"no answer":        {pgtest.DSN(silent.Addr().String(), "u:"+password, "d"), "no answer within 300ms", "firewalls"},
		"no socket":        {"host=/nowhere user=u password=" + password, "no server listens on this socket", "PGHOST"},
		"no TLS":           {"postgres://postgres:" + password + "@" + at + "/postgres?sslmode=require", "the server does not offer TLS", "sslmode"},
		"garbage":          {"this is no DSN " + password, "the connection string cannot be understood", "postgres://user@host"},
		"bad port":         {"postgres://u:" + password + "@h:99999999/d", "its port is not a number", "postgres://"},
		"bad sslmode":      {"postgres://u:" + password + "@h/d?sslmode=perhaps", "its sslmode is not one of", "postgres://"},
		"no CA file":       {"postgres://u:" + password + "@h/d?sslmode=verify-ca&sslrootcert=/nowhere", "sslrootcert", "postgres://"},
		"no service":       {"service=nothing_here password=" + password, "service", "postgres://"},
		"another scheme":   {"http://u:" + password + "@h/d", "the connection string cannot be understood", "postgres://"},
		"MySQL":            {"mysql://root:" + password + "@tcp(db-1:3306)/api7ee", "MySQL is not read directly", "adc dump"},
		"MySQL for Go":     {"root:" + password + "@tcp(db-1:3306)/api7ee", "MySQL is not read directly", "Admin API"},
		"SQL Server":       {"sqlserver://sa:" + password + "@db-1:1433?database=api7ee", "Microsoft SQL Server is not read directly", "adc dump"},
		"JDBC":             {"jdbc:postgresql://db-1/api7ee?password=" + password, "it begins with jdbc:", "leave out jdbc:"},
		"another database": {srv.DSN("postgres", "postgres"), `"postgres" is not an API7 Enterprise database`, "--schema-map"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			deadline := time.Duration(0)
			if name == "no answer" {
				deadline = 300 * time.Millisecond
			}
			err := refusedOpen(t, postgres.Config{DSN: test.dsn, Deadline: deadline})
			if !strings.Contains(err.Message, test.message) || !strings.Contains(err.Hint, test.hint) {
				t.Errorf("got  %q, %q\nwant %q, %q", err.Message, err.Hint, test.message, test.hint)
			}
			if strings.Contains(err.Message+err.Hint, password) {
				t.Errorf("the password is told: %q, %q", err.Message, err.Hint)
			}
		})
	}
}

func TestTheNameHoldsNoUserAndNoPassword(t *testing.T) {
	t.Parallel()
	srv := pgtest.Start(t)
	dsn := srv.Database(t, installation)
	database := pgtest.DatabaseName(t, dsn)
	info := openConfig(t, postgres.Config{DSN: pgtest.As(t, dsn, "postgres") + "&password=" + password}).Info()
	if want := "postgres://" + srv.Addr() + "/" + database; info.Kind != "postgres" || info.Name != want {
		t.Errorf("got %+v, want %s", info, want)
	}
	info = openConfig(t, postgres.Config{DSN: srv.SocketDSN("postgres", database)}).Info()
	if want := fmt.Sprintf("postgres:///%s?host=%s&port=%d", database, srv.Socket, srv.Port); info.Name != want {
		t.Errorf("got %s, want %s", info.Name, want)
	}
	several := fmt.Sprintf("postgres://postgres@127.0.0.1:1,%s/%s?sslmode=disable&target_session_attrs=any", srv.Addr(), database)
	info = openConfig(t, postgres.Config{DSN: several}).Info()
	if want := "postgres://127.0.0.1:1," + srv.Addr() + "/" + database; info.Name != want {
		t.Errorf("got %s, want %s", info.Name, want)
	}
}

func TestADoneContextIsNoOpenError(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := postgres.Open(ctx, postgres.Config{DSN: pgtest.Start(t).DSN("postgres", "postgres"), Now: time.Now})
	if _, ok := errors.AsType[*estate.OpenError](err); ok || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestBehindPgBouncerTwoClientsReadAtOnce(t *testing.T) {
	t.Parallel()
	srv := pgtest.Start(t)
	database := pgtest.DatabaseName(t, srv.Database(t, installation))
	dsn := pgtest.DSN(pgtest.PgBouncer(t, srv, "transaction"), "anyone", database)
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			for range 5 {
				src, err := postgres.Open(t.Context(), postgres.Config{DSN: dsn + "&search_path=public&statement_timeout=3000", ApplicationName: "test", Now: time.Now})
				if err != nil {
					t.Error(err)
					return
				}
				if got, err := stream(t.Context(), src, sourcetest.AllButSecrets()); err != nil || len(got.incomplete()) > 0 {
					t.Errorf("%v, %v", err, got.incomplete())
				}
				if err := src.Close(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
}

// manyRoutes makes table kine large enough for a connection to break in the middle.
const manyRoutes = `
	INSERT INTO kine (name, deleted, prev_revision, value)
	SELECT '/gateway_groups/default/routes/x' || n, 0, 0, convert_to('{"d":"' || repeat('x', 900) || '"}', 'UTF8') FROM generate_series(1, 5000) AS n`

func TestACutConnectionIsAnError(t *testing.T) {
	t.Parallel()
	srv := pgtest.Start(t)
	database := pgtest.DatabaseName(t, srv.Database(t, installation, manyRoutes))
	dsn := pgtest.DSN(pgtest.CutProxy(t, srv.Addr(), 2_000_000), "postgres", database)
	src := openConfig(t, postgres.Config{DSN: dsn})
	got, err := stream(t.Context(), src, sourcetest.AllButSecrets())
	if err == nil || !strings.Contains(err.Error(), "lost while reading table kine") {
		t.Errorf("got %v", err)
	}
	if len(got.coverage.Kinds) > 0 {
		t.Error("a broken reading has a coverage")
	}
	if err := src.Close(); err != nil {
		t.Errorf("closing: %v", err)
	}
	faulttest.Tried(t, faulttest.DatabaseCut, 1+3)
	for _, after := range []int64{0, 100, 1000} {
		dsn := pgtest.DSN(pgtest.CutProxy(t, srv.Addr(), after), "postgres", database)
		if err := refusedOpen(t, postgres.Config{DSN: dsn}); !strings.HasPrefix(err.Message, "cannot ") {
			t.Errorf("cut after %d bytes: %q", after, err.Message)
		}
	}
}

func TestAStalledConnectionEndsWithTheDeadline(t *testing.T) {
	t.Parallel()
	faulttest.Tried(t, faulttest.DatabaseStalled, 1)
	srv := pgtest.Start(t)
	database := pgtest.DatabaseName(t, srv.Database(t, installation, manyRoutes))
	dsn := pgtest.DSN(pgtest.StallProxy(t, srv.Addr(), 2_000_000), "postgres", database)
	src := openConfig(t, postgres.Config{DSN: dsn, Deadline: time.Second})
	_, err := stream(t.Context(), src, sourcetest.AllButSecrets())
	if err == nil || !strings.Contains(err.Error(), "no answer from") {
		t.Errorf("got %v", err)
	}
}

func TestAServerThatIsShutDownIsAnError(t *testing.T) {
	t.Parallel()
	srv := pgtest.Start(t)
	dsn := srv.Database(t, installation, manyRoutes)
	src := openConfig(t, postgres.Config{DSN: dsn})
	pgtest.Exec(t, srv.DSN("postgres", "postgres"), "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '"+pgtest.DatabaseName(t, dsn)+"'")
	_, err := stream(t.Context(), src, sourcetest.AllButSecrets())
	if err == nil || !strings.Contains(err.Error(), "ended the connection") && !strings.Contains(err.Error(), "lost while reading") {
		t.Errorf("got %v", err)
	}
}

func TestASlowTableSpoilsItsKindOnly(t *testing.T) {
	t.Parallel()
	src := openConfig(t, postgres.Config{
		DSN: pgtest.Start(t).Database(t, installation, `
			ALTER TABLE service RENAME TO service_data;
			CREATE FUNCTION public.slowly(text) RETURNS text LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(20); RETURN $1; END';
			CREATE VIEW service AS SELECT id, name, public.slowly(plugins) AS plugins, hosts, path_prefix, upstream FROM service_data`),
		SchemaMap: named("service_template", "service"),
		Deadline:  500 * time.Millisecond,
	})
	got := read(t, src, sourcetest.Need(estate.ServiceTemplate, estate.Route, estate.Instance))
	gaps, _ := got.gaps(t, estate.ServiceTemplate)
	if want := `table "service": the statement was cancelled, by its deadline of 500ms or by an administrator`; !slices.Contains(gaps, want) {
		t.Errorf("no gap %q in %q", want, gaps)
	}
	if len(got.of(estate.Route)) == 0 || len(got.of(estate.Instance)) == 0 {
		t.Error("other kinds are not read")
	}
}

func TestWhatTheReaderReturnsStopsTheReading(t *testing.T) {
	t.Parallel()
	src := open(t, installation, manyRoutes)
	enough := errors.New("enough")
	n := 0
	_, err := src.Stream(t.Context(), sourcetest.Need(estate.Route), func(*estate.Resource) error {
		if n++; n == 10 {
			return enough
		}
		return nil
	})
	if !errors.Is(err, enough) || n != 10 {
		t.Errorf("got %v after %d", err, n)
	}
}

func TestAnInterruptionStopsTheReading(t *testing.T) {
	t.Parallel()
	src := open(t, installation, manyRoutes)
	ctx, cancel := context.WithCancel(t.Context())
	_, err := src.Stream(ctx, sourcetest.Need(estate.Route), func(*estate.Resource) error {
		cancel()
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
