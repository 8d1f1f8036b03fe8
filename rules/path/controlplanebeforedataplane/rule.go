// Package controlplanebeforedataplane reminds of the order of the upgrade.
package controlplanebeforedataplane

import (
	_ "embed"

	"github.com/api7-preflight/api7-preflight/internal/estate"
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

// order is the one fact: the commands depend on the target, and on what starts the installation.
type order struct{}

// About returns the case.
func (order) About() rule.Case { return rule.Case{Entry: "G2"} }

// Reminds returns the check without the path that its commands are for.
func (order) Reminds() rule.Check { return check(version.Path{To: version.Newest()}, nil, true) }

// Watch reminds on every path. How the installation is started decides which commands are shown.
func (order) Watch(p *rule.Pass) {
	path := p.Path()
	var composed services
	charted := false
	p.On(estate.HelmValues, func(*estate.Resource) { charted = true })
	p.On(estate.Image, func(r *estate.Resource) { composed = composed.add(r) })
	p.RemindAtEnd(func() (rule.Check, bool) { return check(path, composed, charted || composed == nil), true })
}

func check(path version.Path, composed services, charted bool) rule.Check {
	steps := []rule.Step{{When: rule.Before, Text: "Plan the order: the Dashboard, which migrates the database, and once it answers DP Manager (together about 20 minutes), then the gateways, one gateway group after the other (about 30 minutes each)."}}
	if charted {
		steps = append(steps, charts(path)...)
	}
	if composed != nil {
		steps = append(steps, composed.steps(path.To.Release().String())...)
	}
	return rule.Check{Title: Rule.Title, Steps: append(steps, rule.Step{
		When: rule.After, Text: "Check on the Gateway Instances page that every instance is compatible and has the version of the control plane.",
	})}
}

func charts(path version.Path) []rule.Step {
	control, gateways := remedy.ChartOf(version.ControlPlaneChart, path.To), remedy.ChartOf(version.GatewayChart, path.To)
	return []rule.Step{
		{When: rule.Before, Text: "Have Helm learn the newer chart versions.", Command: rule.Run("helm repo update")},
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
	}
}
