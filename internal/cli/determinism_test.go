package cli_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/fixtures/installations"
	"github.com/api7-preflight/api7-preflight/internal/test/pgtest"
)

// crowded adds to the 3.4 installation more of each thing than a report names: routes that only gateways know, keys of
// unknown kinds, instances of one version, groups of one name, rows that cannot be read, rows of one key.
const crowded = `
	INSERT INTO kine (name, deleted, value, prev_revision)
	SELECT '/gateway_groups/default/routes/only-' || n, 0, ('{"id":"only-' || n || '","plugins":{"cors":{}}}')::bytea, 0 FROM generate_series(1, 40) n;
	INSERT INTO kine (name, deleted, value, prev_revision)
	SELECT '/gateway_groups/default/' || chr(97 + n) || 'things/x', 0, (CASE WHEN n % 2 = 0 THEN '{"plugins":{}}' ELSE '{}' END)::bytea, 0 FROM generate_series(0, 25) n;
	INSERT INTO kine (name, deleted, value, prev_revision)
	SELECT '/gateway_groups/default/services/broken-' || n, 0, '{"id":'::bytea, 0 FROM generate_series(1, 30) n;
	INSERT INTO gateway_instance (id, gateway_group_id, hostname, version, last_heartbeat, cores)
	SELECT 'more-' || n, 'default', 'gw-more-' || n, '3.3.' || n % 3, now(), 4 FROM generate_series(1, 20) n;
	INSERT INTO gateway_group (id, short_id, name, config)
	SELECT 'twin-' || n, 'tw' || n, 'twin', '{"image_tag":"3.3.1"}' FROM generate_series(1, 5) n;
	ALTER TABLE apisix_route DROP CONSTRAINT apisix_route_pkey;
	INSERT INTO apisix_route (id, gateway_group_id, service_id, name, plugins)
	SELECT 'twice', 'default', 's-' || n, 'name ' || n, '{"traffic-split":{"rules":[' || n || ']}}' FROM generate_series(1, 6) n;
	INSERT INTO kine (name, deleted, value, prev_revision)
	SELECT '/gateway_groups/unlisted/routes/r' || n, 0, '{"id":"r","plugins":{"traffic-split":{}}}'::bytea, 0 FROM generate_series(1, 3) n`

// reorder moves the rows of every table to other places, so that a server returns them in another order.
func reorder(t *testing.T, dsn string, seed int) {
	t.Helper()
	pgtest.Exec(t, dsn, fmt.Sprintf(`
		DO $$ DECLARE t text; BEGIN
		FOR t IN SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace LOOP
			EXECUTE format('CREATE TEMP TABLE moved AS SELECT * FROM %%I', t);
			EXECUTE format('TRUNCATE %%I', t);
			EXECUTE format('INSERT INTO %%I SELECT * FROM moved m ORDER BY md5(m::text || %d)', t);
			DROP TABLE moved;
		END LOOP;
		END $$`, seed))
}

// orders returns lists of flags in several orders. Each element is a flag with its value.
func orders(flags [][]string) [][]string {
	backwards := slices.Clone(flags)
	slices.Reverse(backwards)
	half := len(flags) / 2
	return [][]string{slices.Concat(flags...), slices.Concat(backwards...), slices.Concat(slices.Concat(flags[half:], flags[:half])...)}
}

