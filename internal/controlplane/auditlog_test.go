package controlplane_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// TestHowFarBackTheAuditLogGoesIsAlwaysSaid proves that records, none and not read are three answers, and that none of
// them makes anything incomplete.
func TestHowFarBackTheAuditLogGoesIsAlwaysSaid(t *testing.T) {
	t.Parallel()
	const (
		unread = `{"id":"audit_log","state":"unread"}`
		empty  = `{"id":"audit_log","state":"empty"}`
		old    = `{"id":"audit_log","state":"rows","oldest":"2025-12-01T08:00:00Z","oldest_age_seconds":5270400}`
		note   = "note: audit log: how far back it goes was not read: "
	)
	for name, test := range map[string]struct{ archive, schemaMap, want, said string }{
		"records":                 {"", "", old, ""},
		"no record":               {"-- audit_log --\nevent_time timestamptz", "", empty, ""},
		"the plural":              {"-- audit_log gone --\n-- audit_logs --\nevent_time timestamptz\n2025-12-01T08:00:00Z 5270400", "", old, ""},
		"seconds":                 {"-- audit_log --\nid, created_at int8\na1 | 2025-12-01T08:00:00Z 5270400", "", old, ""},
		"two times":               {"-- audit_log --\ncreated_at int8, event_time int8\n2024-01-01T00:00:00Z 9999999 | 2025-12-01T08:00:00Z 5270400", "", old, ""},
		"a name of its own":       {"-- audit_log gone --\n-- trail --\nid, at timestamptz\na1 | 2025-12-01T08:00:00Z 5270400", "tables: {audit_log: {table: trail, columns: {event_time: at}}}", old, ""},
		"records without a time":  {"-- audit_log --\nid, event_time timestamptz\na1 | -", "", `{"id":"audit_log","state":"rows"}`, ""},
		"records without an age":  {"-- audit_log --\nid, event_time timestamptz\na1 | 2025-12-01T08:00:00Z", "", `{"id":"audit_log","state":"rows","oldest":"2025-12-01T08:00:00Z"}`, ""},
		"no table":                {"-- audit_log gone --", "", unread, note + "no table is recognised as the audit log\n"},
		"no table, and none is":   {"-- audit_log gone --", "tables: {audit_log: {table: none}}", empty, ""},
		"other columns":           {"-- audit_log --\nid, at text", "", unread, note + "a table for audit_log: table \"audit_log\" has no column for event_time\n"},
		"a view":                  {"-- audit_log view --\nid, event_time timestamptz", "", unread, note + "a table for audit_log: view \"audit_log\" has the name of the table, and may not show all rows\n"},
		"a column is not granted": {"-- audit_log --\nid, event_time timestamptz denied", "", unread, note + "table \"audit_log\": SELECT is not granted\n"},
		"row level security":      {"-- audit_log filtered --\nid, event_time timestamptz", "", unread, note + "table \"audit_log\": row level security hides rows from this role\n"},
		"the server refuses":      {"-- audit_log broken --\nid, event_time timestamptz\na1 | 2025-12-01T08:00:00Z 5270400", "", unread, note + "table \"audit_log\": the server refused\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := parse(t, whole, test.archive)
			l := db.recognise(t, test.schemaMap)
			got := db.read(t, l, estate.AuditLog)
			if diff := cmp.Diff([]string{"audit_log /audit_log " + test.want}, got.resources); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(test.said, got.said()); diff != "" {
				t.Error(diff)
			}
			d := l.Diagnose()
			if missing := l.Incomplete(&d, estate.Need{Kinds: map[estate.Kind]bool{estate.AuditLog: true}}); len(missing) > 0 {
				t.Errorf("incomplete: %q", missing)
			}
		})
	}
}

// TestTheAuditLogIsNoEvidenceAboutOtherTables proves that the type of its ids makes no other table a candidate, and that
// it is no candidate itself.
func TestTheAuditLogIsNoEvidenceAboutOtherTables(t *testing.T) {
	t.Parallel()
	for _, archive := range []string{
		"-- audit_log --\nid int8, event_time timestamptz\n-- request_log --\nid int8, user_id int8, body jsonb",
		"-- audit_logs --\nid, data jsonb, service_id",
		"-- audit_events --\nid, plugins jsonb, service_id",
	} {
		db := parse(t, whole, "-- custom_plugin gone --", archive)
		got := db.read(t, db.recognise(t, ""), everythingButTheDatabase()...)
		for _, k := range got.coverage.Kinds {
			if len(k.Gaps) > 0 {
				t.Errorf("%s: %s: %v", archive, k.Kind, k.Gaps)
			}
		}
	}
}

// everythingButTheDatabase returns the kinds that the tables hold.
func everythingButTheDatabase() []estate.Kind {
	return slices.DeleteFunc(everything(), func(k estate.Kind) bool { return k == estate.Database })
}
