package runbook_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/runbook"
	"github.com/api7-preflight/api7-preflight/internal/test/pgtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// TestTheWayBackBringsTheDatabaseBack runs the commands of backup, rehearsal and way back, twice, while somebody is connected.
func TestTheWayBackBringsTheDatabaseBack(t *testing.T) {
	t.Parallel()
	srv := pgtest.Start(t)
	admin, name := srv.DSN("postgres", "postgres"), pgtest.Name("It's-a")
	owner, reader := pgtest.Name("owner"), pgtest.Name("reader")
	pgtest.Exec(t, admin, "CREATE ROLE "+owner+" LOGIN CREATEDB")
	pgtest.Exec(t, admin, "CREATE ROLE "+reader+" LOGIN")
	quoted := `"` + name + `"`
	pgtest.Exec(t, admin, "CREATE DATABASE "+quoted+" OWNER "+owner+" TEMPLATE template0 ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'")
	pgtest.Exec(t, admin, "ALTER DATABASE "+quoted+" SET search_path = cp, public")
	pgtest.Exec(t, admin, "REVOKE CONNECT ON DATABASE "+quoted+" FROM PUBLIC")
	pgtest.Exec(t, admin, "GRANT CONNECT ON DATABASE "+quoted+" TO "+reader)
	t.Cleanup(func() {
		for _, row := range pgtest.Exec(t, admin, "SELECT quote_ident(datname) FROM pg_database WHERE datname LIKE 'It''s-a%'") {
			pgtest.Exec(t, admin, "DROP DATABASE "+row[0]+" WITH (FORCE)")
		}
		pgtest.Exec(t, admin, "DROP ROLE "+owner)
		pgtest.Exec(t, admin, "DROP ROLE "+reader)
	})
	asOwner := srv.DSN(owner, name)
	pgtest.Exec(t, asOwner, "CREATE SCHEMA cp; CREATE TABLE cp.kine (id int); INSERT INTO cp.kine VALUES (1), (2)")
	host, port, _ := strings.Cut(srv.Addr(), ":")
	b := made(&runbook.Facts{
		Database:   runbook.Database{Host: host, Port: port, User: owner, Name: name, Schema: "cp"},
		Containers: []runbook.Container{{Component: "dashboard", Found: "compose", File: "c.yaml", Service: "dash", Repository: "r/d", Tag: "v3.4.1"}},
	})
	programs, folder := t.TempDir(), t.TempDir()
	for _, one := range []string{"docker", "curl"} {
		if err := os.WriteFile(filepath.Join(programs, one), []byte("#!/bin/sh\n"+answers()+"\n"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	run := func(id string) {
		t.Helper()
		sh := exec.CommandContext(t.Context(), "sh", "-c", b.Step(id).Command)
		sh.Env = append(sh.Environ(), "PATH="+programs+":"+srv.BinDir+":"+os.Getenv("PATH"), "BACKUP_DIR="+folder, "API7_ADMIN=x", "API7_TOKEN=x")
		if out, err := sh.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v: %s", id, err, out)
		}
	}
	state := func() [][]string {
		return append(pgtest.Exec(t, admin, "SELECT pg_get_userbyid(datdba), pg_encoding_to_char(encoding), datcollate, array(SELECT unnest(datacl)::text ORDER BY 1)::text, setconfig::text "+
			"FROM pg_database JOIN pg_db_role_setting ON setdatabase = pg_database.oid WHERE datname = '"+strings.ReplaceAll(name, "'", "''")+"'"),
			pgtest.Exec(t, asOwner, "SELECT count(*), to_regclass('cp.migrated') FROM cp.kine")...)
	}
	before := state()
	run("backup-database")
	run("restore-rehearsal")
	for range 2 {
		pgtest.Exec(t, asOwner, "CREATE TABLE cp.migrated (x int); DELETE FROM kine")
		connected := exec.CommandContext(t.Context(), filepath.Join(srv.BinDir, "psql"), asOwner, "-c", "SELECT pg_sleep(60)")
		if err := connected.Start(); err != nil {
			t.Fatal(err)
		}
		for len(pgtest.Exec(t, admin, "SELECT 1 FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(60)' AND usename = '"+owner+"'")) == 0 {
			time.Sleep(10 * time.Millisecond)
		}
		run("rollback-control-plane")
		_ = connected.Wait() // its session was ended
		if diff := cmp.Diff(before, state()); diff != "" {
			t.Errorf("the database after the way back (-before +after):\n%s", diff)
		}
	}
	if aside := pgtest.Exec(t, admin, "SELECT 1 FROM pg_database WHERE datname LIKE '"+strings.ReplaceAll(name, "'", "''")+"_failed_%'"); len(aside) != 2 {
		t.Errorf("%d databases were put aside", len(aside))
	}
	info, err := os.Stat(filepath.Join(folder, "api7ee-3.4.1.dump"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the backup: %v, %v", info, err)
	}
}
