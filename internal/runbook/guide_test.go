package runbook_test

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/runbook"
)

// TestEveryStatementOfTheVendorsGuideIsInTheRunbook holds the table in docs/runbook.md against the list of what the guide says,
// and against the runbook of the example installation.
func TestEveryStatementOfTheVendorsGuideIsInTheRunbook(t *testing.T) {
	t.Parallel()
	document, err := os.ReadFile("../../docs/runbook.md")
	if err != nil {
		t.Fatal(err)
	}
	list, err := os.ReadFile("testdata/guide-3.7.txt")
	if err != nil {
		t.Fatal(err)
	}
	_, table, found := strings.Cut(string(document), "| the guide says |")
	if !found {
		t.Fatal("docs/runbook.md has no table of what the guide says")
	}
	places := placesOf(t, demo(t))
	var statements []string
	for line := range strings.Lines(table) {
		cells := strings.Split(strings.Trim(line, "| \n"), " | ")
		if len(cells) != 2 || strings.HasPrefix(line, "|---") || strings.Contains(line, "the runbook has it in") {
			continue
		}
		statements = append(statements, cells[0])
		ids := regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(cells[1], -1)
		if len(ids) == 0 {
			t.Errorf("%q is nowhere", cells[0])
		}
		for _, id := range ids {
			if !slices.Contains(places, id[1]) {
				t.Errorf("%q is in %s, which does not exist", cells[0], id[1])
			}
		}
	}
	if diff := cmp.Diff(strings.Split(strings.TrimSpace(string(list)), "\n"), statements); diff != "" {
		t.Errorf("the table does not have the statements of the guide (-want +got):\n%s", diff)
	}
}

// placesOf returns the ids of steps, the phases that have steps, and the parts of the document that are not empty.
func placesOf(t *testing.T, b *runbook.Runbook) []string {
	t.Helper()
	var places []string
	for i := range b.Steps {
		places = append(places, b.Steps[i].ID, string(b.Steps[i].Phase))
	}
	text, err := json.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]json.RawMessage{}
	if err := json.Unmarshal(text, &parts); err != nil {
		t.Fatal(err)
	}
	for name, part := range parts {
		if len(part) > len("null") {
			places = append(places, name)
		}
	}
	return places
}

// TestStatementsWithNumbersAndNamesAreKept looks for what a table of places cannot prove: the minutes, the commands and the
// words of the guide.
func TestStatementsWithNumbersAndNamesAreKept(t *testing.T) {
	t.Parallel()
	b := demo(t)
	for id, words := range map[string][]string{
		"backup-database":            {"pg_dump -h pg.example.internal -p 5432", "-F c -b -v -f", "-F p -f", "psql -f"},
		"rollback-control-plane":     {"pg_restore -h pg.example.internal -p 5432", "-v --exit-on-error", "pg_terminate_backend", "-C -d postgres", "psql -h pg.example.internal"},
		"backup-files":               {"dp_manager_conf/conf.yaml", "dashboard_conf/conf.yaml", "gateway_conf/config.yaml"},
		"freeze":                     {"Dashboard", "ADC", "Admin API", "Ingress Controller", "SQL"},
		"upgrade-control-plane":      {"Gateways keep serving requests", "3.7.3", "one service after the other"},
		"upgrade-gateways-default":   {"error lines", "can be ignored", "Rolling"},
		"upgrade-gateways-edge-7f3a": {"api7/gateway --version 0.2.14", "etcd.auth.tls.enabled", "API7_GATEWAY_GROUP_SHORT_ID", "edge-7f3a", "apisix.image.tag'=3.7.3"},
		"make-ready":                 {"v3.7.3"},
		"choose-target":              {"latest", "long-term support", "major, minor", "patch"},
		"talk-to-vendor":             {"custom plugins", "hardware", "service levels", "what your people can do"},
		"read-release-notes":         {"new features", "introduction and the upgrade guides"},
		"test-environment":           {"Getting Started Guide"},
	} {
		s := b.Step(id)
		if s == nil {
			t.Errorf("there is no step %s", id)
			continue
		}
		for _, w := range words {
			if !strings.Contains(s.Text+"\n"+s.Command+"\n"+s.Expect, w) {
				t.Errorf("%s does not say %q:\n%s\n%s", id, w, s.Text, s.Command)
			}
		}
	}
	minutes := map[string]int{}
	for i := range b.Steps {
		if b.Steps[i].Minutes > 0 {
			minutes[b.Steps[i].ID] = b.Steps[i].Minutes
		}
	}
	want := map[string]int{
		"backup-database": 10, "backup-files": 5, "upgrade-control-plane": 20, "upgrade-gateways-default": 30, "upgrade-gateways-edge-7f3a": 30,
		"upgrade-gateways-stg01": 30, "acceptance": 20,
	}
	if diff := cmp.Diff(want, minutes); diff != "" {
		t.Errorf("minutes (-want +got):\n%s", diff)
	}
}
