package cli_test

import (
	"encoding/json"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/catalogue"
	"github.com/api7-preflight/api7-preflight/rules"
)

// TestTheLongestPathListsEveryEntry proves that the coverage lists every known change exactly once, and that the sums
// match the lists.
func TestTheLongestPathListsEveryEntry(t *testing.T) {
	t.Parallel()
	code, stdout, stderr := call(t, "rules", "coverage", "--from", "3.2.8.1", "--to", "3.10.5", "--format", "json")
	if code != 0 || stderr != "" {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	var doc struct {
		Known      int `json:"known"`
		Automatic  int `json:"automatic"`
		ByHand     int `json:"by_hand"`
		NotCovered int `json:"not_covered"`
		Lines      []struct {
			Changes []struct {
				Entry string   `json:"entry"`
				How   string   `json:"how"`
				Why   string   `json:"why"`
				Rules []string `json:"rules"`
			} `json:"changes"`
		} `json:"lines"`
	}
	if err := json.Unmarshal([]byte(stdout), &doc); err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for _, l := range doc.Lines {
		for _, c := range l.Changes {
			seen[c.Entry]++
			if (c.How == string(catalogue.NotCovered)) != (len(c.Rules) == 0 && c.Why != "") {
				t.Errorf("%s is %s, by rules %v, because %q", c.Entry, c.How, c.Rules, c.Why)
			}
		}
	}
	known, err := catalogue.Parse(rules.Catalogue())
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range known.Changes {
		if seen[e.ID] != 1 {
			t.Errorf("%s is listed %d times", e.ID, seen[e.ID])
		}
	}
	if doc.Known != doc.Automatic+doc.ByHand+doc.NotCovered || doc.Known != len(seen) {
		t.Errorf("%d known, %d automatic, %d by hand, %d not covered, %d listed", doc.Known, doc.Automatic, doc.ByHand, doc.NotCovered, len(seen))
	}
}
