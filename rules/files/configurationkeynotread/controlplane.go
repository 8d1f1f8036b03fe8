package configurationkeynotread

import (
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/cond"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// controlPlane are keys that left the files of Dashboard, DP Manager and Developer Portal.
func controlPlane() []rule.Fact {
	blocks := rule.Case{Entry: "CP-LEGACY-BLOCKS", Change: version.Since("3.2.8.1"), Confidence: rule.Inferred}
	listeners := rule.Case{Entry: "R-3.2.9.0-1", Change: version.Since("3.2.9.0"), Confidence: rule.Inferred}
	return []rule.Fact{
		rows.KeySet{
			Case: blocks, In: []estate.Kind{estate.DashboardConfig, estate.DPManagerConfig}, WrittenByChart: true,
			Keys:  []string{"/authentication_config", "/oauth2_config", "/user_manager", "/keycloak", "/gateway_group", "/etcd"},
			Says:  "no longer read; it belongs to a login or a store from before 3.2.8.1",
			Steps: only(drop("it", " Single sign-on is set in the Dashboard itself, and the database of database.dsn is the only store.")),
		},
		rows.KeySet{
			Case: listeners, In: []estate.Kind{estate.DashboardConfig}, Keys: []string{"/server/cors"}, If: cond.True("/enabled"),
			Action: "let a proxy add the CORS headers",
			Says:   "no longer read; pages of other origins that call the Dashboard's API get no CORS headers from it",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Have a proxy in front of the Dashboard add the CORS headers, or serve these pages from the Dashboard's origin."},
				drop("server.cors", ""),
			},
		},
		rows.KeySet{
			Case: listeners, In: []estate.Kind{estate.DashboardConfig}, Keys: []string{"/server/cors"}, If: cond.Not(cond.True("/enabled")), WrittenByChart: true,
			Severity: rule.Notice,
			Says:     "no longer read; it is not switched on here, so nothing is lost",
			Steps:    only(drop("it", "")),
		},
		rows.KeySet{
			Case: listeners, In: []estate.Kind{estate.DPManagerConfig}, Keys: []string{"/server/status_listen"}, WrittenByChart: true,
			Action: "set server.status.host instead",
			Says:   "no longer read; from 3.2.14.0 on the DP Manager shows its state on server.status, which listens on 127.0.0.1 unless configured otherwise",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Set server.status.host to 0.0.0.0, or to the address that health checks use, where the target is 3.2.14.0 or later."},
				drop("status_listen", ""),
			},
		},
		rows.KeySet{
			Case: rule.Case{Entry: "R-3.2.14.0-4", Change: version.Since("3.2.14.0"), Confidence: rule.Inferred},
			In:   []estate.Kind{estate.DashboardConfig}, Keys: []string{"/login"}, WrittenByChart: true,
			Says:  "no longer read; login options are set in the Dashboard itself",
			Steps: only(drop("it", " Keep a local account that can log in until you have seen single sign-on work.")),
		},
		rows.KeySet{
			Case: rule.Case{Entry: "R-3.2.16.3-1", Change: version.Since("3.2.16.3")},
			In:   []estate.Kind{estate.DashboardConfig}, Keys: []string{"/plugins"}, WrittenByChart: true,
			Action: "note your own plugins, then delete it",
			Says:   "no longer read; the control plane itself says which plugins there are",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Note plugins of your own in the list, and those that it leaves out on purpose."},
				drop("it", ""),
				{When: rule.After, Text: "Upload plugins of your own as custom plugins in the Dashboard."},
			},
		},
	}
}

// database are keys of the database in the same files.
var database = []rule.Fact{
	rows.KeySet{
		Case:   rule.Case{Entry: "R-3.2.8.1-1", Change: version.Since("3.2.8.1"), Confidence: rule.Inferred},
		In:     []estate.Kind{estate.DashboardConfig, estate.DPManagerConfig},
		Keys:   []string{"/database/type", "/database/postgres"},
		Action: "set database.dsn instead",
		Says:   "no longer read; the database is that of database.dsn or, with Helm and where that is not set, the chart's own",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Set database.dsn: postgres://user:password@host:port/database with the password URL-encoded, " +
				"the same in the files of Dashboard and DP Manager."},
			drop("the old keys", ""),
			{When: rule.After, Text: "Make sure that the Dashboard shows your gateway groups: an empty Dashboard has another database."},
		},
	},
	rows.KeySet{
		Case: rule.Case{Entry: "R-3.7.3-2", Change: version.Since("3.7.3")}, WrittenByChart: true,
		In:   []estate.Kind{estate.DashboardConfig, estate.DPManagerConfig, estate.PortalConfig},
		Keys: []string{"/database/max_idle_conns"}, Severity: rule.Notice,
		Action: "write max_idle_time instead",
		Says:   "no longer read; idle connections are limited by database.max_idle_time, a duration, 30s in the chart",
		Steps: []rule.Step{
			drop("max_idle_conns", " Set database.max_idle_time, a duration such as 30s and not a count, if you want another one."),
		},
	},
	rows.KeySet{
		Case: rule.Case{Entry: "R-3.7.3-2", Change: version.Since("3.7.3"), Confidence: rule.Inferred},
		In:   []estate.Kind{estate.DashboardConfig, estate.DPManagerConfig, estate.PortalConfig},
		Keys: []string{"/database/max_idle_time"}, If: cond.Unitless(""),
		Action: "write the unit, as in 30s",
		Says:   "needs a duration with a unit; a bare number may be refused, or taken for something other than seconds",
		Steps:  rule.Beforehand("Write the unit: 30s. A count of connections, as max_idle_conns was, has no meaning here."),
	},
}
