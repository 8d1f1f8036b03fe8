package postgres_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/api7-preflight/api7-preflight/internal/controlplane"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/postgres"
	"github.com/api7-preflight/api7-preflight/internal/test/pgtest"
	"github.com/api7-preflight/api7-preflight/internal/test/sourcetest"
)

// aLog is an audit log with an old record.
const aLog = `DROP TABLE IF EXISTS audit_log;
	CREATE TABLE audit_log (id text, event_time timestamptz, http_request text);
	INSERT INTO audit_log VALUES ('a', '2025-01-20 09:00Z', 'CANARY-SECRET'), ('b', now(), 'CANARY-SECRET');`

// TestAnAuditLogOutOfReachSpoilsNothingElse proves that a server that does not say how far back the audit log goes is
// asked for everything else, and that a table that nobody needs is not asked about.
func TestAnAuditLogOutOfReachSpoilsNothingElse(t *testing.T) {
	t.Parallel()
	const column = `DROP TABLE audit_log; CREATE VIEW slow AS SELECT '2025-01-20 09:00Z'::timestamptz AS event_time FROM `
	for name, test := range map[string]struct {
		sql, hold, role, table string
		said                   string
	}{
		"it takes too long":            {sql: column + "pg_sleep(60)", table: "slow", said: "by its deadline of 1s"},
		"it fails":                     {sql: column + "generate_series(1, 1) AS n WHERE 1 / (n - 1) = 1", table: "slow", said: "SQLSTATE 22012"},
		"it is locked":                 {hold: "LOCK TABLE audit_log IN ACCESS EXCLUSIVE MODE", said: "by its deadline of 1s"},
		"its type is no point in time": {sql: "ALTER TABLE audit_log ALTER event_time TYPE time", said: "the server refused"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dsn := pgtest.Start(t).Database(t, installation, aLog, test.sql)
			cfg := postgres.Config{DSN: dsn, Deadline: 10 * time.Second}
			if test.table != "" {
				cfg.SchemaMap = named("audit_log", test.table)
			}
			src := openConfig(t, cfg)
			if test.hold != "" {
				defer hold(t, dsn, test.hold)()
			}
			got := read(t, src, sourcetest.AllButSecrets())
			if rows := got.of(estate.AuditLog); len(rows) != 1 || !strings.HasSuffix(rows[0], `{"id":"audit_log","state":"unread"}`) {
				t.Errorf("got %q", rows)
			}
			if kinds := got.incomplete(); len(kinds) > 0 {
				t.Errorf("incomplete: %q", kinds)
			}
			if !slices.ContainsFunc(got.notes(), func(n string) bool { return strings.HasPrefix(n, "audit log: ") && strings.Contains(n, test.said) }) {
				t.Errorf("no note %q: %q", test.said, got.notes())
			}
			idle := read(t, src, sourcetest.Need(estate.Database))
			if slices.ContainsFunc(idle.notes(), func(n string) bool { return strings.HasPrefix(n, "audit log: ") }) {
				t.Errorf("asked though nobody needs it: %q", idle.notes())
			}
		})
	}
}

// TestOfTheAuditLogOnlyTheTimesAreGranted proves that no other column is.
func TestOfTheAuditLogOnlyTheTimesAreGranted(t *testing.T) {
	t.Parallel()
	dsn := pgtest.Start(t).Database(t, installation, aLog)
	need := sourcetest.Need(estate.AuditLog)
	sql := openConfig(t, postgres.Config{DSN: dsn}).Grants("reader", need)
	if !strings.Contains(sql, "GRANT SELECT (\"event_time\")\n  ON \"public\".\"audit_log\"") {
		t.Errorf("grants other columns:\n%s", sql)
	}
	for _, w := range controlplane.WantedFor(need) {
		if w.Concept == "audit_log" && (slices.Contains(w.Columns, "http_request") || !slices.Contains(w.Tables, "audit_logs")) {
			t.Errorf("%+v", w)
		}
	}
}
