package runbook_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/runbook"
	"github.com/api7-preflight/api7-preflight/internal/test/reporttest"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// attached returns a report on routes with a Traffic Split, made from a source of the control plane with two gateway groups.
func attached(ids ...string) *report.Report {
	r := reporttest.Base()
	var all []report.Finding
	for _, id := range ids {
		f := reporttest.Finding("traffic-split-attached", "breaking", "before", "route", id, id, "default", "attached")
		f.Remediation = []report.Remediation{{When: "before", Text: "Save it.", Command: "curl -o " + id}, {When: "before", Text: "Delete it.", Command: "curl -X DELETE " + id}}
		all = append(all, f)
	}
	r.Findings = report.FindingsOf(all...)
	r.Sources = []report.Source{{Kind: "postgres", Name: "db-1:5432/api7ee", Complete: true, Kinds: []report.SourceKind{
		{Kind: "gateway_group", Count: 2, Complete: true}, {Kind: "route", Count: 9, Complete: true}, {Kind: "service_template", Count: 1, Complete: true},
	}}}
	r.GatewayGroups = []report.GatewayGroup{{ID: "default", ShortID: "default", Name: "default"}, {ID: "e-1", ShortID: "edge-7f3a", Name: "edge"}}
	return reporttest.Settle(r)
}

func TestThreeFindingsOfWhichTwoAreDealtWith(t *testing.T) {
	t.Parallel()
	none := &runbook.Facts{}
	b := runbook.Make(attached("a", "b", "c"), none, options())
	if got := b.Progress.Findings; got != (runbook.Tally{Open: 3}) {
		t.Errorf("before: %+v", got)
	}
	b.Observe([]*report.Report{attached("b")}, none)
	if got := b.Progress.Findings; got != (runbook.Tally{Done: 2, Open: 1}) {
		t.Errorf("after two are dealt with: %+v", got)
	}
	s := b.Step("prepare-traffic-split-attached")
	if s.Status != runbook.Open || s.Why != "2 of 3 are dealt with" {
		t.Errorf("%s: %s", s.Status, s.Why)
	}
	b.Observe([]*report.Report{attached()}, none)
	if got := b.Progress.Findings; got != (runbook.Tally{Done: 3}) || b.Step("prepare-traffic-split-attached-2").Status != runbook.Done {
		t.Errorf("after all are dealt with: %+v", got)
	}
}

// TestWhatWasNotReadIsNotDone says of each reason why nobody can tell that an object is dealt with.
func TestWhatWasNotReadIsNotDone(t *testing.T) {
	t.Parallel()
	for what, test := range map[string]struct {
		change func(then, now *report.Report)
		why    string
	}{
		"the rule was not judged":        {func(_, now *report.Report) { now.Rules[3].Status = report.Unknown }, "the rule was not judged in full"},
		"the gateway group was not read": {func(_, now *report.Report) { now.GatewayGroups = now.GatewayGroups[1:] }, "gateway group default was not read"},
		"another group has its name":     {func(_, now *report.Report) { now.GatewayGroups[0].ID = "another" }, "gateway group default was not read"},
		"the kind was read in part":      {func(_, now *report.Report) { now.Sources[0].Kinds[1].Complete = false }, "no source of now shows all of the kind route"},
		"the kind was not read":          {func(_, now *report.Report) { now.Sources[0].Kinds = now.Sources[0].Kinds[:1] }, "no source of now shows all of the kind route"},
		"a dump was read": {func(_, now *report.Report) {
			now.Sources[0] = report.Source{Kind: "adc", Name: "default.yaml", Complete: true, Kinds: now.Sources[0].Kinds[1:]}
		}, "no source of now shows all of the kind route"},
		"another file was read": {func(then, _ *report.Report) {
			reporttest.ChangeEach(then, func(f *report.Finding) { f.Location.File = "prod/default.yaml" })
		}, "prod/default.yaml was not given"},
	} {
		then, now := attached("a", "b"), attached()
		test.change(then, now)
		b := runbook.Make(then, &runbook.Facts{}, options())
		b.Observe([]*report.Report{now}, &runbook.Facts{Read: map[string]bool{"default=stage/default.yaml": true, "edge=prod/default.yaml": true}})
		if s := b.Step("prepare-traffic-split-attached"); s.Status != runbook.Unseen || s.Why != test.why {
			t.Errorf("%s: %s: %s", what, s.Status, s.Why)
		}
		if got := b.Progress.Findings; got != (runbook.Tally{Unseen: 2}) {
			t.Errorf("%s: %+v", what, got)
		}
	}
}

// TestAGatewayGroupIsKnownByWhateverNameBothHave compares sources that know only some of the names of a group.
func TestAGatewayGroupIsKnownByWhateverNameBothHave(t *testing.T) {
	t.Parallel()
	for what, now := range map[string]report.GatewayGroup{
		"id": {ID: "default", Name: "renamed"}, "short id": {ShortID: "default", Name: "default"}, "name": {Name: "default"},
	} {
		b := runbook.Make(attached("a"), &runbook.Facts{}, options())
		r := attached()
		r.GatewayGroups[0] = now
		b.Observe([]*report.Report{r}, &runbook.Facts{})
		if s := b.Step("prepare-traffic-split-attached"); s.Status != runbook.Done {
			t.Errorf("%s: %s: %s", what, s.Status, s.Why)
		}
	}
}

