package configurationvalueunsound

import (
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/cond"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// charts are values that bypass what the vendor's charts do.
var charts = []rule.Fact{
	rows.KeySet{
		Case: rule.Case{Entry: "HELM-CUSTOMIZED", Gateways: true},
		In:   []estate.Kind{estate.HelmValues}, Chart: version.GatewayChart, Severity: rule.Notice,
		Keys: []string{"/apisix/enableCustomizedConfig"}, If: cond.True(""),
		Action: "compare the config.yaml of both charts",
		Says:   "the gateway's file is apisix.customizedConfig as it stands: other values for it are ignored, and so is what new charts add or change there",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Render both charts without customizedConfig (helm template), compare the two config.yaml, and copy what changed into yours. This report judges customizedConfig as a file of the gateway."},
		},
	},
}
