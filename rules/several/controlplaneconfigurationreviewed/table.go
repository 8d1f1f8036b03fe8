package controlplaneconfigurationreviewed

import (
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

var table = []rows.Reminder{
	{
		Case:  rule.Case{Entry: "R-3.2.9.0-1", Change: version.Since("3.2.9.0")},
		Title: "Open port 7943 of the DP Manager, and point its health checks elsewhere",
		Why:   "There is a TLS listener for gateways, server.tls on port 7943. The status listener on 7901 is gone; from 3.2.14.0 on it is back, on 127.0.0.1.",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Make sure that gateways can reach port 7943 of the DP Manager: firewalls, Kubernetes services, load balancers."},
			{When: rule.Before, Text: "For health checks from outside, set server.status.host: 0.0.0.0 of Dashboard (7081) and DP Manager (7901) from 3.2.14.0 on."},
		},
	},
	{
		Case:  rule.Case{Entry: "R-3.10.4-1", Change: version.Since("3.9.17", "3.10.4"), Confidence: rule.Inferred},
		Title: "Move a customised console to the keys under console in the Dashboard's conf.yaml",
		Why:   "Hybrid mode, error reporting and additional menu entries now come from console.hybrid_mode, console.sentry and console.custom_menu_group; what was set in the console's own process is probably no longer read.",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Only where the console was customised by environment variables, mounted files or an image of your own: write the same as console.* in dashboard_conf/conf.yaml (Helm: dashboard_configuration.console)."},
			{When: rule.After, Text: "Check the console's menu: the whole custom group is left out if one of its entries has no name or no absolute address."},
		},
	},
}
