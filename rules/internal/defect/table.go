package defect

import (
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// Table returns every defect of a release that is known and may strike whoever installs it: first those of
// the upgrade itself.
func Table() []Defect { return slices.Clone(table) }

// Hidden returns those of which no input shows whether they strike; the others have rules that look.
func Hidden() []Defect {
	return slices.DeleteFunc(Table(), func(d Defect) bool { return d.Shown })
}

var table = slices.Concat(upgrading, running, late, minor) //nolint:gochecknoglobals // a table of facts

// window is the life of a defect.
func window(entry string, since, until version.Change) rule.Case {
	return rule.Case{Entry: entry, Change: since, Until: until}
}

// upgrading returns the defects of the upgrade itself.
var upgrading = []Defect{
	{
		Case: window("R-3.2.14.0-2", version.Since("3.2.8.1"), version.Since("3.2.14.0")), Assumed: true, Severity: rule.Warning, Upgrading: true,
		Says: "the upgrade can lose upstreams, or leave routes that answer 404",
		Who:  "every upgrade to such a release",
		Steps: []rule.Step{
			{When: rule.Before, Text: "If the target cannot change: save every service with its upstream, and keep the backup of the database at hand."},
			{When: rule.After, Text: "Compare the upstreams of every published service with what was saved, and send a request to each route."},
		},
	},
	{
		Case: window("R-3.3.2-1", version.Since("3.3.1"), version.Since("3.3.2")), Severity: rule.Breaking, Upgrading: true,
		Below: version.MustParse("3.2.16.3"),
		Says:  "after an upgrade from 3.2.16.2 or older the Dashboard does not start",
		Who:   "every upgrade from 3.2.16.2 or older",
	},
	{
		Case: window("R-3.3.4-1", version.Since("3.3.0"), version.Since("3.3.4", "3.4.2", "3.5.2")), Assumed: true, Severity: rule.Warning, Upgrading: true,
		Says: "DP Manager can keep restarting when the Dashboard is upgraded first; only a draft of the notes says so",
		Who:  "control planes whose Dashboard is upgraded before DP Manager",
		Steps: []rule.Step{
			{When: rule.During, Text: "Watch whether DP Manager becomes ready. If it keeps restarting, stop it until the Dashboard is up and has migrated the database."},
		},
	},
	{
		Case: window("R-3.5.2-1", version.Since("3.5.0"), version.Since("3.5.2")), Assumed: true, Severity: rule.Warning, Upgrading: true,
		Says: "the upgrade can store gateway instances twice",
		Who:  "mainly control planes on MySQL",
		Steps: []rule.Step{
			{When: rule.After, Text: "Look for instances that are listed twice, and compare the used with the licensed CPU cores."},
		},
	},
	{
		Case: window("G9", version.Since("3.7.0"), version.Since("3.7.7", "3.8.4")), Assumed: true, Severity: rule.Notice, Upgrading: true,
		Says: "the migration of large tables is slow",
		Who:  "control planes with large tables; the notes do not say which, but those that grow are the audit log and the counts of API calls",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Measure the migration on a copy of the database, and plan the window for it."},
		},
	},
	{
		Case: window("G7", version.Since("3.2.8.1"), version.Since("3.8.7")), Severity: rule.Notice, Upgrading: true,
		Says: "DP Manager does not wait for the migration of the database",
		Who:  "every upgrade that starts both components together",
		Steps: []rule.Step{
			{When: rule.During, Text: "Start the Dashboard first, wait until it answers, then start DP Manager."},
		},
	},
}

// running returns the defects that a release has as long as it runs, and that are gone in 3.8.7.
var running = []Defect{
	{
		Case: window("R-3.2.16.7-1", version.Since("3.2.8.1"), version.Since("3.2.16.7")), Assumed: true, Severity: rule.Warning,
		HotFixes: []version.Version{version.MustParse("3.2.14.4.1"), version.MustParse("3.2.15.2.1"), version.MustParse("3.2.16.4.1")},
		Says:     "DP Manager loops endlessly on truncated metrics, and gateways can stop following the control plane after a broken watch",
		Who:      "every installation; the hot fixes 3.2.14.4.1, 3.2.15.2.1 and 3.2.16.4.1 fix this too",
	},
	{
		Case: window("R-3.2.16.7-3", version.Since("3.2.8.1"), version.Since("3.2.16.7")), Assumed: true, Severity: rule.Notice,
		Says: "routes with special characters in a path parameter do not match",
		Who:  "gateways whose router is radixtree_uri_with_parameter",
	},
	{
		Case: window("R-3.3.1-1", version.Since("3.3.0"), version.Since("3.3.1")), Assumed: true, Severity: rule.Warning, Shown: true,
		Says: "plugins of the rewrite phase run twice once a consumer is found",
		Who:  "routes with an authentication plugin and plugins of the rewrite phase",
	},
	{
		Case: window("R-3.5.2-2", version.Since("3.5.0"), version.Since("3.5.2")), Assumed: true, Severity: rule.Notice,
		Says: "log-rotate cannot be enabled",
		Who:  "anyone who uses the log-rotate plugin",
	},
	{
		Case: window("R-3.5.4-1", version.Since("3.5.0"), version.Since("3.5.4")), Assumed: true, Severity: rule.Warning,
		Says: "publishing a service again from its template can lose the configuration of its upstream",
		Who:  "anyone who publishes from service templates",
		Steps: []rule.Step{
			{When: rule.After, Text: "If the target cannot change: save the published service before each publication, and compare its upstream afterwards."},
		},
	},
	{
		Case: window("K-3.8.7", version.Since("3.2.8.1"), version.Since("3.8.7")), Assumed: true, Severity: rule.Warning,
		Says: "/api/license, /api/system_infos and /api/developer-portal-url answer without authentication",
		Who:  "control planes that people other than administrators can reach",
		Steps: []rule.Step{
			{When: rule.Before, Text: "If the target cannot change: let only administrators reach these three paths of the Dashboard."},
		},
	},
	{
		Case: window("R-3.7.8-1", version.Since("3.7.0"), version.Since("3.7.8", "3.8.5")), Assumed: true, Severity: rule.Warning,
		Says: "changing a plugin of a route can overwrite its other plugins",
		Who:  "anyone who edits plugins of routes",
		Steps: []rule.Step{
			{When: rule.After, Text: "If the target cannot change: check all plugins of a route after each change of one."},
		},
	},
}

