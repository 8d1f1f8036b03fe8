package cli_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/fixtures/installations"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/test/pgtest"
)

// weighed returns the severity of the only finding on a Dashboard without audit.retention_days and what it says of the
// audit log, on an upgrade that brings its deletion. Nothing may be left unexamined for that.
func weighed(t *testing.T, source ...string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "dashboard_conf", "conf.yaml")
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte("server:\n  listen:\n    disable: true\ndatabase:\n  dsn: postgres://pg.example.internal/api7ee\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, stdout, stderr := call(t, append([]string{"check", "--from", "3.8.8", "--to", "3.8.9", "--scope", "given", "--format", "json", "--config", file}, source...)...)
	var r report.Report
	if err := json.Unmarshal([]byte(stdout), &r); err != nil {
		t.Fatalf("%v: %v: %s", source, err, stderr)
	}
	const id = "audit-log-retention-set"
	found := slices.DeleteFunc(r.Findings.List(), func(f report.Finding) bool { return f.Rule != id })
	i := slices.IndexFunc(r.Rules, func(o report.Rule) bool { return o.Rule == id })
	if len(found) != 1 || i < 0 {
		t.Fatalf("%v: %+v: %s", source, found, stderr)
	}
	said := []string{found[0].Severity}
	for _, e := range found[0].Evidence {
		if e.Name == "audit log" {
			said = append(said, e.Value)
		}
	}
	for _, reason := range r.Rules[i].Reasons {
		t.Log(reason)
		said = append(said, "in doubt")
	}
	return strings.Join(said, ": ")
}

// TestTheAuditLogDecidesAlikeWhereverItIsRead proves that a database, a backup in every format and a snapshot give the
// missing key the same severity.
func TestTheAuditLogDecidesAlikeWhereverItIsRead(t *testing.T) {
	t.Parallel()
	srv := pgtest.Start(t)
	original := srv.Database(t, installations.SQL("3.4"))
	const old = "breaking: the oldest record is of 2025-01-20T09:00:00Z, more than 60 days before it was read"
	const fixed = "UPDATE audit_log SET event_time = CASE id WHEN 'al-1' THEN '2025-01-20 09:00Z'::timestamptz ELSE '2025-01-21 09:00Z' END;"
	for name, test := range map[string]struct{ sql, want string }{
		"old records":             {"", old},
		"no record":               {"DELETE FROM audit_log", "notice: holds no record"},
		"young records":           {"UPDATE audit_log SET event_time = date_trunc('minute', now()) - interval '59 days'", "notice: the oldest record is of "},
		"no time":                 {"UPDATE audit_log SET event_time = NULL", "warning: how old its records are is not known"},
		"some without a time":     {"UPDATE audit_log SET event_time = NULL WHERE id = 'al-2'", old},
		"at no time":              {"UPDATE audit_log SET event_time = '-infinity' WHERE id = 'al-2'", old},
		"milliseconds":            {"ALTER TABLE audit_log ALTER event_time TYPE bigint USING extract(epoch FROM event_time) * 1000", old},
		"seconds, and 0 for none": {"ALTER TABLE audit_log ALTER event_time TYPE bigint USING extract(epoch FROM event_time); UPDATE audit_log SET event_time = 0 WHERE id = 'al-2'", old},
		"days":                    {"ALTER TABLE audit_log ALTER event_time TYPE date", strings.Replace(old, "09:00", "00:00", 1)},
		"no table":                {"DROP TABLE audit_log", "warning: not read"},
		"another name":            {"ALTER TABLE audit_log RENAME TO audits; ALTER TABLE audits RENAME event_time TO created_at", old},
		"no column of times":      {"ALTER TABLE audit_log DROP COLUMN event_time", "warning: not read"},
		"partitions": {"ALTER TABLE audit_log RENAME TO plain; CREATE TABLE audit_log (LIKE plain) PARTITION BY RANGE (event_time);" +
			"CREATE TABLE p1 (http_response text, http_request text, ip_address text, resource_id text, event_type text, operator text, event_time timestamptz, id varchar(255) NOT NULL);" +
			"ALTER TABLE audit_log ATTACH PARTITION p1 DEFAULT; INSERT INTO audit_log SELECT * FROM plain; DROP TABLE plain", old},
		"repeated rows": {"ALTER TABLE audit_log DROP CONSTRAINT audit_log_pkey; INSERT INTO audit_log SELECT * FROM audit_log", old},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dsn := srv.Copy(t, original, fixed+test.sql)
			shot := filepath.Join(t.TempDir(), "s.snapshot")
			call(t, "snapshot", "--dsn", dsn, "--out", shot)
			if got := weighed(t, "--snapshot", shot); !strings.HasPrefix(got, test.want) {
				t.Errorf("snapshot: %q, want %q", got, test.want)
			}
			if got := weighed(t, "--dsn", dsn); !strings.HasPrefix(got, test.want) {
				t.Errorf("database: %q, want %q", got, test.want)
			}
			for _, format := range []string{"custom", "directory", "tar", "plain", "inserts"} {
				if got := weighed(t, "--backup", taken(t, format, dsn, nil)); !strings.HasPrefix(got, test.want) {
					t.Errorf("%s: %q, want %q", format, got, test.want)
				}
			}
		})
	}
}

// TestAnAuditLogThatIsNotReadIsAWarning proves that what hides the audit log makes a warning, and nothing unexamined.
func TestAnAuditLogThatIsNotReadIsAWarning(t *testing.T) {
	t.Parallel()
	const unread = "warning: not read"
	if got := weighed(t); !strings.HasPrefix(got, unread) {
		t.Errorf("files only: %q", got)
	}
	srv := pgtest.Start(t)
	dsn := srv.Database(t, installations.SQL("3.4"))
	for _, format := range []string{"custom", "directory", "tar", "plain", "inserts"} {
		for _, flag := range []string{"--exclude-table=audit_log", "--exclude-table-data=audit_log"} {
			if got := weighed(t, "--backup", taken(t, format, dsn, []string{flag})); got != unread {
				t.Errorf("%s %s: %q", format, flag, got)
			}
		}
	}
}
