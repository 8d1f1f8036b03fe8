package render_test

import (
	"encoding/csv"
	"regexp"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/render"
	"github.com/api7-preflight/api7-preflight/internal/test/reporttest"
)

// readCSV reads a CSV report: a map from columns to cells for each row.
func readCSV(t *testing.T, text string) []map[string]string {
	t.Helper()
	records, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]string
	for _, record := range records[1:] {
		row := map[string]string{}
		for i, cell := range record {
			row[records[0][i]] = cell
		}
		rows = append(rows, row)
	}
	return rows
}

func TestCSVLooksAsItsGolden(t *testing.T) {
	t.Parallel()
	for name, sample := range reporttest.Samples(3) {
		golden(t, name+".csv", draw(t, "csv", sample(), render.Options{}))
	}
	golden(t, "hostile.csv", draw(t, "csv", reporttest.Hostile(reporttest.HostileNames()...), render.Options{}))
}

func TestCSVHasARowForEachFindingGapAndCheckByHand(t *testing.T) {
	t.Parallel()
	for name, sample := range reporttest.Samples(10_000) {
		r, count := sample(), map[string]int{}
		for i, row := range readCSV(t, draw(t, "csv", r, render.Options{})) {
			count[row["record"]]++
			if i == 0 && row["record"] != "verdict" {
				t.Errorf("%s begins with a row about a %s", name, row["record"])
			}
		}
		if count["finding"] != len(r.Findings) || count["manual-check"] != len(r.ManualChecks) || count["verdict"] != 1 || (count["unexamined"] > 0) != (r.Summary.Unexamined > 0) {
			t.Errorf("%s has %v rows", name, count)
		}
	}
}

// TestNoCellIsAFormula reads the report as spreadsheets do in countries where a comma or a semicolon ends a cell.
func TestNoCellIsAFormula(t *testing.T) {
	t.Parallel()
	names := []string{"=1+1", " =1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "a;=1", "a; @x", "＝1", `";=1`, "=cmd|' /C calc'!A0", "a,=1", "a\n=1"}
	out := draw(t, "csv", reporttest.Hostile(names...), render.Options{})
	for _, row := range readCSV(t, out) {
		for column, cell := range row {
			if regexp.MustCompile(`(^|;) *[=+\-@＝＋－＠]`).MatchString(cell) {
				t.Errorf("%s is %q", column, cell)
			}
		}
	}
	for line := range strings.Lines(out) {
		for cell := range strings.SplitSeq(line, ";") {
			if regexp.MustCompile(`^ *"? *[=+\-@]`).MatchString(cell) {
				t.Errorf("with semicolons a cell is %q", cell)
			}
		}
	}
}

func TestNoCellIsLongerThanASpreadsheetHolds(t *testing.T) {
	t.Parallel()
	for _, name := range []string{strings.Repeat("x", 1<<20), strings.Repeat("é", 1<<19), strings.Repeat("\x1b", 1<<18)} {
		for _, row := range readCSV(t, draw(t, "csv", reporttest.Hostile(name), render.Options{})) {
			for column, cell := range row {
				if len(cell) > 32_767 || len(cell) > 30_000 && !strings.HasSuffix(cell, " characters)") {
					t.Errorf("%s has %d bytes and ends in %q", column, len(cell), cell[len(cell)-20:])
				}
			}
		}
	}
}