// late returns those that came or stayed after 3.8.0.
var late = []Defect{
	{
		Case: window("R-3.8.5-2", version.Since("3.8.5"), version.Since("3.8.22", "3.9.2")), Severity: rule.Warning, Shown: true,
		Says: "consumers with the same limit-count configuration share one counter",
		Who:  "limit-count on several consumers",
	},
	{
		Case: window("R-3.8.16-3", version.Since("3.8.0"), version.Since("3.8.16")), Assumed: true, Severity: rule.Warning,
		Says: "ADC can write to another gateway group with a similar name",
		Who:  "installations with gateway groups of similar names and ADC below 0.21.2",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Use ADC 0.21.2 or later in all pipelines, and the control plane from 3.8.16 on."},
		},
	},
	{
		Case: window("R-3.8.19-6", version.Since("3.8.19"), version.Since("3.8.22", "3.9.2")), Severity: rule.Warning, Shown: true,
		Says: "limit-count-advanced sends a wrong reset header, and with delayed synchronisation to Redis its counts are not stored",
		Who:  "anyone who uses limit-count-advanced",
	},
	{
		Case: window("R-3.9.0-4", version.Since("3.9.0"), version.Since("3.9.1")), Severity: rule.Notice, Shown: true,
		Says: "developers created in the portal before 3.9.0 cannot be deleted",
		Who:  "installations that already use the Developer Portal",
	},
}

// minor returns the smaller ones that were fixed along 3.8; each touches one feature.
var minor = []Defect{
	along("R-3.8.x-k1", version.Since("3.7.0"), version.Since("3.7.4", "3.8.1"), "health checks of TCP services do not work: requests go to unhealthy nodes too", "stream services with health checks"),
	along("R-3.8.x-k2", version.Since("3.7.0"), version.Since("3.8.0"), "health checks continue for nodes that Kubernetes service discovery has replaced", "upstreams with Kubernetes service discovery and health checks"),
	along("R-3.8.x-k3", version.Since("3.7.0"), version.Since("3.8.0"), "gateways keep the old prefix of a Vault secret provider after it was changed", "secret providers of kind Vault"),
	along("R-3.8.x-k4", version.Since("3.7.0"), version.Since("3.7.3", "3.8.0"), "many consumers put a high load on the database's CPU", "installations with very many consumers"),
	along("R-3.8.x-k5", version.Since("3.8.0"), version.Since("3.8.5"), "conditions on post_arg do not match where Content-Type names a charset", "routes with conditions on post_arg"),
	along("R-3.8.x-k6", version.Since("3.8.0"), version.Since("3.8.11"), "the statistics of the EWMA balancer fill their shared memory", "upstreams that use the ewma balancer"),
	along("R-3.8.x-k7", version.Since("3.8.0"), version.Since("3.8.11"), "creating a service twice at the same time can store it twice", "pipelines that write in parallel"),
	along("R-3.8.x-k8", version.Since("3.8.0"), version.Since("3.8.13"), "gateways do not notice that a secret has changed", "references to secret providers"),
	along("R-3.8.x-k9", version.Since("3.8.0"), version.Since("3.8.17"), "upstreams with very many nodes are slow", "upstreams with very many nodes"),
	along("R-3.8.x-k10", version.Since("3.8.0"), version.Since("3.8.21"), "the credentials of fallback_cp are not loaded", "gateways with deployment.fallback_cp"),
	along("R-3.8.x-k11", version.Since("3.8.0"), version.Since("3.8.22", "3.9.2"), "writing certificates in parallel can store one twice", "pipelines that write certificates in parallel"),
}

// along is a defect that was fixed along the way.
func along(entry string, since, until version.Change, says, who string) Defect {
	return Defect{Case: window(entry, since, until), Assumed: true, Severity: rule.Notice, Says: says, Who: who}
}
