// Package logsandmetricsconsumersadapted reminds of what reads logs, headers and health of the installation.
package logsandmetricsconsumersadapted

import (
	_ "embed"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/cond"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/rule/settings"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

//go:embed doc.md
var doc string

// Rule reminds of what reads logs, headers and health of the installation.
var Rule = rule.Rule{
	ID:         "logs-and-metrics-consumers-adapted",
	Title:      "Log parsers, monitors and probes must fit the target",
	Severity:   rule.Warning,
	Applies:    rule.Crossing,
	Confidence: rule.Confirmed,
	Doc:        doc,
	Facts:      rule.Facts(table...),
}

var table = []rows.Reminder{
	{
		Case:  rule.Case{Entry: "R-3.3.0-2", Change: version.Since("3.3.0")},
		Title: "Parsers of the gateways' access and error logs must accept a request id",
		Why:   "Gateways write it into every line of both logs; a parser that counts fields or matches whole lines fails.",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Run the parsers over log lines of a gateway of the target in a test environment. With an access_log_format of your own and access_log_format_escape: json, 3.3.0 to 3.3.2 and 3.4.0 add a request_id to every line; it is fixed in 3.3.3 and 3.4.1."},
			{When: rule.After, Text: "Make sure that the log pipeline reports no lines that it could not parse."},
		},
	},
	{
		Case:  rule.Case{Entry: "R-3.9.0-7", Change: version.Since("3.9.0")},
		Title: "Collect the access log of the control plane besides its error log",
		Why:   "They are written separately, to stdout (log.access_log) and to stderr (log.output) unless set otherwise, with a request_id in each line; a collector of one stream misses the other.",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Have the collector read both streams of Dashboard, DP Manager and Developer Portal, or set log.access_log to where it reads. Parsers must accept the field request_id."},
			{When: rule.After, Text: "Log in to the Dashboard and find the access in the log store."},
		},
	},
	{
		Case:  rule.Case{Entry: "R-3.9.2-2", Change: version.Since("3.9.2")},
		Title: "What checks the Server header of gateways must not expect APISIX",
		Why:   "With apisix.enable_server_tokens: false in the gateway's config.yaml the header used to say APISIX; this is fixed.",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Find monitors, tests and firewall rules that match the Server header, and have them accept what a gateway of the target sends."},
		},
		If: tokensOff(),
	},
	{
		Case:  rule.Case{Entry: "R-3.9.2-3", Change: version.Since("3.9.2")},
		Title: "Probes of the Dashboard's /healthz now fail while its console is down",
		Why:   "The answer covers the console's process too: a load balancer takes out, or a liveness probe restarts, a Dashboard whose Admin API works.",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Decide for every probe of /healthz on the Dashboard whether it should act while only the console is down; give liveness probes time for the console to start."},
		},
	},
}

// tokensOff shows that gateways hide their release in the Server header, or may: the chart writes their file.
func tokensOff() []rows.Sign {
	return []rows.Sign{
		{Kind: estate.GatewayConfig, Body: func(r *estate.Resource) bool {
			truth := cond.False("/apisix/enable_server_tokens")(settings.Of(r))
			return truth.Yes() || truth.Open()
		}},
		{Kind: estate.HelmValues, Body: func(r *estate.Resource) bool { return r.Field("chart").TextOrEmpty() == version.GatewayChart }},
	}
}
