// Package custompluginsreviewed reminds of the review of custom plugins.
package custompluginsreviewed

import (
	_ "embed"

	"github.com/api7-preflight/api7-preflight/internal/rule"
)

//go:embed doc.md
var doc string

// Rule reminds of the review of custom plugins.
var Rule = rule.Rule{
	ID:         "custom-plugins-reviewed",
	Title:      "Review custom plugins, and test them against the target",
	Severity:   rule.Warning,
	Applies:    rule.Always,
	Catalogue:  []string{"G10"},
	Confidence: rule.Confirmed,
	Doc:        doc,
	Manual: []rule.Step{
		{
			When: rule.Before,
			Text: "List your custom plugins, on the control plane and in the images and volumes of the gateways, and keep the source of each " +
				"outside the installation. Read each one against the release notes of every release on the path.",
		},
		{When: rule.Before, Text: "Run each one on a gateway of the target release in a test environment, with the configuration that production uses."},
		{When: rule.During, Text: "Watch the error log of the first new gateway for each custom plugin before the others are replaced."},
		{When: rule.After, Text: "Send a request through every route that uses one and compare the answer with the one before the upgrade."},
	},
}
