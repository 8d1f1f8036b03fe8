// Package tokensownedbyusers finds API tokens that come to belong to a user.
package tokensownedbyusers

import (
	_ "embed"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

//go:embed doc.md
var doc string

// Rule finds API tokens that come to belong to a user.
var Rule = rule.Rule{
	ID:         "tokens-owned-by-users",
	Title:      "API tokens will belong to a user: they get that user's permissions and go when the user is deleted",
	Action:     "find what uses the token; replace it after",
	Severity:   rule.Warning,
	Applies:    rule.Crossing,
	Change:     version.Since("3.2.10.0"),
	Catalogue:  []string{"R-3.2.10.0-1"},
	Confidence: rule.Inferred,
	Doc:        doc,
	Start: func(p *rule.Pass) {
		p.On(estate.Token, func(r *estate.Resource) {
			evidence := []rule.Evidence{{Name: "token", Value: r.Name()}}
			if user, _ := r.Field("user_id").Text().Known(); user != "" {
				evidence = append(evidence, rule.Evidence{Name: "user id", Value: user})
			}
			p.Report(rule.Finding{
				Subject: r.Subject(), Message: "will belong to a user: it may do what that user may, and is gone when the user is deleted",
				Evidence: evidence, Remediation: steps,
			})
		})
	},
}

var steps = []rule.Step{
	{When: rule.Before, Text: "Find out which pipeline or script uses the token, and what it must be allowed to do."},
	{When: rule.After, Text: "Create a user for the purpose with just these permissions, create a token as that user, and use it in place of the old one. Then delete the old token."},
}
