package cli_test

import (
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/fixtures/installations"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/test/adminapitest"
	"github.com/api7-preflight/api7-preflight/internal/test/memory"
	"github.com/api7-preflight/api7-preflight/internal/test/pgtest"
)

// judgement returns the part of a finding that does not depend on the source.
func judgement(f report.Finding) string {
	return strings.Join([]string{f.Rule, f.Severity, f.Object.Kind, f.Object.GatewayGroup, f.Object.ID, f.Message, f.Fingerprint, fmt.Sprint(f.Object.Owner)}, " | ")
}

func judgements(r report.Report, keep func(report.Finding) bool) []string {
	out := []string{}
	for _, f := range r.Findings.List() {
		if keep(f) {
			out = append(out, judgement(f))
		}
	}
	slices.Sort(out)
	return out
}

func everything(report.Finding) bool { return true }

// exampleFiles are the configuration files of the 3.4 installation.
const exampleFiles = "../../fixtures/files/3.4/api7-ee"

// assessed runs check on sources and returns its report. The installation's configuration files are always added,
// except to a snapshot, which contains them.
func assessed(t *testing.T, args ...string) report.Report {
	t.Helper()
	if !slices.Contains(args, "--snapshot") {
		args = append(args, "--config", exampleFiles)
	}
	code, stdout, stderr := call(t, append([]string{"check", "--from", "3.4.1", "--to", "3.7.3", "--format", "json"}, args...)...)
	if stderr != "" {
		t.Fatalf("%v: %s", args, stderr)
	}
	r := decode(t, stdout)
	if r.ExitCode != code {
		t.Errorf("exit code %d, the report says %d", code, r.ExitCode)
	}
	return r
}

// installation loads the 3.4 installation and returns its DSN and the findings of the live database.
func installation(t *testing.T) (dsn string, live report.Report) {
	t.Helper()
	dsn = pgtest.Start(t).Database(t, installations.SQL("3.4"))
	live = assessed(t, "--dsn", dsn)
	if len(live.Findings) < 10 {
		t.Fatalf("only %d findings", len(live.Findings))
	}
	return dsn, live
}

func same(t *testing.T, want, got []string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("findings (-live +here):\n%s", diff)
	}
}

// TestBackupsOfEveryFormatGiveTheFindingsOfTheDatabase uses the real pg_dump.
func TestBackupsOfEveryFormatGiveTheFindingsOfTheDatabase(t *testing.T) {
	t.Parallel()
	dsn, live := installation(t)
	pgDump := filepath.Join(pgtest.Start(t).BinDir, "pg_dump")
	for name, flags := range map[string][]string{
		"plain.sql": {"-Fp"}, "inserts.sql": {"-Fp", "--inserts"}, "columns.sql": {"-Fp", "--column-inserts"},
		"many.sql": {"-Fp", "--rows-per-insert=7"}, "custom.dump": {"-Fc"}, "raw.dump": {"-Fc", "-Z0"},
		"inserts.dump": {"-Fc", "--inserts"}, "folder": {"-Fd"}, "whole.sql.gz": {"-Fp", "-Z6"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), name)
			run(t, pgDump, append(flags, "-f", file, "-d", dsn)...)
			r := assessed(t, "--backup", file)
			same(t, judgements(live, everything), judgements(r, everything))
			if len(r.Unexamined) > 0 || r.ExitCode != live.ExitCode {
				t.Errorf("exit %d, unexamined %+v", r.ExitCode, r.Unexamined)
			}
		})
	}
	t.Run("piped", func(t *testing.T) { // without offsets in its table of contents
		t.Parallel()
		file := filepath.Join(t.TempDir(), "piped.dump")
		run(t, "sh", "-c", pgDump+" -Fc -d '"+dsn+"' | cat > "+file)
		same(t, judgements(live, everything), judgements(assessed(t, "--backup", file), everything))
	})
	t.Run("gzipped custom", func(t *testing.T) {
		t.Parallel()
		file := filepath.Join(t.TempDir(), "custom.dump")
		run(t, pgDump, "-Fc", "-Z0", "-f", file, "-d", dsn)
		zipped := file + ".gz"
		compress(t, file, zipped)
		same(t, judgements(live, everything), judgements(assessed(t, "--backup", zipped), everything))
	})
}

func run(t *testing.T, name string, args ...string) {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), name, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v: %s", name, err, out)
	}
}

