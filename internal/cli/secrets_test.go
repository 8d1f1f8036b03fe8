package cli_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/api7-preflight/api7-preflight/fixtures/installations"
	"github.com/api7-preflight/api7-preflight/internal/test/pgtest"
)

// canary matches the markers at every place of an installation that can hold a secret.
var canary = regexp.MustCompile(`CANARY-[A-Z]+-[A-Za-z0-9_-]*`)

// TestNoSecretReachesAnyOutput runs every command that reads on an installation full of marked secrets, in every
// format.
func TestNoSecretReachesAnyOutput(t *testing.T) {
	t.Parallel()
	srv := pgtest.Start(t)
	for _, name := range []string{"3.3", "3.4", "3.5", "3.6", "3.4-jsonb"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sql := installations.SQL(name)
			if n := len(canary.FindAllString(sql, -1)); n < 10 {
				t.Fatalf("only %d secrets are planted", n)
			}
			// A damaged row with a secret in it, and a password in the connection string.
			dsn := srv.Database(t, sql, `INSERT INTO kine (name, created, deleted, create_revision, prev_revision, lease, value)
				SELECT '/gateway_groups/default/routes/r-broken', 1, 0, 0, 0, 0, k.value
				FROM kine k WHERE k.name LIKE '%/ssls/%' LIMIT 1;`)
			dsn = strings.Replace(dsn, "postgres@", "postgres:CANARY-DSN-password@", 1)
			if !strings.Contains(dsn, "CANARY") {
				t.Fatalf("no password is planted in %s", dsn)
			}
			check := []string{"check", "--dsn", dsn, "--from", "3.3.2", "--to", "3.10.5"}
			for _, args := range [][]string{
				append(check, "--all"), append(check, "--format", "json"),
				{"targets", "--dsn", dsn, "--from", "3.3.2", "--all", "--why-not", "3.7.0", "--compare", "3.4.1,3.9.3"},
				{"targets", "--dsn", dsn, "--from", "3.3.2", "--format", "json", "--why-not", "3.7.0", "--compare", "3.4.1,3.9.3"},
				{"runbook", "--dsn", dsn, "--from", "3.3.2", "--to", "3.10.5"},
				{"runbook", "--dsn", dsn, "--from", "3.3.2", "--to", "3.10.5", "--format", "json"},
				{"doctor", "--dsn", dsn},
				{"doctor", "--dsn", dsn, "--format", "json"},
				{"grants", "--dsn", dsn},
				{"check", "--dsn", dsn + "_missing", "--from", "3.3.2", "--to", "3.10.5"},
				{"check", "--dsn", dsn, "--timeout", "1ns", "--from", "3.3.2", "--to", "3.10.5"},
			} {
				_, stdout, stderr := call(t, args...)
				if found := canary.FindAllString(stdout+stderr, -1); found != nil {
					t.Errorf("%s %v shows %v", args[0], args[3:], found)
				}
			}
		})
	}
}

// TestNoSecretReachesAnyOutputFromAnySource does the same for the sources other than the database, and also looks
// into the snapshot.
func TestNoSecretReachesAnyOutputFromAnySource(t *testing.T) {
	t.Parallel()
	srv := pgtest.Start(t)
	dsn := srv.Database(t, installations.SQL("3.4"))
	dir := t.TempDir()
	backup, shot := filepath.Join(dir, "b.dump"), filepath.Join(dir, "s.snapshot")
	run(t, filepath.Join(srv.BinDir, "pg_dump"), "-Fc", "-f", backup, "-d", dsn)
	api := served(t, noon)
	sources := map[string][]string{
		"backup": {"--backup", backup}, "adc": dumpFlags(t), "admin API": {"--admin-api", api.URL, "--ca-file", api.CAFile},
		"all": append(dumpFlags(t), "--backup", backup, "--dsn", dsn, "--admin-api", api.URL, "--ca-file", api.CAFile),
	}
	show := func(name string, args ...string) {
		_, stdout, stderr := call(t, args...)
		if found := canary.FindAllString(stdout+stderr, -1); found != nil {
			t.Errorf("%s: %v shows %v", name, args[0], found)
		}
	}
	for name, flags := range sources {
		show(name, append([]string{"check", "--from", "3.3.2", "--to", "3.10.5", "--all"}, flags...)...)
		show(name, append([]string{"check", "--from", "3.3.2", "--to", "3.10.5", "--format", "json"}, flags...)...)
		show(name, append([]string{"targets", "--from", "3.3.2", "--why-not", "3.7.0", "--compare", "3.4.1,3.9.3", "--format", "json"}, flags...)...)
		show(name, append([]string{"runbook", "--from", "3.3.2", "--to", "3.10.5"}, flags...)...)
		show(name, append([]string{"runbook", "--from", "3.3.2", "--to", "3.10.5", "--format", "json"}, flags...)...)
		files := runbookFolder(t, append([]string{"--from", "3.4.1", "--to", "3.7.3"}, flags...)...)
		if scripts := files["before.sh"] != "" && files["objects.jsonl"] != ""; scripts == (name == "adc") { // a dump gives no ids of gateway groups
			t.Errorf("%s: there are scripts: %t", name, scripts)
		}
		for file, text := range files {
			if found := canary.FindAllString(text, -1); found != nil {
				t.Errorf("%s: %s of the runbook's folder holds %v", name, file, found)
			}
		}
		show(name, append([]string{"doctor"}, flags...)...)
		show(name, append([]string{"doctor", "--format", "json"}, flags...)...)
		show(name, append([]string{"snapshot", "--out", shot}, flags...)...)
		if found := canary.FindAllString(decompressed(t, shot), -1); found != nil {
			t.Errorf("%s: the snapshot holds %v", name, found)
		}
		show(name, "doctor", "--snapshot", shot)
		show(name, "check", "--snapshot", shot, "--from", "3.3.2", "--to", "3.10.5", "--format", "json")
	}
	data, err := os.ReadFile(backup)
	if err != nil {
		t.Fatal(err)
	}
	for n := 0; n < len(data); n += len(data) / 7 { // errors about damaged files must not quote them
		if err := os.WriteFile(backup, data[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		show("damaged", "check", "--backup", backup, "--from", "3.3.2", "--to", "3.10.5")
	}
}

// runbookFolder returns the files that runbook --out writes.
func runbookFolder(t *testing.T, args ...string) map[string]string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "window")
	if code, _, stderr := call(t, append([]string{"runbook", "--out", dir}, args...)...); code != 0 && code != 4 {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[e.Name()] = string(text)
	}
	return files
}

func decompressed(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	text := unpacked(t, data)
	if len(text) < 1000 {
		t.Fatalf("%s is %q", name, text)
	}
	return text
}

// unpacked returns the lines of a snapshot.
func unpacked(t *testing.T, data []byte) string {
	t.Helper()
	z, err := zstd.NewReader(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	text, err := z.DecodeAll(data, nil)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