func TestAnotherInstallationIsKnownAsOne(t *testing.T) {
	t.Parallel()
	for what, test := range map[string]struct {
		change func(now *report.Report)
		says   string
	}{
		"the same": {func(*report.Report) {}, ""},
		"other gateway groups": {
			func(now *report.Report) {
				now.GatewayGroups[1] = report.GatewayGroup{ID: "w-1", ShortID: "west-1", Name: "west"}
			}, "of its gateway groups edge-7f3a none is here",
		},
		"the default group alone": {func(now *report.Report) { now.GatewayGroups = now.GatewayGroups[:1] }, "of its gateway groups edge-7f3a none is here"},
		"one group more": {
			func(now *report.Report) {
				now.GatewayGroups = append(now.GatewayGroups, report.GatewayGroup{ID: "w-1", ShortID: "west-1", Name: "west"})
			}, "",
		},
		"a single dump": {func(now *report.Report) {
			now.Sources, now.GatewayGroups = []report.Source{{Kind: "adc", Name: "default.yaml", Kinds: []report.SourceKind{{Kind: "route", Count: 1, Complete: true}}}}, nil
		}, ""},
	} {
		b := runbook.Make(attached("a"), &runbook.Facts{}, options())
		now := attached("a")
		test.change(now)
		if got := b.Foreign(now); !strings.Contains(got, test.says) || (got == "") != (test.says == "") {
			t.Errorf("%s: %q", what, got)
		}
	}
	b := runbook.Make(attached("a"), &runbook.Facts{}, options())
	if b.Observe([]*report.Report{attached("x")}, &runbook.Facts{}); !strings.Contains(b.Doubt, "none of the runbook's findings is found here, and 1 other finding is") {
		t.Errorf("nothing in common: %q", b.Doubt)
	}
}

func TestTheStateOfComponentsIsSeen(t *testing.T) {
	t.Parallel()
	b := demo(t)
	state := func(change func(*runbook.Facts)) map[string]runbook.Status {
		f := demoFacts(t)
		change(&f)
		b.Observe([]*report.Report{assessed(t, "3.4.1", "3.7.3")}, &f)
		got := map[string]runbook.Status{}
		for _, id := range []string{"make-ready", "upgrade-control-plane", "upgrade-gateways-default", "upgrade-gateways-stg01", "prepare-traffic-split-attached", "freeze"} {
			got[id] = b.Step(id).Status
		}
		return got
	}
	if diff := cmp.Diff(map[string]runbook.Status{
		"make-ready": runbook.Open, "upgrade-control-plane": runbook.Unseen, "upgrade-gateways-default": runbook.Open, "upgrade-gateways-stg01": runbook.Open,
		"prepare-traffic-split-attached": runbook.Open, "freeze": runbook.Unseen,
	}, state(func(*runbook.Facts) {})); diff != "" {
		t.Errorf("at first (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]runbook.Status{
		"make-ready": runbook.Done, "upgrade-control-plane": runbook.Done, "upgrade-gateways-default": runbook.Done, "upgrade-gateways-stg01": runbook.Open,
		"prepare-traffic-split-attached": runbook.Unseen, "freeze": runbook.Unseen,
	}, state(func(f *runbook.Facts) {
		f.Running = []version.Version{version.MustParse("3.7.3")}
		for i := range f.Containers {
			f.Containers[i].Tag = "v3.7.3"
		}
		for i := range f.Groups[0].Instances {
			f.Groups[0].Instances[i].Version = "3.7.3"
		}
	})); diff != "" {
		t.Errorf("in the middle (-want +got):\n%s", diff)
	}
}

// TestWhatIsNewerThanTheTargetIsNotDone runs a release behind the end of the path.
func TestWhatIsNewerThanTheTargetIsNotDone(t *testing.T) {
	t.Parallel()
	b := demo(t)
	f := demoFacts(t)
	f.Running = []version.Version{version.MustParse("3.9.1")}
	for i := range f.Containers {
		f.Containers[i].Tag = "v3.9.1"
	}
	for i := range f.Groups[0].Instances {
		f.Groups[0].Instances[i].Version = "3.9.1"
	}
	b.Observe([]*report.Report{assessed(t, "3.4.1", "3.7.3")}, &f)
	for _, id := range []string{"make-ready", "upgrade-control-plane", "upgrade-gateways-default"} {
		if s := b.Step(id); s.Status != runbook.Open || !strings.Contains(s.Why, "3.9.1") || !strings.Contains(s.Why, "newer than 3.7.3") {
			t.Errorf("%s: %s: %s", id, s.Status, s.Why)
		}
	}
}

// TestFilesThatWereNotGivenAgainAreNotReady leaves the files out that the runbook was made from.
func TestFilesThatWereNotGivenAgainAreNotReady(t *testing.T) {
	t.Parallel()
	b := demo(t)
	f := demoFacts(t)
	f.Read = nil
	for i := range f.Containers {
		f.Containers[i].Tag = "v3.7.3"
	}
	b.Observe([]*report.Report{assessed(t, "3.4.1", "3.7.3")}, &f)
	if s := b.Step("make-ready"); s.Status != runbook.Unseen || !strings.HasSuffix(s.Why, "was not given") {
		t.Errorf("%s: %s", s.Status, s.Why)
	}
}
