// Package configurationdefaultchanged finds settings that configuration files and Helm values leave to a default which is
// another one in the target.
package configurationdefaultchanged

import (
	_ "embed"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/cond"
)

//go:embed doc.md
var doc string

// Rule finds settings that are left to a default which is another one in the target.
var Rule = rule.Rule{
	ID:         "configuration-default-changed",
	Title:      "Configuration relies on a default that is different in the target",
	Action:     "set the value instead of the default",
	Severity:   rule.Warning,
	Applies:    rule.Reaching,
	Confidence: rule.Confirmed,
	Doc:        doc,
	Facts:      table,
}

var table = slices.Concat(controlPlane(), dashboard(), gateway(), charts())

// lacksOrTrue holds unless a switch, which is on by default, is off.
func lacksOrTrue(pointer string) cond.Condition {
	return cond.Any(cond.Lacks(pointer), cond.True(pointer))
}
