// Package jwtsigningremoved finds what lets gateways sign tokens, which release 3.2.16.0 took away.
package jwtsigningremoved

import (
	_ "embed"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/cond"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

//go:embed doc.md
var doc string

// Rule finds what lets gateways sign tokens.
var Rule = rule.Rule{
	ID:         "jwt-signing-removed",
	Title:      "Gateways sign JWTs, which the target no longer does",
	Action:     "issue these tokens with your own service",
	Severity:   rule.Breaking,
	Applies:    rule.Crossing,
	Confidence: rule.Confirmed,
	Doc:        doc,
	Facts: []rule.Fact{
		rows.Attached{
			Case:    rule.Case{Entry: entry, Change: version.Since("3.2.16.0"), Confidence: rule.Inferred},
			Plugins: []string{"jwt-auth"}, On: []estate.Kind{estate.Consumer, estate.Credential},
			If:       cond.Has("/private_key"),
			Severity: rule.Warning,
			Says:     "has a private key, with which gateways sign tokens; the target signs none and accepts no private key",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Find out who asks the gateway for tokens of this consumer, and have a service of your own issue them with the same key: public_key stays, so these tokens are accepted before and after the upgrade."},
				{When: rule.After, Text: "Remove private_key, also from ADC files: with it the next change of the object may be refused. Verify on a test installation."},
			},
		},
		exposed{},
	},
}

const entry = "R-3.2.16.0-2"
