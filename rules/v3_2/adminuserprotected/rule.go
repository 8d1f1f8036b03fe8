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
	Title:      "No other user can edit, reset or delete the user admin any more: rewrite automation that does",
	Severity:   rule.Notice,
	Applies:    rule.Crossing,
	Change:     version.Since("3.2.15.0"),
	Catalogue:  []string{"R-3.2.15.0-2"},
	Confidence: rule.Confirmed,
	Doc:        doc,
	Manual: []rule.Step{
		{
			When: rule.Before,
			Text: "Find scripts and people who edit the user admin, reset its password or delete it while logged in as somebody else. From 3.2.15.0 on the control plane refuses that, whatever a policy allows.",
		},
		{
			When: rule.After,
			Text: "Have them use another administrator that you create for the purpose, or admin itself.",
		},
	},
}
