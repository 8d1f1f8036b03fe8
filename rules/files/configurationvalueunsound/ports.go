package configurationvalueunsound

import (
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/cond"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
)

// ports are numbers that no port can have.
func ports() []rule.Fact {
	const says, action = "not a port: ports go from 1 to 65535", "set a port from 1 to 65535"
	fix := rule.Beforehand("Set a port from 1 to 65535.")
	controlPlane := []estate.Kind{estate.DashboardConfig, estate.DPManagerConfig, estate.PortalConfig}
	return []rule.Fact{
		rows.KeySet{
			Case: rule.Case{Entry: "CP-PORT-RANGE"}, In: controlPlane, If: cond.NoPort(""), Says: says, Action: action, Steps: fix,
			Keys: []string{"/server/listen/port", "/server/tls/port", "/server/status/port", "/server/pprof/port"},
		},
		rows.KeySet{
			Case: rule.Case{Entry: "GW-PORT-RANGE"}, In: []estate.Kind{estate.GatewayConfig}, If: cond.NoPort(""), Says: says, Action: action, Steps: fix,
			Keys: []string{
				"/apisix/status/port", "/apisix/control/port", "/apisix/proxy_protocol/listen_http_port", "/apisix/proxy_protocol/listen_https_port",
				"/api7ee/status_endpoint/port", "/deployment/admin/admin_listen/port", "/plugin_attr/prometheus/export_addr/port",
			},
		},
		rows.KeySet{
			Case: rule.Case{Entry: "GW-PORT-RANGE"}, In: []estate.Kind{estate.GatewayConfig}, Says: says, Action: action, Steps: fix,
			Keys: []string{"/apisix/node_listen", "/apisix/ssl/listen", "/apisix/stream_proxy/tcp", "/apisix/stream_proxy/udp"},
			If:   cond.Any(cond.NoPort(""), each(cond.Any(cond.NoPort(""), cond.NoPort("/port"), cond.NoPort("/addr")))),
		},
	}
}

// each holds if the value is a list, and of one of its elements the condition does.
func each(element cond.Condition) cond.Condition {
	return cond.All(cond.Shaped("", cond.OfList), cond.Some("", element))
}
