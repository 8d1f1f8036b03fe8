package registry_test

import (
	"go/format"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/gen/registry"
	"github.com/api7-preflight/api7-preflight/rules"
)

const root = "../../.."

func TestGeneratedFilesAreUpToDate(t *testing.T) {
	t.Parallel()
	stale, err := registry.Stale(os.DirFS(root))
	if err != nil {
		t.Fatal(err)
	}
	if len(stale) > 0 {
		t.Errorf("%s: not up to date, run `%s`", strings.Join(stale, ", "), registry.Command)
	}
}

// TestFactsReadFromSourceAreTheRulesOwn compares what the lists say with what the program says.
func TestFactsReadFromSourceAreTheRulesOwn(t *testing.T) {
	t.Parallel()
	read, err := registry.Rules(os.DirFS(root))
	if err != nil {
		t.Fatal(err)
	}
	all := rules.All()
	if len(read) != len(all) {
		t.Fatalf("%d rules in folders, %d in the program", len(read), len(all))
	}
	for i, r := range all {
		f := read[i]
		if f.ID != r.ID || f.Title != r.Title || f.Severity != r.Severity.String() || f.Manual != r.ByHand() ||
			strings.Join(f.Since, ", ") != r.Change.String() {
			t.Errorf("the source says %+v of %s", f, r.ID)
		}
	}
}

func source(pkg, id string) string {
	return "package " + pkg + "\n\nvar Rule = rule.Rule{ID: \"" + id + "\", Title: \"t\", Severity: rule.Notice, Applies: rule.Crossing, Change: version.Since(\"3.5.0\", \"3.6.1\")}\n"
}

func TestListsAreSortedAndGrouped(t *testing.T) {
	t.Parallel()
	files, err := registry.Files(fstest.MapFS{
		"rules/v3_10/bb/rule.go":      {Data: []byte(source("bb", "b-b"))},
		"rules/v3_9/cc/rule.go":       {Data: []byte(source("cc", "c-c"))},
		"rules/path/aa/rule.go":       {Data: []byte(source("aa", "a-a"))},
		"rules/internal/x/other.go":   {Data: []byte("package x\n")},
		"rules/v3_9/cc/testdata/x.go": {Data: []byte("package x\n")},
		"README.md":                   {Data: []byte("before\n<!-- rules:begin -->\nold\n<!-- rules:end -->\nafter\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	all := string(files["rules/all.go"])
	if a, b, c := strings.Index(all, "&aa.Rule"), strings.Index(all, "&bb.Rule"), strings.Index(all, "&cc.Rule"); a < 0 || b < a || c < b {
		t.Errorf("the list is not sorted by id:\n%s", all)
	}
	want := "before\n<!-- rules:begin -->\n| line | rule | severity | what | when |\n|---|---|---|---|---|\n" +
		"| 3.9 | [c-c](rules/v3_9/cc/doc.md) | notice | t | upgrades over 3.5.0, 3.6.1 |\n" +
		"| 3.10 | [b-b](rules/v3_10/bb/doc.md) | notice | t | upgrades over 3.5.0, 3.6.1 |\n" +
		"| any | [a-a](rules/path/aa/doc.md) | notice | t | upgrades over 3.5.0, 3.6.1 |\n" +
		"<!-- rules:end -->\nafter\n"
	if diff := cmp.Diff(want, string(files["README.md"])); diff != "" {
		t.Errorf("README.md differs (-want +got):\n%s", diff)
	}
	if !strings.Contains(string(files["rules/README.md"]), "[c-c](v3_9/cc/doc.md)") {
		t.Errorf("rules/README.md has no link to a rule:\n%s", files["rules/README.md"])
	}
}

func TestReadmeWithoutMarkersIsLeftAlone(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{"none": "x", "one": "<!-- rules:begin -->", "turned": "<!-- rules:end --><!-- rules:begin -->"} {
		files, err := registry.Files(fstest.MapFS{"README.md": {Data: []byte(text)}})
		if _, ok := files["README.md"]; ok || err != nil {
			t.Errorf("%s: README.md is written, error %v", name, err)
		}
	}
}

func TestRulesThatCannotBeReadAreNamed(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		files fstest.MapFS
		want  string
	}{
		"twice":     {fstest.MapFS{"rules/path/aa/rule.go": {Data: []byte(source("aa", "a-a"))}, "rules/v3_5/bb/rule.go": {Data: []byte(source("bb", "a-a"))}}, "is also in rules/path/aa/rule.go"},
		"package":   {fstest.MapFS{"rules/path/aa/rule.go": {Data: []byte(source("bb", "a-a"))}}, "want the folder's name"},
		"no rule":   {fstest.MapFS{"rules/path/aa/rule.go": {Data: []byte("package aa\n")}}, "want var Rule"},
		"not a row": {fstest.MapFS{"rules/path/aa/rule.go": {Data: []byte("package aa\n\nvar Rule = rule.Rule{ID: id, Title: 1}\n")}}, "written out"},
		"not Go":    {fstest.MapFS{"rules/path/aa/rule.go": {Data: []byte("pack")}}, "expected 'package'"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := registry.Files(tt.files); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error is %v, want %q", err, tt.want)
			}
		})
	}
}

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
			if err := registry.Write(dir); err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(content(t, dir, "rules/all.go"), "&plugingone.Rule") {
				t.Error("the rule is not listed")
			}
			if stale, err := registry.Stale(os.DirFS(dir)); len(stale) > 0 || err != nil {
				t.Errorf("still stale: %v, %v", stale, err)
			}
			if err := registry.Scaffold(dir, "plugin-gone", line); err == nil || !strings.Contains(err.Error(), "exists") {
				t.Errorf("made twice: %v", err)
			}
		})
	}
}

func content(t *testing.T, dir, file string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(file)))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
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
