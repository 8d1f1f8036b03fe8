package render_test

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/render"
	"github.com/api7-preflight/api7-preflight/internal/test/reporttest"
)

// TestEveryReportIsKnownAgain proves for every format: a report that one run writes into a folder of configuration is
// not read as configuration by the next.
func TestEveryReportIsKnownAgain(t *testing.T) {
	t.Parallel()
	for _, format := range render.Formats() {
		for name, sample := range reporttest.Samples(100) {
			text := []byte(draw(t, format, sample(), render.Options{}))
			if len(text) == 0 && format == "jsonl" {
				continue // an empty file is no configuration either
			}
			if !render.IsReport(text) {
				t.Errorf("the %s report %s is not known", format, name)
			}
			if !render.IsReport(text[:min(len(text), 1000)]) {
				t.Errorf("the beginning of the %s report %s is not known", format, name)
			}
		}
	}
}

func TestAReportInJSONIsKnownInAnyLayout(t *testing.T) {
	t.Parallel()
	text := []byte(draw(t, "json", reporttest.Blocked(), render.Options{}))
	var compact bytes.Buffer
	if err := json.Compact(&compact, text); err != nil {
		t.Fatal(err)
	}
	var keys map[string]any
	if err := json.Unmarshal(text, &keys); err != nil {
		t.Fatal(err)
	}
	sorted, err := json.MarshalIndent(keys, "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	for name, layout := range map[string][]byte{"compact": compact.Bytes(), "sorted": sorted, "spaced": append([]byte("\n \n"), text...)} {
		if !render.IsReport(layout) {
			t.Errorf("%s: not known", name)
		}
	}
}

func TestWhatNamesTheProgramIsNoReport(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"",
		"api7-preflight",
		"api7-preflight: {image: api7-preflight}\n",
		"# api7-preflight writes this: x\nname: api7-preflight\n",
		"name: api7-preflight\nschema_version: 1\n",
		`{"tool": "api7-preflight", "schema_version": "1"}`,
		`{"tool": {"name": "api7-preflight"}}`,
		`{"tool": {"name": "another"}, "schema_version": "1", "for": "api7-preflight"}`,
		`{"schema_version": "1", "report": {"tool": {"name": "api7-preflight"}}}`,
		`[{"schema_version": "1", "tool": {"name": "api7-preflight"}}]`,
		`{"schema_version": "1", "tool": {"name": "api7-preflight"`,
	} {
		if render.IsReport([]byte(text)) {
			t.Errorf("taken for a report: %s", text)
		}
	}
}

func TestNoFixtureIsAReport(t *testing.T) {
	t.Parallel()
	files := 0
	err := filepath.WalkDir("../../fixtures/files", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		files++
		data, err := os.ReadFile(path)
		if err == nil && render.IsReport(data) {
			t.Errorf("%s is taken for a report", path)
		}
		return err
	})
	if err != nil || files == 0 {
		t.Error(files, err)
	}
}

// TestReportsAreForNobodyElse lists the formats that other users are meant to read: numbers for a collector.
func TestReportsAreForNobodyElse(t *testing.T) {
	t.Parallel()
	for _, format := range render.Formats() {
		want := map[bool]fs.FileMode{false: 0o600, true: 0o644}[format == "prometheus"]
		if got := render.Mode(format); got != want {
			t.Errorf("%s is written with mode %o", format, got)
		}
	}
}
