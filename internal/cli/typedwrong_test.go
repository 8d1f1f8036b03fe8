package cli_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/redact"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/test/lookuptest"
)

// looked records the host names that tests look up; none of them is found.
var looked = lookuptest.Record()

// typedWrong are connection strings without a certain meaning, each with a part of its password that must appear in
// no output and in no query to a name server.
var typedWrong = map[string]string{
	"at":           "postgres://api7ee:Tr0ub@7w0rds-canary/x@pg.example:5432/api7ee",
	"two at":       "postgres://api7ee:7W0RDS-canary@y@pg.example:5432/api7ee",
	"at and hash":  "postgres://api7ee:x@7w0rds-canary#y@pg.example/api7ee",
	"at in query":  "postgres://pg.example/api7ee?user=a&password=x@7w0rds-canary",
	"slash":        "postgres://api7ee:12/7w0rds-canary@pg.example/api7ee",
	"question":     "postgres://api7ee:12?7w0rds-canary@pg.example/api7ee",
	"hash":         "postgres://api7ee:12#7w0rds-canary@pg.example/api7ee",
	"percent":      "postgres://api7ee:7w0rds-canary%zz@pg.example/api7ee",
	"space":        "postgres://api7ee:x 7w0rds-canary@pg.example/api7ee",
	"bracket":      "postgres://api7ee:x@[7w0rds-canary/api7ee",
	"no host":      "postgres://api7ee:7w0rds-canary",
	"database":     "postgres://pg.example/api7ee:7w0rds-canary",
	"semicolons":   "host=7w0rds-canary;user=a;password=b",
	"semicolons 2": "password=a;host=7w0rds-canary;user=b",
	"ADO.NET":      "Server=7w0rds-canary;User Id=sa;Password=a",
	"Npgsql":       "Host=7w0rds-canary;Username=sa;Password=a",
	"JDBC":         "jdbc:postgresql://7w0rds-canary/api7ee?user=a&password=b",
	"JDBC, at":     "jdbc:postgresql://u:x@7w0rds-canary/y@pg.example/api7ee",
	"JDBC, MySQL":  "jdbc:mysql://7w0rds-canary/api7ee?user=a&password=b",
	"keywords":     "host=pg.example password=x 7w0rds-canary user=a",
	"unknown word": "host=pg.example password=x words=7w0rds-canary user=a",
	"no scheme":    "api7ee:x@7w0rds-canary:5432/api7ee",
	"one slash":    "postgres:/api7ee:x@7w0rds-canary/api7ee",
	"MySQL, at":    "mysql://api7ee:x@7w0rds-canary/y@pg.example:3306/api7ee",
	"SQL Server":   "sqlserver://sa:x@7w0rds-canary;password=y",
}

// show runs a command and fails if it prints part of a password.
func show(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	code, stdout, stderr = call(t, args...)
	if told := strings.ToLower(stdout + stderr); strings.Contains(told, "7w0rds") {
		t.Errorf("%s tells a part of the password:\n%s", args[0], told)
	}
	return code, stdout, stderr
}

func TestAConnectionStringTypedWrongIsNotRepeated(t *testing.T) {
	t.Parallel()
	for name, text := range typedWrong {
		if !redact.MayBeConnection(text) {
			t.Errorf("%s: at the wrong place it would be repeated", name)
		}
		for _, command := range []string{"check", "doctor", "grants"} {
			args := []string{command, "--dsn", text}
			if command == "check" {
				args = append(args, "--from", "3.4.1", "--to", "3.7.3")
			}
			if code, _, stderr := show(t, args...); code != report.ExitCannotRun || !strings.Contains(stderr, "hint: ") {
				t.Errorf("%s: %s ends with %d:\n%s", name, command, code, stderr)
			}
		}
	}
	if found := looked.Of("7w0rds"); found != nil {
		t.Errorf("looked up are %v", found)
	}
}

func TestAConnectionStringInAFileThatIsNotCertainIsInDoubt(t *testing.T) {
	t.Parallel()
	for name, text := range typedWrong {
		dir := t.TempDir()
		components(t, dir, text)
		_, stdout, _ := show(t, "check", "--config", dir, "--from", "3.4.1", "--to", "3.7.3", "--scope", "given", "--format", "json")
		for rule, status := range statuses(t, stdout) {
			if status != "unknown" {
				t.Errorf("%s: %s is %s", name, rule, status)
			}
		}
		if code, _, stderr := show(t, "check", "--config", dir, "--dsn-from-config", "--to", "3.7.3"); code != report.ExitCannotRun || !strings.Contains(stderr, "database.dsn") {
			t.Errorf("%s: --dsn-from-config ends with %d:\n%s", name, code, stderr)
		}
	}
	if found := looked.Of("7w0rds"); found != nil {
		t.Errorf("looked up are %v", found)
	}
}

func TestAConnectionStringInAFileThatIsNotCertainIsHidden(t *testing.T) {
	t.Parallel()
	dir, shot := t.TempDir(), filepath.Join(t.TempDir(), "files.snapshot")
	for name, text := range typedWrong {
		components(t, filepath.Join(dir, name), text)
	}
	path := []string{"--from", "3.4.1", "--to", "3.7.3", "--scope", "given"}
	show(t, append([]string{"check", "--all", "--config", dir}, path...)...)
	_, direct, _ := show(t, append([]string{"check", "--format", "json", "--config", dir}, path...)...)
	show(t, "doctor", "--config", dir)
	show(t, "doctor", "--format", "json", "--config", dir)
	show(t, "snapshot", "--config", dir, "--out", shot)
	if text := strings.ToLower(decompressed(t, shot)); strings.Contains(text, "7w0rds") || strings.Contains(text, "pg.example") {
		t.Errorf("the snapshot holds a part of a connection string:\n%s", text)
	}
	_, fromShot, _ := show(t, append([]string{"check", "--format", "json", "--snapshot", shot}, path...)...)
	if diff := cmp.Diff(statuses(t, direct), statuses(t, fromShot)); diff != "" {
		t.Errorf("the snapshot is judged in another way:\n%s", diff)
	}
}

// components writes files of Dashboard and DP Manager with this connection string.
func components(t *testing.T, dir, dsn string) {
	t.Helper()
	quoted, err := json.Marshal(dsn)
	if err != nil {
		t.Fatal(err)
	}
	for component, ports := range map[string]string{"dashboard": "7080 7081", "dp_manager": "7900 7901"} {
		port, status, _ := strings.Cut(ports, " ")
		text := "server: {listen: {host: 0.0.0.0, port: " + port + "}, status: {host: 127.0.0.1, port: " + status + "}}\ndatabase:\n  dsn: " + string(quoted) + "\n"
		folder := filepath.Join(dir, component)
		if err := os.MkdirAll(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, "conf.yaml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// statuses returns the statuses in a report of the rules that read connection strings.
func statuses(t *testing.T, text string) map[string]string {
	t.Helper()
	var got struct {
		Rules []struct {
			Rule   string `json:"rule"`
			Status string `json:"status"`
		} `json:"rules"`
	}
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, r := range got.Rules {
		switch r.Rule {
		case "control-plane-databases-differ", "database-dsn-missing", "database-dsn-unsupported":
			found[r.Rule] = r.Status
		}
	}
	if len(found) != 3 {
		t.Fatalf("found are %v", found)
	}
	return found
}
