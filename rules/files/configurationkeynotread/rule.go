// Package configurationkeynotread finds keys of configuration files that the target no longer reads.
package configurationkeynotread

import (
	_ "embed"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/rule"
)

//go:embed doc.md
var doc string

// Rule finds keys of configuration files that the target no longer reads.
var Rule = rule.Rule{
	ID:         "configuration-key-not-read",
	Title:      "A configuration file sets a key that the target no longer reads",
	Action:     "delete the key with the upgrade",
	Severity:   rule.Warning,
	Applies:    rule.Reaching,
	Confidence: rule.Confirmed,
	Doc:        doc,
	Facts:      table,
}

// drop is the step that deletes what is named: not before the upgrade, because the installed release may still read it.
func drop(what, more string) rule.Step {
	return rule.Step{When: rule.During, Text: "Delete " + what + " together with the upgrade: an older release may still read it." + more}
}

// only is a single step.
func only(s rule.Step) []rule.Step { return []rule.Step{s} }

var table = slices.Concat(database, controlPlane(), fallback(), traces(), deployment(), attributes(), owned(), dictionaries, jsonLibrary())
