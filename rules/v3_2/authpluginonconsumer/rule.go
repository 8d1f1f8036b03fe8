// Package authpluginonconsumer finds consumers that carry their credential themselves.
package authpluginonconsumer

import (
	_ "embed"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

//go:embed doc.md
var doc string

// Rule finds consumers that carry their credential themselves.
var Rule = rule.Rule{
	ID:         "auth-plugin-on-consumer",
	Title:      "An auth plugin is attached to the consumer itself, where the target accepts no new one",
	Action:     "keep it on now, add a credential after",
	Severity:   rule.Warning,
	Applies:    rule.Crossing,
	Confidence: rule.Confirmed,
	Doc:        doc,
	Facts: rule.Facts(rows.Attached{
		Case:    rule.Case{Entry: "R-3.2.15.0-1", Change: version.Since("3.2.15.0")},
		Plugins: []string{"key-auth", "basic-auth", "jwt-auth", "hmac-auth"},
		On:      []estate.Kind{estate.Consumer},
		Says:    "attached to the consumer itself; once it is switched off it cannot be switched on again",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Find ADC files, scripts and pipelines that put this plugin on a consumer: from 3.2.15.0 on it cannot be added there. Do not switch it off in the meantime."},
			{When: rule.After, Text: "Give the consumer a credential with the same configuration (consumer, Credentials, Add), try a request with it, then take the plugin off the consumer."},
		},
	}),
}
