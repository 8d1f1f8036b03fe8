package cli_test

import (
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/catalogue"
	"github.com/api7-preflight/api7-preflight/rules"
)

// TestExplanationsFitATerminal proves for every rule and every entry of the catalogue that a line is wider than 80 columns
// only for one thing that must not be broken: an address, or code.
func TestExplanationsFitATerminal(t *testing.T) {
	t.Parallel()
	known, err := catalogue.Parse(rules.Catalogue())
	if err != nil {
		t.Fatal(err)
	}
	entries := known.Changes
	var names []string
	code := map[string]bool{} // lines of code, which stay as they are
	for _, r := range rules.All() {
		names = append(names, r.ID)
		for i, part := range strings.Split(r.Doc, "```") {
			for line := range strings.Lines(part) {
				code[strings.TrimSpace(line)] = code[strings.TrimSpace(line)] || i%2 == 1
			}
		}
	}
	for i := 0; i < len(entries); i += 10 {
		names = append(names, entries[i].ID)
	}
	for _, name := range names {
		exit, stdout, stderr := ask(t, nil, "rules", "explain", name)
		if exit != 0 || !strings.Contains(stdout, "\nSources\n") {
			t.Errorf("%s: exit %d, %s", name, exit, stderr)
		}
		for line := range strings.Lines(stdout) {
			text := strings.TrimPrefix(strings.TrimSpace(line), "- ")
			whole := !strings.Contains(text, " ") || strings.HasPrefix(text, "`") && strings.HasSuffix(text, "`") || code[text]
			if len([]rune(strings.TrimRight(line, "\n"))) > 80 && !whole {
				t.Errorf("%s: a line of %d columns: %s", name, len([]rune(line))-1, line)
			}
			if strings.HasPrefix(text, "|") || strings.HasPrefix(text, "#") || strings.Contains(text, "**") {
				t.Errorf("%s: marks of Markdown: %s", name, line)
			}
		}
	}
}
