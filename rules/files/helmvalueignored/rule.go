// Package helmvalueignored finds Helm values that the target's charts do not read.
package helmvalueignored

import (
	_ "embed"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
)

//go:embed doc.md
var doc string

// Rule finds Helm values that the target's charts do not read.
var Rule = rule.Rule{
	ID:         "helm-value-ignored",
	Title:      "Helm values set what the target's chart does not read",
	Severity:   rule.Breaking,
	Applies:    rule.Reaching,
	Catalogue:  []string{"R-3.8.7-4"},
	Timing:     rule.Before,
	Confidence: rule.Confirmed,
	Doc:        doc,
	Facts:      rule.Facts(table()...),
}

func table() []rows.KeySet {
	return slices.Concat(controlPlane(), plugins(), deployment(), gateway(), lines())
}

func values() []estate.Kind { return []estate.Kind{estate.HelmValues} }
