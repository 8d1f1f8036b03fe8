package cli_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// screen is how many lines of the example's report the README shows.
const screen = 38

// TestReadmeShowsTheRealOutput proves that the README's example is what the program prints.
func TestReadmeShowsTheRealOutput(t *testing.T) {
	t.Parallel()
	const readme, begin, end = "../../README.md", "<!-- demo:begin -->\n", "<!-- demo:end -->"
	_, report, _ := call(t, "demo")
	lines := strings.SplitAfter(report, "\n")
	shown := "```\n" + strings.Join(lines[:screen], "") + "…\n```\n"
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
