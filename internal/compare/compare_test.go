package compare_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/compare"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/test/reporttest"
)

// found returns a report with findings of one rule, each written as "id severity".
func found(texts ...string) *report.Report {
	r := reporttest.Base()
	for _, text := range texts {
		id, severity, _ := strings.Cut(text, " ")
		r.Findings = append(r.Findings, report.FindingsOf(reporttest.Finding("traffic-split-attached", severity, "before", "route", id, id, "default", "Attached."))...)
	}
	return reporttest.Settle(r)
}

// judged returns a report after it was compared with an earlier one.
func judged(r, earlier *report.Report) *report.Report {
	compare.Baseline(r, earlier)
	r.Seal()
	return r
}

func TestWhatTheBaselineHasDoesNotBlock(t *testing.T) {
	t.Parallel()
	r := judged(found("a breaking", "b breaking", "c notice"), found("a breaking", "b breaking", "c notice", "d warning"))
	if b := r.Baseline; r.Verdict != report.Ready || r.Summary.Known != 3 || b.Known != 3 || b.New != 0 || b.Gone != 1 {
		t.Errorf("%s %+v %+v", r.Verdict, r.Summary, b)
	}
	r = judged(found("a breaking", "new breaking"), found("a breaking"))
	if r.Verdict != report.Blocked || r.Summary.Blocking != 1 || r.Baseline.New != 1 {
		t.Errorf("%s %+v", r.Verdict, r.Summary)
	}
}

func TestWhatHasBecomeGraverIsNew(t *testing.T) {
	t.Parallel()
	if r := judged(found("a breaking"), found("a warning")); r.Verdict != report.Blocked || r.Summary.Known != 0 {
		t.Errorf("%s %+v", r.Verdict, r.Summary)
	}
	if r := judged(found("a warning"), found("a breaking")); r.Summary.Known != 1 {
		t.Errorf("what is milder now is not known: %+v", r.Summary)
	}
}

func TestWhatWasWaivedInTheBaselineIsNew(t *testing.T) {
	t.Parallel()
	earlier, reason := found("a breaking"), "for a week"
	reporttest.ChangeEach(earlier, func(f *report.Finding) { f.Waived = &reason })
	if r := judged(found("a breaking"), earlier); r.Verdict != report.Blocked || r.Summary.Known != 0 {
		t.Errorf("%s %+v", r.Verdict, r.Summary)
	}
}

func TestABaselineAnswersNoDoubt(t *testing.T) {
	t.Parallel()
	r := found("a breaking")
	r.Rules[3].Reasons = []string{"not everything was read"}
	if judged(r, found("a breaking")); r.Verdict != report.Incomplete {
		t.Errorf("%s", r.Verdict)
	}
}

func TestTheReportOfAnotherInstallationIsSaidToBeOne(t *testing.T) {
	t.Parallel()
	group := func(id, short, name string) report.GatewayGroup {
		return report.GatewayGroup{ID: id, ShortID: short, Name: name}
	}
	for what, test := range map[string]struct {
		change  func(now, then *report.Report)
		says    string
		refused bool
	}{
		"the same": {func(*report.Report, *report.Report) {}, "", false},
		"other gateway groups": {func(now, then *report.Report) {
			now.GatewayGroups, then.GatewayGroups = []report.GatewayGroup{group("", "default", "default"), group("", "edge-1", "edge")}, []report.GatewayGroup{group("", "default", "default"), group("", "edge-2", "edge")}
		}, "another installation: its gateway groups are edge-2, and here they are edge-1", true},
		"one gateway group more": {func(now, then *report.Report) {
			now.GatewayGroups, then.GatewayGroups = []report.GatewayGroup{group("", "edge-1", "edge"), group("", "x-1", "x")}, []report.GatewayGroup{group("", "edge-1", "edge")}
		}, "", false},
		"gateway groups without ids": {func(now, then *report.Report) {
			now.GatewayGroups, then.GatewayGroups = []report.GatewayGroup{group("", "edge", "edge")}, []report.GatewayGroup{group("", "west", "west")}
		}, "", false},
		"another database": {func(_, then *report.Report) { then.Sources[0].Name = "db-2:5432/api7ee" }, "the earlier report was made from db-2:5432/api7ee, and here it is db-1:5432/api7ee", false},
		"another target":   {func(_, then *report.Report) { then.Path.To = "3.8.22" }, "the earlier report was made for an upgrade to 3.8.22", false},
		"from the future":  {func(_, then *report.Report) { then.Run.StartedAt = then.Run.StartedAt.AddDate(1, 0, 0) }, "the earlier report is of 2027-11-20", false},
		"nothing in common": {func(_, then *report.Report) {
			then.Findings = found("x breaking", "y breaking").Findings
		}, "it has none of the findings", false},
	} {
		now, then := found("a breaking"), found("a breaking")
		test.change(now, then)
		r := judged(now, then)
		if b := r.Baseline; !strings.Contains(b.Doubt, test.says) || (b.Doubt == "") != (test.says == "") || b.Refused != test.refused {
			t.Errorf("%s: %+v", what, b)
		}
		if test.refused != (r.Summary.Known == 0 && r.Verdict == report.Blocked) && what != "nothing in common" {
			t.Errorf("%s: %s, %d known", what, r.Verdict, r.Summary.Known)
		}
	}
}

