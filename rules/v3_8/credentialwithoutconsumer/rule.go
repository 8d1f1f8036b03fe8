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
	Title:      "Credentials must belong to a consumer that exists",
	Severity:   rule.Warning,
	Applies:    rule.Crossing,
	Timing:     rule.Before,
	Confidence: rule.Confirmed,
	Doc:        doc,
	Facts: []rule.Fact{
		orphans{},
		rows.Reminder{
			Case:  about(),
			Title: "Let automation make a consumer before its credentials",
			Why:   "the target refuses a credential whose consumer does not exist; until then it was taken",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Look in scripts and pipelines that write credentials (PUT /apisix/admin/consumers/{username}/credentials/{id}) whether the consumer is written first, and whether its answer is waited for."},
			},
			If: []rows.Sign{{Kind: estate.Credential}},
		},
	},
}

func about() rule.Case { return rule.Case{Entry: "R-3.8.9-3", Change: version.Since("3.8.9")} }
