package registry_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/dev/gen/registry"
)

const root = "../../../.."

func TestTheListOfRulesIsUpToDate(t *testing.T) {
	t.Parallel()
	files, err := registry.Files(os.DirFS(root))
	if err != nil {
		t.Fatal(err)
	}
	stale, err := registry.Update(root, files, false)
	if err != nil {
		t.Fatal(err)
	}
	if len(stale) > 0 {
		t.Errorf("%s: not up to date, run: %s", strings.Join(stale, ", "), registry.Command)
	}
}

func TestAFolderWithARuleIsListed(t *testing.T) {
	t.Parallel()
	empty := &fstest.MapFile{}
	files, err := registry.Files(fstest.MapFS{
		"rules/v3_9/cc/rule.go": empty, "rules/v3_10/bb/rule.go": {Data: []byte("this is not Go")}, "rules/path/aa/rule.go": empty,
		"rules/internal/xx/rule.go": empty, "rules/v3_9/yy/other.go": empty, "rules/v3_9/cc/testdata/rule.go": empty,
	})
	if err != nil {
		t.Fatal(err)
	}
	var listed []string
	for line := range strings.Lines(string(files["rules/all.go"])) {
		line = strings.Trim(line, "\t\n")
		if strings.Contains(line, "preflight/rules/") || strings.HasPrefix(line, "&") {
			listed = append(listed, strings.TrimPrefix(line, `"github.com/api7-preflight/api7-preflight/rules/`))
		}
	}
	want := []string{`path/aa"`, `v3_10/bb"`, `v3_9/cc"`, "&aa.Rule,", "&bb.Rule,", "&cc.Rule,"}
	if diff := cmp.Diff(want, listed); diff != "" {
		t.Errorf("the list (-want +got):\n%s", diff)
	}
	if _, err := registry.Files(fstest.MapFS{"rules/v3_9/cc/rule.go": empty, "rules/path/cc/rule.go": empty}); err == nil || !strings.Contains(err.Error(), "rules/v3_9/cc is called like rules/path/cc") {
		t.Errorf("two folders of one name: %v", err)
	}
}

func TestOnlyWhatIsStaleIsWritten(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, "old", "x")
	write(t, dir, "same", "same")
	files := map[string][]byte{"old": []byte("new"), "same": []byte("same"), "missing": []byte("made")}
	for _, really := range []bool{false, true, true} {
		stale, err := registry.Update(dir, files, really)
		if err != nil {
			t.Fatal(err)
		}
		if got := content(t, dir, "old"); (got == "new") != really {
			t.Errorf("with write %v the file says %q, and %v is stale", really, got, stale)
		}
		if wrote := []string{"missing", "old"}; !slices.Equal(stale, wrote) && len(stale) > 0 {
			t.Errorf("stale: %v, want %v or nothing", stale, wrote)
		}
	}
	if stale, err := registry.Update(dir, files, true); len(stale) > 0 || err != nil {
		t.Errorf("still stale: %v, %v", stale, err)
	}
	if _, err := registry.Update(dir, map[string][]byte{"no/folder": nil}, true); err == nil {
		t.Error("what cannot be written is no error")
	}
}

func write(t *testing.T, dir, file, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func content(t *testing.T, dir, file string) string {
	t.Helper()
	data, err := fs.ReadFile(os.DirFS(dir), file)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
