package postgres_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/postgres"
	"github.com/api7-preflight/api7-preflight/internal/test/pgtest"
	"github.com/api7-preflight/api7-preflight/internal/test/sourcetest"
)

// psql runs SQL with psql, as a user would.
func psql(t *testing.T, dsn, sql string) {
	t.Helper()
	if out, err := runPSQL(t, dsn, sql); err != nil {
		t.Fatalf("psql: %v\n%s\n%s", err, out, sql)
	}
}

// runPSQL runs SQL with psql and returns what it says.
func runPSQL(t *testing.T, dsn, sql string) (string, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "in.sql")
	if err := os.WriteFile(file, []byte(sql), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), filepath.Join(pgtest.Start(t).BinDir, "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", file, dsn)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// grant creates a role with Grants, the function or, if look is true, the method, and returns its name.
func grant(t *testing.T, dsn string, need estate.Need, look bool) (role string) {
	t.Helper()
	role = pgtest.Name("Read'er")
	sql := postgres.Grants(role, need)
	if look {
		sql = openConfig(t, postgres.Config{DSN: dsn}).Grants(role, need)
	}
	psql(t, dsn, sql)
	psql(t, dsn, sql) // a second time changes nothing
	return role
}

func TestGrantsAreEnoughAndNoMore(t *testing.T) {
	t.Parallel()
	for name, look := range map[string]bool{"recognised": true, "by name": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dsn := pgtest.Start(t).Database(t, installation, `
				CREATE SCHEMA api7; ALTER TABLE service SET SCHEMA api7; ALTER TABLE api7.service RENAME TO "Services";
				DO $$ DECLARE t text; BEGIN
				FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP EXECUTE format('ALTER TABLE %I SET SCHEMA api7', t); END LOOP; END $$`)
			role := grant(t, dsn, sourcetest.AllButSecrets(), look)
			got := read(t, openConfig(t, postgres.Config{DSN: pgtest.As(t, dsn, role)}), sourcetest.AllButSecrets())
			got.coverage.Notes = append([]estate.Note{superuser}, got.coverage.Notes...)
			if diff := cmp.Diff(read(t, openConfig(t, postgres.Config{DSN: dsn}), sourcetest.AllButSecrets()), got, cmp.AllowUnexported(reading{}), ignoreAges()); diff != "" {
				t.Errorf("the role reads something else than a superuser (-superuser +role):\n%s", diff)
			}
			for secret, table := range map[string]string{
				"admin_key_salt": "gateway_group", "encrypted_admin_key": "gateway_group", "token": "tokens", "salt": "tokens",
				"certificate": "dataplane_certificate", "private_key": "dataplane_certificate", "ca_certificate": "dataplane_certificate",
			} {
				if may := pgtest.Exec(t, dsn, "SELECT has_column_privilege('"+strings.ReplaceAll(role, "'", "''")+"', 'api7."+table+"', '"+secret+"', 'SELECT')"); may[0][0] != "f" {
					t.Errorf("the role may read %s", secret)
				}
			}
		})
	}
}

func TestGrantsFollowTheNeed(t *testing.T) {
	t.Parallel()
	sql := postgres.Grants("r", sourcetest.Need(estate.ServiceTemplate))
	if strings.Contains(sql, "'kine'],") || !strings.Contains(sql, "'service_template'") {
		t.Errorf("got:\n%s", sql)
	}
	hostile := `x"; DROP TABLE kine; --$grants$'` + "\n\\! true"
	if strings.Contains(postgres.Grants(hostile, sourcetest.AllButSecrets()), "$grants$\nBEGIN") {
		t.Error("a role's name can end the quotes around it")
	}
}

func TestGrantsQuoteTheRole(t *testing.T) {
	t.Parallel()
	dsn := pgtest.Start(t).Database(t, installation)
	hostile := pgtest.Name(`x"; DROP TABLE kine; --$grants$' :"x`)
	psql(t, dsn, postgres.Grants(hostile, sourcetest.AllButSecrets()))
	if n := pgtest.Exec(t, dsn, "SELECT count(*) FROM kine"); n[0][0] == "0" {
		t.Error("kine is empty")
	}
}

// superuser is the only difference between the two.
var superuser = estate.Note{
	What: "role postgres",
	Why:  "is a superuser; a role made by `api7-preflight grants` can read what is needed and nothing else",
}

func ignoreAges() cmp.Option {
	return cmp.Transformer("age", func(row string) string { return age.ReplaceAllString(row, "") })
}

var (
	logged = regexp.MustCompile(`(?m)LOG:  (?:statement|execute [^:]*): (.*)`)
	reads  = regexp.MustCompile(`^(SELECT\b|WITH\b|DECLARE reading NO SCROLL CURSOR FOR (?:SELECT|WITH)\b|FETCH FORWARD 3 FROM reading$|CLOSE reading$|BEGIN ISOLATION LEVEL REPEATABLE READ (?:READ) ONLY$|SET LOCAL \w+ = |(?:ROLLBACK TO |RELEASE )?SAVEPOINT reading$)`)
)

