package configurationvalueunsound

import (
	"regexp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// gateways are values in the files of gateways.
func gateways() []rule.Configured {
	const (
		hosts  = "/deployment/etcd/host"
		format = "/nginx_config/stream/access_log_format"
		zones  = "/apisix/proxy_cache/zones"
	)
	plain := rule.All(rule.Shaped(hosts, rule.OfList), rule.Some(hosts, rule.Like("", regexp.MustCompile(`^(?i)http://`))))
	in := []estate.Kind{estate.GatewayConfig}
	return []rule.Configured{
		{
			Case: deduced("GW-AGENT-HOOK"), In: in,
			Keys: []string{"/apisix/lua_module_hook"}, If: rule.Unlike("", regexp.MustCompile(`^(agent\.hook)?$`)),
			Says: "not agent.hook, which loads the agent that connects the gateway to the control plane",
			Steps: rule.Beforehand("Delete the key. Code of your own belongs into custom plugins; if it has to be loaded at the start, make sure on a " +
				"test gateway that it still appears in the Dashboard."),
		},
		{
			Case: rule.Case{Entry: "GW-ETCD-VERIFY"}, In: in, Severity: rule.Notice,
			If:   rule.All(rule.False("/deployment/etcd/tls/verify"), rule.Not(plain)),
			Says: "false: the gateway does not check the certificate of the control plane",
			Steps: rule.Beforehand("To have it checked, give the control plane a certificate that the gateway trusts (apisix.ssl.ssl_trusted_certificate) " +
				"and set deployment.etcd.tls.verify, in values of the chart etcd.auth.tls.verify, to true."),
		},
		{
			Case: deduced("GW-STREAM-LOG"), In: in,
			If: rule.All(rule.True("/nginx_config/stream/enable_access_log"), rule.Like(format, regexp.MustCompile(`\$(\{apisix_request_id\}|apisix_request_id\b)`))),
			Says: "has the variable apisix_request_id, which does not exist in the stream subsystem: nginx refuses a log format with an " +
				"unknown variable",
			Steps: rule.Beforehand("Take $apisix_request_id out of the format, or delete the format: charts from 0.2.53 on have one without it."),
		},
		{
			Case: rule.Case{Entry: "GW-PROXY-CACHE-ZONES"}, In: in, Severity: rule.Notice, Charted: true,
			If: rule.All(rule.Has(zones), rule.Shaped(zones, rule.OfList), rule.Not(rule.Some(zones, rule.Is("/name", "memory_cache")))),
			Says: "replaces the built-in list as a whole and has no zone memory_cache: proxy-cache that keeps its answers in memory has no zone of " +
				"that name",
			Steps: rule.Beforehand("If a route caches in memory, add the zone: name memory_cache and memory_size 50m, without disk_path."),
		},
	}
}

// published are the keys of the gateway's own Admin API that are its defaults. The vendor's chart and documentation
// publish them.
var published = regexp.MustCompile(`^(edd1c9f034335f136f87ad84b625c8f1|4054f7cf07e344346cd3f287985e76a2)$`)

// adminKeys are keys of the gateway's own Admin API. A key is never shown.
func adminKeys() []rule.Configured {
	const (
		says = "one of the two default keys of the gateway's own Admin API, which are published, while that API is enabled"
		list = "/deployment/admin/admin_key"
		keys = "admin.credentials"
	)
	change := rule.Beforehand("Set apisix.enable_admin, in values of the chart admin.enabled, to false: gateways get their configuration from the control " +
		"plane. If something needs that API, set keys of your own.")
	return []rule.Configured{
		{
			Case: rule.Case{Entry: "GW-ADMIN-KEY"}, In: []estate.Kind{estate.GatewayConfig}, Says: says, Steps: change,
			If: rule.All(rule.Shaped(list, rule.OfList), rule.Not(rule.False("/apisix/enable_admin")), rule.Some(list, rule.LikeSecret("/key", published))),
		},
		{
			Case: rule.Case{Entry: "GW-ADMIN-KEY"}, In: []estate.Kind{estate.HelmValues}, Chart: version.GatewayChart,
			Says: "true, and " + keys + " leaves one of the two default keys of that API in place, which are published", Steps: change,
			If: rule.All(
				rule.Lacks("/admin/credentials/secretName"),
				rule.Any(atDefault("/admin/credentials/admin"), atDefault("/admin/credentials/viewer")), rule.True("/admin/enabled"),
			),
		},
	}
}

// atDefault holds if values leave a key of the Admin API to the chart, or say what the chart does.
func atDefault(pointer string) rule.Condition {
	return rule.Any(rule.Missing(pointer), rule.LikeSecret(pointer, published))
}
