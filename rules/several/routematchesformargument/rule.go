// Package routematchesformargument finds routes that are matched by what a request's body says.
package routematchesformargument

import (
	_ "embed"

	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

//go:embed doc.md
var doc string

// Rule finds routes that are matched by what a request's body says.
var Rule = rule.Rule{
	ID:         "route-matches-form-argument",
	Title:      "A route matches on an argument in the request's body, of which the target reads less",
	Action:     "test large bodies with the target",
	Severity:   rule.Notice,
	Applies:    rule.Crossing,
	Confidence: rule.Confirmed,
	Doc:        doc,
	Facts:      rule.Facts(table...),
}

var table = []argument{
	{
		Case:     rule.Case{Entry: "R-3.2.14.1-3", Change: version.Since("3.2.14.1"), Confidence: rule.Inferred},
		prefixes: []string{"post_arg_", "post_arg."},
		action:   "test forms of more than a hundred fields",
		says:     "only the first arguments of a form are seen, a hundred by the web server's default; the route may no longer match larger forms",
		steps:    []rule.Step{{When: rule.Before, Text: "See whether clients send forms with more than a hundred fields to this route, and try one in a test environment; put the field that decides first."}},
	},
	{
		Case:     rule.Case{Entry: "R-3.9.16-1", Change: version.Since("3.9.16", "3.10.2"), Confidence: rule.Inferred},
		prefixes: []string{"post_arg."},
		action:   "raise max_post_args_readable_size if needed",
		says:     "JSON and multipart bodies above 64 MiB are no longer read for this, so the route does not match them",
		steps:    []rule.Step{{When: rule.Before, Text: "If larger bodies come here, set apisix.max_post_args_readable_size in the gateways' config.yaml (in MiB, 0 for no limit); in the gateway's Helm chart it is apisix.maxPostArgsReadableSize."}},
	},
}
