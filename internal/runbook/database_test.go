package runbook_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/runbook"
	"github.com/api7-preflight/api7-preflight/internal/test/reporttest"
)

func TestAConnectionTellsAllButThePassword(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]runbook.Database{
		"postgres://owner:CANARY-SECRET@db-1:6432/gw?sslmode=verify-full&search_path=api7": {Host: "db-1", Port: "6432", User: "owner", Name: "gw", Schema: "api7", SSLMode: "verify-full"},
		"postgres://owner@db-1,db-2:6432/gw?target_session_attrs=read-write":               {Host: "db-1,db-2", Port: "5432,6432", User: "owner", Name: "gw", TargetSessionAttrs: "read-write"},
		"host=db-1,db-2 port=6432 dbname=gw":                                               {Host: "db-1,db-2", Port: "6432", Name: "gw"},
		"postgres://db-1/gw?sslmode=verify-ca&sslrootcert=/tls/ca.crt&sslcert=/tls/c.crt&sslkey=/tls/c.key": {
			Host: "db-1", Port: "5432", Name: "gw", SSLMode: "verify-ca", SSLRootCert: "/tls/ca.crt", SSLCert: "/tls/c.crt", SSLKey: "/tls/c.key",
		},
		"dbname=gw":                      {Name: "gw"},
		"owner:CANARY@tcp(db)/x:y":       {},
		"mysql://owner:secret@db-1/gate": {Host: "db-1", User: "owner", Name: "gate", Other: "mysql"},
	} {
		if diff := cmp.Diff(want, runbook.Connection(text)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
}

// TestCommandsReachTheDatabaseAsTheSourcesNameIt looks at every command for the database.
func TestCommandsReachTheDatabaseAsTheSourcesNameIt(t *testing.T) {
	t.Parallel()
	reader := runbook.Connection("postgres://preflight@db-1/gw")
	reader.Reader = true
	for what, test := range map[string]struct {
		database  runbook.Database
		has, lack []string
	}{
		"several servers": {
			runbook.Connection("postgres://owner@db-1,db-2:6432/gw?target_session_attrs=read-write&sslmode=verify-full&sslrootcert=/tls/ca.crt&sslcert=/tls/c.crt&sslkey=/tls/c.key"),
			[]string{
				"-h db-1,db-2 -p 5432,6432 -U owner -d ",
				"export PGSSLMODE=verify-full PGSSLROOTCERT=/tls/ca.crt PGSSLCERT=/tls/c.crt PGSSLKEY=/tls/c.key PGTARGETSESSIONATTRS=read-write",
			},
			[]string{"<FILL IN: data", "<FILL IN: role"},
		},
		"no server":              {runbook.Connection("dbname=gw"), []string{"-h <FILL IN: database host> -p <FILL IN: database port>", "gw"}, []string{"5432"}},
		"nothing":                {runbook.Database{}, []string{"-p <FILL IN: database port>"}, []string{"5432"}},
		"a role that only reads": {reader, []string{"-h db-1 -p 5432 -U <FILL IN: role that owns the database> -d "}, []string{"-U preflight", `OWNER "preflight"`}},
	} {
		b := runbook.Make(reporttest.Ready(), &runbook.Facts{Database: test.database}, runbook.Options{Times: runbook.GuideTimes()})
		for _, id := range []string{"restore-rehearsal", "freeze", "backup-database", "rollback-control-plane"} {
			command := b.Step(id).Command
			for _, want := range test.has {
				if !strings.Contains(command, want) {
					t.Errorf("%s: %s lacks %q:\n%s", what, id, want, command)
				}
			}
			for _, other := range test.lack {
				if strings.Contains(command, other) {
					t.Errorf("%s: %s has %q:\n%s", what, id, other, command)
				}
			}
		}
	}
}

// TestSourcesThatNameSeveralDatabasesAreSaidToDoSo compares places.
func TestSourcesThatNameSeveralDatabasesAreSaidToDoSo(t *testing.T) {
	t.Parallel()
	for other, want := range map[string]string{
		"postgres://x@db-1/gw":             "",
		"postgres://x@DB-1:5432/gw":        "",
		"postgres://x@db-2,db-1/gw":        "",
		"dbname=gw":                        "",
		"postgres://x@db-1/other":          "--dsn names db-1:5432/other",
		"postgres://x@db-2/gw":             "--dsn names db-2:5432/gw",
		"postgres://x@db-1:6432/gw":        "--dsn names db-1:6432/gw",
		"host=db-3 user=x password=CANARY": "--dsn names db-3:5432/(name not known)",
	} {
		d, also := runbook.Connection("postgres://owner@db-1/gw"), runbook.Connection(other)
		d.Contradict(&also, "--dsn")
		if got := strings.Join(d.Contradictions, "; "); got != want {
			t.Errorf("%s: %q, want %q", other, got, want)
		}
		b := runbook.Make(reporttest.Ready(), &runbook.Facts{Database: d}, runbook.Options{Times: runbook.GuideTimes()})
		for place, text := range map[string]string{"notes": strings.Join(b.Notes, " "), "freeze": b.Step("freeze").Text} {
			if says := strings.Contains(text, want) && strings.Contains(text, "The commands of this runbook use db-1:5432/gw"); says != (want != "") {
				t.Errorf("%s: the %s: %s", other, place, text)
			}
		}
	}
}
