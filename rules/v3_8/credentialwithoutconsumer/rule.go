// Package credentialwithoutconsumer finds credentials whose consumer does not exist.
package credentialwithoutconsumer

import (
	_ "embed"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

//go:embed doc.md
var doc string

// Rule finds credentials whose consumer does not exist.
var Rule = rule.Rule{
	ID:         "credential-without-consumer",
	Title:      "Credentials must belong to an existing consumer",
	Action:     "delete it, or create its consumer again",
	Severity:   rule.Warning,
	Applies:    rule.Crossing,
	Confidence: rule.Confirmed,
	Doc:        doc,
	Facts: []rule.Fact{
		orphans{},
		rows.Reminder{
			Case:  about,
			Title: "Automation must create a consumer before its credentials",
			Why:   "The target refuses a credential whose consumer does not exist; earlier releases accepted it.",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Check that scripts and pipelines that write credentials (PUT /apisix/admin/consumers/{username}/credentials/{id}) write the consumer first, and wait for the answer."},
			},
			If: []rows.Sign{{Kind: estate.Credential}},
		},
	},
}

var about = rule.Case{Entry: "R-3.8.9-3", Change: version.Since("3.8.9")}
