package helmvaluesreviewed

import (
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/cond"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/rule/settings"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

var table = []rows.Reminder{
	{
		Case:  rule.Case{Entry: "R-3.2.16.6-3", Change: version.Since("3.2.16.6")},
		Title: "Helm: mirror the new image of the Developer Portal, and move its variables into its configuration",
		Why:   "The image is now api7/api7-ee-developer-portal, with the versions of the control plane; the variables API_URL, DISABLE_HTTPS, SERVER_CERT_PATH, SERVER_KEY_PATH and NODE_TLS_REJECT_UNAUTHORIZED are gone.",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Mirror the image where the cluster cannot pull it. Certificates go into server.listen.tls of developer_portal_configuration."},
			{When: rule.After, Text: "Probe the portal at /healthz, and log in to it."},
		},
		If: of(version.ControlPlaneChart, nil),
	},
	{
		Case:  rule.Case{Entry: "R-3.8.10-2", Change: version.Since("3.8.10")},
		Title: "Helm: mirror the images api7/postgresql and api7/prometheus",
		Why:   "api7ee3 uses them instead of bitnami/…: a cluster that can only get the old ones cannot pull them. Their versions and data stay as they are.",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Add both to your registry mirror if the chart installs PostgreSQL or Prometheus."},
		},
		If: of(version.ControlPlaneChart, nil),
	},
	{
		Case:  rule.Case{Entry: "R-3.6.0-4", Change: version.Since("3.6.0")},
		Title: "Helm: change gateway chart and image together where gateway.tls.existingCASecret is set",
		Why:   "From chart 0.2.10 on the gateway trusts the certificate authorities of its system besides yours (ssl_trusted_certificate: system,<file>); an older image may not understand this.",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Do not pin an image below 3.6.0 with chart 0.2.10 or later. If only your own authority may be trusted, write config.yaml yourself: apisix.enableCustomizedConfig: true with apisix.customizedConfig."},
		},
		If: of(version.GatewayChart, cond.Has("/gateway/tls/existingCASecret")),
	},
	{
		Case:  rule.Case{Entry: "R-3.10.2-2", Change: version.Since("3.9.15", "3.10.2")},
		Title: "Helm: raise the memory limit of gateways",
		Why:   "The dictionaries that a gateway shares among its workers grow by some hundred megabytes from charts 3.10.5 and 3.9.3 on (prometheus-metrics 15m to 128m, in these two to 256m, tracing_buffer, kubernetes, nacos, consul and others): small pods are killed.",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Compare the sum of apisix.meta, .http and .stream.luaSharedDict of the new chart with resources.limits.memory, or set the old sizes."},
			{When: rule.After, Text: "Watch the memory of the first new gateway for a day."},
		},
		If: of(version.GatewayChart, cond.Has("/apisix/resources/limits/memory")),
	},
	{
		Case:  rule.Case{Entry: "R-3.10.5-2", Change: version.Since("3.9.18", "3.10.5")},
		Title: "Helm: plan for gateway pods that take up to three minutes to end",
		Why:   "apisix.terminationGracePeriodSeconds is 180 instead of 30 in charts 3.10.12 and 3.9.10: a rollout takes longer, and helm --wait or a pipeline may give up too early.",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Allow up to 180 seconds for each pod that is replaced in turn, and raise the time limits of pipelines; or set the value that you need."},
		},
		If: of(version.GatewayChart, cond.Lacks("/apisix/terminationGracePeriodSeconds")),
	},
}

// of is a sign that a chart is installed, with values of which a condition holds or may hold.
func of(chart string, condition cond.Condition) []rows.Sign {
	return []rows.Sign{{Kind: estate.HelmValues, Body: func(r *estate.Resource) bool {
		if r.Field("chart").TextOrEmpty() != chart {
			return false
		}
		if condition == nil {
			return true
		}
		truth := condition(settings.Of(r))
		return truth.Yes() || truth.Doubt() != ""
	}}}
}
