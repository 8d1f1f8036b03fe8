package rules_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/fixtures"
	"github.com/api7-preflight/api7-preflight/internal/dev/gen/registry"
	"github.com/api7-preflight/api7-preflight/internal/engine"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/source/snapshot"
	"github.com/api7-preflight/api7-preflight/internal/test/memory"
	"github.com/api7-preflight/api7-preflight/internal/test/ruletest"
	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/rules"
)

// TestManyPathsInOneReadAreJudgedAsOneByOne: for every known target, the report is the same as that of a run with this
// target alone, apart from what identifies the run.
func TestManyPathsInOneReadAreJudgedAsOneByOne(t *testing.T) {
	t.Parallel()
	all := fixtured(t)
	for name, in := range map[string]struct {
		sources func() []estate.Source
		every   int // of how many targets one is judged alone: much takes long
	}{
		"the example":         {func() []estate.Source { return demo(t) }, 1},
		"what every rule has": {func() []estate.Source { return []estate.Source{all} }, 30},
		"next to nothing":     {func() []estate.Source { return []estate.Source{sound()} }, 1},
	} {
		for _, from := range []string{"3.2.16.7", "3.4.1", "3.7.8"} {
			t.Run(name+" from "+from, func(t *testing.T) {
				t.Parallel()
				options := engine.Options{
					Rules: rules.All(), Scope: report.ScopeAll, FailOn: report.SeverityBreaking, Now: func() time.Time { return time.Unix(0, 0) },
				}
				for _, r := range version.Releases() {
					if p := (version.Path{From: version.MustParse(from), To: r.Version}); p.From.Less(p.To) {
						options.Also = append(options.Also, p)
					}
				}
				options.Path, options.Sources = options.Also[0], in.sources()
				together, err := engine.Judge(t.Context(), options)
				if err != nil {
					t.Fatal(err)
				}
				for i, p := range options.Also {
					if i%in.every > 0 {
						continue
					}
					options.Path, options.Sources = p, in.sources()
					alone, err := engine.Run(t.Context(), options)
					if err != nil {
						t.Fatal(err)
					}
					if diff := cmp.Diff(text(t, alone), text(t, together.Report(p))); diff != "" {
						t.Fatalf("to %s (-alone +together):\n%s", p.To, diff)
					}
				}
			})
		}
	}
}

func text(t *testing.T, r *report.Report) string {
	t.Helper()
	out, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// demo returns the database and the files of the example installation.
func demo(t *testing.T) (all []estate.Source) {
	t.Helper()
	for _, content := range []string{fixtures.Demo(), fixtures.DemoFiles()} {
		src, err := snapshot.Read("example", strings.NewReader(content), int64(len(content)))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, src)
	}
	return all
}

// fixtured holds what the fixtures of all rules hold.
func fixtured(t *testing.T) estate.Source {
	t.Helper()
	root := os.DirFS(".")
	folders, err := registry.Folders(root)
	if err != nil {
		t.Fatal(err)
	}
	src := &memory.Source{About: estate.Info{Kind: "fixture", Name: "all"}, Kinds: estate.Kinds()}
	for _, dir := range folders {
		for _, f := range ruletest.Fixtures(t, root, dir) {
			src.Resources = append(src.Resources, f.Resources...)
		}
	}
	return src
}
