package render_test

import (
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/render"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/test/reporttest"
)

func TestTheLineSaysTheVerdictAndWhatItRestsOn(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		want string
		r    func() *report.Report
	}{
		{"blocked, 1 finding waived, 1 rule left out: 5 breaking, 2 warnings, 1 not examined", reporttest.Blocked},
		{"incomplete, 1 rule left out, 1 doubt accepted: 2 not examined", reporttest.Incomplete},
		{"ready, 1 rule left out: nothing found", reporttest.Ready},
		{"ready, given sources only (postgres), 1 rule left out: 1 warning", reporttest.ReadyGiven},
		{"blocked, 1 rule left out: 10,000 breaking", func() *report.Report { return reporttest.Many(10_000) }},
		{"ready (--fail-on never), 1 finding waived, 1 rule left out: 5 breaking, 2 warnings, 1 not examined", func() *report.Report {
			r := reporttest.Blocked()
			r.FailOn, r.Verdict = report.FailNever, report.Ready
			return r
		}},
		{"blocked, 1 finding waived: 5 breaking, 2 warnings, 1 not examined", func() *report.Report {
			r := reporttest.Blocked()
			r.Rules = nil
			return r
		}},
	} {
		if got := render.Line(test.r()); got != test.want {
			t.Errorf("got  %s\nwant %s", got, test.want)
		}
	}
}
