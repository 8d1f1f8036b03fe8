// Package pluginremoved finds plugins that the target no longer has or no longer enables.
package pluginremoved

import (
	_ "embed"

	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

//go:embed doc.md
var doc string

// Rule finds plugins that the target no longer has or no longer enables.
var Rule = rule.Rule{
	ID:         "plugin-removed",
	Title:      "A plugin is attached that the target no longer has, or no longer enables",
	Action:     "replace the plugin, or delete it",
	Severity:   rule.Breaking,
	Applies:    rule.Crossing,
	Confidence: rule.Confirmed,
	Doc:        doc,
	Facts:      rule.Facts(table...),
}

var table = []rows.Attached{
	{
		Case:    rule.Case{Entry: "R-3.2.14.1-2", Change: version.Since("3.2.14.1")},
		Plugins: []string{"inspect"}, Severity: rule.Warning,
		Action: "delete it: it is for debugging only",
		Says:   "no longer enabled by default",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Take the plugin off; it is a tool for debugging. If it must stay, add it to the list of enabled plugins yourself, and check after the upgrade that it still works."},
		},
	},
	{
		Case:    rule.Case{Entry: "R-3.2.14.4-1", Change: version.Since("3.2.14.4")},
		Plugins: []string{"soap"}, Severity: rule.Warning,
		Action: "enable it in the target, if still needed",
		Says:   "no longer enabled by default",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Add soap to the list of enabled plugins of the target if the route must still translate SOAP, and try it in a test environment. From 3.8.14 on the gateway's Helm chart can run the SOAP proxy that it talks to (soapProxy)."},
		},
	},
	{
		Case:    rule.Case{Entry: "R-3.8.10-1", Change: version.Since("3.8.10")},
		Plugins: []string{"ext-plugin-pre-req", "ext-plugin-post-req", "ext-plugin-post-resp"},
		Action:  "rewrite the runner's work as Lua plugins",
		Says:    "gone from 3.8.10 on; whatever the external plugin runner does here, such as authentication, is no longer done",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Rewrite what the runner does as a custom plugin in Lua, or with plugins that the target has, and attach that in the same place."},
			{When: rule.Before, Text: "Take the ext-plugin off, also in ADC files, and delete ext-plugin from the gateways' config.yaml."},
			{When: rule.After, Text: "Send a request that the runner used to refuse or change, and check that it still is."},
		},
	},
}