func compress(t *testing.T, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(to)
	if err != nil {
		t.Fatal(err)
	}
	z := gzip.NewWriter(f)
	if _, err := io.Copy(z, strings.NewReader(string(data))); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestSnapshotIsAsGoodAsTheDatabase proves that no judgement changes, and that a gap stays a gap.
func TestSnapshotIsAsGoodAsTheDatabase(t *testing.T) {
	t.Parallel()
	dsn, live := installation(t)
	file := filepath.Join(t.TempDir(), "installation.snapshot")
	if code, _, stderr := call(t, "snapshot", "--dsn", dsn, "--config", exampleFiles, "--out", file); code != 0 || stderr != "" {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	r := assessed(t, "--snapshot", file)
	if diff := cmp.Diff(live.Findings.List(), r.Findings.List()); diff != "" {
		t.Errorf("findings (-live +snapshot):\n%s", diff)
	}
	if len(r.Unexamined) > 0 {
		t.Errorf("unexamined %+v", r.Unexamined)
	}
	pgtest.Exec(t, dsn, "DROP TABLE service")
	if code, stdout, _ := call(t, "snapshot", "--dsn", dsn, "--config", exampleFiles, "--out", file, "--force"); code != report.ExitIncomplete || !strings.Contains(stdout, "service_template") {
		t.Errorf("exit %d: %s", code, stdout)
	}
	if got := assessed(t, "--snapshot", file); len(got.Unexamined) == 0 {
		t.Error("the gap of the database is none in its snapshot")
	}
}

// TestDumpsOfGatewayGroupsGiveTheFindingsOnWhatTheyHold compares with the findings on published objects.
func TestDumpsOfGatewayGroupsGiveTheFindingsOnWhatTheyHold(t *testing.T) {
	t.Parallel()
	dsn, live := installation(t)
	files := dumpFlags(t)
	r := assessed(t, files...)
	held := func(f report.Finding) bool {
		outside := []string{"permission_policy", "instance"} // no dump holds them, nor what is reported about all instances
		ofAll := []string{"gateway-behind-target", "gateway-loads-stale-data"}
		return f.Object.State == "live" && !slices.Contains(outside, f.Object.Kind) && !slices.Contains(ofAll, f.Rule)
	}
	same(t, judgements(live, held), judgements(r, everything))
	if len(r.Unexamined) == 0 || r.ExitCode != report.ExitBlocked {
		t.Errorf("exit %d, unexamined %+v", r.ExitCode, r.Unexamined)
	}
	if where := r.Findings[0].Open().Location.Where; !strings.Contains(where, ".yaml:") && !strings.Contains(where, ".json:") {
		t.Errorf("the place %q has no line", where)
	}
	// Database and files together are one installation: the same findings, each reported once.
	both := assessed(t, append(files, "--dsn", dsn)...)
	same(t, judgements(live, everything), judgements(both, everything))
	if len(both.Unexamined) > 0 {
		t.Errorf("unexamined %+v", both.Unexamined)
	}
}

// dumpFlags returns the flags for the ADC dumps of the 3.4 installation.
func dumpFlags(t *testing.T) []string {
	t.Helper()
	names, err := filepath.Glob("../../fixtures/adc/3.4-*")
	if err != nil || len(names) < 3 {
		t.Fatalf("dumps %v, %v", names, err)
	}
	var flags []string
	for _, name := range names {
		group := strings.TrimPrefix(strings.TrimSuffix(filepath.Base(name), filepath.Ext(name)), "3.4-")
		flags = append(flags, "--adc", group+"="+name)
	}
	return flags
}

// TestAdminAPIGivesTheFindingsOfTheDatabase serves the same installation over the documented API.
func TestAdminAPIGivesTheFindingsOfTheDatabase(t *testing.T) {
	t.Parallel()
	dsn, live := installation(t)
	srv := served(t, noon)
	r := assessed(t, "--admin-api", srv.URL, "--ca-file", srv.CAFile)
	// The API shows versions of published services only, and one global rule for each plugin; gateways read them as
	// one. No other service of the example has findings in its history.
	same(t, judgements(live, everything), judgements(r, everything))
	if r.ExitCode != report.ExitBlocked {
		t.Errorf("exit %d, unexamined %+v", r.ExitCode, r.Unexamined)
	}
	if code, stdout, _ := call(t, "check", "--from", "3.3.2", "--to", "3.7.3", "--format", "json", "--admin-api", srv.URL, "--ca-file", srv.CAFile); code != report.ExitBlocked ||
		!strings.Contains(stdout, "/api/version of the control plane says 3.4.1: the older one counts, 3.3.2") {
		t.Errorf("exit %d: a disagreement about the version is not told: %.300s", code, stdout)
	}
	both := assessed(t, "--admin-api", srv.URL, "--ca-file", srv.CAFile, "--dsn", dsn)
	same(t, judgements(live, everything), judgements(both, everything))
	if len(both.Unexamined) > 0 {
		t.Errorf("unexamined %+v", both.Unexamined)
	}
}

// served returns a test server that serves the 3.4 installation over TLS.
func served(t *testing.T, now time.Time) *adminapitest.Server {
	t.Helper()
	return adminapitest.Start(t, adminapitest.Installation{Version: "3.4.1", Resources: memory.Example(t, estate.Info{}).Resources, Now: now, TLS: true})
}
