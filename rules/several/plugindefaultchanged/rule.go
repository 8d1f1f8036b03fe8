// Package plugindefaultchanged finds plugins that leave a field to a default that the target changes.
package plugindefaultchanged

import (
	_ "embed"

	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/cond"
	"github.com/api7-preflight/api7-preflight/internal/rule/remedy"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

//go:embed doc.md
var doc string

// Rule finds plugins that leave a field to a default that the target changes.
var Rule = rule.Rule{
	ID:         "plugin-default-changed",
	Title:      "A plugin relies on the default of a field, and the target has a different one",
	Action:     `set expose_headers, "*" as before`,
	Severity:   rule.Warning,
	Applies:    rule.Crossing,
	Confidence: rule.Confirmed,
	Doc:        doc,
	Facts:      rule.Facts(table...),
}

var table = []rows.Attached{
	{
		Case:    rule.Case{Entry: "R-3.2.16.4-2", Change: version.Since("3.2.16.4")},
		Plugins: []string{"cors"}, If: cond.Lacks("/expose_headers"),
		Says: "expose_headers is missing; browsers no longer let scripts read every response header",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Name the response headers that scripts of other origins read in expose_headers, also in ADC files. \"*\" is the old default and keeps everything as it was; it has no effect on requests with credentials."},
			{When: rule.After, Text: "Try a page that reads a response header of its own (such as X-Total-Count) from another origin."},
		},
		Patch: []remedy.PatchOp{{Op: "add", Path: "/expose_headers", Value: "*"}},
	},
}
