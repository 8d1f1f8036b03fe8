package gatewayconfigurationreviewed

import (
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

func table() []rule.Reminder { return append(controlPlane(), traffic()...) }

// controlPlane are keys about where a gateway has its configuration from.
func controlPlane() []rule.Reminder {
	return []rule.Reminder{
		{
			Case:  rule.Case{Entry: "R-3.2.14.1-1", Change: version.Since("3.2.14.1")},
			Title: "Connect gateways to the control plane over https",
			Why:   "The address of the control plane must be an https one; a gateway that is configured or deployed with http:// or port 7900 does not connect.",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Look for http:// in deployment.etcd.host of each config.yaml (Helm chart gateway: etcd.host) and in the variable API7_CONTROL_PLANE_ENDPOINTS of containers. Write https://…:7943 with the certificate of the gateway group (deployment.etcd.tls, or API7_CONTROL_PLANE_CERT, _KEY and _CA)."},
				{When: rule.After, Text: "Make sure that every instance is healthy in the Dashboard."},
			},
		},
		{
			Case:  rule.Case{Entry: "R-3.2.16.3-1", Change: version.Since("3.2.16.3")},
			Title: "Take lists of plugins out of config.yaml, and register plugins of your own on the control plane",
			Why:   "The control plane alone says which plugins are enabled: one that only the gateway's list names is off after the upgrade, and the change does not fit gateways below 3.2.15.0.",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Compare plugins and stream_plugins of each config.yaml (Helm chart gateway: plugins, stream_plugins, customPlugins, extPlugin, wasmPlugins) and plugins of dashboard_conf/conf.yaml (Helm chart api7ee3: dashboard_configuration.plugins) with what the target enables. Keep the source of every plugin of your own."},
				{When: rule.Before, Text: "Bring gateways below 3.2.15.0 to 3.2.15.0 or later first, after the control plane where that is older as well."},
				{When: rule.During, Text: "Register plugins of your own as custom plugins on the control plane before the gateways are replaced; install gateways with chart 0.1.11 or later; delete the lists."},
				{When: rule.After, Text: "Send a request through a route of each such plugin: a plugin that is not enabled is left out without an error."},
			},
		},
		{
			Case:  rule.Case{Entry: "R-3.2.16.3-2", Change: version.Since("3.2.16.3")},
			Title: "Give up conf_server: let gateways read from the DP Manager as from etcd",
			Why:   "It is gone from the gateway; one whose config.yaml has it as its source has no configuration.",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Where deployment.role is control_plane (with role_control_plane.conf_server), or data_plane with role_data_plane.config_provider: control_plane, write role: traditional, role_traditional.config_provider: etcd and the DP Manager's address as deployment.etcd.host."},
				{When: rule.During, Text: "Replace one such gateway first and make sure that it serves its routes."},
			},
		},
		{
			Case:  rule.Case{Entry: "R-3.4.0-4", Change: version.Since("3.4.0"), Confidence: rule.Inferred},
			Title: "Let gateways read their configuration over HTTP: gRPC to etcd is gone",
			Why:   "3.4.0 builds gateways without the module that deployment.etcd.use_grpc needs; one that is told to use it may get no configuration.",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Look for deployment.etcd.use_grpc: true in each config.yaml, and delete the key."},
			},
		},
		{
			Case:  rule.Case{Entry: "R-3.8.21-2", Change: version.Since("3.8.21")},
			Title: "Let gateways with a fallback read it as json, and deploy one that writes it",
			Why:   "The vendor's chart moved deployment.role_data_plane.config_provider from yaml to json where deployment.fallback_cp is set; a gateway left at yaml may find nothing to start from just when the control plane is down.",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Only where config.yaml has deployment.fallback_cp (Helm chart gateway: deployment.fallback_cp): write config_provider: json, or install with chart 0.2.40 or later."},
				{When: rule.During, Text: "Deploy a gateway of the target with fallback_cp.mode: write. It exports the configuration, serves no traffic and does not count for the licence."},
				{When: rule.After, Text: "Rehearse: start a gateway of the target without a control plane and send it a request."},
			},
		},
	}
}

// traffic are keys about requests and the memory that they use.
func traffic() []rule.Reminder {
	return []rule.Reminder{
		{
			Case:  rule.Case{Entry: "R-3.9.3-3", Change: version.Since("3.9.3")},
			Title: "Upgrade gateways with saml-auth together with their chart, and drop the dictionary saml_sessions",
			Why:   "nginx_config.http.lua_shared_dict.saml_sessions left the chart's file; the target needs it no more, an older gateway image under a newer chart may still.",
			Steps: []rule.Step{
				{When: rule.During, Text: "Do not pin an older gateway image with chart 0.2.47 or later. Delete saml_sessions from a config.yaml of your own once all gateways are upgraded; until then it does no harm."},
			},
			If: []rule.Sign{{Plugins: []string{"saml-auth"}}},
		},
		{
			Case:  rule.Case{Entry: "R-3.9.13-1", Change: version.Since("3.9.13"), Until: version.Since("3.9.14")},
			Title: "Leave apisix.request_body_json_lib out of files of your own, or take 3.9.14",
			Why:   "The key came with 3.9.13 and is gone from 3.9.14 and 3.10.0 on; the next upgrade would have to take it out again.",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Do not copy it from the chart's file into a config.yaml of your own or into the Helm value apisix.requestBodyJsonLib of the chart gateway. 3.9.14 and later need no such care."},
			},
		},
		{
			Case:  rule.Case{Entry: "R-3.10.0-1", Change: version.Since("3.9.14", "3.10.0"), Only: version.Since("3.9.13")},
			Title: "Delete apisix.request_body_json_lib from the config.yaml of gateways that run 3.9.13",
			Why:   "3.9.13 alone has the key; gateways check their file when they start, and may refuse one that they do not know.",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Delete the key from each config.yaml, and apisix.requestBodyJsonLib from values of the chart gateway, in the same step that changes the image."},
			},
			If: []rule.Sign{{Kind: estate.Instance, Body: runs3913}},
		},
		{
			Case:  rule.Case{Entry: "R-3.9.16-2", Change: version.Since("3.9.16", "3.10.2"), Confidence: rule.Inferred},
			Title: "Name the proxies in front of gateways as apisix.trusted_addresses",
			Why:   "From senders that are not named, gateways overwrite X-Forwarded-Proto, -Host and -Port and clear Forwarded: upstreams see http and the gateway's own host and port, which breaks redirects and absolute links.",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Where a load balancer, CDN or ingress ends TLS before the gateway, list its addresses as apisix.trusted_addresses in config.yaml (Helm chart gateway: apisix.trustedAddresses). Once the list is there, X-Forwarded-For of senders outside it is reset too."},
				{When: rule.After, Text: "Send a request through the load balancer to an upstream that shows its headers, and compare with those before the upgrade."},
			},
		},
	}
}

// runs3913 reports whether an instance runs the only release that has the key, or whether that cannot be told.
func runs3913(r *estate.Resource) bool {
	text, known := r.Field("version").Text().Known()
	v, err := version.Parse(text)
	return !known || err != nil || v.Release().Compare(version.MustParse("3.9.13")) == 0
}
