// Package pluginsretested reminds of plugins whose change no configuration shows.
package pluginsretested

import (
	_ "embed"

	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

//go:embed doc.md
var doc string

// Rule reminds of plugins whose change no configuration shows.
var Rule = rule.Rule{
	ID:         "plugins-retested",
	Title:      "Plugins whose inner workings changed must be tested with the target",
	Severity:   rule.Notice,
	Applies:    rule.Crossing,
	Confidence: rule.Confirmed,
	Doc:        doc,
	Facts:      rule.Facts(table...),
}

var table = []rows.Reminder{
	{
		Case:  rule.Case{Entry: "R-3.2.16.3-5", Change: version.Since("3.2.16.3")},
		Title: "Test routes that transform requests or responses",
		Why:   "The plugins for that were reworked in 3.2.16.3 on the model of Kong and Apache APISIX; which fields behave differently is not public.",
		Steps: []rule.Step{{When: rule.Before, Text: "Send typical requests through such routes in a test environment with the target, and compare what arrives and what comes back."}},
		If:    []rows.Sign{{Plugins: []string{"body-transformer", "proxy-rewrite", "response-rewrite"}}},
	},
	{
		Case:  rule.Case{Entry: "R-3.2.16.6-1", Change: version.Since("3.2.16.6")},
		Title: "Check the Lua code in plugin configurations",
		Why:   "From 3.2.16.6 on the control plane refuses an object whose plugins hold Lua code with a syntax error.",
		Steps: []rule.Step{{When: rule.Before, Text: "Run luajit -b or luac -p on each function, and fix what they refuse before somebody has to change the object in a hurry."}},
		If:    []rows.Sign{{Plugins: []string{"serverless-pre-function", "serverless-post-function", "exit-transformer"}}},
	},
	{
		Case:  rule.Case{Entry: "R-3.3.0-1", Change: version.Since("3.3.0")},
		Title: "Test logins through openid-connect",
		Why:   "Its code was brought in line with Apache APISIX in 3.3.0; which fields behave differently is not public.",
		Steps: []rule.Step{{When: rule.Before, Text: "Try login, logout, renewal of the session and calls with a bearer token in a test environment with the target."}},
		If:    []rows.Sign{{Plugins: []string{"openid-connect"}}},
	},
	{
		Case:  rule.Case{Entry: "R-3.5.1-1", Change: version.Since("3.5.1")},
		Title: "Adapt dashboards and alerts on traces: opentelemetry reports the path of the route",
		Why:   "From 3.5.1 on the address in a trace is that of the route, such as /v2/:customerNumber, where a route has parameters.",
		Steps: []rule.Step{{When: rule.After, Text: "Check the queries, filters and alerts on addresses of traces."}},
		If:    []rows.Sign{{Plugins: []string{"opentelemetry"}}},
	},
	{
		Case:  rule.Case{Entry: "R-3.8.0-3", Change: version.Since("3.8.0")},
		Title: "Adapt dashboards and alerts on AI metrics",
		Why:   "From 3.8.0 on Prometheus metrics of AI requests have one more label, the type of the request, so a query may return several series instead of one.",
		Steps: []rule.Step{{When: rule.After, Text: "Check the queries on llm_ metrics; sum over the new label where one value is wanted."}},
		If:    []rows.Sign{{Plugins: []string{"ai-proxy", "ai-proxy-multi"}}},
	},
	{
		Case:  rule.Case{Entry: "R-3.9.0-10", Change: version.Since("3.9.0"), Confidence: rule.Inferred},
		Title: "Test MCP clients that authenticate by query parameters",
		Why:   "openapi-to-mcp could leak what such parameters hold. 3.9.0 fixes this; how it passes them on since then is not public.",
		Steps: []rule.Step{{When: rule.Before, Text: "Have each MCP client that sends a key or token in the query list and call tools on a gateway of the target. If it is refused, move the key or token to a request header."}},
		If:    []rows.Sign{{Plugins: []string{"openapi-to-mcp"}}},
	},
}
