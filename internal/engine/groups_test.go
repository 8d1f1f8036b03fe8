package engine_test

import (
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/engine"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
)

func TestFindingOfNoGatewayGroupIsNotOfOneWithoutAName(t *testing.T) {
	t.Parallel()
	group := estate.Resource{Kind: estate.GatewayGroup, ID: "g", Group: estate.Group{ID: "g", ShortID: "g"}, Body: []byte(`{"id":"g"}`)}
	r := run(t, func(o *engine.Options) {
		o.Rules = []*rule.Rule{{
			ID: "path", Title: "t", Severity: rule.Warning, Applies: rule.Always, Confidence: rule.Confirmed,
			Start: func(p *rule.Pass) { p.ReportPath("m", nil, nil) },
		}}
	}, group)
	if len(r.Findings) != 1 || r.Findings[0].Open().Object.GatewayGroup != "" {
		t.Errorf("%+v, want a finding of no gateway group", r.Findings.List())
	}
}