// TestTheServerTestifiesThatNothingIsWritten asks the server what the reading did: which statements it ran, what was
// written in the database, and which locks the session held.
func TestTheServerTestifiesThatNothingIsWritten(t *testing.T) {
	t.Parallel()
	srv := pgtest.Start(t)
	dsn := srv.Database(t, installation, manyRoutes, "ANALYZE")
	role := grant(t, dsn, sourcetest.AllButSecrets(), true)
	quoted := `"` + role + `"`
	pgtest.Exec(t, dsn, "ALTER ROLE "+quoted+" SET log_statement = 'all'; ALTER ROLE "+quoted+" SET lc_messages = 'C'")
	before := writes(t, dsn)
	mark := len(srv.Log(t))

	src := openConfig(t, postgres.Config{DSN: pgtest.As(t, dsn, role), ApplicationName: role})
	locks := map[string]bool{}
	var once sync.Once
	if _, err := src.Versions(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, err := src.Stream(t.Context(), sourcetest.AllButSecrets(), func(r *estate.Resource) error {
		if strings.HasPrefix(r.ID, "x") {
			once.Do(func() { locksOf(t, dsn, role, locks) })
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := src.Diagnose(t.Context(), sourcetest.AllButSecrets()); err != nil {
		t.Fatal(err)
	}
	locksOf(t, dsn, role, locks)
	if err := src.Close(); err != nil {
		t.Fatal(err)
	}

	if diff := cmp.Diff(map[string]bool{"AccessShareLock": true}, locks); diff != "" {
		t.Errorf("locks on tables (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(before, writes(t, dsn)); diff != "" {
		t.Errorf("what was written (-before +after):\n%s", diff)
	}
	statements := logged.FindAllStringSubmatch(srv.Log(t)[mark:], -1)
	mine := 0
	for _, s := range statements {
		if reads.MatchString(s[1]) {
			mine++
		} else if !strings.Contains(s[1], "pg_stat") && !strings.Contains(s[1], "pg_locks") {
			t.Errorf("not a reading statement: %s", s[1])
		}
	}
	if mine < 20 {
		t.Errorf("the log tells of %d statements only", mine)
	}
}

func locksOf(t *testing.T, dsn, application string, modes map[string]bool) {
	t.Helper()
	rows := pgtest.Exec(t, dsn, `SELECT DISTINCT l.mode FROM pg_locks l JOIN pg_stat_activity a USING (pid)
		WHERE l.locktype <> 'virtualxid' AND a.application_name = '`+strings.ReplaceAll(application, "'", "''")+`'`)
	if len(rows) == 0 {
		t.Error("no lock is held: nobody looked at the right moment")
	}
	for _, row := range rows {
		modes[row[0]] = true
	}
}

// writes returns what the server counted of what was written in the database. A session adds its counts when it ends, so
// the sessions that are ending are waited for. One is open all the time.
func writes(t *testing.T, dsn string) [][]string {
	t.Helper()
	for range 500 {
		ending := pgtest.Exec(t, dsn, `SELECT pg_sleep(0.01), count(*) FROM pg_stat_activity
			WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle in transaction'`)[0][1]
		if ending == "0" {
			break
		}
	}
	return pgtest.Exec(t, dsn, `SELECT pg_stat_clear_snapshot(), relname, n_tup_ins, n_tup_upd, n_tup_del, n_mod_since_analyze FROM pg_stat_user_tables
		UNION ALL SELECT NULL, 'database', tup_inserted, tup_updated, tup_deleted, temp_files FROM pg_stat_database WHERE datname = current_database()
		UNION ALL SELECT NULL, 'relations', count(*), 0, 0, 0 FROM pg_class ORDER BY 2`)
}

func TestTheDiagnosisTellsNoValues(t *testing.T) {
	t.Parallel()
	src := open(t, installation, `
		CREATE TABLE portal_things (id text, blob jsonb);
		INSERT INTO kine (name, deleted, prev_revision, value) VALUES ('/gateway_groups/default/Rose@example.org/1', 0, 0, '{}')`)
	d, err := src.Diagnose(t.Context(), sourcetest.AllButSecrets())
	if err != nil {
		t.Fatal(err)
	}
	facts := map[string]string{}
	for _, f := range d.Facts {
		facts[f.Label] = f.Value
	}
	if !strings.HasPrefix(facts["server"], "PostgreSQL ") || !strings.HasPrefix(facts["user"], "postgres (superuser: ") ||
		facts["standby"] != "no" || facts["TLS"] != "no" || !strings.HasPrefix(facts["schema"], "public: ") {
		t.Errorf("got %v", facts)
	}
	byName := map[string]estate.ConceptDiagnosis{}
	for _, c := range d.Concepts {
		byName[c.Concept] = c
	}
	if c := byName["service_template"]; c.Table != "service" || c.Score < 60 || c.Columns[0].State != estate.ColumnRead {
		t.Errorf("service_template: %+v", c)
	}
	if c := byName["published_stream_route"]; c.Table != "" || len(c.Gaps) != 1 {
		t.Errorf("published_stream_route: %+v", c)
	}
	var others []string
	for _, o := range d.Tables {
		others = append(others, o.Name+" "+strings.Join(o.Columns, ","))
	}
	want := []string{
		"portal_things id text,blob jsonb",
		"users id varchar,username text",
	}
	if diff := cmp.Diff(want, others); diff != "" {
		t.Errorf("others (-want +got):\n%s", diff)
	}
	keys := map[string]int64{}
	for _, k := range d.Keys {
		keys[k.Collection] += k.Count
	}
	wantKeys := map[string]int64{
		"(other)": 1, "consumers": 2, "global_rules": 1, "plugins": 1, "routes": 3, "secrets": 1, "services": 2, "ssls": 1,
	}
	if diff := cmp.Diff(wantKeys, keys); diff != "" {
		t.Errorf("keys (-want +got):\n%s", diff)
	}
}
