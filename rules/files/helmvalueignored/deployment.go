package helmvalueignored

import (
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/cond"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// deployment are values that parted gateways into control plane and data plane. Those of a traditional gateway, which
// the chart had by default, change nothing.
func deployment() []rows.KeySet {
	gone := rule.Case{Entry: "HELM-DEAD-GW-3", Change: version.Since("3.8.5"), Gateways: true}
	return []rows.KeySet{
		{
			Case: gone, In: values, Chart: version.GatewayChart, Charts: version.Since("0.2.18"),
			Keys: []string{"/deployment/role"}, If: cond.Is("", "data_plane", "control_plane"),
			Action: "set etcd.host to the DP Manager",
			Says:   "no longer read from chart 0.2.18 on: the gateway becomes a traditional one, which takes its configuration from etcd.host",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Set etcd.host to the address of the DP Manager, https and port 7943, with the certificates of the gateway group in etcd.auth.tls, for each release of the gateway; delete the releases that were control planes, and the old keys."},
				{When: rule.Before, Text: "Render the new chart with your values (helm template), and check deployment in the config.yaml that it writes."},
			},
		},
		{
			Case: gone, In: values, Chart: version.GatewayChart, Charts: version.Since("0.2.18"),
			Keys: []string{"/deployment/mode"}, If: cond.Is("", "decoupled"), Severity: rule.Warning,
			Action: "set etcd.host to the DP Manager",
			Says:   "no longer read from chart 0.2.18 on: every gateway is a traditional one",
			Steps:  []rule.Step{{When: rule.Before, Text: "Plan again for gateways that were split: each one reads from the DP Manager (etcd.host). Then delete the key."}},
		},
		{
			Case: gone, In: values, Chart: version.GatewayChart, Charts: version.Since("0.2.18"),
			Keys: []string{
				"/deployment/controlPlane/certsSecret", "/deployment/dataPlane/controlPlane/host", "/deployment/certs/certsSecret", "/deployment/certs/mTLSCACertSecret",
			},
			If: cond.Has(""), Severity: rule.Warning,
			Action: "set etcd.host and etcd.auth.tls",
			Says:   "no longer read from chart 0.2.18 on: gateways connect to etcd.host with the certificates of etcd.auth.tls",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Set etcd.host and etcd.auth.tls where gateways depended on it, then delete the key. From chart 0.2.18 on the Secret is not mounted."},
			},
		},
	}
}
