package configurationvaluerefused

import (
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/cond"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// fallback are gateways that export the configuration.
func fallback() []rule.Fact {
	const mode = "/deployment/fallback_cp/mode"
	write := rule.Case{Entry: "R-3.8.21-2", Change: version.Since("3.8.21"), Gateways: true}
	return []rule.Fact{
		rows.ValueIs{
			Case: write, In: []estate.Kind{estate.GatewayConfig}, Severity: rule.Notice, If: cond.Is(mode, "write"),
			Action: "keep traffic away from this gateway",
			Says:   "write: this gateway exports the configuration, serves neither HTTP nor HTTPS and writes no access log",
			Steps: rule.Beforehand("Make sure that no load balancer and no Kubernetes Service for traffic leads to it, and that other gateways, without " +
				"mode write, serve the traffic."),
		},
		rows.ValueIs{
			Case: write, In: []estate.Kind{estate.HelmValues}, Chart: version.GatewayChart,
			If: cond.All(
				cond.Any(cond.True("/gateway/ingress/enabled"), cond.True("/autoscaling/enabled"), cond.Exceeds("/apisix/replicaCount", 1)),
				cond.Is(mode, "write"),
			),
			Action: "install the exporter as its own release",
			Says: "write, in a release that is made for traffic, with an Ingress, autoscaling or several replicas: these gateways serve neither " +
				"HTTP nor HTTPS",
			Steps: rule.Beforehand("Install the exporting gateway as a release of its own with one replica and without Ingress, and set mode: read here."),
		},
	}
}

// dictionaries are names of shared dictionaries that the target has itself.
func dictionaries() []rule.Fact {
	const (
		list   = "/apisix/customLuaSharedDicts"
		file   = "/nginx_config/http/custom_lua_shared_dict/"
		action = "delete the custom dictionary"
		says   = "the target has its own shared dictionary of this name, and nginx refuses a name that is there twice"
	)
	portal := rule.Case{Entry: "GW-CUSTOM-DICT", Change: version.Since("3.9.15", "3.10.2"), Gateways: true, Confidence: rule.Inferred}
	limits := rule.Case{Entry: "GW-CUSTOM-DICT-2", Change: version.Since("3.10.2"), Gateways: true, Confidence: rule.Inferred}
	newer := []string{
		"plugin-ai-rate-limiting", "plugin-ai-rate-limiting-reset-header", "plugin-limit-conn-redis-cluster-slot-lock",
		"plugin-limit-req-redis-cluster-slot-lock",
	}
	keys := make([]string, len(newer))
	for i, name := range newer {
		keys[i] = file + name
	}
	portalCharts := version.Since("3.9.3", "3.10.5")
	lacks := func(name string) cond.Condition { return cond.Not(cond.Some(list, cond.Is("/name", name))) }
	drop := rule.Beforehand("Delete the dictionary from custom_lua_shared_dict, in values of the chart customLuaSharedDicts; if it must be larger, set its " +
		"size under lua_shared_dict.")
	gateway, values := []estate.Kind{estate.GatewayConfig}, []estate.Kind{estate.HelmValues}
	return []rule.Fact{
		rows.KeySet{Case: portal, In: gateway, Keys: []string{file + "api-calls-for-portal"}, Says: says, Action: action, Steps: drop},
		rows.KeySet{Case: limits, In: gateway, Keys: keys, Says: says, Action: action, Steps: drop},
		rows.ValueIs{
			Case: portal, In: values, Chart: version.GatewayChart, Charts: portalCharts,
			If: cond.Some(list, cond.Is("/name", "api-calls-for-portal")), Says: says, Action: action, Steps: drop,
		},
		rows.ValueIs{
			Case: limits, In: values, Chart: version.GatewayChart, Charts: version.Since("3.10.3"),
			If: cond.Some(list, cond.Is("/name", newer...)), Says: says, Action: action, Steps: drop,
		},
		rows.ValueIs{
			Case: portal, In: values, Chart: version.GatewayChart, Charts: portalCharts, Severity: rule.Notice,
			If:     cond.All(cond.Has(list), cond.Any(lacks("kubernetes"), lacks("nacos"), lacks("consul"))),
			Action: "add the discovery dictionaries you use",
			Says: "replaces the list of the chart, which has the dictionaries kubernetes, nacos and consul of 64m: what is not listed has the " +
				"built-in size, or none",
			Steps: rule.Beforehand("If services are discovered by Kubernetes, Nacos or Consul, add its dictionary to the list."),
		},
	}
}
