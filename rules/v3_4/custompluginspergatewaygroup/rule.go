// Package custompluginspergatewaygroup reminds to check on which gateway groups custom plugins are deployed.
package custompluginspergatewaygroup

import (
	_ "embed"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/remedy"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

//go:embed doc.md
var doc string

// Rule reminds to check on which gateway groups custom plugins are deployed.
var Rule = rule.Rule{
	ID:         "custom-plugins-per-gateway-group",
	Title:      "Custom plugins are deployed per gateway group: check where each one is",
	Severity:   rule.Warning,
	Applies:    rule.Crossing,
	Confidence: rule.Confirmed,
	Doc:        doc,
	Facts:      rule.Facts(table...),
}

var table = []rows.Reminder{{
	Case:  rule.Case{Entry: "R-3.4.0-3", Change: version.Since("3.4.0")},
	Title: "Check that every custom plugin is deployed to each gateway group that uses it",
	Why:   "From 3.4.0 on a custom plugin belongs to the gateway groups that it is deployed to; before, all gateway groups had it.",
	Steps: []rule.Step{
		{When: rule.Before, Text: "Keep the source of each custom plugin, and write down which gateway groups attach it."},
		{When: rule.After, Text: "Open each custom plugin and compare its deployed gateway groups with what you wrote down. Add the missing ones before gateways of these groups are upgraded.", Command: remedy.Get("/api/custom_plugins")},
	},
	If: []rows.Sign{{Kind: estate.CustomPlugin}},
}}
