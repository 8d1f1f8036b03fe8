package helmvalueignored

import (
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/cond"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// plugins are values of the chart gateway that said which plugins there are and what code they run.
func plugins() []rows.KeySet {
	gone := rule.Case{Entry: "HELM-DEAD-GW", Change: version.Since("3.2.16.3"), Gateways: true}
	return []rows.KeySet{
		{
			Case: rule.Case{Entry: "R-3.2.16.3-1", Change: version.Since("3.2.16.3"), Gateways: true},
			In:   values, Chart: version.GatewayChart, Charts: version.Since("0.1.11"),
			Keys: []string{"/plugins", "/stream_plugins"}, If: cond.Has(""), Severity: rule.Warning,
			Action: "compare the list, then delete it",
			Says:   "no longer read from chart 0.1.11 on: the control plane says which plugins are enabled",
			Steps:  []rule.Step{{When: rule.Before, Text: "Compare the list with the plugins that the Dashboard shows as enabled for the gateway group, then delete it from the values."}},
		},
		{
			Case: gone, In: values, Chart: version.GatewayChart, Charts: version.Since("0.1.11"),
			Keys: []string{"/customPlugins/enabled"}, If: cond.True(""),
			Action: "upload your plugins as custom plugins",
			Says:   "no longer read from chart 0.1.11 on: the ConfigMaps with the code of your plugins are not mounted any more, and gateways do not load them",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Upload each plugin as a custom plugin in the Dashboard, from 3.4.0 on for each gateway group; or mount the code with extraVolumes and extraVolumeMounts and name its path in apisix.extraLuaPath (chart 0.2.3 or later)."},
				{When: rule.During, Text: "Before the other gateways follow, call a route with each of the plugins through the first new one."},
			},
		},
		{
			Case: gone, In: values, Chart: version.GatewayChart, Charts: version.Since("0.1.11"),
			Keys: []string{"/extPlugin/enabled"}, If: cond.True(""),
			Action: "rewrite the runner's work as Lua plugins",
			Says:   "no longer read from chart 0.1.11 on: the plugin runner is not started, and ext-plugin-pre-req, ext-plugin-post-req and ext-plugin-post-resp reach none",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Rewrite what the runner does as a custom plugin in Lua: from 3.8.10 on the three plugins are gone altogether."},
			},
		},
		{
			Case: gone, In: values, Chart: version.GatewayChart, Charts: version.Since("0.1.11"),
			Keys: []string{"/wasmPlugins/enabled"}, If: cond.True(""), Severity: rule.Warning,
			Action: "check that nothing attaches these plugins",
			Says:   "no longer read from chart 0.1.11 on: gateways load no plugins of wasmPlugins.plugins",
			Steps:  []rule.Step{{When: rule.Before, Text: "Make sure that no object attaches one of these plugins, or rewrite it as a custom plugin in Lua."}},
		},
		{
			Case: rule.Case{Entry: "HELM-DEAD-GW-2", Change: version.Since("3.3.2"), Gateways: true},
			In:   values, Chart: version.GatewayChart, Charts: version.Since("0.2.3"),
			Keys: []string{"/apisix/luaModuleHook/enabled"}, If: cond.True(""), Severity: rule.Warning,
			Action: "start the module from a custom plugin",
			Says:   "no longer read from chart 0.2.3 on: your module is neither mounted nor called",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Mount the code with extraVolumes and extraVolumeMounts, name its path in apisix.extraLuaPath, and start it from a custom plugin. Do not set apisix.lua_module_hook in its place: gateways load what connects them to the control plane through it."},
			},
		},
	}
}
