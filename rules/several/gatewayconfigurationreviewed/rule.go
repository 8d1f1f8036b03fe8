// Package gatewayconfigurationreviewed reminds of keys in the configuration file of gateways.
package gatewayconfigurationreviewed

import (
	_ "embed"

	"github.com/api7-preflight/api7-preflight/internal/rule"
)

//go:embed doc.md
var doc string

// Rule reminds of keys in the configuration file of gateways.
var Rule = rule.Rule{
	ID:         "gateway-configuration-reviewed",
	Title:      "The config.yaml of gateways must fit the target",
	Severity:   rule.Breaking,
	Applies:    rule.Crossing,
	Timing:     rule.Before,
	Confidence: rule.Confirmed,
	Doc:        doc,
	Facts:      rule.Facts(table()...),
}
