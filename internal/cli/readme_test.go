package cli_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/rules"
)

// TestReadmeShowsTheRealOutput proves that the README's example is what the program prints.
func TestReadmeShowsTheRealOutput(t *testing.T) {
	t.Parallel()
	const readme, begin, end = "../../README.md", "<!-- demo:begin -->\n", "<!-- demo:end -->"
	_, report, _ := call(t, "demo")
	shown := "```\n" + report + "```\n"
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, _ := strings.Cut(string(text), begin)
	got, tail, ok := strings.Cut(rest, end)
	if !ok {
		t.Fatalf("README.md lacks %s", begin)
	}
	if *update {
		if err := os.WriteFile(readme, []byte(head+begin+shown+end+tail), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(shown, got); diff != "" {
		t.Errorf("README.md is stale, run: make golden (-want +got):\n%s", diff)
	}
}

// TestReadmeAndExplanationsSayTheSameOfWhenARuleIsJudged reads the table in README.md as readers see it.
func TestReadmeAndExplanationsSayTheSameOfWhenARuleIsJudged(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	row := regexp.MustCompile(`(?m)^\| \S+ \| \[([a-z0-9-]+)\]\(rules/\S+/doc\.md\) \| ([a-z]+) \| .* \| (.*) \|$`)
	found := row.FindAllStringSubmatch(string(text), -1)
	if len(found) != len(rules.All()) {
		t.Errorf("the table has %d rules, the program %d", len(found), len(rules.All()))
	}
	for _, m := range found {
		id, how, when := m[1], m[2], m[3]
		if judged, byHand := strings.CutSuffix(when, ", by hand"); byHand {
			how, when = "by hand", judged
		}
		_, explanation, _ := call(t, "rules", "explain", id)
		if want := id + " (" + how + ", " + when + ") "; !strings.HasPrefix(strings.Join(strings.Fields(explanation), " "), want) {
			head, _, _ := strings.Cut(explanation, "\n\n")
			t.Errorf("the table says %q, the explanation\n%s", want, head)
		}
	}
}

// TestDocumentsNameFilesThatExist follows every link in the documents to files of the repository.
func TestDocumentsNameFilesThatExist(t *testing.T) {
	t.Parallel()
	link := regexp.MustCompile(`\]\(([^)#]+)(?:#[^)]*)?\)`)
	names, err := filepath.Glob("../../docs/*.md")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	for _, name := range append(names, "../../README.md", "../../CONTRIBUTING.md", "../../rules/README.md", "../../fixtures/README.md", "../../examples/kubernetes/README.md") {
		name = strings.TrimPrefix(name, "../../")
		text, err := os.ReadFile(filepath.Join("../..", name))
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range link.FindAllStringSubmatch(string(text), -1) {
			if strings.Contains(found[1], "://") {
				continue
			}
			if _, err := os.Stat(filepath.Join("../..", filepath.Dir(name), found[1])); err != nil {
				t.Errorf("%s links to %s, which is not there", name, found[1])
			}
		}
	}
}
