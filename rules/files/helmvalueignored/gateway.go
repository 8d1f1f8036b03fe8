package helmvalueignored

import (
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/cond"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// gateway are other values of the chart gateway.
var gateway = []rows.KeySet{
	{
		Case: rule.Case{Entry: "HELM-DEAD-GW-4", Change: version.Since("3.9.14", "3.10.1"), Gateways: true, Confidence: rule.Inferred},
		In:   values, Chart: version.GatewayChart, Charts: version.Since("3.9.1", "3.10.1"), Severity: rule.Notice,
		Keys: []string{"/api7ee/telemetry/enable"}, If: cond.Not(cond.True("")),
		Action: "set it in the Dashboard's values",
		Says:   "the charts dropped api7ee.telemetry as something that gateways do not read: what counts is the Dashboard's setting",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Make sure that dashboard_configuration.telemetry.enable is false in the values of the control plane (chart 0.17.52 or later), where telemetry is set from 3.9.10 on; then delete the key here."},
		},
	},
	{
		Case: rule.Case{Entry: "HELM-DEAD-GW-5", Change: version.Since("3.9.14", "3.10.0"), Gateways: true},
		In:   values, Chart: version.GatewayChart, Severity: rule.Notice, WrittenByChart: true,
		Keys:   []string{"/apisix/requestBodyJsonLib"},
		Action: "delete it after the upgrade",
		Says:   "no longer read: only chart 0.2.68 knew it",
		Steps:  []rule.Step{{When: rule.After, Text: "Delete it from the values."}},
	},
	{
		Case: rule.Case{Entry: "HELM-PROM-DICT", Change: version.Since("3.2.16.3"), Gateways: true, Confidence: rule.Inferred},
		In:   values, Chart: version.GatewayChart, Charts: version.Since("0.1.10"), Severity: rule.Warning,
		Keys: []string{"/apisix/http/luaSharedDict/prometheus-metrics"}, If: cond.Not(cond.Is("", "10m")),
		Action: "move it to apisix.meta.luaSharedDict",
		Says:   "in the wrong place from chart 0.1.10 on: the size that counts is that of apisix.meta.luaSharedDict, by default 15m, in the newest charts 128m",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Move it to apisix.meta.luaSharedDict.prometheus-metrics where it is larger than the default: metrics are lost when the dictionary is full."},
		},
	},
}
