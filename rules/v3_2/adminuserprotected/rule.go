// Package adminuserprotected reminds of automation that manages the user admin.
package adminuserprotected

import (
	_ "embed"

	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

//go:embed doc.md
var doc string

// Rule reminds of automation that manages the user admin.
var Rule = rule.Rule{
	ID:         "admin-user-protected",
	Title:      "The user admin can no longer be changed by others: rewrite automation that edits, resets or deletes it",
	Severity:   rule.Notice,
	Applies:    rule.Crossing,
	Change:     version.Since("3.2.15.0"),
	Catalogue:  []string{"R-3.2.15.0-2"},
	Timing:     rule.Before,
	Confidence: rule.Confirmed,
	Doc:        doc,
	Manual: []rule.Step{
		{
			When: rule.Before,
			Text: "Find scripts and people who edit the user admin, reset its password or delete it while logged in as somebody else. From 3.2.15.0 on the control plane refuses that, whatever a policy allows.",
		},
		{
			When: rule.After,
			Text: "Let them work with another administrator that you have made for the purpose, or as admin itself.",
		},
	},
}
