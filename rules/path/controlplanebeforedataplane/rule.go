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
func (order) Reminds() rule.Check { return check(version.Path{To: version.Newest()}, false, true) }

// Watch reminds on every path. How the installation is started decides which commands are shown.
func (order) Watch(p *rule.Pass) {
	var composed, charted bool
	p.On(estate.HelmValues, func(*estate.Resource) { charted = true })
	p.On(estate.Image, func(r *estate.Resource) {
		composed = composed || r.Field("found").TextOrEmpty() == "compose"
	})
	p.RemindAtEnd(func() (rule.Check, bool) { return check(p.Path, composed, charted || !composed), true })
}

func check(path version.Path, composed, charted bool) rule.Check {
	steps := []rule.Step{{When: rule.Before, Text: "Plan the order: Dashboard and DP Manager first (about 20 minutes), then the gateways, one gateway group after the other (about 30 minutes each)."}}
	if charted {
		steps = append(steps, charts(path)...)
	}
	if composed {
		steps = append(steps, containers(path.To.Release().String())...)
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

// containers are the steps with Docker Compose. Without --no-deps it starts DP Manager together with the Dashboard, which
// migrates the database.
func containers(to string) []rule.Step {
	const recreate = "docker compose up -d --no-deps "
	return []rule.Step{
		{
			When: rule.Before, Text: "Copy the Compose file, set the image tags of Dashboard, DP Manager and Developer Portal to v" + to + " and that of gateways to " + to + " in the new one, and fetch the images.",
			Command: rule.Run("docker compose pull"),
		},
		{When: rule.During, Text: "Recreate the Dashboard alone; its start migrates the database. Wait until it answers.", Command: rule.Run(recreate + "<dashboard>")},
		{When: rule.During, Text: "Then DP Manager, and the Developer Portal if there is one.", Command: rule.Run(recreate + "<dp-manager> <developer-portal>")},
		{
			When: rule.During, Text: "Then the gateways, one gateway group after the other: take one out of the load balancer, recreate it, verify it, and go on. A few error lines in their log are expected meanwhile.",
			Command: rule.Run(recreate + "<gateway>"),
		},
	}
}
