package configurationvalueunsound

import (
	"regexp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/cond"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// gateways are values in the files of gateways.
func gateways() []rule.Fact {
	const (
		hosts  = "/deployment/etcd/host"
		format = "/nginx_config/stream/access_log_format"
		zones  = "/apisix/proxy_cache/zones"
	)
	plain := cond.All(cond.Shaped(hosts, cond.OfList), cond.Some(hosts, cond.URLOf("", "http")))
	in := []estate.Kind{estate.GatewayConfig}
	return []rule.Fact{
		rows.KeySet{
			Case: deduced("GW-AGENT-HOOK"), In: in,
			Keys: []string{"/apisix/lua_module_hook"}, If: cond.Unlike("", regexp.MustCompile(`^(agent\.hook)?$`)),
			Action: "delete the key; use custom plugins",
			Says:   "not agent.hook, which loads the agent that connects the gateway to the control plane",
			Steps: rule.Beforehand("Delete the key. Code of your own belongs in custom plugins; if it must be loaded at the start, make sure on a " +
				"test gateway that it still appears in the Dashboard."),
		},
		rows.ValueIs{
			Case: rule.Case{Entry: "GW-ETCD-VERIFY"}, In: in, Severity: rule.Notice,
			If:     cond.All(cond.False("/deployment/etcd/tls/verify"), cond.Not(plain)),
			Action: "set tls.verify with a trusted certificate",
			Says:   "false: the gateway does not check the certificate of the control plane",
			Steps: rule.Beforehand("To have it checked, give the control plane a certificate that the gateway trusts (apisix.ssl.ssl_trusted_certificate) " +
				"and set deployment.etcd.tls.verify, in values of the chart etcd.auth.tls.verify, to true."),
		},
		rows.ValueIs{
			Case: deduced("GW-STREAM-LOG"), In: in,
			If:     cond.All(cond.True("/nginx_config/stream/enable_access_log"), cond.Like(format, regexp.MustCompile(`\$(\{apisix_request_id\}|apisix_request_id\b)`))),
			Action: "delete $apisix_request_id from the format",
			Says: "has the variable apisix_request_id, which does not exist in the stream subsystem: nginx refuses a log format with an " +
				"unknown variable",
			Steps: rule.Beforehand("Take $apisix_request_id out of the format, or delete the format: charts from 0.2.53 on have one without it."),
		},
		rows.ValueIs{
			Case: rule.Case{Entry: "GW-PROXY-CACHE-ZONES"}, In: in, Severity: rule.Notice, WrittenByChart: true,
			If:     cond.All(cond.Has(zones), cond.Shaped(zones, cond.OfList), cond.Not(cond.Some(zones, cond.Is("/name", "memory_cache")))),
			Action: "add the zone memory_cache if you use it",
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
func adminKeys() []rule.Fact {
	const (
		says = "one of the two default keys of the gateway's own Admin API, which are published, while that API is enabled"
		list = "/deployment/admin/admin_key"
		keys = "admin.credentials"

		action = "disable the gateway's own Admin API"
	)
	change := rule.Beforehand("Set apisix.enable_admin, in values of the chart admin.enabled, to false: gateways get their configuration from the control " +
		"plane. If something needs that API, set keys of your own.")
	return []rule.Fact{
		rows.ValueIs{
			Case: rule.Case{Entry: "GW-ADMIN-KEY"}, In: []estate.Kind{estate.GatewayConfig}, Says: says, Action: action, Steps: change,
			If: cond.All(cond.Shaped(list, cond.OfList), cond.Not(cond.False("/apisix/enable_admin")), cond.Some(list, cond.LikeSecret("/key", published))),
		},
		rows.ValueIs{
			Case: rule.Case{Entry: "GW-ADMIN-KEY"}, In: []estate.Kind{estate.HelmValues}, Chart: version.GatewayChart,
			Says: "true, and " + keys + " leaves one of the two default keys of that API in place, which are published", Action: action, Steps: change,
			If: cond.All(
				cond.Lacks("/admin/credentials/secretName"),
				cond.Any(atDefault("/admin/credentials/admin"), atDefault("/admin/credentials/viewer")), cond.True("/admin/enabled"),
			),
		},
	}
}

// atDefault holds if values leave a key of the Admin API to the chart, or say what the chart does.
func atDefault(pointer string) cond.Condition {
	return cond.Any(cond.Missing(pointer), cond.LikeSecret(pointer, published))
}
