// Package operatingproceduresreviewed reminds of runbooks, images and companions that the target treats differently.
package operatingproceduresreviewed

import (
	_ "embed"

	"github.com/api7-preflight/api7-preflight/internal/rule"
)

//go:embed doc.md
var doc string

// Rule reminds of runbooks, images and companions that the target treats differently.
var Rule = rule.Rule{
	ID:         "operating-procedures-reviewed",
	Title:      "Runbooks, images of your own and companion products must fit the target",
	Severity:   rule.Warning,
	Applies:    rule.Crossing,
	Confidence: rule.Confirmed,
	Doc:        doc,
	Facts:      rule.Facts(table()...),
}
