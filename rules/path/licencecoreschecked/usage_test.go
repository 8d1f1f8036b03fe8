package licencecoreschecked_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/engine"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/test/memory"
	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/rules/path/licencecoreschecked"
)

func gateway(id, group, body string) estate.Resource {
	return estate.Resource{Kind: estate.Instance, ID: id, Group: estate.Group{ID: group, ShortID: group}, Body: []byte(body)}
}

func shown(t *testing.T, gaps []estate.Gap, resources ...estate.Resource) []report.Evidence {
	t.Helper()
	source := func() estate.Source {
		return &memory.Source{Resources: resources, Gaps: map[estate.Kind][]estate.Gap{estate.Instance: gaps}}
	}
	r, err := engine.Run(t.Context(), engine.Options{
		Path:  version.Path{From: version.MustParse("3.4.1"), To: version.MustParse("3.7.3")},
		Rules: []*rule.Rule{&licencecoreschecked.Rule}, Sources: []estate.Source{source(), source()},
		Scope: report.ScopeAll, FailOn: report.SeverityBreaking, Now: func() time.Time { return time.Unix(0, 0) },
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.ManualChecks) != 1 || r.Rules[0].Status != report.Manual {
		t.Fatalf("status %s, %d checks", r.Rules[0].Status, len(r.ManualChecks))
	}
	return r.ManualChecks[0].Evidence
}

func TestCoresOfLiveInstancesAreAddedUpByGroup(t *testing.T) {
	t.Parallel()
	got := shown(
		t, nil,
		gateway("a", "default", `{"hostname":"gw-1","version":"3.4.1","cores":4,"heartbeat_age_seconds":1}`),
		gateway("b", "default", `{"hostname":"gw-1","version":"3.4.1","cores":8,"heartbeat_age_seconds":7199}`),
		gateway("c", "edge", `{"hostname":"gw-2","version":"3.4.1","heartbeat_age_seconds":1}`),
		gateway("e", "edge", `{"hostname":"gw-5","version":"3.4.1","cores":"many","heartbeat_age_seconds":1}`),
		gateway("d", "edge", `{"hostname":"gw-3","version":"3.4.1","cores":2,"heartbeat_age_seconds":1}`),
		gateway("offline", "edge", `{"hostname":"gw-4","version":"3.4.1","cores":16,"heartbeat_age_seconds":7200}`),
	)
	want := []report.Evidence{
		{Name: "default", Value: "12 cores on 2 gateway instances; listed more than once, perhaps by mistake: gw-1"},
		{Name: "edge", Value: "2 cores on 3 gateway instances; the cores of 2 instances are not known"},
		{Name: "all together", Value: "14 cores on 5 gateway instances; the cores of 2 instances are not known"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestCoresThatAreNotToldAreNoZero(t *testing.T) {
	t.Parallel()
	got := shown(t, nil, gateway("a", "default", `{"hostname":"gw-1","version":"3.4.1","heartbeat_age_seconds":1}`))
	if got[0].Value != "1 gateway instance whose cores are not known" {
		t.Errorf("%+v", got)
	}
}

func TestASumOfWhatWasReadSaysSo(t *testing.T) {
	t.Parallel()
	notGranted := []estate.Gap{{What: "table", Why: "not granted"}}
	got := shown(t, notGranted, gateway("a", "default", `{"hostname":"gw-1","version":"3.4.1","cores":4,"heartbeat_age_seconds":1}`))
	if last := got[len(got)-1]; !strings.Contains(last.Value, "may be more") {
		t.Errorf("%+v", got)
	}
}

func TestNoInstanceIsNotZeroCores(t *testing.T) {
	t.Parallel()
	silent := gateway("a", "default", `{"hostname":"gw-1","version":"3.4.1","cores":4,"heartbeat_age_seconds":7200}`)
	for want, got := range map[string][]report.Evidence{
		"not known: no gateway instance that is alive was read": shown(t, []estate.Gap{{What: "table", Why: "not granted"}}),
		"no gateway instance is alive":                          shown(t, nil, silent),
	} {
		if len(got) != 1 || got[0].Value != want {
			t.Errorf("%+v, want %q", got, want)
		}
	}
}
