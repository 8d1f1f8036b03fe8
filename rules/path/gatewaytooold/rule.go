// Package gatewaytooold finds gateway instances that the target cannot configure.
package gatewaytooold

import (
	_ "embed"
	"fmt"

	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/rules/internal/instance"
)

//go:embed doc.md
var doc string

// Rule finds gateway instances that the target cannot configure.
var Rule = rule.Rule{
	ID:         "gateway-too-old",
	Title:      "A gateway instance is too old for the target: it does not get the list of plugins from the control plane",
	Action:     "replace the gateway, or remove it",
	Severity:   rule.Breaking,
	Applies:    rule.Reaching,
	Change:     version.Since("3.2.16.3"),
	Catalogue:  []string{"G3d"},
	Confidence: rule.Confirmed,
	Doc:        doc,
	Start:      start,
}

func start(p *rule.Pass) {
	path := p.Path()
	oldest := version.MustParse("3.2.15.0")
	instance.On(p, func(i instance.Instance) {
		if i.Doubt != "" || !i.Version.Release().Less(oldest) {
			return
		}
		severity, message := rule.Breaking, fmt.Sprintf("runs %s; a control plane %s does not work with gateways below %s", i.Version, path.To, oldest)
		if i.Offline {
			severity, message = rule.Warning, "offline; "+message
		}
		action, steps := remedy(path)
		p.Report(rule.Finding{
			Subject: i.Resource.Subject(), Pointer: "/version", Severity: severity, Message: message, Action: action, Remediation: steps,
			Evidence: []rule.Evidence{
				{Name: "gateway", Value: i.Version.String()},
				{Name: "control plane", Value: path.From.String() + " to " + path.To.String()},
			},
		})
	})
}

// remedy leads over a release that works with both, where the control plane is older than that.
func remedy(p version.Path) (action string, steps []rule.Step) {
	if p.From.Release().Less(version.MustParse("3.2.15.0")) {
		return "upgrade everything to 3.2.16.2 first", []rule.Step{
			{When: rule.Before, Text: "Upgrade in two steps: control plane and gateways to 3.2.16.2 first, which still has the list of plugins in the gateways' files, then to " + p.To.String() + "."},
			{When: rule.Before, Text: "Or plan an outage of this gateway: replace it with one of the target's release as soon as the control plane is upgraded."},
		}
	}
	return "", []rule.Step{{When: rule.Before, Text: "Replace this gateway with one of the control plane's release, " + p.From.String() + ", or remove it."}}
}
