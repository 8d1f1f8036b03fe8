// Package helmvalueignored finds Helm values that the target's charts do not read.
package helmvalueignored

import (
	_ "embed"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
)

//go:embed doc.md
var doc string

// Rule finds Helm values that the target's charts do not read.
var Rule = rule.Rule{
	ID:         "helm-value-ignored",
	Title:      "Helm values set what the target's chart does not read",
	Action:     "move the value to where it is read",
	Severity:   rule.Breaking,
	Applies:    rule.Reaching,
	Catalogue:  []string{"R-3.8.7-4"},
	Confidence: rule.Confirmed,
	Doc:        doc,
	Facts:      rule.Facts(table...),
}

var table = slices.Concat(controlPlane(), plugins(), deployment(), gateway, lines())

var values = []estate.Kind{estate.HelmValues}
