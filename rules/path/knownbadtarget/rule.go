// Package knownbadtarget finds targets with a known defect.
package knownbadtarget

import (
	_ "embed"

	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/rules/internal/defect"
)

//go:embed doc.md
var doc string

// Rule finds targets with a known defect.
var Rule = rule.Rule{
	ID:         "known-bad-target",
	Title:      "The target has a known defect that another release does not have",
	Action:     "weigh it: see the advice on the target",
	Severity:   rule.Breaking,
	Applies:    rule.Always,
	Catalogue:  []string{"G8"},
	Confidence: rule.Confirmed,
	Defects:    true,
	Doc:        doc,
	Facts:      rule.Facts(defect.Table()...),
}