func TestADiffSortsEveryFindingIntoOneList(t *testing.T) {
	t.Parallel()
	before, after := found("same notice", "graver warning", "gone breaking", "renamed notice"), found("same notice", "graver breaking", "renamed notice", "new notice")
	reporttest.ChangeEach(after, func(f *report.Finding) {
		f.Location.Where += " elsewhere" // no change
		if f.Object.ID == "renamed" {
			f.Object.Name = "another"
		}
	})
	after.Unexamined = []report.Unexamined{{Fingerprint: "gap", What: "table service"}, {Fingerprint: "accepted", Accepted: true}}
	d := compare.Reports(before, after, report.SeverityBreaking)
	var got []string
	for _, c := range d.Changed {
		got = append(got, fmt.Sprint(c.Finding.Open().Object.ID, c.Fields))
	}
	if want := []string{"graver[{severity warning breaking}]", "renamed[{name renamed another}]"}; !slices.Equal(got, want) {
		t.Errorf("changed: %s, want %s", got, want)
	}
	if len(d.New) != 1 || len(d.Fixed) != 1 || len(d.Unchanged) != 1 || len(d.NotJudged) != 0 || len(d.Unexamined) != 1 || d.ExitCode != report.ExitBlocked || d.Counting != 1 {
		t.Errorf("%+v", d)
	}
}

func TestADiffCountsWhatIsNewAtTheThreshold(t *testing.T) {
	t.Parallel()
	reason := "agreed"
	waived := func(r *report.Report) *report.Report {
		reporttest.ChangeEach(r, func(f *report.Finding) { f.Waived = &reason })
		return r
	}
	for what, test := range map[string]struct {
		before, after *report.Report
		failOn        string
		want          int
	}{
		"nothing":            {found("a breaking"), found("a breaking"), report.SeverityNotice, 0},
		"new":                {found(), found("a breaking"), report.SeverityBreaking, 1},
		"new, but milder":    {found(), found("a warning"), report.SeverityBreaking, 0},
		"new, and never":     {found(), found("a breaking"), report.FailNever, 0},
		"new and waived":     {found(), waived(found("a breaking")), report.SeverityBreaking, 0},
		"no longer waived":   {waived(found("a breaking")), found("a breaking"), report.SeverityBreaking, 1},
		"waived now":         {found("a breaking"), waived(found("a breaking")), report.SeverityBreaking, 0},
		"graver":             {found("a warning"), found("a breaking"), report.SeverityBreaking, 1},
		"graver, not enough": {found("a notice"), found("a warning"), report.SeverityBreaking, 0},
		"milder":             {found("a breaking"), found("a warning"), report.SeverityNotice, 0},
		"fixed":              {found("a breaking"), found(), report.SeverityNotice, 0},
	} {
		if d := compare.Reports(test.before, test.after, test.failOn); d.ExitCode != test.want || d.Counting != test.want {
			t.Errorf("%s: exit %d, %d count", what, d.ExitCode, d.Counting)
		}
	}
}

// TestWhatNobodyJudgedNowIsNotFixed takes the rule's answer away in every way that there is.
func TestWhatNobodyJudgedNowIsNotFixed(t *testing.T) {
	t.Parallel()
	for _, status := range []report.Status{report.Unknown, report.NotApplicable, report.NotAssessed, report.Disabled} {
		after := found()
		after.Rules[3].Status = status
		if d := compare.Reports(found("a breaking"), after, report.SeverityBreaking); len(d.Fixed) != 0 || len(d.NotJudged) != 1 {
			t.Errorf("%s: %d fixed", status, len(d.Fixed))
		}
	}
	after := found()
	after.Rules[3].Reasons = []string{"not everything was read"}
	if d := compare.Reports(found("a breaking"), after, report.SeverityBreaking); len(d.NotJudged) != 1 {
		t.Error("a rule in doubt has fixed it")
	}
	after.Rules = nil
	if d := compare.Reports(found("a breaking"), after, report.SeverityBreaking); len(d.NotJudged) != 1 {
		t.Error("a rule that is not there has fixed it")
	}
}
