package helmreusevaluesfails

import "github.com/api7-preflight/api7-preflight/internal/version"

// threshold is where a template began to need values that older charts do not have.
type threshold struct {
	charts version.Change
	value  string // what it needs; empty: several
}

// String is how a reminder lists it.
func (t threshold) String() string {
	if t.value == "" {
		return t.charts.String()
	}
	return t.charts.String() + " (" + t.value + ")"
}

// thresholds are those at which rendering a chart with the default values of the one before it fails.
var thresholds = map[string][]threshold{
	version.ControlPlaneChart: {
		{version.Since("0.11.0"), ""},
		{version.Since("0.12.2"), ""},
		{version.Since("0.13.0"), ""},
		{version.Since("0.14.0"), "developer_portal"},
		{version.Since("0.14.2"), ""},
		{version.Since("0.15.0"), "developer_portal_service"},
		{version.Since("0.17.8"), "livenessProbe and readinessProbe"},
		{version.Since("0.17.49"), "file_server"},
	},
	version.GatewayChart: {
		{version.Since("0.1.5"), "luaSharedDict"},
		{version.Since("0.1.10"), "apisix.meta"},
		{version.Since("0.2.17"), "api7ee.status_endpoint"},
		{version.Since("0.2.26"), "apisix.lru"},
		{version.Since("0.2.28"), "soapProxy"},
		{version.Since("0.2.32"), "control"},
		{version.Since("0.2.45"), "nginx.http"},
		{version.Since("0.2.51"), "logs.stream"},
		{version.Since("0.2.61"), "openapiToMcp"},
		{version.Since("0.2.71", "3.10.0"), "apisix.proxyProtocol"},
		{version.Since("3.10.3"), "apisix.proxyCache"},
		{version.Since("3.9.8", "3.10.10"), "nginx.stream"},
	},
}
