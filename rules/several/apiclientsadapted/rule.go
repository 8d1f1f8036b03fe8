// Package apiclientsadapted reminds of clients of the Admin API that the target answers differently.
package apiclientsadapted

import (
	_ "embed"

	"github.com/api7-preflight/api7-preflight/internal/rule"
)

//go:embed doc.md
var doc string

// Rule reminds of clients of the Admin API that the target answers differently.
var Rule = rule.Rule{
	ID:         "api-clients-adapted",
	Title:      "Scripts and programs that call the Admin API must fit the target",
	Severity:   rule.Breaking,
	Applies:    rule.Crossing,
	Confidence: rule.Confirmed,
	Doc:        doc,
	Facts:      rule.Facts(table...),
}
