// Package controlplaneconfigurationreviewed reminds of keys in the control plane's configuration files.
package controlplaneconfigurationreviewed

import (
	_ "embed"

	"github.com/api7-preflight/api7-preflight/internal/rule"
)

//go:embed doc.md
var doc string

// Rule reminds of keys in the control plane's configuration files.
var Rule = rule.Rule{
	ID:         "control-plane-configuration-reviewed",
	Title:      "Configuration files of Dashboard, DP Manager and Developer Portal must fit the target",
	Severity:   rule.Breaking,
	Applies:    rule.Crossing,
	Timing:     rule.Before,
	Confidence: rule.Confirmed,
	Doc:        doc,
	Facts:      rule.Facts(table()...),
}
