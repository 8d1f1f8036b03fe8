package report_test

import (
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

func TestVerdictNeedsEvidenceForEveryWord(t *testing.T) {
	t.Parallel()
	passed := report.Rule{Rule: "a", Status: report.Passed, Examined: 1}
	source := report.Source{Kind: "postgres", Complete: true}
	breaking := report.Finding{Severity: report.SeverityBreaking}
	warning := report.Finding{Severity: report.SeverityWarning}
	waived := "known"
	gap := report.Unexamined{What: "table"}
	tests := map[string]struct {
		r    report.Report
		want report.Verdict
		code int
	}{
		"all passed":                   {report.Report{Rules: []report.Rule{passed}}, report.Ready, 0},
		"breaking finding":             {report.Report{Rules: []report.Rule{passed}, Findings: report.FindingsOf(breaking)}, report.Blocked, 1},
		"warning below the threshold":  {report.Report{Rules: []report.Rule{passed}, Findings: report.FindingsOf(warning)}, report.Ready, 0},
		"warning at the threshold":     {report.Report{FailOn: "warning", Rules: []report.Rule{passed}, Findings: report.FindingsOf(warning)}, report.Blocked, 1},
		"never fails":                  {report.Report{FailOn: "never", Rules: []report.Rule{passed}, Findings: report.FindingsOf(breaking)}, report.Ready, 0},
		"waived":                       {report.Report{Rules: []report.Rule{passed}, Findings: report.FindingsOf(report.Finding{Severity: "breaking", Waived: &waived})}, report.Ready, 0},
		"unknown rule":                 {report.Report{Rules: []report.Rule{passed, {Status: report.Unknown}}}, report.Incomplete, 4},
		"unknown, accepted":            {report.Report{Rules: []report.Rule{passed, {Status: report.Unknown, Accepted: true}}}, report.Ready, 0},
		"failed and in doubt":          {report.Report{Rules: []report.Rule{{Status: report.Failed, Examined: 1, Reasons: []string{"x"}}}, Findings: report.FindingsOf(warning)}, report.Incomplete, 4},
		"blocked wins over incomplete": {report.Report{Rules: []report.Rule{{Status: report.Unknown}}, Findings: report.FindingsOf(breaking)}, report.Blocked, 1},
		"gap":                          {report.Report{Rules: []report.Rule{passed}, Unexamined: []report.Unexamined{gap}}, report.Incomplete, 4},
		"no rule judged":               {report.Report{Rules: []report.Rule{{Status: report.NotApplicable}, {Status: report.Disabled}}}, report.Incomplete, 4},
		"judged without a look":        {report.Report{Rules: []report.Rule{{Status: report.Passed}}}, report.Incomplete, 4},
		"nothing":                      {report.Report{}, report.Incomplete, 4},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := tt.r
			r.Sources = []report.Source{source}
			if r.FailOn == "" {
				r.FailOn = report.SeverityBreaking
			}
			r.Seal()
			if r.Verdict != tt.want || r.ExitCode != tt.code {
				t.Errorf("verdict %s, exit %d; want %s, %d", r.Verdict, r.ExitCode, tt.want, tt.code)
			}
		})
	}
	none := report.Report{Rules: []report.Rule{passed}, FailOn: report.SeverityBreaking}
	if none.Seal(); none.ExitCode != report.ExitIncomplete {
		t.Errorf("without a source: exit %d", none.ExitCode)
	}
}
