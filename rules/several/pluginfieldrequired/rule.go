// Package pluginfieldrequired finds plugins without a field that the target demands.
package pluginfieldrequired

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

// Rule finds plugins without a field that the target demands.
var Rule = rule.Rule{
	ID:         "plugin-field-required",
	Title:      "A plugin lacks a field that the target requires at the next change of the object",
	Action:     "set the missing field",
	Severity:   rule.Warning,
	Applies:    rule.Crossing,
	Confidence: rule.Confirmed,
	Doc:        doc,
	Facts:      rule.Facts(table...),
}

var table = []rows.Attached{
	policy("R-3.8.17-1", version.Since("3.8.17"), optional, "limit-count", "limit-count-advanced"),
	policy("R-3.8.19-1", version.Since("3.8.19"), added, "ai-rate-limiting"),
	policy("R-3.9.0-1", version.Since("3.9.0"), added, "limit-conn", "limit-req"),
	{
		Case:    rule.Case{Entry: "R-3.9.0-2", Change: version.Since("3.9.0")},
		Plugins: []string{"workflow"}, If: cond.Lacks("/rules"),
		Action: "give workflow its rules, or delete it",
		Says:   "rules is missing",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Give the workflow plugin its rules, or take it off: without rules it does nothing."},
		},
	},
	{
		Case:    rule.Case{Entry: "R-3.9.3-1", Change: version.Since("3.9.3")},
		Plugins: []string{"saml-auth"}, If: cond.Lacks("/secret"),
		Action: "set secret, the same on every gateway",
		Says:   "secret is missing, so gateway instances do not share sessions",
		Steps: []rule.Step{
			{When: rule.After, Text: "Set secret of the saml-auth plugin, which earlier releases do not have, 8 to 32 random characters, the same for all gateway instances; also in ADC files and scripts that write the object, before they run again."},
		},
	},
}

// The steps of a plugin whose policy was optional before, and of one to which the release that requires it also adds it.
// Whether an earlier release accepts a field that it does not have is not known.
var (
	optional = rule.Step{When: rule.Before, Text: "Set policy: local, which is what the plugin does without it, also in ADC files and scripts that write the object. Gateways keep working without it; the target refuses the next change of the object."}
	added    = rule.Step{When: rule.After, Text: "Set policy: local, which is what the plugin does without it, also in ADC files and scripts that write the object, before they run again: the target refuses the next change of the object without it. Gateways keep working. Earlier releases do not have the field."}
)

// policy is the row of a rate-limiting plugin, which counts on each gateway instance for itself unless told otherwise.
func policy(entry string, since version.Change, set rule.Step, plugins ...string) rows.Attached {
	return rows.Attached{
		Case:    rule.Case{Entry: entry, Change: since},
		Plugins: plugins, If: cond.Lacks("/policy"),
		Action: "set policy: local",
		Says:   "policy is missing",
		Steps:  []rule.Step{set},
		Patch:  []remedy.PatchOp{{Op: "add", Path: "/policy", Value: "local"}},
	}
}
