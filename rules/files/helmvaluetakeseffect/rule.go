// Package helmvaluetakeseffect finds Helm values that did nothing and do something with the target's chart.
package helmvaluetakeseffect

import (
	_ "embed"

	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/rules/internal/helmvalues"
)

//go:embed doc.md
var doc string

// Rule finds Helm values that did nothing and do something with the target's chart.
var Rule = rule.Rule{
	ID:         "helm-value-takes-effect",
	Title:      "Helm values that were ignored so far take effect with the target's chart",
	Action:     "check what the value will do",
	Severity:   rule.Breaking,
	Applies:    rule.Reaching,
	Confidence: rule.Confirmed,
	Doc:        doc,
	Facts:      rule.Facts(table...),
}

var table = []helmvalues.Fact{
	{
		Case:  rule.Case{Entry: "R-3.10.2-1", Change: version.Since("3.10.2"), Gateways: true},
		Chart: version.GatewayChart, Charts: version.Since("3.10.3"), Judge: latent(resolvers),
	},
	{
		Case:  rule.Case{Entry: "HELM-DPM-VOLUMES", Change: version.Since("3.9.12")},
		Chart: version.ControlPlaneChart, Charts: version.Since("0.18.0"), Judge: latent(borrowed),
	},
	{
		Case:  rule.Case{Entry: "HELM-PORTAL-MOUNTS", Change: version.Since("3.9.4")},
		Chart: version.ControlPlaneChart, Charts: version.Since("0.17.43"), Judge: latent(portal),
	},
}

// latent judges values that the installed chart does not read yet.
func latent(judge func(*helmvalues.Values)) func(*helmvalues.Values) {
	return func(v *helmvalues.Values) {
		if v.InstalledIn == "" {
			judge(v)
		}
	}
}

func before(text string) rule.Step { return rule.Step{When: rule.Before, Text: text} }
