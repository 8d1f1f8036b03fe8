package engine_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/engine"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/test/memory"
)

// some is a source that covers only some of the gateway groups.
type some struct{ *memory.Source }

func (s some) Stream(ctx context.Context, need estate.Need, yield func(*estate.Resource) error) (estate.Coverage, error) {
	c, err := s.Source.Stream(ctx, need, yield)
	for i := range c.Kinds {
		c.Kinds[i].Partial = true
	}
	return c, err
}

// TestWhatNoSourceHoldsIsNamedWithWhatWouldHoldIt runs a rule about services and files of two components.
func TestWhatNoSourceHoldsIsNamedWithWhatWouldHoldIt(t *testing.T) {
	t.Parallel()
	const noFiles = "configuration files: none were given: give DASHBOARD_CONFIG with the folder or files of Dashboard, DP Manager and gateways, " +
		"docker-compose.yaml or Helm values; or assess only the rest with --scope given"
	const noDashboard = "dashboard_config: none are among the configuration files: add the file or folder: DASHBOARD_CONFIG"
	const noService = "service: no given source can hold it: add another source: SERVICE"
	const untold = "versions: the source does not tell: add another source: SERVICE"
	database := &memory.Source{Kinds: []estate.Kind{estate.Service}, Resources: []estate.Resource{service("a", clean, "t")}}
	gateway := &memory.Source{Kinds: []estate.Kind{estate.GatewayConfig}, Resources: []estate.Resource{{Kind: estate.GatewayConfig, ID: "config.yaml", Body: []byte("{}")}}}
	dashboard := &memory.Source{Kinds: []estate.Kind{estate.DashboardConfig}, Resources: []estate.Resource{{Kind: estate.DashboardConfig, ID: "conf.yaml", Body: []byte("{}")}}}
	broken := &memory.Source{
		Kinds: []estate.Kind{estate.DashboardConfig}, Resources: dashboard.Resources,
		Gaps: map[estate.Kind][]estate.Gap{estate.DashboardConfig: {{What: "other.yaml", Why: "a template", Next: "render it"}}},
	}
	part := &memory.Source{
		Kinds: database.Kinds, Resources: database.Resources,
		Gaps: map[estate.Kind][]estate.Gap{estate.Service: {{What: "versions", Why: "the source does not tell"}}},
	}
	tests := map[string]struct {
		sources    []estate.Source
		scope      report.Scope
		status     report.Status
		unexamined []string
		reasons    []string
		beyond     []string
	}{
		"everything": {[]estate.Source{database, gateway, dashboard}, report.ScopeAll, report.Passed, nil, nil, nil},
		"no files": {
			[]estate.Source{database},
			report.ScopeAll, report.Unknown,
			[]string{noFiles},
			[]string{"configuration files: none were given"},
			nil, // once for all kinds
		},
		"files of the gateway alone": {
			[]estate.Source{gateway},
			report.ScopeAll, report.Unknown,
			[]string{noService, noDashboard},
			[]string{"service: no given source can hold it", "dashboard_config: none are among the configuration files"},
			nil,
		},
		"no files, nor asked for":             {[]estate.Source{database}, report.ScopeGiven, report.Passed, nil, nil, []string{"dashboard_config", "gateway_config"}},
		"files of the gateway, the rest not":  {[]estate.Source{gateway}, report.ScopeGiven, report.Passed, nil, nil, []string{"service", "dashboard_config"}},
		"a file that could not be read":       {[]estate.Source{database, gateway, broken}, report.ScopeAll, report.Unknown, []string{"other.yaml: a template: render it"}, []string{"other.yaml: a template"}, nil},
		"what only another source tells":      {[]estate.Source{part, gateway, dashboard}, report.ScopeAll, report.Unknown, []string{untold}, []string{"versions: the source does not tell"}, nil},
		"and only the given is asked for":     {[]estate.Source{broken, database, gateway}, report.ScopeGiven, report.Unknown, []string{"other.yaml: a template: render it"}, []string{"other.yaml: a template"}, nil},
		"another source knows some gateways":  {[]estate.Source{database, broken, some{dashboard}, gateway}, report.ScopeAll, report.Unknown, []string{"other.yaml: a template: render it"}, []string{"other.yaml: a template"}, nil},
		"another source read all of the kind": {[]estate.Source{database, gateway, broken, dashboard}, report.ScopeAll, report.Passed, nil, nil, nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := run(t, func(o *engine.Options) {
				o.Sources, o.Scope = tt.sources, tt.scope
				o.Elsewhere = func(k estate.Kind) string { return strings.ToUpper(k.String()) }
				o.Rules[0].Start = func(p *rule.Pass) {
					for _, k := range []estate.Kind{estate.Service, estate.DashboardConfig, estate.GatewayConfig} {
						p.On(k, func(*estate.Resource) {})
					}
				}
			})
			var unexamined []string
			for _, u := range r.Unexamined {
				unexamined = append(unexamined, u.What+": "+u.Why+": "+u.Next)
			}
			if diff := cmp.Diff(tt.unexamined, unexamined); diff != "" {
				t.Errorf("unexamined (-want +got):\n%s", diff)
			}
			if res := r.Rules[0]; res.Status != tt.status || cmp.Diff(append([]string{}, tt.reasons...), res.Reasons) != "" || cmp.Diff(append([]string{}, tt.beyond...), res.Beyond) != "" {
				t.Errorf("%s, reasons %q, beyond %q, want %s, %q, %q", res.Status, res.Reasons, res.Beyond, tt.status, tt.reasons, tt.beyond)
			}
		})
	}
}
