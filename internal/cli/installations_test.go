package cli_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/jsonschema-go/jsonschema"

	"github.com/api7-preflight/api7-preflight/fixtures/installations"
	"github.com/api7-preflight/api7-preflight/internal/cli"
	"github.com/api7-preflight/api7-preflight/internal/render"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/test/adminapitest"
	"github.com/api7-preflight/api7-preflight/internal/test/pgtest"
	"github.com/api7-preflight/api7-preflight/internal/yamlfile"
)

var update = flag.Bool("update", false, "write golden files instead of comparing them")

// expectation is what an installation contains, written by hand next to its SQL.
type expectation struct {
	From     string     `yaml:"from"`
	To       string     `yaml:"to"`
	Findings []affected `yaml:"findings"`
}

type affected struct {
	Rule     string `yaml:"rule"`
	Severity string `yaml:"severity"`
	Kind     string `yaml:"kind"`
	Group    string `yaml:"group"`
	ID       string `yaml:"id"`
}

func (a affected) String() string {
	return a.Rule + " " + a.Severity + " " + a.Kind + " " + a.Group + " " + a.ID
}

// noon is the time at which the command line runs in tests.
var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

// ticking returns a clock that advances a minute with every call, so that nothing waits long.
func ticking() func() time.Time {
	var looks atomic.Int64
	return func() time.Time { return noon.Add(time.Duration(looks.Add(1)) * time.Minute) }
}

// call runs the command line with its own clock, and returns what it wrote.
func call(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = cli.Main(t.Context(), cli.Env{
		Args: args, Stdout: &out, Stderr: &errs, Environ: []string{"API7_PREFLIGHT_TOKEN=" + adminapitest.Token}, Now: ticking(),
		RunID: func() string { return "test" }, Version: "devel",
		Terminal: func(io.Writer) (int, bool) { return 0, false },
	})
	return code, out.String(), errs.String()
}

// TestInstallationsHaveExactlyTheExpectedFindings proves for every era of the schema that each affected object is
// reported once, and nothing else is.
func TestInstallationsHaveExactlyTheExpectedFindings(t *testing.T) {
	t.Parallel()
	srv := pgtest.Start(t)
	names := installations.Names()
	if len(names) < 7 {
		t.Fatalf("only %v", names)
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var want expectation
			text := installations.Expected(name)
			if err := yamlfile.Decode(name, text, &want); err != nil {
				t.Fatal(err)
			}
			dsn := srv.Database(t, installations.SQL(name))
			args := []string{"check", "--dsn", dsn, "--from", want.From, "--to", want.To, "--scope", "given", "--format", "json"}
			code, first, stderr := call(t, args...)
			r := decode(t, first)
			if stderr != "" || code != r.ExitCode || len(r.Unexamined) > 0 {
				t.Errorf("exit %d, report says %d, stderr %q, unexamined %+v", code, r.ExitCode, stderr, r.Unexamined)
			}
			compare(t, want.Findings, r)
			if _, second, _ := call(t, args...); first != second {
				t.Errorf("two runs over the same data differ:\n%s", cmp.Diff(first, second))
			}
		})
	}
}

// decode validates a report against the published schema and parses it.
func decode(t *testing.T, text string) report.Report {
	t.Helper()
	var schema jsonschema.Schema
	if err := json.Unmarshal([]byte(report.Schema()), &schema); err != nil {
		t.Fatal(err)
	}
	resolved, err := schema.Resolve(nil)
	if err != nil {
		t.Fatal(err)
	}
	var loose any
	if err := json.Unmarshal([]byte(text), &loose); err != nil {
		t.Fatalf("%v in %q", err, text)
	}
	if err := resolved.Validate(loose); err != nil {
		t.Errorf("the report does not keep its schema: %v", err)
	}
	var r report.Report
	dec := json.NewDecoder(bytes.NewReader([]byte(text)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&r); err != nil {
		t.Fatal(err)
	}
	return r
}

func compare(t *testing.T, want []affected, r report.Report) {
	t.Helper()
	var expected, got []string
	for _, a := range want {
		expected = append(expected, a.String())
	}
	for f := range r.Findings.All() {
		got = append(got, affected{f.Rule, f.Severity, f.Object.Kind, f.Object.GatewayGroup, f.Object.ID}.String())
	}
	slices.Sort(expected)
	slices.Sort(got)
	if diff := cmp.Diff(expected, got); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

// TestExampleReports compares reports byte by byte, so that a review sees every change of the output. The goldens
// leave out rules that do not apply to the example: a new rule changes them only if it concerns the example.
func TestExampleReports(t *testing.T) {
	t.Parallel()
	_, text, _ := call(t, "demo", "--format", "json")
	full := decode(t, text)
	applying := full
	applying.Rules = slices.DeleteFunc(slices.Clone(full.Rules), func(r report.Rule) bool { return r.Status == report.NotApplicable })
	if len(applying.Rules) == len(full.Rules) {
		t.Error("the report does not list the rules that do not apply")
	}
	whole := render.Options{Show: render.Show{All: true}}
	for _, c := range []struct {
		file, format string
		options      render.Options
		args         []string
	}{
		{"demo.table", "table", render.Options{}, nil},
		{"demo-all.table", "table", whole, []string{"--show", "all"}},
		{"demo.json", "json", render.Options{}, nil},
	} {
		t.Run(c.file, func(t *testing.T) {
			t.Parallel()
			c.options.Command = "api7-preflight demo"
			code, got, stderr := call(t, append([]string{"demo", "--format", c.format}, c.args...)...)
			if code != report.ExitBlocked || stderr != "" {
				t.Errorf("exit %d, stderr %q", code, stderr)
			}
			if diff := cmp.Diff(got, rendered(t, c.format, &full, c.options)); diff != "" {
				t.Errorf("the report is not what its JSON says (-demo +rendered):\n%s", diff)
			}
			name := filepath.Join("../../fixtures/golden", c.file)
			want, err := os.ReadFile(name)
			if err != nil && !*update {
				t.Fatal(err)
			}
			golden(t, name, rendered(t, c.format, &applying, c.options), string(want))
		})
	}
}

// rendered returns a report as the command line writes it without a terminal.
func rendered(t *testing.T, format string, r *report.Report, o render.Options) string {
	t.Helper()
	var out bytes.Buffer
	if err := render.Render(&out, format, r, o); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func golden(t *testing.T, name, got, want string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s is stale, run: make golden (-want +got):\n%s", name, diff)
	}
}
