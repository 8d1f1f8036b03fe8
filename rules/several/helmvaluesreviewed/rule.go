// Package helmvaluesreviewed reminds of what new charts change around an installation made with Helm.
package helmvaluesreviewed

import (
	_ "embed"

	"github.com/api7-preflight/api7-preflight/internal/rule"
)

//go:embed doc.md
var doc string

// Rule reminds of what new charts change around an installation made with Helm.
var Rule = rule.Rule{
	ID:         "helm-values-reviewed",
	Title:      "Prepare a Helm installation for what new charts change: mirrors, memory, time limits",
	Severity:   rule.Warning,
	Applies:    rule.Crossing,
	Confidence: rule.Confirmed,
	Doc:        doc,
	Facts:      rule.Facts(table...),
}
