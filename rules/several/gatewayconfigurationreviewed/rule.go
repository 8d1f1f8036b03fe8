// Package gatewayconfigurationreviewed reminds of gateways whose image and chart must change together.
package gatewayconfigurationreviewed

import (
	_ "embed"

	"github.com/api7-preflight/api7-preflight/internal/rule"
)

//go:embed doc.md
var doc string

// Rule reminds of gateways whose image and chart must change together.
var Rule = rule.Rule{
	ID:         "gateway-configuration-reviewed",
	Title:      "The gateways' image and chart must change together",
	Severity:   rule.Warning,
	Applies:    rule.Crossing,
	Timing:     rule.During,
	Confidence: rule.Confirmed,
	Doc:        doc,
	Facts:      rule.Facts(table...),
}
