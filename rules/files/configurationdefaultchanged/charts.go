package configurationdefaultchanged

import (
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/cond"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// charts are defaults of Helm charts that are no part of a component's file.
func charts() []rule.Fact {
	in := []estate.Kind{estate.HelmValues}
	ipv6 := rows.KeyAbsent{
		Case: rule.Case{Entry: "GW-IPV6", Change: version.Since("3.8.11"), Gateways: true, Confidence: rule.Inferred},
		In:   in, Chart: version.GatewayChart, Charts: version.Since("0.2.25"), Default: rows.Default{Chart: "0.0.0.0"},
		Severity: rule.Notice,
		Action:   "set the listener to [::] if IPv6 is used",
		Says:     "not set; the chart now names the address 0.0.0.0, and then the gateway opens no IPv6 listener beside it: clients over IPv6 are refused",
		Steps: []rule.Step{
			{When: rule.Before, Text: `In clusters with IPv6 set gateway.http.ip and gateway.tls.ip to "[::]", or keep 0.0.0.0 and add entries with ip "[::]" to additionalContainerPorts (from 3.8.21 on; below, heartbeats fail where two listeners share a port); helm template shows the listeners. In clusters with only IPv4 there is nothing to do.`},
			{When: rule.After, Text: "Send a request to the gateway over IPv6."},
		},
	}
	http, tls := ipv6, ipv6
	http.Key, http.If = "/gateway/http/ip", lacksOrTrue("/apisix/enableIPv6")
	tls.Key = "/gateway/tls/ip" // one finding speaks for both where neither is set
	tls.If = cond.All(cond.Has("/gateway/http/ip"), lacksOrTrue("/apisix/enableIPv6"), lacksOrTrue("/gateway/tls/enabled"))
	return []rule.Fact{
		http, tls,
		rows.KeyAbsent{
			Case: rule.Case{Entry: "GW-STATUS-EXPOSED", Change: version.Since("3.8.14"), Gateways: true},
			In:   in, Chart: version.GatewayChart, Charts: version.Since("0.2.29"),
			Key:      "/api7ee/status_endpoint/ip",
			If:       cond.True("/api7ee/status_endpoint/enabled"),
			Default:  rows.Default{Chart: "0.0.0.0"},
			Severity: rule.Notice,
			Action:   "decide who may reach the status endpoint",
			Says:     "not set while the status endpoint is on; the chart's address was 127.0.0.1 and is 0.0.0.0, so everything that reaches the pod reaches the endpoint",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Set api7ee.status_endpoint.ip: 127.0.0.1 where the endpoint is for the pod alone. Probes of the kubelet need 0.0.0.0."},
			},
		},
		rows.KeyAbsent{
			Case: rule.Case{Entry: "R-3.9.5-1", Change: version.Since("3.9.5")},
			In:   in, Chart: version.ControlPlaneChart,
			Key:     "/jaeger/builtin",
			Default: rows.Default{Chart: "true"},
			Action:  "set jaeger.builtin: false if not wanted",
			Says:    "not set; the chart also installs Jaeger, one more pod with an image that is not among those of api7/, jaegertracing/jaeger",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Set jaeger.builtin: false where no traces are wanted or a Jaeger is there; then jaeger.addr of the Dashboard and jaeger.collector_addr of the DP Manager name it. Otherwise make sure that the cluster can pull the image and has room for the pod."},
			},
		},
		rows.KeyAbsent{
			Case: rule.Case{Entry: "HELM-PORTAL-ON", Change: version.Since("3.2.13.0")},
			In:   in, Chart: version.ControlPlaneChart,
			Key:      "/developer_portal_configuration/enable",
			Default:  rows.Default{Chart: "true"},
			Severity: rule.Notice,
			Action:   "set enable: false if no portal is wanted",
			Says:     "not set; the chart also installs the Developer Portal, one more pod and image",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Set developer_portal_configuration.enable: false where no Developer Portal is wanted."},
			},
		},
	}
}
