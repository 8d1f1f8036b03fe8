package registry_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/dev/gen/registry"
)

// lines returns the groups of folders, and the path of a fixture in each.
func lines() map[string]string {
	return map[string]string{
		"v3_8": "upgrade: {from: 3.7.8, to: 3.8.0}", "path": "upgrade: {from: 3.4.1, to: 3.7.3}",
		"files": "upgrade: {from: 3.4.1, to: 3.7.3}", "several": "upgrade: {from: 3.4.1, to: 3.7.3}",
	}
}

func TestScaffoldSaysWhereSomethingIsToBeFilled(t *testing.T) {
	t.Parallel()
	for _, kind := range registry.Kinds() {
		for line, path := range lines() {
			t.Run(kind+" "+line, func(t *testing.T) {
				t.Parallel()
				dir := t.TempDir()
				fill, err := registry.Scaffold(dir, "plugin-gone", line, kind, "")
				if err != nil {
					t.Fatal(err)
				}
				folder := "rules/" + line + "/plugingone/"
				if want := []string{folder + "rule.go", folder + "doc.md", folder + "testdata/hit.yaml"}; !slices.Equal(fill, want) {
					t.Errorf("to fill: %v, want %v", fill, want)
				}
				for _, file := range fill {
					if !strings.Contains(content(t, dir, file), registry.Fill) {
						t.Errorf("nothing is to be filled in %s", file)
					}
				}
				hit, clean := content(t, dir, folder+"testdata/hit.yaml"), content(t, dir, folder+"testdata/clean.yaml")
				if !strings.HasPrefix(hit, path) || !strings.HasPrefix(clean, path) || !strings.Contains(hit, "# want") || strings.Contains(clean, "# want") {
					t.Errorf("the fixtures are\n%s\n%s", hit, clean)
				}
				if _, err := registry.Scaffold(dir, "plugin-gone", line, kind, ""); err == nil || !strings.Contains(err.Error(), "exists") {
					t.Errorf("made twice: %v", err)
				}
			})
		}
	}
}

// TestScaffoldTakesTheReleaseOfTheChange proves that a change in a later release of its line needs no manual fixture.
func TestScaffoldTakesTheReleaseOfTheChange(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if _, err := registry.Scaffold(dir, "plugin-gone", "v3_8", "plugin", "3.8.10"); err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]string{"rule.go": `Since("3.8.10")`, "testdata/hit.yaml": "to: 3.8.10", "testdata/clean.yaml": "to: 3.8.10"} {
		if text := content(t, dir, "rules/v3_8/plugingone/"+file); !strings.Contains(text, want) {
			t.Errorf("%s lacks %q:\n%s", file, want, text)
		}
	}
	for _, since := range []string{"3.8.99", "3.7.3"} {
		if _, err := registry.Scaffold(dir, "other-gone", "v3_8", "plugin", since); err == nil || !strings.Contains(err.Error(), since) {
			t.Errorf("since %s: %v", since, err)
		}
	}
	if _, err := registry.Scaffold(dir, "plugin-gone", "v3_9", "plugin", ""); err == nil || !strings.Contains(err.Error(), "one name") {
		t.Errorf("made twice in two lines: %v", err)
	}
}

// TestEveryScaffoldCompiles compiles the scaffolds as an overlay of the repository.
func TestEveryScaffoldCompiles(t *testing.T) {
	t.Parallel()
	repository, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	dir, packages := t.TempDir(), []string{}
	overlay := map[string]map[string]string{"Replace": {}}
	for _, kind := range registry.Kinds() {
		for line := range lines() {
			id := "scaffold-" + kind + "-" + strings.ReplaceAll(line, "_", "-")
			if _, err := registry.Scaffold(dir, id, line, kind, ""); err != nil {
				t.Fatal(err)
			}
			folder := "rules/" + line + "/" + registry.Package(id)
			packages = append(packages, "./"+folder)
			for _, file := range []string{"rule.go", "doc.md"} {
				overlay["Replace"][filepath.Join(repository, folder, file)] = filepath.Join(dir, folder, file)
			}
		}
	}
	text, err := json.Marshal(overlay)
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir, "overlay.json", string(text))
	cmd := exec.CommandContext(t.Context(), "go", append([]string{"build", "-overlay", filepath.Join(dir, "overlay.json")}, packages...)...)
	cmd.Dir = repository
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v:\n%s", err, out)
	}
}

func TestScaffoldRefusesBadNames(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "rules"), 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, dir, "rules/retired.txt", "# why\nold-rule\nolder-rule # since 1.2\n")
	tests := []struct{ id, line, kind, want string }{
		{"Gone", "v3_8", "own", "lower-case"},
		{"../x-y", "v3_8", "own", "lower-case"},
		{"plugin-gone", "3.8", "own", "want v3_8, several"},
		{"plugin-gone", "", "own", "want v3_8, several"},
		{"plugin-gone", "v9_9", "own", "no release of it is known"},
		{"plugin-gone", "v3_8", "", "want one of plugin, file, own, reminder"},
		{"plugin-gone", "v3_8", "plugins", "want one of plugin"},
		{"old-rule", "path", "own", "retired"},
		{"older-rule", "path", "own", "retired"},
	}
	for _, tt := range tests {
		if _, err := registry.Scaffold(dir, tt.id, tt.line, tt.kind, ""); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s %s %s: error is %v, want %q", tt.id, tt.line, tt.kind, err, tt.want)
		}
	}
	if made, err := os.ReadDir(filepath.Join(dir, "rules")); err != nil || len(made) != 1 {
		t.Errorf("something was made: %v, %v", made, err)
	}
}
