// Package controlplanebeforedataplane reminds of the order of the upgrade.
package controlplanebeforedataplane

import (
	_ "embed"

	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/remedy"
	"github.com/api7-preflight/api7-preflight/internal/version"
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
	Facts:      rule.Facts(order{}),
}

// order is the one fact: the commands depend on the target.
type order struct{}

// About returns the case.
func (order) About() rule.Case { return rule.Case{Entry: "G2"} }

// Reminds returns the check without the path that its commands are for.
func (order) Reminds() rule.Check { return check(version.Path{To: version.Newest()}) }

// Watch reminds on every path.
func (order) Watch(p *rule.Pass) { p.Remind(check(p.Path)) }

func check(path version.Path) rule.Check {
	control, gateways := remedy.ChartOf(version.ControlPlaneChart, path.To), remedy.ChartOf(version.GatewayChart, path.To)
	return rule.Check{Title: Rule.Title, Steps: []rule.Step{
		{When: rule.Before, Text: "Plan the order: Dashboard and DP Manager first (about 20 minutes), then the gateways, one gateway group after the other (about 30 minutes each)."},
		{
			When:    rule.During,
			Text:    "Upgrade the control plane: set the image tag in the values file, deploy, verify the new pods, and let the rolling update replace the old ones. Take " + control.String() + ". Without --version, Helm takes the newest chart, of whatever release line.",
			Command: control.Upgrade("api7ee3", "<values.yaml>"),
		},
		{
			When:    rule.During,
			Text:    "Then each gateway group: set apisix.image.tag, deploy new gateways, verify them, and replace the old ones. A few error lines in the gateways' log are expected meanwhile. Take " + gateways.String() + ".",
			Command: gateways.Upgrade("<release>", "<gateway-values.yaml>", "--install", "-n", "<namespace>"),
		},
		{When: rule.After, Text: "Check on the Gateway Instances page that every instance is compatible and has the version of the control plane."},
	}}
}
