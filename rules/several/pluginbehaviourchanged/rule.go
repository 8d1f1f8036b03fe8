// Package pluginbehaviourchanged finds plugins that do something else on the target with the configuration they have.
package pluginbehaviourchanged

import (
	_ "embed"

	"github.com/api7-preflight/api7-preflight/internal/rule"
)

//go:embed doc.md
var doc string

// Rule finds plugins that do something else on the target with the configuration they have.
var Rule = rule.Rule{
	ID:         "plugin-behaviour-changed",
	Title:      "A plugin behaves differently in the target with the same configuration",
	Action:     "test the plugin with the target",
	Severity:   rule.Warning,
	Applies:    rule.Crossing,
	Confidence: rule.Confirmed,
	Doc:        doc,
	Facts:      rule.Facts(table()...),
}
