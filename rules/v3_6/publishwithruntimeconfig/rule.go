// Package publishwithruntimeconfig reminds of pipelines that publish with runtime configuration.
package publishwithruntimeconfig

import (
	_ "embed"

	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

//go:embed doc.md
var doc string

// Rule reminds of pipelines that publish with runtime configuration.
var Rule = rule.Rule{
	ID:         "publish-with-runtime-config",
	Title:      "Pipelines that publish with runtime configuration must be rewritten",
	Severity:   rule.Breaking,
	Applies:    rule.Crossing,
	Change:     version.Since("3.6.0"),
	Catalogue:  []string{"R-3.6.0-2"},
	Confidence: rule.Confirmed,
	Doc:        doc,
	Manual: []rule.Step{
		{
			When: rule.Before,
			Text: "Find every script, pipeline and ADC version that publishes services: calls of POST /api/services/publish whose services " +
				"carry hosts, path_prefix, upstream or status. From 3.6.0 on a publication only names the template and its version.",
		},
		{When: rule.During, Text: "Keep these pipelines stopped until they are rewritten."},
		{
			When: rule.After,
			Text: "Publish first, then set the runtime configuration on the published service of each gateway group " +
				"(/apisix/admin/services/{id}?gateway_group_id=…) and enable it: a service that is published for the first time has none.",
		},
	},
}
