// Package pluginvaluerefused finds plugins with a value that the target does not accept.
package pluginvaluerefused

import (
	_ "embed"
	"regexp"

	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/cond"
	"github.com/api7-preflight/api7-preflight/internal/rule/remedy"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

//go:embed doc.md
var doc string

// Rule finds plugins with a value that the target does not accept.
var Rule = rule.Rule{
	ID:         "plugin-value-refused",
	Title:      "A plugin has a value that the target does not accept",
	Action:     "set a value that the target accepts",
	Severity:   rule.Breaking,
	Applies:    rule.Crossing,
	Confidence: rule.Confirmed,
	Doc:        doc,
	Facts:      rule.Facts(table()...),
}

func table() []rows.Attached {
	malformed := cond.Unlike("/override/endpoint", regexp.MustCompile(`^https?://[^:/]+`))
	return []rows.Attached{
		{
			Case:    rule.Case{Entry: "R-3.7.4-1", Change: version.Since("3.7.4", "3.8.1")},
			Plugins: []string{"request-id"}, If: cond.Is("/algorithm", "snowflake"),
			Action: "set another algorithm, such as uuid",
			Says:   "the algorithm snowflake is gone; the target cannot create request ids with this configuration",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Choose another algorithm: uuid, nanoid or range_id (ksuid from 3.9.0 on). Ids get another form, so tell the owners of programs that parse them; also change ADC files and scripts."},
				{When: rule.During, Text: "Delete plugin_attr.request-id.snowflake from the gateways' config.yaml together with the upgrade: an older gateway still reads it."},
			},
			Patch: []remedy.PatchOp{{Op: "replace", Path: "/algorithm", Value: "uuid"}},
		},
		{
			Case:    rule.Case{Entry: "R-3.8.2-1", Change: version.Since("3.8.2"), Confidence: rule.Inferred},
			Plugins: []string{"ai-proxy", "ai-proxy-multi"}, Severity: rule.Warning,
			If:     cond.Any(malformed, cond.Some("/instances", malformed), cond.Some("/providers", malformed)),
			Action: "write the endpoint as http(s)://host",
			Says:   "the endpoint is not an address of the form http(s)://host",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Correct the endpoint: scheme, colon, two slashes, host. Earlier releases accepted any text, so check whether the route works at all."},
			},
		},
	}
}
