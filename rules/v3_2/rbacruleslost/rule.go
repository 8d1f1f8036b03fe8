// Package rbacruleslost reminds of the permissions that the upgrade does not take over.
package rbacruleslost

import (
	_ "embed"

	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

//go:embed doc.md
var doc string

// Rule reminds of the permissions that the upgrade does not take over.
var Rule = rule.Rule{
	ID:         "rbac-rules-lost",
	Title:      "Roles lose their permissions: rewrite them as permission policies",
	Severity:   rule.Breaking,
	Applies:    rule.Crossing,
	Change:     version.Since("3.2.14.0"),
	Catalogue:  []string{"R-3.2.14.0-1"},
	Confidence: rule.Confirmed,
	Doc:        doc,
	Manual: []rule.Step{
		{
			When: rule.Before,
			Text: "Write down what every role of your own may do and who has it: the Dashboard and GET /api/roles show it only before the upgrade. Then write a " +
				"permission policy for each role, with the actions and resources of the target, to have it ready.",
		},
		{
			When: rule.During,
			Text: "Keep an account with the role Super Admin at hand: other users may not be able to do anything until they have policies.",
		},
		{
			When: rule.After,
			Text: "Create the policies, attach them to roles and the roles to users, and have each pipeline and somebody from each team try what they need.",
		},
	},
}
