package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/fixtures/installations"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/test/pgtest"
)

// unsecret makes a role with the SQL that grants --without-secrets prints, and returns the role's connection string.
func unsecret(t *testing.T, dsn string) (asRole string) {
	t.Helper()
	role := pgtest.Name("reader")
	code, sql, stderr := call(t, "grants", "--without-secrets", "--role", role, "--dsn", dsn)
	if code != 0 || stderr != "" {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	file := filepath.Join(t.TempDir(), "grants.sql")
	if err := os.WriteFile(file, []byte(sql), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, filepath.Join(pgtest.Start(t).BinDir, "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", file, dsn)
	return pgtest.As(t, dsn, role)
}

// TestARoleWithoutSecretsReadsNone has the role made by grants --without-secrets read everything that it can, in every
// schema, and finds no secret in it.
func TestARoleWithoutSecretsReadsNone(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"3.3", "3.4", "3.5", "3.6", "3.4-jsonb"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dsn := pgtest.Start(t).Database(t, installations.SQL(name))
			asRole := unsecret(t, dsn)
			var read int
			for _, row := range pgtest.Exec(t, asRole, `SELECT format('SELECT %s FROM %I.%I', string_agg(quote_ident(a.attname), ', '), n.nspname, c.relname)
				FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
				WHERE n.nspname !~ '^(pg_|information_schema)' AND has_column_privilege(c.oid, a.attnum, 'SELECT') GROUP BY n.nspname, c.relname`) {
				for _, values := range pgtest.Exec(t, asRole, row[0]) {
					read++
					if found := canary.FindAllString(strings.Join(values, " "), -1); found != nil {
						t.Errorf("%s shows %v", row[0], found)
					}
				}
			}
			if read < 50 {
				t.Errorf("the role reads %d rows only", read)
			}
		})
	}
}

// TestARoleWithoutSecretsGivesTheFindingsOfTheDatabase compares both reports.
func TestARoleWithoutSecretsGivesTheFindingsOfTheDatabase(t *testing.T) {
	t.Parallel()
	dsn, live := installation(t)
	asRole := unsecret(t, dsn)
	r := assessed(t, "--dsn", asRole)
	same(t, judgements(live, everything), judgements(r, everything))
	if len(r.Unexamined) > 0 || r.ExitCode != live.ExitCode {
		t.Errorf("exit %d, unexamined %+v", r.ExitCode, r.Unexamined)
	}
}

// TestARoleWithoutSecretsDoubtsWhatIsHidden asks whether two consumers have the same key, which the role cannot see: that
// is a doubt at each place, never a pass.
func TestARoleWithoutSecretsDoubtsWhatIsHidden(t *testing.T) {
	t.Parallel()
	dsn := pgtest.Start(t).Database(t, installations.SQL("3.4"), `INSERT INTO kine (name, created, deleted, create_revision, prev_revision, lease, value)
		SELECT '/gateway_groups/stg01/consumers/' || n, 1, 0, 0, 0, 0, convert_to('{"username":"' || n || '","plugins":{"key-auth":{"key":"same"}}}', 'UTF8')
		FROM unnest(ARRAY['ash', 'elm']) n`)
	_, stdout, _ := call(t, "check", "--dsn", unsecret(t, dsn), "--from", "3.2.11.0", "--to", "3.4.1", "--only", "consumer-key-shared", "--format", "json")
	for _, rule := range decode(t, stdout).Rules {
		if rule.Rule == "consumer-key-shared" && rule.Status != report.Unknown {
			t.Errorf("got %s", rule.Status)
		}
	}
	if !strings.Contains(stdout, "2 keys hidden in this source cannot be compared") {
		t.Error("the doubt is not in the report")
	}
}
