package render_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/api7-preflight/api7-preflight/internal/render"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/test/reporttest"
)

func TestJSONGivesTheReportBack(t *testing.T) {
	t.Parallel()
	for name, sample := range reporttest.Samples(100) {
		want := sample()
		out := draw(t, "json", want, render.Options{Width: 40, Color: true})
		var got report.Report
		if err := json.Unmarshal([]byte(out), &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, &got, cmp.Transformer("Open", report.Packed.Open), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if !strings.HasSuffix(out, "}\n") {
			t.Errorf("%s does not end in one line break", name)
		}
	}
}

func TestJSONHasNoNullListAndChangesNothingInTheReport(t *testing.T) {
	t.Parallel()
	r := &report.Report{Findings: report.FindingsOf(report.Finding{}), Rules: []report.Rule{{}}, ManualChecks: []report.ManualCheck{{}}, Unexamined: []report.Unexamined{{}}, Sources: []report.Source{{}}}
	out := draw(t, "json", r, render.Options{})
	if n := strings.Count(out, "null"); n != 4 { // no waiver with its reason, no baseline, nobody who did the check
		t.Errorf("%d nulls in\n%s", n, out)
	}
	if r.Notes != nil || r.Findings[0].Open().Evidence != nil || r.Findings[0].Open().Object.Labels != nil {
		t.Error("rendering filled the caller's report")
	}
}

func TestJSONKeepsHostileTextAndHTML(t *testing.T) {
	t.Parallel()
	r := reporttest.Base()
	r.Tool.Name = "<a & b> \x1b[2J \u009b \u202e \U000e0041 \n 订单"
	out := draw(t, "json", r, render.Options{})
	if !strings.Contains(out, `<a & b> \u001b[2J \u009b \u202e \udb40\udc41 \n 订单`) {
		t.Errorf("name is not escaped as it should be:\n%s", out[:200])
	}
	var got report.Report
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	if got.Tool.Name != r.Tool.Name {
		t.Errorf("got %q, want %q", got.Tool.Name, r.Tool.Name)
	}
}

func TestJSONHoldsAllFindings(t *testing.T) {
	t.Parallel()
	var r report.Report
	if err := json.Unmarshal([]byte(draw(t, "json", reporttest.Many(10_000), render.Options{})), &r); err != nil || len(r.Findings) != 10_000 {
		t.Errorf("%d findings, want 10000: %v", len(r.Findings), err)
	}
}

// TestEveryLineIsAFindingThatStandsAlone proves that nothing but the line is needed to make a ticket of it.
func TestEveryLineIsAFindingThatStandsAlone(t *testing.T) {
	t.Parallel()
	sample := reporttest.Blocked()
	out := draw(t, "jsonl", sample, render.Options{})
	lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
	if len(lines) != len(sample.Findings) {
		t.Fatalf("%d lines for %d findings", len(lines), len(sample.Findings))
	}
	for i, line := range lines {
		var got struct {
			Tool report.Tool `json:"tool"`
			From string      `json:"from"`
			To   string      `json:"to"`
			report.Finding
		}
		if err := json.Unmarshal([]byte(line), &got); err != nil {
			t.Fatal(err)
		}
		want := sample.Findings[i].Open()
		if got.Tool.Name != report.Program || got.From != sample.Path.From || got.To != sample.Path.To || got.Fingerprint != want.Fingerprint ||
			got.Rule != want.Rule || got.Message != want.Message || len(got.Remediation) != len(want.Remediation) {
			t.Errorf("line %d is %s", i+1, line)
		}
	}
	if out := draw(t, "jsonl", reporttest.Ready(), render.Options{}); out != "" {
		t.Errorf("without findings it is %q", out)
	}
}
