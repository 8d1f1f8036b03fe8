package main

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/test/faulttest"
)

// TestTheDocumentHoldsWhatTheToolPrints compares classes and ways, and looks for numbers: all of them were printed by a
// run.
func TestTheDocumentHoldsWhatTheToolPrints(t *testing.T) {
	t.Parallel()
	doc, err := os.ReadFile("../../../docs/reliability.md")
	if err != nil {
		t.Fatal(err)
	}
	before, table, after, ok := parts(string(doc))
	if !ok {
		t.Fatal("no place for the table")
	}
	if n := regexp.MustCompile(`.*[0-9].*`).FindString(before + after); n != "" {
		t.Errorf("a number that no run printed: %s", n)
	}
	var want, got []string
	for _, row := range faulttest.Rows() {
		want = append(want, row.Class+" | "+row.How)
	}
	for _, row := range regexp.MustCompile(`(?m)^\| (.+? \| .+?) \| (\d+) \| (\d+) \|$`).FindAllStringSubmatch(table, -1) {
		got = append(got, row[1])
		if row[2] != row[3] {
			t.Errorf("%s: %s of %s survived", row[1], row[3], row[2])
		}
	}
	if !slices.Equal(want, got) {
		t.Errorf("the document has\n%s\nand the tool has\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestEveryFaultHasATest finds the tests as a run does.
func TestEveryFaultHasATest(t *testing.T) {
	t.Parallel()
	suites, err := find(os.DirFS("../../.."))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []struct{ folder, test, script string }{
		{"internal/cli", "TestAFlippedBitNeverLosesFindingsInSilence", "unwritten"},
		{"cmd/api7-preflight", "TestSignalsEndTheProgramWhereverItWaits", ""},
		{"internal/source/pgdump/archive", "TestACutBackupIsNeverReadAsAWholeOne", ""},
	} {
		if !slices.ContainsFunc(suites, func(s suite) bool {
			return s.folder == want.folder && slices.Contains(s.tests, want.test) && (want.script == "" || slices.Contains(s.scripts, want.script))
		}) {
			t.Errorf("%+v is not found", want)
		}
	}
	seen := map[faulttest.Fault]bool{}
	for _, row := range faulttest.Rows() {
		if seen[row.Fault] || row.Class == "" || row.How == "" {
			t.Errorf("%+v is twice or without words", row)
		}
		seen[row.Fault] = true
	}
}

// TestOfATestThatFailsNoFaultSurvives feeds the tally what go test prints.
func TestOfATestThatFailsNoFaultSurvives(t *testing.T) {
	t.Parallel()
	var lines strings.Builder
	for i, row := range faulttest.Rows() {
		name := `"Package":"` + module + `p","Test":"Test` + string(rune('A'+i)) + `"`
		outcome := map[int]string{0: "fail", 1: ""}
		action, special := outcome[i]
		if !special {
			action = "pass"
		}
		lines.WriteString(`{"Action":"attr",` + name + `,"Key":"` + faulttest.TriedKey + `","Value":"` + string(row.Fault) + ` 5"}` + "\n")
		if row.Aside != "" {
			lines.WriteString(`{"Action":"attr",` + name + `,"Key":"` + faulttest.AsideKey + `","Value":"` + string(row.Fault) + ` 2"}` + "\n")
		}
		if action != "" { // else the program broke down
			lines.WriteString(`{"Action":"` + action + `",` + name + `}` + "\n")
		}
	}
	all := &tally{}
	if err := all.read(strings.NewReader(lines.String())); err != nil {
		t.Fatal(err)
	}
	text, lost, err := all.table()
	if err != nil || lost != 10 {
		t.Fatalf("%d lost, %v\n%s", lost, err, text)
	}
	for _, want := range []string{" | 5 | 0 |", " | 5 | 5 |", " | 3 | 3 |", "Not counted are 2 "} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if _, _, err := (&tally{}).table(); err == nil {
		t.Error("nothing was tried, and that is no error")
	}
}
