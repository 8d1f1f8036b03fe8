package gatewayconfigurationreviewed

import (
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

var table = []rows.Reminder{
	{
		Case:  rule.Case{Entry: "R-3.9.3-3", Change: version.Since("3.9.3")},
		Title: "Upgrade gateways with saml-auth together with their chart",
		Why:   "nginx_config.http.lua_shared_dict.saml_sessions is gone from the chart's file. The target no longer needs it, but an older gateway image under a newer chart may.",
		Steps: []rule.Step{
			{When: rule.During, Text: "Do not pin an older gateway image with chart 0.2.47 or later."},
		},
		If: []rows.Sign{{Plugins: []string{"saml-auth"}}},
	},
}
