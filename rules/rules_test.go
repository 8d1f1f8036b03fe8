package rules_test

import (
	"flag"
	"os"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/dev/gen/registry"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/test/ruletest"
	"github.com/api7-preflight/api7-preflight/rules"
)

// TestMain lets -run take the id of a rule: then the tests say all that they have to say of that rule, and nothing else.
//
//	go test ./rules -run canary-rule-active
//	go test ./rules -run canary-rule-active/crossing.yaml
func TestMain(m *testing.M) {
	flag.Parse()
	run := flag.Lookup("test.run").Value
	if err := run.Set(selection(run.String())); err != nil {
		panic(err) // every text is taken
	}
	m.Run()
}

// selection returns what -run selects: for the id of a rule the subtests that are called so, in every test.
func selection(run string) string {
	id, below, _ := strings.Cut(run, "/")
	if !slices.ContainsFunc(rules.All(), func(r *rule.Rule) bool { return r.ID == id }) {
		return run
	}
	return "/^" + id + "$/" + below
}

func TestTheIDOfARuleSelectsWhatIsSaidOfIt(t *testing.T) {
	t.Parallel()
	for run, want := range map[string]string{
		"canary-rule-active":          "/^canary-rule-active$/",
		"canary-rule-active/hit.yaml": "/^canary-rule-active$/hit.yaml",
		"canary":                      "canary",
		"":                            "",
		"TestEvery/canary":            "TestEvery/canary",
	} {
		if got := selection(run); got != want {
			t.Errorf("-run %q selects %q, want %q", run, got, want)
		}
	}
}

func TestEveryRuleKeepsItsPromises(t *testing.T) {
	t.Parallel()
	ruletest.Run(t, rules.All(), os.DirFS("."))
}

// eachRule calls f with every rule and its fixtures, in a subtest that is called like the rule. A rule that the harness
// refuses to try is left to it.
func eachRule(t *testing.T, f func(t *testing.T, r *rule.Rule, fixtures []*ruletest.Fixture)) {
	t.Helper()
	root := os.DirFS(".")
	folders, err := registry.Folders(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rules.All() {
		t.Run(r.ID, func(t *testing.T) {
			t.Parallel()
			at := slices.IndexFunc(folders, func(dir string) bool { return path.Base(dir) == registry.Package(r.ID) })
			if at < 0 || len(r.Flaws()) > 0 || len(ruletest.Unfilled(root, folders[at])) > 0 {
				t.Skip("TestEveryRuleKeepsItsPromises says what is missing")
			}
			f(t, r, ruletest.Fixtures(t, root, folders[at]))
		})
	}
}
