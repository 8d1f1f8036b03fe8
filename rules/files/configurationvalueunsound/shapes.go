package configurationvalueunsound

import (
	"regexp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// shapes are values of another type than the built-in one that they are merged over. What the chart's template writes
// with other quotes than the values have is not among them.
func shapes() []rule.Configured {
	const merged = "; Apache APISIX stops at its start over such a value"
	in := []estate.Kind{estate.GatewayConfig}
	filled := func(shapes ...rule.Shape) rule.Condition { return rule.All(rule.Shaped("", shapes...), rule.Has("")) }
	fix := rule.Beforehand("Write the value in the shape that the default has, and try the file on a test gateway of the target release.")
	quote := rule.Beforehand(`Write "on" or "off" in quotes.`)
	return []rule.Configured{
		{
			Case: deduced("GW-TYPE-MERGE"), In: in,
			Keys: []string{
				"/apisix/ssl", "/apisix/proxy_cache", "/apisix/router", "/nginx_config/http/lua_shared_dict", "/deployment/etcd/tls",
				"/deployment/admin",
			},
			If:   filled(rule.OfText, rule.OfNumber, rule.OfTruth, rule.OfList),
			Says: "not a map, as it has to be: Apache APISIX refuses a text or a number here, and a list replaces every default below", Steps: fix,
		},
		{
			Case: deduced("GW-TYPE-MERGE"), In: in,
			Keys: []string{
				"/apisix/proxy_cache/zones", "/apisix/ssl/listen", "/deployment/etcd/host", "/deployment/admin/admin_key",
				"/deployment/admin/allow_admin", "/nginx_config/http/real_ip_from",
			},
			If:   filled(rule.OfText, rule.OfNumber, rule.OfTruth, rule.OfMap),
			Says: "not a list, as it has to be even with one element" + merged, Steps: fix,
		},
		{
			Case: deduced("GW-TYPE-MERGE"), In: in, Keys: []string{"/apisix/node_listen"},
			If:   filled(rule.OfText, rule.OfTruth, rule.OfMap),
			Says: "neither a port nor a list of them; a port has no quotes" + merged, Steps: fix,
		},
		{
			Case: deduced("GW-TYPE-MERGE"), In: in,
			Keys: []string{
				"/apisix/enable_ipv6", "/apisix/enable_dev_mode", "/apisix/enable_reuseport", "/apisix/enable_server_tokens",
				"/apisix/enable_control", "/apisix/ssl/enable",
			},
			If:   rule.Any(rule.Shaped("", rule.OfNumber), rule.All(rule.Shaped("", rule.OfText), rule.Like("", regexp.MustCompile(`^(?i:true|false)$`)))),
			Says: "not true or false without quotes" + merged, Steps: fix,
		},
		{
			Case: deduced("GW-TYPE-MERGE"), In: in,
			Keys: []string{"/nginx_config/http/underscores_in_headers", "/nginx_config/http/real_ip_recursive"},
			If:   rule.Shaped("", rule.OfTruth),
			Says: `true or false where the text "on" or "off" belongs` + merged, Steps: quote,
		},
		{
			Case: deduced("GW-TYPE-MERGE"), In: []estate.Kind{estate.HelmValues}, Chart: version.GatewayChart,
			Keys: []string{"/nginx/http/underscoresInHeaders", "/nginx/http/realIpRecursive"},
			If:   rule.Shaped("", rule.OfTruth),
			Says: `on or off without quotes, which Helm reads as true or false: nginx takes "on" and "off" only`, Steps: quote,
		},
		{
			Case: deduced("GW-TYPE-MERGE"), In: in, Keys: []string{"/apisix/proxy_cache/zones"},
			If:    each(rule.All(rule.Shaped("/cache_levels", rule.OfNumber), rule.Exceeds("/cache_levels", 2))),
			Says:  "a number where levels such as 1:2 belong: programs that read YAML 1.1 take 1:2 without quotes for the number 62",
			Steps: rule.Beforehand(`Write cache_levels in quotes: "1:2".`),
		},
	}
}