// TestTwoRunsOverTheSameDataGiveTheSameBytes reads one installation from sources of all kinds at once, with the flags
// in several orders and the rows of the tables in others, and compares what is written but for the part that tells of
// the run. A report that changes by itself cannot be compared with an earlier one. It is a sample: all sources together go
// through every command and format, some of them alone through the documents that have everything in them.
func TestTwoRunsOverTheSameDataGiveTheSameBytes(t *testing.T) {
	t.Parallel()
	dsn := pgtest.Start(t).Database(t, installations.SQL("3.4"), crowded)
	folder := t.TempDir()
	backup, snapshot := []string{"--backup", filepath.Join(folder, "plain.sql")}, []string{"--snapshot", filepath.Join(folder, "older.snapshot")}
	if code, _, stderr := call(t, "snapshot", "--dsn", dsn, "--config", exampleFiles, "--out", snapshot[1]); stderr != "" {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	again := filepath.Join(folder, "again.yaml") // the dump of a gateway group that is dumped twice
	text, err := os.ReadFile("../../fixtures/adc/3.4-default.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(again, text, 0o600); err != nil {
		t.Fatal(err)
	}
	srv := served(t, noon)
	database, api := []string{"--dsn", dsn}, []string{"--admin-api", srv.URL, "--ca-file", srv.CAFile}
	dumps := slices.Collect(slices.Chunk(append(dumpFlags(t), "--adc", "default="+again), 2))
	files := [][]string{{"--config", exampleFiles}, {"--config", exampleFiles + "/gateway_conf/config.yaml"}, {"--exclude", "*.txt"}, {"--exclude", "*.md"}}
	documents := [][]string{
		{"check", "--to", "3.7.3", "--format", "json"},
		{"doctor", "--format", "json"},
		{"snapshot", "--out", "-"},
	}
	for name, tt := range map[string]struct{ flags, commands [][]string }{
		"everything": {slices.Concat([][]string{database, backup, api, snapshot}, dumps, files), append(documents, [][]string{
			{"check", "--to", "3.7.3", "--from", "3.4.1"},
			{"check", "--to", "3.7.3", "--format", "jsonl"},
			{"targets", "--from", "3.4.1", "--why-not", "3.7.0", "--compare", "3.7.8,lts", "--format", "json"},
			{"targets", "--from", "3.4.1", "--all"},
			{"doctor"},
		}...)},
		"database and backup": {[][]string{database, backup}, documents},
		"dumps and database":  {append(dumps, database), documents},
		"files and a backup":  {append(files, backup), documents},
	} {
		first := map[int]string{}
		for i, order := range orders(tt.flags) {
			reorder(t, dsn, i)
			run(t, filepath.Join(pgtest.Start(t).BinDir, "pg_dump"), "-Fp", "-f", backup[1], "-d", dsn)
			for j, command := range tt.commands {
				_, stdout, stderr := call(t, slices.Concat(command, order)...)
				got := timeless(t, stdout) + stderr
				if i == 0 {
					first[j] = got
				}
				sameText(t, fmt.Sprintf("%s, order %d, %q", name, i, command), first[j], got)
			}
		}
	}
}

// timeless returns an output without what tells of the run, and without what goes on with the server's clock.
func timeless(t *testing.T, text string) string {
	t.Helper()
	var r map[string]any
	switch {
	case strings.HasPrefix(text, "\x28\xb5\x2f\xfd"):
		text = strings.ReplaceAll(unpacked(t, []byte(text)), `,"`, ",\n\"")
	case json.Unmarshal([]byte(text), &r) == nil && r["run"] != nil:
		delete(r, "run")
		whole, err := json.MarshalIndent(r, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		text = string(whole)
	}
	return open.ReplaceAllString(clocks.ReplaceAllString(text, `${1}0`), "")
}

// clocks matches what goes on with the server's clock, and the sum of a snapshot that has it.
var clocks = regexp.MustCompile(`("(?:heartbeat_age_seconds|expired_seconds|oldest_age_seconds)":|"sha256":)(?:-?[0-9]+|"[0-9a-f]+")`)

// open matches what a table says of the run: how long the transaction in a live database was open.
var open = regexp.MustCompile(`its transaction was open for [^;]+`)

// sameText shows the first lines in which two outputs differ.
func sameText(t *testing.T, about, first, got string) {
	t.Helper()
	a, b := strings.Split(first, "\n"), strings.Split(got, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			t.Errorf("%s: line %d\n first %s\n now   %s", about, i+1, a[i], b[i])
			return
		}
	}
	if len(a) != len(b) {
		t.Errorf("%s: %d lines, and now %d", about, len(a), len(b))
	}
}
