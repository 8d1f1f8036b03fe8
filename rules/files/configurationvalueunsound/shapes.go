package configurationvalueunsound

import (
	"regexp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/cond"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// shapes are values of another type than the built-in one that they are merged over. What the chart's template writes
// with other quotes than the values have is not among them.
func shapes() []rule.Fact {
	const merged, shape, quotes = "; Apache APISIX does not start with such a value", "write it in the shape of the default", `write "on" or "off" in quotes`
	in := []estate.Kind{estate.GatewayConfig}
	filled := func(shapes ...cond.Shape) cond.Condition { return cond.All(cond.Shaped("", shapes...), cond.Has("")) }
	fix := rule.Beforehand("Write the value in the shape that the default has, and try the file on a test gateway of the target release.")
	quote := rule.Beforehand(`Write "on" or "off" in quotes.`)
	return []rule.Fact{
		rows.KeySet{
			Case: deduced("GW-TYPE-MERGE"), In: in,
			Keys: []string{
				"/apisix/ssl", "/apisix/proxy_cache", "/apisix/router", "/nginx_config/http/lua_shared_dict", "/deployment/etcd/tls",
				"/deployment/admin",
			},
			If:   filled(cond.OfText, cond.OfNumber, cond.OfTruth, cond.OfList),
			Says: "not a map, as it has to be: Apache APISIX refuses a text or a number here, and a list replaces every default below", Action: shape, Steps: fix,
		},
		rows.KeySet{
			Case: deduced("GW-TYPE-MERGE"), In: in,
			Keys: []string{
				"/apisix/proxy_cache/zones", "/apisix/ssl/listen", "/deployment/etcd/host", "/deployment/admin/admin_key",
				"/deployment/admin/allow_admin", "/nginx_config/http/real_ip_from",
			},
			If:   filled(cond.OfText, cond.OfNumber, cond.OfTruth, cond.OfMap),
			Says: "not a list, as it has to be even with one element" + merged, Action: shape, Steps: fix,
		},
		rows.KeySet{
			Case: deduced("GW-TYPE-MERGE"), In: in, Keys: []string{"/apisix/node_listen"},
			If:   filled(cond.OfText, cond.OfTruth, cond.OfMap),
			Says: "neither a port nor a list of them; a port has no quotes" + merged, Action: shape, Steps: fix,
		},
		rows.KeySet{
			Case: deduced("GW-TYPE-MERGE"), In: in,
			Keys: []string{
				"/apisix/enable_ipv6", "/apisix/enable_dev_mode", "/apisix/enable_reuseport", "/apisix/enable_server_tokens",
				"/apisix/enable_control", "/apisix/ssl/enable",
			},
			If:   cond.Any(cond.Shaped("", cond.OfNumber), cond.All(cond.Shaped("", cond.OfText), cond.Like("", regexp.MustCompile(`^(?i:true|false)$`)))),
			Says: "not true or false without quotes" + merged, Action: shape, Steps: fix,
		},
		rows.KeySet{
			Case: deduced("GW-TYPE-MERGE"), In: in,
			Keys: []string{"/nginx_config/http/underscores_in_headers", "/nginx_config/http/real_ip_recursive"},
			If:   cond.Shaped("", cond.OfTruth),
			Says: `true or false where the text "on" or "off" belongs` + merged, Action: quotes, Steps: quote,
		},
		rows.KeySet{
			Case: deduced("GW-TYPE-MERGE"), In: []estate.Kind{estate.HelmValues}, Chart: version.GatewayChart,
			Keys: []string{"/nginx/http/underscoresInHeaders", "/nginx/http/realIpRecursive"},
			If:   cond.Shaped("", cond.OfTruth),
			Says: `on or off without quotes, which Helm reads as true or false: nginx accepts only "on" and "off"`, Action: quotes, Steps: quote,
		},
		rows.KeySet{
			Case: deduced("GW-TYPE-MERGE"), In: in, Keys: []string{"/apisix/proxy_cache/zones"},
			If:     each(cond.All(cond.Shaped("/cache_levels", cond.OfNumber), cond.Exceeds("/cache_levels", 2))),
			Action: `write cache_levels in quotes: "1:2"`,
			Says:   "a number where levels such as 1:2 belong: programs that read YAML 1.1 read 1:2 without quotes as the number 62",
			Steps:  rule.Beforehand(`Write cache_levels in quotes: "1:2".`),
		},
	}
}
