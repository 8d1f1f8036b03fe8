package cli_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/api7-preflight/api7-preflight/fixtures/installations"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/test/pgtest"
)

// alteration is SQL that changes the 3.4 installation. The files in testdata/alterations hold one in each section.
// Lines at its beginning can say
//
//	--> unexamined: schema row-security    the causes of what is not examined; without the line there are none
//	--> findings: 3                        how many findings there are besides those of the unaltered installation
//	--> pg_dump: --enable-row-security     more flags for pg_dump
//	--> archives: row-security             the causes in archives, where they cannot be those of the database
//	--> plain: row-security                the same for plain dumps
//	--> refused: inserts                   a format in which the backup cannot be read
//	--> because: …                         why a backup cannot be like the database
type alteration struct {
	name, sql                    string
	unexamined, findings, pgDump string
	archives, plain, refused     string
	because                      string
}

func alterations(t *testing.T) []alteration {
	t.Helper()
	files, err := filepath.Glob("testdata/alterations/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("alterations %v, %v", files, err)
	}
	var all []alteration
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, section := range archive.Files {
			all = append(all, parseAlteration(t, section))
		}
	}
	return all
}

func parseAlteration(t *testing.T, section txtar.File) alteration {
	t.Helper()
	a := alteration{name: section.Name, sql: string(section.Data)}
	keys := map[string]*string{
		"unexamined": &a.unexamined, "findings": &a.findings, "pg_dump": &a.pgDump, "archives": &a.archives, "plain": &a.plain, "refused": &a.refused, "because": &a.because,
	}
	for line := range strings.Lines(a.sql) {
		text, ok := strings.CutPrefix(line, "--> ")
		if !ok {
			break
		}
		key, value, _ := strings.Cut(text, ": ")
		if keys[key] == nil {
			t.Fatalf("%s: what is %q?", a.name, key)
		}
		*keys[key] = strings.TrimSpace(value)
	}
	if (a.archives+a.plain+a.refused == "") != (a.because == "") {
		t.Fatalf("%s: a difference needs a reason, and a reason a difference", a.name)
	}
	return a
}

// answer is what must not depend on where the tables are read from.
type answer struct {
	Verdict    report.Verdict
	Findings   []string
	Unknown    []string // rules that could not be judged in full
	Unexamined []string // causes and rules that need them
}

// causes returns the ids of what is not examined, sorted.
func (a answer) causes() string {
	var ids []string
	for _, entry := range a.Unexamined {
		id, _, _ := strings.Cut(entry, " ")
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return strings.Join(slices.Compact(ids), " ")
}

// asked asks check and doctor about a source. Nothing blocks, so the verdict is whether everything was examined.
func asked(t *testing.T, source ...string) answer {
	t.Helper()
	code, stdout, stderr := call(t, append([]string{"check", "--from", "3.4.1", "--to", "3.7.3", "--scope", "given", "--fail-on", "never", "--format", "json"}, source...)...)
	if stderr != "" {
		t.Fatalf("%v: exit %d: %s", source, code, stderr)
	}
	var r report.Report
	if err := json.Unmarshal([]byte(stdout), &r); err != nil {
		t.Fatal(err)
	}
	a := answer{Verdict: r.Verdict, Findings: judgements(r, everything)}
	for _, rule := range r.Rules {
		if rule.Status == report.Unknown || len(rule.Reasons) > 0 && rule.Status == report.Failed {
			a.Unknown = append(a.Unknown, rule.Rule)
		}
	}
	for _, u := range r.Unexamined {
		a.Unexamined = append(a.Unexamined, fmt.Sprint(u.ID, " ", u.Rules))
	}
	slices.Sort(a.Unexamined)
	a.Unexamined = slices.Compact(a.Unexamined)
	return a
}

// diagnosed returns the exit code of doctor.
func diagnosed(t *testing.T, source ...string) int {
	t.Helper()
	code, _, stderr := call(t, append([]string{"doctor"}, source...)...)
	if stderr != "" {
		t.Fatalf("doctor %v: exit %d: %s", source, code, stderr)
	}
	return code
}

// agree checks that doctor misses something if check does. Doctor looks at no single row.
func agree(t *testing.T, a answer, source ...string) {
	t.Helper()
	causes := strings.ReplaceAll(strings.ReplaceAll(a.causes(), "damaged-rows", ""), "unreadable-values", "")
	want := report.ExitReady
	if strings.TrimSpace(causes) != "" {
		want = report.ExitIncomplete
	}
	if got := diagnosed(t, source...); got != want {
		t.Errorf("check does not examine %q, and doctor %s exits with %d", causes, source[0], got)
	}
}

// TestABackupIsJudgedLikeItsDatabase proves that an altered database gets the same verdict, findings, unknown rules and
// causes of doubt from the server and from backups in every format, and that doctor and check agree on whether
// something is missing.
func TestABackupIsJudgedLikeItsDatabase(t *testing.T) {
	t.Parallel()
	srv := pgtest.Start(t)
	original := srv.Database(t, installations.SQL("3.4"))
	unaltered := asked(t, "--dsn", original)
	if len(unaltered.Findings) < 10 || unaltered.Verdict != report.Ready {
		t.Fatalf("unaltered: %s, %d findings", unaltered.Verdict, len(unaltered.Findings))
	}
	for _, a := range alterations(t) {
		t.Run(a.name, func(t *testing.T) {
			t.Parallel()
			dsn := srv.Copy(t, original, a.sql)
			live := asked(t, "--dsn", dsn)
			if got := live.causes(); got != a.unexamined {
				t.Errorf("unexamined in the database: %q, want %q: %q", got, a.unexamined, live.Unexamined)
			}
			if got := len(live.Findings) - len(unaltered.Findings); a.findings != "" && strconv.Itoa(got) != a.findings {
				t.Errorf("%d more findings, want %s", got, a.findings)
			}
			agree(t, live, "--dsn", dsn)
			for _, format := range []string{"custom", "directory", "tar", "plain", "inserts"} {
				file := taken(t, format, dsn, strings.Fields(a.pgDump))
				if format == a.refused {
					if code, _, stderr := call(t, "check", "--to", "3.7.3", "--backup", file); code != report.ExitCannotRun || !strings.Contains(stderr, "hint: ") {
						t.Errorf("the %s dump is not refused: exit %d: %s", format, code, stderr)
					}
					continue
				}
				backup := asked(t, "--backup", file)
				if format == "custom" {
					agree(t, backup, "--backup", file)
				}
				differs := a.archives
				if format == "plain" || format == "inserts" {
					differs = a.plain
				}
				if differs != "" {
					if got := backup.causes(); got != strings.TrimPrefix(differs, "none") || got == live.causes() {
						t.Errorf("unexamined in the %s dump: %q, want %q, and not as in the database", format, got, differs)
					}
					continue
				}
				if diff := cmp.Diff(live, backup); diff != "" {
					t.Errorf("%s (-database +backup):\n%s", format, diff)
				}
			}
		})
	}
}

// taken takes a backup with the real pg_dump and returns its name.
func taken(t *testing.T, format, dsn string, flags []string) string {
	t.Helper()
	flags = append(map[string][]string{
		"custom": {"-Fc"}, "directory": {"-Fd"}, "tar": {"-Ft"}, "plain": {"-Fp"}, "inserts": {"-Fp", "--inserts"},
	}[format], flags...)
	file := filepath.Join(t.TempDir(), format)
	run(t, filepath.Join(pgtest.Start(t).BinDir, "pg_dump"), append(flags, "-f", file, "-d", dsn)...)
	return file
}
