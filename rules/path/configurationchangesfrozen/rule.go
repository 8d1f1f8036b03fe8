// Package configurationchangesfrozen reminds of the freeze.
package configurationchangesfrozen

import (
	_ "embed"

	"github.com/api7-preflight/api7-preflight/internal/rule"
)

//go:embed doc.md
var doc string

// Rule reminds of the freeze.
var Rule = rule.Rule{
	ID:         "configuration-changes-frozen",
	Title:      "Nobody may change configuration while the control plane is upgraded",
	Severity:   rule.Breaking,
	Applies:    rule.Always,
	Catalogue:  []string{"G2"},
	Confidence: rule.Confirmed,
	Doc:        doc,
	Manual: []rule.Step{
		{
			When: rule.Before,
			Text: "Announce the freeze and stop everything that writes: people in the Dashboard, ADC in pipelines, clients of the Admin API, the " +
				"Ingress Controller, and SQL on the database.",
		},
		{When: rule.During, Text: "Keep the freeze from the backup of the database until the new control plane is verified. Gateways keep serving requests."},
		{When: rule.After, Text: "Lift the freeze, start the pipelines one by one, and check that each leaves the configuration as it should be."},
	},
}
