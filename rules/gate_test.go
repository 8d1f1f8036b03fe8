package rules_test

import (
	"testing"
	"time"

	"github.com/api7-preflight/api7-preflight/internal/engine"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/targets"
	"github.com/api7-preflight/api7-preflight/internal/test/memory"
	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/rules"
)

// sound returns a small installation with nothing to find.
func sound() *memory.Source {
	group := estate.Group{ShortID: "default", Name: "default"}
	return &memory.Source{About: estate.Info{Kind: "memory", Name: "sound"}, Resources: []estate.Resource{
		{Kind: estate.GatewayGroup, ID: "default", Group: group, Body: []byte(`{"name":"default"}`)},
		{Kind: estate.Service, ID: "orders", Group: group, Body: []byte(`{"name":"orders","plugins":{"key-auth":{}},"upstream":{"nodes":[{"host":"10.0.0.1","port":80,"weight":1}]}}`)},
		{Kind: estate.Route, ID: "pay", Group: group, Body: []byte(`{"name":"pay","service_id":"orders","paths":["/pay"]}`)},
	}}
}

// TestAnInstallationWithNothingToFindPassesAGateOfWarnings: on a path that the vendor describes, to a release than which no
// other is better, --fail-on warning stops nobody for what nobody can act on.
func TestAnInstallationWithNothingToFindPassesAGateOfWarnings(t *testing.T) {
	t.Parallel()
	for from, to := range map[string]string{
		"3.3.2": "3.7.8", "3.4.1": "3.7.8", "3.5.5": "3.7.8", "3.6.1": "3.7.8", // the vendor's guide to 3.7.x
		"3.7.8": "3.8.22", "3.8.14": "3.8.22", "3.8.22": "3.9.3",
	} {
		r, err := engine.Run(t.Context(), engine.Options{
			Path:    version.Path{From: version.MustParse(from), To: version.MustParse(to)},
			Rules:   rules.All(),
			Sources: []estate.Source{sound()},
			Scope:   report.ScopeAll, FailOn: report.SeverityWarning, Now: func() time.Time { return time.Unix(0, 0) },
		})
		if err != nil {
			t.Fatal(err)
		}
		for f := range r.Findings.All() {
			if f.Severity != report.SeverityNotice {
				t.Errorf("from %s to %s: %s by %s: %s", from, to, f.Severity, f.Rule, f.Message)
			}
		}
		if r.Verdict != report.Ready {
			t.Errorf("from %s to %s: %s, %+v", from, to, r.Verdict, r.Unexamined)
		}
	}
}

// TestEveryWarningAboutADefectOfTheTargetHasAWayOut: where a known defect of the target is a warning or worse for every
// installation, the advice names a release that is better, so that the one who is stopped can go on.
func TestEveryWarningAboutADefectOfTheTargetHasAWayOut(t *testing.T) {
	t.Parallel()
	warned := 0
	options := engine.Options{
		Path:    version.Path{From: version.MustParse("3.2.16.2"), To: version.Newest()},
		Rules:   rules.All(),
		Only:    map[string]bool{"known-bad-target": true},
		Sources: []estate.Source{sound()},
		Scope:   report.ScopeAll, FailOn: report.SeverityWarning, Now: func() time.Time { return time.Unix(0, 0) },
	}
	options.Also = targets.Paths(options.Path, true)
	j, err := engine.Judge(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	var others []targets.Target
	for _, p := range options.Also {
		others = append(others, targets.Of(j.Outline(p)))
	}
	for _, p := range options.Also {
		r := j.Report(p)
		if r.Summary.Breaking+r.Summary.Warning == 0 {
			continue
		}
		warned++
		targets.Advise(r, others)
		if len(r.Target.Best) == 0 || r.Target.Best[0] == p.To.String() {
			t.Errorf("%s: %d warnings or worse, and %s", p.To, r.Summary.Breaking+r.Summary.Warning, r.Target.Advice)
		}
	}
	if warned == 0 {
		t.Error("no target is warned of")
	}
}
