// Package configurationvaluerefused finds values in configuration files that the target takes in another way than releases
// before it.
package configurationvaluerefused

import (
	_ "embed"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/rule"
)

//go:embed doc.md
var doc string

// Rule finds values in configuration files that the target takes in another way than releases before it.
var Rule = rule.Rule{
	ID:         "configuration-value-refused",
	Title:      "A configuration file has a value that the target refuses, or that does harm there",
	Action:     "set a value that the target accepts",
	Severity:   rule.Warning,
	Applies:    rule.Reaching,
	Confidence: rule.Confirmed,
	Doc:        doc,
	Facts:      table,
}

var table = slices.Concat(connections(), protocols(), fallback(), dictionaries())
