package engine_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/engine"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/test/memory"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// watched judges several paths with a listener, and returns the judgement.
func watched(t *testing.T, watch func(*rule.Pass), src *memory.Source) (*engine.Judgement, engine.Options) {
	t.Helper()
	from := version.MustParse("3.4.1")
	o := engine.Options{
		Path: version.Path{From: from, To: version.MustParse("3.7.3")}, Also: []version.Path{{From: from, To: version.MustParse("3.8.22")}},
		Rules: []*rule.Rule{attached()}, Sources: []estate.Source{src}, FailOn: "breaking", Watch: watch, RunID: "test",
		Now: func() time.Time { return time.Date(2026, 11, 20, 22, 0, 0, 0, time.UTC) },
	}
	j, err := engine.Judge(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return j, o
}

func inJSON(t *testing.T, r *report.Report) string {
	t.Helper()
	text, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestAListenerHearsEverythingOnceAndNoReportKnowsOfIt compares the reports with those of a run without one.
func TestAListenerHearsEverythingOnceAndNoReportKnowsOfIt(t *testing.T) {
	t.Parallel()
	src := func() *memory.Source {
		return &memory.Source{Resources: []estate.Resource{
			service("a", `{"plugins":{"p":{}}}`, "t"), service("b", "{}", "t"), {Kind: estate.Token, ID: "t", Body: []byte("{}"), Origin: estate.Origin{Source: "memory"}},
		}}
	}
	heard := map[string]int{}
	hear := func(r *estate.Resource) { heard[r.Kind.String()+" "+r.ID]++ }
	j, o := watched(t, func(p *rule.Pass) {
		p.On(estate.Service, hear)
		p.On(estate.Token, hear)
		p.SumUp(func() { heard["end"]++ })
	}, src())
	if diff := cmp.Diff(map[string]int{"service a": 1, "service b": 1, "token t": 1, "end": 1}, heard); diff != "" {
		t.Errorf("heard (-want +got):\n%s", diff)
	}
	if missing := j.Unwatched(); missing != nil {
		t.Errorf("missing: %v", missing)
	}
	plain, _ := watched(t, nil, src())
	for _, p := range append(o.Also, o.Path) {
		if diff := cmp.Diff(inJSON(t, plain.Report(p)), inJSON(t, j.Report(p))); diff != "" {
			t.Errorf("to %s, without a listener and with one:\n%s", p.To, diff)
		}
	}
	if plain.Unwatched() != nil {
		t.Error("something is missing to nobody")
	}
}

func TestAListenerIsToldWhatItDidNotHear(t *testing.T) {
	t.Parallel()
	listen := func(p *rule.Pass) {
		p.On(estate.Service, func(*estate.Resource) {})
		p.On(estate.Token, func(*estate.Resource) {})
		p.On(estate.HelmValues, func(*estate.Resource) {})
	}
	damaged := service("a", "", "t")
	damaged.Damage = "no JSON"
	j, _ := watched(t, listen, &memory.Source{Kinds: []estate.Kind{estate.GatewayGroup, estate.Service, estate.Token}, Resources: []estate.Resource{damaged}})
	if diff := cmp.Diff([]estate.Kind{estate.Service}, j.Unwatched()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	j, _ = watched(t, func(p *rule.Pass) {
		listen(p)
		p.On(estate.Service, func(*estate.Resource) { panic("it fails") })
	}, &memory.Source{Resources: []estate.Resource{service("a", "{}", "t")}})
	if diff := cmp.Diff([]estate.Kind{estate.Service, estate.Token, estate.HelmValues}, j.Unwatched()); diff != "" {
		t.Errorf("after a panic (-want +got):\n%s", diff)
	}
}
