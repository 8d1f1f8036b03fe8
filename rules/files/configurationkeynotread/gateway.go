package configurationkeynotread

import (
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/cond"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// deployment are ways to get the configuration that gateways do not have any more.
func deployment() []rule.Fact {
	confServer := rule.Case{Entry: "R-3.2.16.3-2", Change: version.Since("3.2.16.3"), Gateways: true}
	leftOver := confServer
	leftOver.Confidence = rule.Inferred
	return []rule.Fact{
		rows.ValueIs{
			Case: confServer, In: []estate.Kind{estate.GatewayConfig}, Severity: rule.Breaking,
			If: cond.Any(
				cond.Is("/deployment/role", "control_plane"),
				cond.All(cond.Is("/deployment/role", "data_plane"), cond.Is("/deployment/role_data_plane/config_provider", "control_plane")),
			),
			Action: "connect the gateway to the DP Manager",
			Says:   "needs conf_server, which is gone from gateways; the configuration comes from the DP Manager",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Set deployment.role: traditional, deployment.role_traditional.config_provider: etcd and deployment.etcd.host, " +
					"the https address of the DP Manager with port 7943, and give the gateway a certificate of its gateway group. " +
					"The Dashboard's script for a new gateway instance shows all of it."},
				{When: rule.During, Text: "Replace one gateway first and send a request through it."},
			},
		},
		rows.KeySet{
			Case: leftOver, In: []estate.Kind{estate.GatewayConfig}, Severity: rule.Notice,
			Keys:  []string{"/deployment/role_control_plane/conf_server", "/deployment/role_data_plane/control_plane", "/deployment/certs"},
			Says:  "no longer read; it belongs to conf_server, which is gone from gateways",
			Steps: only(drop("it", "")),
		},
		rows.KeySet{
			Case: rule.Case{Entry: "R-3.4.0-4", Change: version.Since("3.4.0"), Confidence: rule.Inferred, Gateways: true},
			In:   []estate.Kind{estate.GatewayConfig}, Keys: []string{"/deployment/etcd/use_grpc"}, If: cond.True(""),
			Says:  "no longer available: the gateway's gRPC client is gone, and it reads from the DP Manager over HTTP",
			Steps: only(drop("it", " Replace one gateway first.")),
		},
		rows.ValueIs{
			Case: rule.Case{Entry: "R-3.8.21-2", Change: version.Since("3.8.21"), Confidence: rule.Inferred, Gateways: true},
			In:   []estate.Kind{estate.GatewayConfig}, WrittenByChart: true,
			If:     cond.All(cond.Has("/deployment/fallback_cp"), cond.Is("/deployment/role_data_plane/config_provider", "yaml")),
			Action: "set config_provider: json with the upgrade",
			Says:   "the vendor's chart uses json with fallback_cp from now on; a fallback that is written as json may not be found",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Set deployment.role_data_plane.config_provider: json together with the upgrade of this gateway."},
				{When: rule.After, Text: "Have a gateway of the target's release with fallback_cp.mode: write export the configuration, then start one that reads it."},
			},
		},
	}
}

// attributes are settings of what gateways do not have any more.
func attributes() []rule.Fact {
	snowflake := rule.Case{Entry: "R-3.7.4-1", Change: version.Since("3.7.4", "3.8.1"), Gateways: true}
	key := []string{"/plugin_attr/request-id/snowflake"}
	return []rule.Fact{
		rows.KeySet{
			Case: snowflake, In: []estate.Kind{estate.GatewayConfig}, Keys: key, If: cond.True("/enable"),
			Action: "give request-id another algorithm first",
			Says:   "no longer read: request-id has no algorithm snowflake any more",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Give objects whose request-id uses snowflake another algorithm, such as uuid; the rule plugin-value-refused names them."},
				drop("it", ""),
			},
		},
		rows.KeySet{
			Case: snowflake, In: []estate.Kind{estate.GatewayConfig}, Keys: key, If: cond.Not(cond.True("/enable")), Severity: rule.Notice,
			Says:  "no longer read: request-id has no algorithm snowflake any more; it is not switched on here, so nothing is lost",
			Steps: only(drop("it", "")),
		},
		rows.KeySet{
			Case: rule.Case{Entry: "R-3.8.10-1", Change: version.Since("3.8.10"), Gateways: true},
			In:   []estate.Kind{estate.GatewayConfig}, Keys: []string{"/ext-plugin/cmd"},
			Action: "rewrite the runner's work as Lua plugins",
			Says:   "names a plugin runner that no plugin calls any more: ext-plugin-pre-req, -post-req and -post-resp are gone",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Rewrite what the runner does as custom plugins in Lua; the rule plugin-removed names the objects that use it."},
				drop("ext-plugin", ""),
			},
		},
		rows.KeySet{
			Case: rule.Case{Entry: "GW-VAULT", Change: version.Since("3.2.8.1"), Confidence: rule.Inferred, Gateways: true},
			In:   []estate.Kind{estate.GatewayConfig}, Keys: []string{"/vault"},
			Action: "check the secret provider, then delete it",
			Says:   "read by nothing, although the vendor's chart can write it; no secret comes from here",
			Steps: rule.Beforehand("Make sure that the secrets meant here come from a secret provider of the gateway group. " +
				"Then delete it; with Helm, set vault.enabled: false."),
		},
	}
}
