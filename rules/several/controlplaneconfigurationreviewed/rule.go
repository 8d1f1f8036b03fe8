// Package controlplaneconfigurationreviewed reminds of what belongs to the control plane and stands in none of its files.
package controlplaneconfigurationreviewed

import (
	_ "embed"

	"github.com/api7-preflight/api7-preflight/internal/rule"
)

//go:embed doc.md
var doc string

// Rule reminds of what belongs to the control plane and stands in none of its files.
var Rule = rule.Rule{
	ID:         "control-plane-configuration-reviewed",
	Title:      "Ports, health checks and a customised console must fit the target; no file of the control plane shows them",
	Severity:   rule.Warning,
	Applies:    rule.Crossing,
	Confidence: rule.Confirmed,
	Doc:        doc,
	Facts:      rule.Facts(table...),
}
