// Package dryrundone reminds of the rehearsal.
package dryrundone

import (
	_ "embed"

	"github.com/api7-preflight/api7-preflight/internal/rule"
)

//go:embed doc.md
var doc string

// Rule reminds of the rehearsal.
var Rule = rule.Rule{
	ID:         "dry-run-done",
	Title:      "Rehearse the upgrade on a copy first",
	Severity:   rule.Warning,
	Applies:    rule.Always,
	Catalogue:  []string{"G11"},
	Confidence: rule.Confirmed,
	Doc:        doc,
	Manual: []rule.Step{
		{
			When: rule.Before,
			Text: "Install the target release in a test environment, restore a backup of production into it, and carry out the whole upgrade " +
				"there: control plane, then one gateway group. Write down how long each part takes.",
		},
		{When: rule.Before, Text: "Rehearse the way back as well: redeploy the old release and restore the database."},
		{
			When: rule.During,
			Text: "Plan at least 80 minutes: backup of the database 10, of the configuration files 5, control plane 20, each gateway group 30, " +
				"acceptance 20.",
		},
		{When: rule.After, Text: "Carry out the acceptance tests of the rehearsal in production."},
	},
}
