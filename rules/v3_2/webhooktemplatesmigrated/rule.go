// Package webhooktemplatesmigrated reminds to check alerts whose webhook templates become contact points.
package webhooktemplatesmigrated

import (
	_ "embed"

	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

//go:embed doc.md
var doc string

// Rule reminds to check alerts whose webhook templates become contact points.
var Rule = rule.Rule{
	ID:         "webhook-templates-migrated",
	Title:      "Webhook templates become contact points: check that every alert policy still notifies",
	Severity:   rule.Warning,
	Applies:    rule.Crossing,
	Change:     version.Since("3.2.16.4"),
	Catalogue:  []string{"R-3.2.16.4-1"},
	Confidence: rule.Confirmed,
	Doc:        doc,
	Manual: []rule.Step{
		{
			When: rule.Before,
			Text: "Write down the webhook templates, and which alert policies use each of them.",
		},
		{
			When: rule.After,
			Text: "Check every alert policy: its notification must name the contact point that its webhook template has become. Trigger one alert, to see that the message arrives in the form its receiver expects.",
		},
		{
			When: rule.After,
			Text: "If roles that managed webhook templates are to manage contact points, give them the actions for that.",
		},
	},
}
