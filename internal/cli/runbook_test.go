package cli_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/jsonschema-go/jsonschema"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/runbook"
	"github.com/api7-preflight/api7-preflight/internal/test/adminapitest"
	"github.com/api7-preflight/api7-preflight/internal/test/memory"
)

// TestTheRunbookOfTheExampleLooksAsItsGolden shows a whole runbook, to be read as somebody reads it at night.
func TestTheRunbookOfTheExampleLooksAsItsGolden(t *testing.T) {
	t.Chdir("../../fixtures/files/3.4") // the runbook contains the names of the files
	const golden = "../../golden/demo-runbook.md"
	code, got, stderr := call(t, "runbook", "--snapshot", "../../demo.snapshot", "--config", "api7-ee", "--to", "3.7.3", "--start", "2026-12-05T22:00:00Z")
	if code != 0 || stderr != "" {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s is stale, run: make golden (-want +got):\n%s", golden, diff)
	}
}

// TestTheJSONRunbookFitsItsSchema also finds lists that are null.
func TestTheJSONRunbookFitsItsSchema(t *testing.T) {
	t.Parallel()
	var schema jsonschema.Schema
	if err := json.Unmarshal([]byte(runbook.Schema()), &schema); err != nil {
		t.Fatal(err)
	}
	resolved, err := schema.Resolve(nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, args := range map[string][]string{
		"database and files": {"--snapshot", "../../fixtures/demo.snapshot", "--config", "../../fixtures/files/3.4/api7-ee", "--to", "3.7.3"},
		"database":           {"--snapshot", "../../fixtures/demo.snapshot", "--from", "3.4.1", "--to", "3.9.3", "--parallel"},
		"files":              {"--config", "../../fixtures/files/3.7/api7-ee", "--to", "3.8.22", "--scope", "given"},
	} {
		_, stdout, stderr := call(t, append([]string{"runbook", "--format", "json"}, args...)...)
		var document any
		if err := json.Unmarshal([]byte(stdout), &document); err != nil {
			t.Fatalf("%s: %v: %s", name, err, stderr)
		}
		if err := resolved.Validate(document); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if strings.Contains(stdout, ": null") {
			t.Errorf("%s: something is null", name)
		}
	}
}

// TestStatusTicksWhatIsDone changes two of three objects in a dump between two runs.
func TestStatusTicksWhatIsDone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	dump, saved := filepath.Join(dir, "default.yaml"), filepath.Join(dir, "runbook.json")
	write := func(split ...string) {
		var text strings.Builder
		text.WriteString("services:\n")
		for _, name := range []string{"a", "b", "c"} {
			plugins := "{}"
			for _, s := range split {
				if s == name {
					plugins = "{traffic-split: {rules: [{weighted_upstreams: [{weight: 1}]}]}}"
				}
			}
			text.WriteString("  - {name: " + name + ", hosts: [" + name + ".example.org], plugins: " + plugins + ", routes: [{name: r, uris: [/" + name + "]}]}\n")
		}
		if err := os.WriteFile(dump, []byte(text.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	sources := []string{"--adc", "default=" + dump, "--scope", "given"}
	write("a", "b", "c")
	if code, _, stderr := call(t, append([]string{"runbook", "--from", "3.4.1", "--to", "3.7.3", "--format", "json=" + saved}, sources...)...); code != 0 {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	write("c")
	_, stdout, stderr := call(t, append([]string{"runbook", "--status", saved, "--format", "json"}, sources...)...)
	var now runbook.Runbook
	if err := json.Unmarshal([]byte(stdout), &now); err != nil {
		t.Fatal(err, stderr)
	}
	if want := (runbook.Tally{Done: 2, Open: 1}); now.Progress.Findings != want || !now.Progress.Compared {
		t.Errorf("%+v, want %+v", now.Progress, want)
	}
	_, stdout, _ = call(t, append([]string{"runbook", "--status", saved}, sources...)...)
	for _, want := range []string{"Findings: 2 done, 1 open, 0 cannot be seen.", "2 of 3 are dealt with", "- done: service a in default", "- open: service c in default"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("there is no %q", want)
		}
	}
	write()
	_, stdout, _ = call(t, append([]string{"runbook", "--status", saved}, sources...)...)
	if !strings.Contains(stdout, "- [x] `prepare-traffic-split-attached`") {
		t.Error("the step is not ticked after everything was done")
	}
}

// TestStatusSeesWhichReleaseTheControlPlaneRuns asks control planes of two releases about one runbook.
func TestStatusSeesWhichReleaseTheControlPlaneRuns(t *testing.T) {
	t.Parallel()
	saved := filepath.Join(t.TempDir(), "runbook.json")
	source := func(release string) []string {
		api := adminapitest.Start(t, adminapitest.Installation{Version: release, Resources: memory.Example(t, estate.Info{}).Resources, Now: noon, TLS: true})
		return []string{"--admin-api", api.URL, "--ca-file", api.CAFile, "--scope", "given"}
	}
	before := source("3.4.1")
	if code, _, stderr := call(t, append([]string{"runbook", "--to", "3.7.3", "--format", "json=" + saved}, before...)...); code != 0 && code != 4 {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	for _, c := range []struct {
		source []string
		want   string
	}{
		{before, "`upgrade-control-plane`: the control plane runs 3.4.1"},
		{source("3.7.3"), "`upgrade-control-plane`: the control plane runs 3.7.3"},
	} {
		_, stdout, stderr := call(t, append([]string{"runbook", "--status", saved}, c.source...)...)
		if !strings.Contains(stdout, c.want) {
			head, _, _ := strings.Cut(stdout, "## What is installed")
			t.Errorf("no %q: %s\n%s", c.want, stderr, head)
		}
	}
}
