// Package helmvaluesreviewed reminds of values of the vendor's Helm charts.
package helmvaluesreviewed

import (
	_ "embed"

	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

//go:embed doc.md
var doc string

// Rule reminds of values of the vendor's Helm charts.
var Rule = rule.Rule{
	ID:         "helm-values-reviewed",
	Title:      "Helm values of the charts api7ee3 and gateway must fit the target's charts",
	Severity:   rule.Breaking,
	Applies:    rule.Crossing,
	Timing:     rule.Before,
	Confidence: rule.Confirmed,
	Doc:        doc,
	Facts:      rule.Facts(table()...),
}

func table() []rule.Reminder { return append(controlPlane(), gateway()...) }

// controlPlane are values of the chart api7ee3.
func controlPlane() []rule.Reminder {
	return []rule.Reminder{
		{
			Case:  rule.Case{Entry: "R-3.2.16.6-3", Change: version.Since("3.2.16.6")},
			Title: "Helm: give the Developer Portal its new image and a database",
			Why:   "It became the image api7/api7-ee-developer-portal with versions of the control plane, and reads a configuration of its own; a pinned image or tag v0.… is not found, and by default it uses the chart's database.",
			Steps: []rule.Step{
				{When: rule.Before, Text: "In values of api7ee3, chart 0.16.20 or later: delete developer_portal.image.repository and tag, or set those of the target; set developer_portal_configuration.database.dsn to that of the Dashboard. Mirror the new image. The variables API_URL, DISABLE_HTTPS, SERVER_CERT_PATH, SERVER_KEY_PATH and NODE_TLS_REJECT_UNAUTHORIZED are gone: certificates are server.listen.tls of that configuration."},
				{When: rule.After, Text: "Probe the portal at /healthz, and log in to it."},
			},
		},
		{
			Case:  rule.Case{Entry: "R-3.8.10-2", Change: version.Since("3.8.10")},
			Title: "Helm: move mirrors and pinned images of the built-in PostgreSQL and Prometheus to api7/",
			Why:   "api7ee3 takes api7/postgresql and api7/prometheus where it took bitnami/…: a cluster that only knows the old ones cannot pull, and values that pin bitnami/… may name images that are no longer there.",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Look for bitnami/ in your values (postgresql.image.repository, prometheus.server.image.repository) and in your registry mirror, and add the new ones. The versions of both stay as they are, and so does the data."},
			},
		},
		{
			Case:  rule.Case{Entry: "R-3.9.5-1", Change: version.Since("3.9.5")},
			Title: "Helm: decide whether api7ee3 may deploy Jaeger",
			Why:   "jaeger.builtin is true by default from chart 0.17.45 on: another pod, and an image that clusters without internet cannot pull, which holds up the upgrade.",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Set jaeger.builtin: false, or mirror jaegertracing/jaeger and plan memory for it. For a Jaeger of your own set dashboard_configuration.jaeger.addr and dp_manager_configuration.jaeger.collector_addr."},
			},
		},
	}
}

// gateway are values of the chart gateway.
func gateway() []rule.Reminder {
	return []rule.Reminder{
		{
			Case:  rule.Case{Entry: "R-3.6.0-4", Change: version.Since("3.6.0")},
			Title: "Helm: change gateway chart and image together where gateway.tls.existingCASecret is set",
			Why:   "From chart 0.2.10 on the gateway trusts the authorities of its system beside yours (ssl_trusted_certificate: system,<file>), which an older image may not understand.",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Do not pin an image below 3.6.0 with chart 0.2.10 or later. Where only your own authority is to be trusted, write config.yaml yourself: apisix.enableCustomizedConfig: true with apisix.customizedConfig."},
			},
		},
		{
			Case:  rule.Case{Entry: "R-3.8.7-4", Change: version.Since("3.8.7")},
			Title: "Helm: delete deployment.mode, deployment.role and what belongs to them from gateway values",
			Why:   "Charts from 0.2.18 on ignore them without a word, and every gateway becomes traditional with etcd: one that was parted into control and data plane is not any more.",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Look for deployment.mode, deployment.role, deployment.controlPlane, deployment.dataPlane and deployment.certs. Deployments that use the default have nothing to do but delete them; with a decoupled one, plan the gateways anew: each reads from the DP Manager (etcd.host)."},
				{When: rule.During, Text: "Render the new chart with your values (helm template) and read the config.yaml that comes out."},
			},
		},
		{
			Case:  rule.Case{Entry: "R-3.10.2-1", Change: version.Since("3.10.2")},
			Title: "Helm: delete dns.resolvers from gateway values unless these servers are meant",
			Why:   "Charts below 3.10.3 wrote the list as a comment, now gateways use it: a list copied from old defaults (127.0.0.1, 172.20.0.10, public servers) cannot resolve names of your cluster, and upstreams are not found.",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Look for dns.resolvers in your values (helm get values). Without it gateways use /etc/resolv.conf, which is right in a cluster."},
			},
		},
		{
			Case:  rule.Case{Entry: "R-3.10.2-2", Change: version.Since("3.9.15", "3.10.2")},
			Title: "Helm: raise the memory limit of gateways, and complete a customLuaSharedDicts of your own",
			Why:   "The dictionaries that a gateway shares among its workers grow by some hundred megabytes from charts 3.10.5 and 3.9.3 on (prometheus-metrics 15m to 128m, in these two to 256m, tracing_buffer, kubernetes, nacos, consul and others): small pods are killed.",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Compare the sum of apisix.meta, .http and .stream.luaSharedDict of the new chart with resources.limits.memory, or set the old sizes. A list of your own in customLuaSharedDicts replaces that of the chart: add kubernetes, nacos and consul with 64m each where service discovery is used."},
				{When: rule.After, Text: "Watch the memory of the first new gateway for a day."},
			},
		},
		{
			Case:  rule.Case{Entry: "R-3.10.5-2", Change: version.Since("3.9.18", "3.10.5")},
			Title: "Helm: plan for gateway pods that take up to three minutes to end",
			Why:   "apisix.terminationGracePeriodSeconds is 180 instead of 30 and preStopSleepSeconds 30 in charts 3.10.12 and 3.9.10: a rollout takes longer, and helm --wait or a pipeline may give up before.",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Reckon with up to 180 seconds for each pod that is replaced after another, and raise time limits of pipelines; or set both values as you need them."},
			},
		},
	}
}
