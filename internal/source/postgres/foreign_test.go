package postgres_test

import (
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/postgres"
	"github.com/api7-preflight/api7-preflight/internal/test/pgtest"
	"github.com/api7-preflight/api7-preflight/internal/test/sourcetest"
)

// abroad moves tables to a foreign server at addr. Both are called "remote".
func abroad(addr string, tables ...string) string {
	host, port, _ := net.SplitHostPort(addr)
	var sql strings.Builder
	fmt.Fprintf(&sql, `CREATE EXTENSION postgres_fdw;
		CREATE SERVER remote FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '%s', port '%s', dbname 'postgres');
		CREATE USER MAPPING FOR postgres SERVER remote OPTIONS (user 'pw', password '%s');`, host, port, password)
	for _, table := range tables {
		fmt.Fprintf(&sql, `
		ALTER TABLE %[1]s RENAME TO %[1]s_old;
		DO $$ BEGIN EXECUTE (SELECT 'CREATE FOREIGN TABLE %[1]s (' || string_agg(quote_ident(attname) || ' ' || format_type(atttypid, atttypmod), ', ') || ') SERVER remote'
			FROM pg_attribute WHERE attrelid = '%[1]s_old'::regclass AND attnum > 0 AND NOT attisdropped); END $$;`, table)
	}
	return sql.String()
}

// TestAForeignServerSpoilsItsTablesOnly covers foreign servers that cannot be used, each for another reason.
func TestAForeignServerSpoilsItsTablesOnly(t *testing.T) {
	t.Parallel()
	srv := pgtest.Start(t)
	const down = "127.0.0.1:1"
	const afterwards = "it needs a foreign server, and reading that one failed with SQLSTATE 42P01" // connecting works
	for name, test := range map[string]struct{ sql, why, next string }{
		"down":            {abroad(down, "service"), "it needs a foreign server that cannot be reached", "run again when the foreign server is up"},
		"wrong password":  {abroad(srv.Addr(), "service"), "it needs a foreign server that cannot be reached", "run again when"},
		"no mapping":      {abroad(down, "service") + "DROP USER MAPPING FOR postgres SERVER remote", "it needs a foreign server, and this role has no user mapping for it", "CREATE USER MAPPING"},
		"no table there":  {abroad(srv.Addr(), "service") + "ALTER USER MAPPING FOR postgres SERVER remote OPTIONS (SET password '" + pgtest.Password + "')", afterwards, "both servers' logs"},
		"below a view":    {abroad(down, "service") + "ALTER FOREIGN TABLE service RENAME TO service_1; CREATE VIEW service AS SELECT * FROM service_1", "it needs a foreign server that cannot be reached", "run again when"},
		"as a partition":  {abroad(down, "service") + "ALTER FOREIGN TABLE service RENAME TO service_1; ALTER FOREIGN TABLE service_1 ALTER id SET NOT NULL; CREATE TABLE service (LIKE service_old) PARTITION BY LIST (id); ALTER TABLE service ATTACH PARTITION service_1 DEFAULT", "it needs a foreign server that cannot be reached", "run again when"},
		"dead in the end": {abroad(pgtest.CutProxy(t, srv.Addr(), 500), "service"), "it needs a foreign server that cannot be reached", "run again when"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			src := openConfig(t, postgres.Config{DSN: srv.Database(t, installation, test.sql), SchemaMap: named("service_template", "service")})
			got := read(t, src, sourcetest.AllButSecrets())
			gaps, _ := got.gaps(t, estate.ServiceTemplate)
			if want := `table "service": ` + test.why; !slices.Contains(gaps, want) {
				t.Errorf("no gap %q in %q", want, gaps)
			}
			i := slices.IndexFunc(got.coverage.Kinds, func(k estate.KindCoverage) bool { return k.Kind == estate.ServiceTemplate })
			if next := got.coverage.Kinds[i].Gaps[0].Next; !strings.Contains(next, test.next) {
				t.Errorf("next is %q, want %q", next, test.next)
			}
			if len(got.of(estate.Route)) == 0 || len(got.of(estate.Instance)) == 0 {
				t.Error("other tables are not read")
			}
			d, err := src.Diagnose(t.Context(), sourcetest.AllButSecrets())
			if err != nil || test.why != afterwards && !slices.Contains(d.Missing, "service_template") {
				t.Errorf("diagnosis: %v, missing %q", err, d.Missing)
			}
		})
	}
}

// TestARoleNeedsItsOwnWayToAForeignServer reads with the role that Grants makes, which has no user mapping, and one
// without a password.
func TestARoleNeedsItsOwnWayToAForeignServer(t *testing.T) {
	t.Parallel()
	srv := pgtest.Start(t)
	dsn := srv.Database(t, installation, abroad(srv.Addr(), "service"))
	role := grant(t, dsn, sourcetest.AllButSecrets(), true)
	for _, step := range []struct{ sql, why string }{
		{"SELECT 1", "this role has no user mapping for it"},
		{"CREATE USER MAPPING FOR PUBLIC SERVER remote OPTIONS (user 'postgres')", "a role that is no superuser needs a password for it"},
	} {
		pgtest.Exec(t, dsn, step.sql)
		got := read(t, openConfig(t, postgres.Config{DSN: pgtest.As(t, dsn, role)}), sourcetest.AllButSecrets())
		if gaps, _ := got.gaps(t, estate.ServiceTemplate); !slices.Contains(gaps, `table "service": it needs a foreign server, and `+step.why) {
			t.Errorf("no %q in %q", step.why, gaps)
		}
	}
}

// TestASilentForeignServerIsNotWaitedForAgain counts the connections to a server that accepts them and never answers.
// A PostgreSQL before 16 cannot be interrupted then, so the source has to connect anew.
func TestASilentForeignServerIsNotWaitedForAgain(t *testing.T) {
	t.Parallel()
	var listener net.Listener
	dsn := pgtest.Start(t).Database(t, installation)
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var accepted []net.Conn
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := listener.Accept()
			if err != nil {
				return // the test has ended
			}
			accepted = append(accepted, conn)
		}
	}()
	pgtest.Exec(t, dsn, abroad(listener.Addr().String(), "service", "gateway_instance"))
	src := openConfig(t, postgres.Config{DSN: dsn, Deadline: time.Second})
	if _, err := src.Versions(t.Context()); err != nil {
		t.Error(err)
	}
	got := read(t, src, sourcetest.AllButSecrets())
	_ = listener.Close()
	<-done
	for _, conn := range accepted {
		_ = conn.Close()
	}
	for kind, table := range map[estate.Kind]string{estate.ServiceTemplate: "service", estate.Instance: "gateway_instance"} {
		gaps, _ := got.gaps(t, kind)
		if want := `table "` + table + `": it needs a foreign server that does not answer`; !slices.Contains(gaps, want) {
			t.Errorf("no gap %q in %q", want, gaps)
		}
	}
	if len(got.of(estate.Route)) == 0 {
		t.Error("other tables are not read")
	}
	if len(accepted) != 1 {
		t.Errorf("%d connections to the foreign server", len(accepted))
	}
}
