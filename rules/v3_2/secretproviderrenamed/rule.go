// Package secretproviderrenamed reminds of clients of the Admin API for secrets.
package secretproviderrenamed

import (
	_ "embed"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

//go:embed doc.md
var doc string

// Rule reminds of clients of the Admin API for secrets.
var Rule = rule.Rule{
	ID:         "secret-provider-renamed",
	Title:      "Secrets become secret providers, with a different Admin API",
	Severity:   rule.Breaking,
	Applies:    rule.Crossing,
	Confidence: rule.Confirmed,
	Doc:        doc,
	Facts:      rule.Facts(table...),
}

var table = []rows.Reminder{{
	Case:  rule.Case{Entry: "R-3.2.16.0-1", Change: version.Since("3.2.16.0")},
	Title: "Move clients of the Admin API for secrets to secret providers, and check that references still resolve",
	Why:   "The resource was renamed and every address of its API changed.",
	Steps: []rule.Step{
		{When: rule.Before, Text: "Find scripts and pipelines that read or write secrets, and list the secrets: managers, ids, prefixes."},
		{When: rule.After, Text: "Compare the list with the secret providers of each gateway group, and send a request through a route with a plugin that takes a value from one ($secret://…)."},
		{When: rule.After, Text: "Change clients to /apisix/admin/secret_providers/{manager}/{id}. Permission policies keep the actions gateway:GetSecret, gateway:PutSecret and gateway:DeleteSecret."},
	},
	If: []rows.Sign{{Kind: estate.Secret}},
}}
