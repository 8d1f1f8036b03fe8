package rules_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/dev/gen/registry"
	"github.com/api7-preflight/api7-preflight/rules"
)

// textOfRule is where the document links to the text of a rule.
var textOfRule = regexp.MustCompile(`\.\./rules/([a-z0-9_]+/[a-z0-9]+)/doc\.md`)

func TestEveryRuleAboutFilesIsInTheirDocument(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../docs/config-rules.md")
	if err != nil {
		t.Fatal(err)
	}
	document := string(text)
	folders, err := os.ReadDir("files")
	if err != nil || len(folders) == 0 {
		t.Fatalf("%d folders, %v", len(folders), err)
	}
	for _, r := range rules.All() {
		folder := registry.Package(r.ID)
		if !slices.ContainsFunc(folders, func(f os.DirEntry) bool { return f.Name() == folder }) {
			continue
		}
		t.Run(r.ID, func(t *testing.T) {
			t.Parallel()
			link := "](../rules/files/" + folder + "/doc.md)"
			if !strings.Contains(document, "["+r.ID+link) && !strings.Contains(document, "\n### "+r.ID+"\n\nRule: [doc.md"+link) {
				t.Errorf("docs/config-rules.md does not speak of it: give it a section if the vendor's charts make it speak, else a line in the table of rules that say nothing of defaults:\n| [%s%s | what it needs |", r.ID, link)
			}
		})
	}
	for _, link := range textOfRule.FindAllStringSubmatch(document, -1) {
		if _, err := os.Stat(link[1] + "/doc.md"); err != nil {
			t.Errorf("docs/config-rules.md links to a rule that is not there: %v", err)
		}
	}
}
