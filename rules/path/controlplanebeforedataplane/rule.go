// Package controlplanebeforedataplane reminds of the order of the upgrade.
package controlplanebeforedataplane

import (
	_ "embed"

	"github.com/api7-preflight/api7-preflight/internal/rule"
)

//go:embed doc.md
var doc string

// Rule reminds of the order of the upgrade.
var Rule = rule.Rule{
	ID:         "control-plane-before-data-plane",
	Title:      "Upgrade the control plane before the gateways, and both to the same release",
	Severity:   rule.Warning,
	Applies:    rule.Always,
	Catalogue:  []string{"G2", "G3a"},
	Timing:     rule.During,
	Confidence: rule.Confirmed,
	Doc:        doc,
	Manual: []rule.Step{
		{When: rule.Before, Text: "Plan the order: Dashboard and DP Manager first (about 20 minutes), then the gateways, one gateway group after the other (about 30 minutes each)."},
		{
			When: rule.During, Text: "Upgrade the control plane: set the image tag in the values file, deploy, verify the new pods, and let the rolling update replace the old ones.",
			Command: "helm upgrade api7ee3 api7/api7ee3 -f <values.yaml>",
		},
		{
			When: rule.During, Text: "Then each gateway group: set apisix.image.tag, deploy new gateways, verify them, and replace the old ones. A few error lines in the gateways' log are expected meanwhile.",
			Command: "helm upgrade --install -n <namespace> <release> api7/gateway -f <gateway-values.yaml>",
		},
		{When: rule.After, Text: "Check on the Gateway Instances page that every instance is compatible and has the version of the control plane."},
	},
}
