package configurationkeynotread

import (
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// owned are settings of gateways that the control plane hands to them.
func owned() []rule.Fact {
	delivered := rule.Case{Entry: "GW-CP-OWNED", Change: version.Since("3.2.16.3"), Confidence: rule.Inferred, Gateways: true}
	return []rule.Fact{
		rows.KeySet{
			Case: delivered, In: []estate.Kind{estate.GatewayConfig},
			Keys:   []string{"/apisix/data_encryption", "/apisix/ssl/key_encrypt_salt"},
			Action: "keep a copy, then delete it here",
			Says: "the control plane gives each gateway group its own keys; those of the file do not count, " +
				"or encrypted fields and TLS keys cannot be read with them",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Keep a copy, then delete it here."},
				{When: rule.During, Text: "Replace one gateway first; try a route with TLS and one whose plugin has a secret."},
			},
		},
		rows.KeySet{
			Case: delivered, In: []estate.Kind{estate.GatewayConfig},
			Keys:   []string{"/api7ee/consumer_proxy", "/api7ee/developer_proxy"},
			Action: "set it in the Dashboard's file instead",
			Says:   "a setting of the Dashboard, which hands it to gateways; it does not count here, or gets in the way",
			Steps:  rule.Beforehand("Set it in the Dashboard's file, if you want a value other than the default, and delete it here."),
		},
		rows.KeySet{
			Case: rule.Case{Entry: "R-3.2.16.3-1", Change: version.Since("3.2.16.3"), Confidence: rule.Inferred, Gateways: true},
			In:   []estate.Kind{estate.GatewayConfig}, Keys: []string{"/plugins", "/stream_plugins"},
			Action: "upload your own plugins, then delete it",
			Says:   "no longer what counts: the control plane gives gateways the list of plugins; one that only this list has is off",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Upload plugins of your own as custom plugins in the Dashboard, and compare the rest of the list with what it shows. " +
					"Then delete it."},
				{When: rule.After, Text: "Send a request through a route with a plugin of your own."},
			},
		},
	}
}

// dictionaries are shared memory of gateways that counts elsewhere or has no user.
var dictionaries = []rule.Fact{
	rows.KeySet{
		Case: rule.Case{Entry: "GW-PROM-DICT", Change: version.Since("3.2.16.3"), Confidence: rule.Inferred, Gateways: true},
		In:   []estate.Kind{estate.GatewayConfig}, Keys: []string{"/nginx_config/http/lua_shared_dict/prometheus-metrics"}, WrittenByChart: true,
		Action: "move it to meta.lua_shared_dict",
		Says:   "no longer read in this place; the memory for metrics has the default size, and metrics are lost when it is full",
		Steps:  rule.Beforehand("Move it to nginx_config.meta.lua_shared_dict; with Helm, to the value apisix.meta.luaSharedDict."),
	},
	rows.KeySet{
		Case: rule.Case{Entry: "R-3.9.3-3", Change: version.Since("3.9.3"), Confidence: rule.Inferred, Gateways: true},
		In:   []estate.Kind{estate.GatewayConfig}, Keys: []string{"/nginx_config/http/lua_shared_dict/saml_sessions"}, WrittenByChart: true,
		Severity: rule.Notice,
		Says:     "memory that nothing uses: saml-auth keeps its sessions in cookies",
		Steps:    only(drop("it", "")),
	},
	rows.KeySet{
		Case: rule.Case{Entry: "R-3.9.13-2", Change: version.Since("3.9.13"), Confidence: rule.Inferred, Gateways: true},
		In:   []estate.Kind{estate.GatewayConfig}, Keys: []string{"/nginx_config/http/lua_shared_dict/ext-plugin"}, WrittenByChart: true,
		Severity: rule.Notice,
		Says:     "memory that nothing uses: the plugins that did are gone",
		Steps:    only(drop("it", "")),
	},
}

// jsonLibrary is a key that one release has.
func jsonLibrary() []rule.Fact {
	key := []string{"/apisix/request_body_json_lib"}
	return []rule.Fact{
		rows.KeySet{
			Case: rule.Case{
				Entry: "R-3.9.13-1", Change: version.Since("3.9.13"), Until: version.Since("3.9.14"), Confidence: rule.Inferred, Gateways: true,
			},
			In: []estate.Kind{estate.GatewayConfig}, Keys: key, Severity: rule.Notice,
			Action: "delete it, unless this release needs it",
			Says:   "a key that the vendor's chart has only for 3.9.13; 3.9.14 and 3.10.0 do not have it",
			Steps:  rule.Beforehand("Leave it out, unless you need it for this release; delete it with the next upgrade."),
		},
		rows.KeySet{
			Case: rule.Case{
				Entry: "R-3.10.0-1", Change: version.Since("3.9.14", "3.10.0"), FromAtLeast: version.Since("3.9.13"), Confidence: rule.Inferred, Gateways: true,
			},
			In: []estate.Kind{estate.GatewayConfig}, Keys: key, Severity: rule.Notice, WrittenByChart: true,
			Says:  "no longer read; the vendor's chart had it only for 3.9.13",
			Steps: only(drop("it", " Check the error log of the first gateway for a key that it does not know.")),
		},
	}
}
