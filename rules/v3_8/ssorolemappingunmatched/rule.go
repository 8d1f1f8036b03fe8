// Package ssorolemappingunmatched reminds of users whom no rule of an SSO role mapping covers.
package ssorolemappingunmatched

import (
	_ "embed"

	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

//go:embed doc.md
var doc string

// Rule reminds of users whom no rule of an SSO role mapping covers.
var Rule = rule.Rule{
	ID:         "sso-role-mapping-unmatched",
	Title:      "Users whom no role mapping rule covers lose their roles at the next login: complete the mapping",
	Severity:   rule.Warning,
	Applies:    rule.Crossing,
	Change:     version.Since("3.8.16"),
	Catalogue:  []string{"R-3.8.16-2"},
	Confidence: rule.Confirmed,
	Doc:        doc,
	Manual: []rule.Step{
		{
			When: rule.Before,
			Text: "For each login option with role mapping, list its users and their roles, and find those whom no rule covers: they have what an earlier rule or an administrator gave them.",
		},
		{
			When: rule.Before,
			Text: "Add rules for them, or make sure that they can do without. Keep an administrator who logs in with a local password.",
		},
		{
			When: rule.After,
			Text: "Have one user of each team log in, and check their roles.",
		},
	},
}
