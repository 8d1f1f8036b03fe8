package rules_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/rules"
)

// textOfRule is where the document links to the text of a rule.
var textOfRule = regexp.MustCompile(`\.\./rules/([a-z0-9_]+/[a-z0-9]+)/doc\.md`)

func TestEveryRuleAboutFilesIsInTheirDocument(t *testing.T) {
	t.Parallel()
	document, err := os.ReadFile("../docs/config-rules.md")
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]string{}
	for _, r := range rules.All() {
		ids[strings.ReplaceAll(r.ID, "-", "")] = r.ID
	}
	folders, err := os.ReadDir("files")
	if err != nil || len(folders) == 0 {
		t.Fatalf("%d folders, %v", len(folders), err)
	}
	for _, folder := range folders {
		id := ids[folder.Name()]
		linked := "](../rules/files/" + folder.Name() + "/doc.md)"
		if id == "" || !strings.Contains(string(document), "["+id+linked) && !strings.Contains(string(document), "\n### "+id+"\n\nRule: [doc.md"+linked) {
			t.Errorf("docs/config-rules.md has neither a section nor a line about %s (rule %q)", folder.Name(), id)
		}
	}
	for _, link := range textOfRule.FindAllStringSubmatch(string(document), -1) {
		if _, err := os.Stat(link[1] + "/doc.md"); err != nil {
			t.Errorf("docs/config-rules.md links to a rule that is not there: %v", err)
		}
	}
}
