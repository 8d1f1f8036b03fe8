package tables_test

import (
	"flag"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/dev/gen/registry"
	"github.com/api7-preflight/api7-preflight/internal/dev/gen/tables"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/rules"
)

var update = flag.Bool("update", false, "write the tables instead of comparing them")

func TestCommittedTables(t *testing.T) {
	t.Parallel()
	const root = "../../../.."
	files, err := tables.Files(os.DirFS(root), rules.All())
	if err != nil {
		t.Fatal(err)
	}
	stale, err := registry.Update(root, files, *update)
	if err != nil {
		t.Fatal(err)
	}
	if len(stale) > 0 && !*update {
		t.Errorf("%s: not up to date, run: %s", strings.Join(stale, ", "), registry.Command)
	}
}

// root returns a repository with these rule folders.
func root(folders ...string) fstest.MapFS {
	files := fstest.MapFS{
		"README.md":            {Data: []byte("before\n<!-- rules:begin -->\nold\n<!-- rules:end -->\nafter\n")},
		"rules/catalogue.yaml": {Data: []byte(catalogue)},
	}
	for _, f := range folders {
		files["rules/"+f+"/rule.go"] = &fstest.MapFile{}
	}
	return files
}

const catalogue = `
as_of: 2026-08-21
changes:
- {id: G1, kind: procedure, summary: Always., affects: a, sources: [https://example.org/x], confidence: inferred, handled: {not: no need}}
- {id: R-3.9.0-1, versions: [3.9.0], until: [3.9.2], kind: defect, summary: New., affects: a, sources: [https://example.org/x], confidence: inferred, handled: {rules: [c-c]}}
- {id: R-3.5.0-1, versions: [3.5.0], kind: removed, summary: Old., affects: a, sources: [https://example.org/x], confidence: inferred, handled: {rules: [b-b, c-c]}}
`

// named returns a rule with a change of its own.
func named(id string, a rule.Applies, since ...string) *rule.Rule {
	return &rule.Rule{ID: id, Title: "t", Severity: rule.Notice, Applies: a, Change: version.Since(since...), Start: func(*rule.Pass) {}}
}

func TestTablesSayWhatTheRulesSay(t *testing.T) {
	t.Parallel()
	byHand := named("b-b", rule.Reaching, "3.5.0")
	byHand.Start, byHand.Manual = nil, rule.Beforehand("look")
	window := &rule.Rule{ID: "c-c", Title: "t", Severity: rule.Breaking, Applies: rule.Reaching, Facts: rule.Facts(rows.Attached{
		Case: rule.Case{Entry: "R-3.9.0-1", Change: version.Since("3.9.0"), Until: version.Since("3.9.2")},
	})}
	window.Action = "delete it"
	files, err := tables.Files(root("v3_10/bb", "v3_9/cc", "path/aa", "files/dd", "several/ee"), []*rule.Rule{
		named("a-a", rule.Always), byHand, window, named("d-d", rule.Crossing, "3.5.0", "3.6.1"), named("e-e", rule.Crossing, "3.5.0"),
	})
	if err != nil {
		t.Fatal(err)
	}
	table := "| line | rule | severity | what | when |\n|---|---|---|---|---|\n" +
		"| 3.9 | [c-c](rules/v3_9/cc/doc.md) | breaking | t | targets from 3.9.0 until 3.9.2 |\n" +
		"| 3.10 | [b-b](rules/v3_10/bb/doc.md) | notice | t | targets from 3.5.0, by hand |\n" +
		"| several | [e-e](rules/several/ee/doc.md) | notice | t | upgrades over 3.5.0 |\n" +
		"| files | [d-d](rules/files/dd/doc.md) | notice | t | upgrades over 3.5.0, 3.6.1 |\n" +
		"| any | [a-a](rules/path/aa/doc.md) | notice | t | every upgrade |\n"
	if diff := cmp.Diff("before\n<!-- rules:begin -->\n"+table+"<!-- rules:end -->\nafter\n", string(files["README.md"])); diff != "" {
		t.Errorf("README.md (-want +got):\n%s", diff)
	}
	index := string(files["rules/README.md"])
	const entries = `
### 3.5

| entry | since | change | answered by |
|---|---|---|---|
| R-3.5.0-1 | 3.5.0 | Old. | [b-b](v3_10/bb/doc.md), [c-c](v3_9/cc/doc.md) |

### 3.9

| entry | since | change | answered by |
|---|---|---|---|
| R-3.9.0-1 | 3.9.0 until 3.9.2 | New. | [c-c](v3_9/cc/doc.md) |

### Every upgrade

| entry | since | change | answered by |
|---|---|---|---|
| G1 |  | Always. | nothing: no need |
`
	const actions = "\n| rule | action |\n|---|---|\n| c-c | delete it |\n\n"
	if !strings.Contains(index, strings.ReplaceAll(table, "(rules/", "(")) || !strings.Contains(index, actions) || !strings.HasSuffix(index, entries) {
		t.Errorf("rules/README.md is\n%s", index)
	}
}

func TestWhatTablesCannotBeMadeOfIsNamed(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		spoil func(fstest.MapFS)
		want  string
	}{
		"no folder":   {func(m fstest.MapFS) { delete(m, "rules/path/aa/rule.go") }, "rule a-a has no folder called aa"},
		"two folders": {func(m fstest.MapFS) { m["rules/v3_5/aa/rule.go"] = &fstest.MapFile{} }, "rules/v3_5/aa is called like rules/path/aa"},
		"no README":   {func(m fstest.MapFS) { delete(m, "README.md") }, "README.md"},
		"no marker":   {func(m fstest.MapFS) { m["README.md"] = &fstest.MapFile{Data: []byte("x")} }, "no place for the table"},
		"one marker":  {func(m fstest.MapFS) { m["README.md"] = &fstest.MapFile{Data: []byte("<!-- rules:begin -->")} }, "no place for the table"},
		"markers swapped": {func(m fstest.MapFS) {
			m["README.md"] = &fstest.MapFile{Data: []byte("<!-- rules:end --><!-- rules:begin -->")}
		}, "no place for the table"},
		"no catalogue": {func(m fstest.MapFS) { delete(m, "rules/catalogue.yaml") }, "catalogue.yaml"},
		"broken catalogue": {func(m fstest.MapFS) {
			m["rules/catalogue.yaml"] = &fstest.MapFile{Data: []byte("{as_of: 2026-08-21, changes: [{id: x}]}")}
		}, `"x" is no id`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files := root("path/aa")
			tt.spoil(files)
			if _, err := tables.Files(files, []*rule.Rule{named("a-a", rule.Always)}); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error is %v, want %q", err, tt.want)
			}
		})
	}
}
