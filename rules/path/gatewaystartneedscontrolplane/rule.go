// Package gatewaystartneedscontrolplane reminds that new gateways do not start without a control plane.
package gatewaystartneedscontrolplane

import (
	_ "embed"

	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/rules/internal/instance"
)

//go:embed doc.md
var doc string

// Rule reminds that new gateways do not start without a control plane.
var Rule = rule.Rule{
	ID:         "gateway-start-needs-control-plane",
	Title:      "Gateways from 3.8.21 on do not start while the control plane is down",
	Severity:   rule.Warning,
	Applies:    rule.Reaching,
	Confidence: rule.Confirmed,
	Doc:        doc,
	Facts:      rule.Facts(table...),
}

var table = []rows.Reminder{
	{
		Case:  rule.Case{Entry: "R-3.8.21-1", Change: version.Since("3.8.21")},
		Title: "Make sure that gateways can start while the control plane is down, or never have to",
		Why:   "From 3.8.21 on a gateway that cannot reach the control plane when it starts ends with an error; before, it started with what it had.",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Find out where gateways are started on their own: autoscaling, node replacement, restarts by a supervisor. While the control plane is down these starts fail."},
			{When: rule.Before, Text: "Run more than one DP Manager, or configure deployment.fallback_cp, so that gateways start from a backup of the configuration."},
			{When: rule.During, Text: "Start gateways of the target only once the new control plane answers, and stop autoscaling of gateways meanwhile."},
		},
		If: []rows.Sign{instance.Below(version.MustParse("3.8.21"))},
	},
}
