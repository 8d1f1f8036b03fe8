// Package configurationvalueunsound finds values in configuration files that no release can make good use of.
package configurationvalueunsound

import (
	_ "embed"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/rule"
)

//go:embed doc.md
var doc string

// Rule finds values in configuration files that no release can make good use of.
var Rule = rule.Rule{
	ID:         "configuration-value-unsound",
	Title:      "A configuration file has a value that is refused, has no effect or is unsafe",
	Action:     "correct the value",
	Severity:   rule.Warning,
	Applies:    rule.Always,
	Confidence: rule.Confirmed,
	Doc:        doc,
	Facts:      table,
}

var table = slices.Concat(listeners(), words(), passwords(), ports(), gateways(), adminKeys(), shapes(), charts)

// deduced is the case of an entry whose effect is deduced.
func deduced(entry string) rule.Case { return rule.Case{Entry: entry, Confidence: rule.Inferred} }
