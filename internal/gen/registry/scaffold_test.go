package registry_test

import (
	"go/format"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/gen/registry"
)

func TestScaffoldMakesACompleteFolderAndListsIt(t *testing.T) {
	t.Parallel()
	for line, from := range map[string]string{"v3_8": "upgrade: {from: 3.7.8, to: 3.8.0}", "path": "upgrade: {from: 3.4.1, to: 3.7.3}"} {
		t.Run(line, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if err := registry.Scaffold(dir, "plugin-gone", line); err != nil {
				t.Fatal(err)
			}
			folder := filepath.Join(dir, "rules", line, "plugingone")
			code := content(t, folder, "rule.go")
			if formatted, err := format.Source([]byte(code)); err != nil || string(formatted) != code {
				t.Errorf("rule.go is not formatted: %v\n%s", err, code)
			}
			for _, file := range []string{"doc.md", "testdata/clean.yaml", "testdata/hit.yaml"} {
				if content(t, folder, file) == "" {
					t.Errorf("%s is empty", file)
				}
			}
			if text := content(t, folder, "testdata/hit.yaml"); !strings.HasPrefix(text, from) || !strings.Contains(text, "# want") {
				t.Errorf("hit.yaml is\n%s", text)
			}
			if err := registry.Scaffold(dir, "plugin-gone", line); err == nil || !strings.Contains(err.Error(), "exists") {
				t.Errorf("made twice: %v", err)
			}
		})
	}
}

func TestScaffoldRefusesBadNames(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "rules"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "rules", "retired.txt"), []byte("# why\nold-rule\nolder-rule # since 1.2\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	tests := []struct{ id, line, want string }{
		{"Gone", "v3_8", "lower-case"},
		{"../x-y", "v3_8", "lower-case"},
		{"plugin-gone", "3.8", "want v3_8"},
		{"plugin-gone", "v9_9", "no release of it is known"},
		{"old-rule", "path", "retired"},
		{"older-rule", "path", "retired"},
	}
	for _, tt := range tests {
		if err := registry.Scaffold(dir, tt.id, tt.line); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s %s: error is %v, want %q", tt.id, tt.line, err, tt.want)
		}
	}
	if made, err := os.ReadDir(filepath.Join(dir, "rules")); err != nil || len(made) != 1 || !slices.ContainsFunc(made, func(e os.DirEntry) bool { return e.Name() == "retired.txt" }) {
		t.Errorf("something was made: %v, %v", made, err)
	}
}
