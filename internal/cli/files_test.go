package cli_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/fixtures/installations"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/test/pgtest"
	"github.com/api7-preflight/api7-preflight/internal/yamlfile"
)

// filesExpectation is what a set of configuration files contains, written by hand beside the files.
type filesExpectation struct {
	Files    string     `yaml:"files"`   // the folder
	Release  string     `yaml:"release"` // named by the images in it
	As       string     `yaml:"as"`      // the release to change them to; empty: none
	To       string     `yaml:"to"`
	Verdict  string     `yaml:"verdict"`
	Findings []judgedAt `yaml:"findings"`
}

type judgedAt struct {
	Rule     string `yaml:"rule"`
	Severity string `yaml:"severity"`
	At       string `yaml:"at"`
	Key      string `yaml:"key"`
}

func (j judgedAt) String() string {
	return strings.Join([]string{j.At, j.Severity, j.Rule, j.Key}, " ")
}

// TestFilesHaveExactlyTheExpectedFindings proves for whole sets of files, as in the quick-start bundles, that each
// affected key is reported once at its line and column, and nothing else is.
func TestFilesHaveExactlyTheExpectedFindings(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob("../../fixtures/files/*.expect.yaml")
	if err != nil || len(names) < 3 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			var want filesExpectation
			if err := yamlfile.Decode(name, data, &want); err != nil {
				t.Fatal(err)
			}
			code, stdout, stderr := call(t, "check", "--config", copied(t, want), "--to", want.To, "--scope", "given", "--format", "json")
			r := decode(t, stdout)
			if stderr != "" || code != r.ExitCode || string(r.Verdict) != want.Verdict {
				t.Errorf("exit %d, %s, want %s; stderr %q", code, r.Verdict, want.Verdict, stderr)
			}
			if diff := cmp.Diff(lines(want.Findings), lines(inFiles(r))); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

// copied returns a folder with a copy of an expectation's files, changed to another release if it says so.
func copied(t *testing.T, want filesExpectation) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("../../fixtures/files", want.Files))); err != nil {
		t.Fatal(err)
	}
	if want.As == "" {
		return dir
	}
	compose := filepath.Join(dir, "api7-ee", "docker-compose.yaml")
	data, err := os.ReadFile(compose)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(compose, []byte(strings.ReplaceAll(string(data), want.Release, want.As)), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// inFiles returns the findings on files. Those on the path do not depend on files.
func inFiles(r report.Report) []judgedAt {
	var out []judgedAt
	for f := range r.Findings.All() {
		if f.Object.Kind == "path" {
			continue
		}
		key, _, _ := strings.Cut(f.Message, ": ")
		_, at, _ := strings.Cut(f.Location.Where, "/api7-ee/")
		out = append(out, judgedAt{Rule: f.Rule, Severity: f.Severity, At: at, Key: key})
	}
	return out
}

func lines(findings []judgedAt) []string {
	out := []string{}
	for _, f := range findings {
		out = append(out, f.String())
	}
	slices.Sort(out)
	return out
}

// TestDatabaseAndFilesAreAWholeInstallation proves that both together leave nothing unexamined, and that neither is
// enough.
func TestDatabaseAndFilesAreAWholeInstallation(t *testing.T) {
	t.Parallel()
	dsn := pgtest.Start(t).Database(t, installations.SQL("3.4-clean"))
	upgrade := []string{"check", "--from", "3.4.1", "--to", "3.7.3", "--format", "json"}
	for name, tt := range map[string]struct {
		sources []string
		verdict report.Verdict
		missing string
	}{
		"both":           {[]string{"--dsn", dsn, "--config", exampleFiles}, report.Ready, ""},
		"database alone": {[]string{"--dsn", dsn}, report.Incomplete, "configuration files"},
		"files alone":    {[]string{"--config", exampleFiles}, report.Incomplete, "service_template"},
	} {
		code, stdout, stderr := call(t, append(slices.Clone(upgrade), tt.sources...)...)
		r := decode(t, stdout)
		named := tt.missing == "" && len(r.Unexamined) == 0 || slices.ContainsFunc(r.Unexamined, func(u report.Unexamined) bool { return u.What == tt.missing })
		if r.Verdict != tt.verdict || code != r.ExitCode || stderr != "" || !named {
			t.Errorf("%s: %s, exit %d, %q, unexamined %+v", name, r.Verdict, code, stderr, r.Unexamined)
		}
	}
}
