package engine_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/engine"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/test/memory"
)

func TestPlaceOfAFindingIsFieldsAndTheSameInWords(t *testing.T) {
	t.Parallel()
	position := estate.Position{File: "adc.yaml", Line: 41, Column: 7, EndLine: 41, EndColumn: 12}
	for name, tt := range map[string]struct {
		origin estate.Origin
		want   report.Location
	}{
		"a row": {
			estate.Origin{Source: "postgres", Table: "kine", Key: "/gateway_groups/default/services/b"},
			report.Location{
				Source: "postgres", Where: "kine/gateway_groups/default/services/b#/plugins/p",
				Table: "kine", Key: "/gateway_groups/default/services/b", Pointer: "/plugins/p",
			},
		},
		"a file": {
			estate.Origin{Source: "adc", Table: "adc.yaml", Locate: func(string) estate.Position { return position }},
			report.Location{
				Source: "adc", Where: "adc.yaml:41:7", File: "adc.yaml", Line: 41, Column: 7, EndLine: 41, EndColumn: 12, Pointer: "/plugins/p",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := service("b", hit, "t")
			r.Group.ID, r.Origin = "5d8c", tt.origin
			rep := run(t, nil, r)
			if diff := cmp.Diff(tt.want, rep.Findings[0].Open().Location); diff != "" {
				t.Errorf("location (-want +got):\n%s", diff)
			}
			if got := rep.Findings[0].Open().Object.GatewayGroupID; got != "5d8c" {
				t.Errorf("gateway group has the id %q", got)
			}
		})
	}
}

func TestFindingAboutThePathHasNoPlaceThatAProgramCouldLookAt(t *testing.T) {
	t.Parallel()
	r := run(t, func(o *engine.Options) {
		o.Rules[0].Start = func(p *rule.Pass) { p.ReportPath("too far", nil, nil) }
	}, service("a", clean, "t"))
	if diff := cmp.Diff(report.Location{Source: "path", Where: "upgrade path"}, r.Findings[0].Open().Location); diff != "" {
		t.Errorf("location (-want +got):\n%s", diff)
	}
}

func TestEvidenceSaysWhetherItIsAPlace(t *testing.T) {
	t.Parallel()
	r := run(t, func(o *engine.Options) {
		o.Rules[0].Start = func(p *rule.Pass) {
			p.On(estate.Service, func(r *estate.Resource) {
				p.Report(rule.Finding{Subject: r.Subject(), Message: "x", Evidence: []rule.Evidence{
					{Name: "words", Value: "{not JSON"},
					rule.InJSON("conf", map[string]any{"a": 1}),
					rule.AtPlace("beside", r.Origin.At("/a")), rule.AlsoAt(r.Origin.At("/b")), rule.AlsoAt(r.Origin.At("/b")),
				}})
			})
		}
	}, service("a", clean, "t"))
	place := func(pointer string) *report.Location {
		return &report.Location{Source: "memory", Where: "t/a#" + pointer, Table: "t", Key: "a", Pointer: pointer}
	}
	want := []report.Evidence{
		{Name: "words", Value: "{not JSON"},
		{Name: "conf", Value: `{"a":1}`, Kind: report.EvidenceJSON},
		{Name: "beside", Value: "t/a#/a", Kind: report.EvidencePlace, Location: place("/a")},
		{Name: "also at", Value: "t/a#/b", Kind: report.EvidenceElsewhere, Location: place("/b")},
	}
	if diff := cmp.Diff(want, r.Findings[0].Open().Evidence); diff != "" {
		t.Errorf("evidence (-want +got):\n%s", diff)
	}
}

func TestAnotherSightThatSaysSomethingElseKeepsItsPlace(t *testing.T) {
	t.Parallel()
	other := service("b", `{"name":"b","plugins":{"p":{"n":2}}}`, "apisix_service")
	r := run(t, func(o *engine.Options) {
		o.Rules[0].Start = func(p *rule.Pass) {
			p.On(estate.Service, func(r *estate.Resource) {
				p.Report(rule.Finding{Subject: r.Subject(), Message: "n is " + string(r.Field("plugins").Get("p").Get("n").Raw())})
			})
		}
		o.Sources = []estate.Source{&memory.Source{About: estate.Info{Kind: "memory"}, Resources: []estate.Resource{service("b", hit, "kine"), other}}}
	})
	want := []report.Evidence{{
		Name: "differs at kine/b", Value: "n is 1",
		Location: &report.Location{Source: "memory", Where: "kine/b", Table: "kine", Key: "b"},
	}}
	if diff := cmp.Diff(want, r.Findings[0].Open().Evidence); diff != "" {
		t.Errorf("evidence (-want +got):\n%s", diff)
	}
}
