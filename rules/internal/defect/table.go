package defect

import (
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/cond"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// Table returns every defect of a release that is known: first those of the upgrade itself.
func Table() []Defect { return slices.Clone(table) }

//nolint:gochecknoglobals // a table of facts
var table = slices.Concat(upgrading, running, late, early(), line33(), line35(), line37(), line380(), line387(), line3811(), line3816())

// window is the life of a defect.
func window(entry string, since, until version.Change) rule.Case {
	return rule.Case{Entry: entry, Change: since, Until: until}
}

// upgrading are the defects of the upgrade itself.
var upgrading = []Defect{
	{
		Case: window("R-3.2.14.0-2", oldest(), version.Since("3.2.14.0")), Assumed: true, Severity: rule.Warning, Upgrading: true,
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
		Case: window("R-3.3.4-1", oldest(), version.Since("3.3.4", "3.4.2", "3.5.2")), Assumed: true, Severity: rule.Warning, Upgrading: true,
		Says: "DP Manager can keep restarting when the Dashboard is upgraded first; only a draft of the notes says so",
		Who:  "control planes whose Dashboard is upgraded before DP Manager",
		Steps: []rule.Step{
			{When: rule.During, Text: "Watch whether DP Manager becomes ready. If it keeps restarting, stop it until the Dashboard is up and has migrated the database."},
		},
	},
	{
		Case: window("R-3.5.2-1", oldest(), version.Since("3.5.2")), Assumed: true, Severity: rule.Warning, Upgrading: true,
		Says: "the upgrade can store gateway instances twice",
		Who:  "mainly control planes on MySQL",
		Steps: []rule.Step{
			{When: rule.After, Text: "Look for instances that are listed twice, and compare the used with the licensed CPU cores."},
		},
	},
	{
		Case: window("G9", oldest(), version.Since("3.7.7", "3.8.4")), Assumed: true, Severity: rule.Notice, Upgrading: true,
		Says:   "the migration of large tables is slow",
		Who:    "control planes with large tables; the notes do not say which, but those that grow are the audit log and the counts of API calls",
		Unseen: "how large the tables are is in no input",
	},
	{
		Case: window("G7", oldest(), version.Since("3.8.7")), Severity: rule.Notice, Upgrading: true,
		Says: "DP Manager does not wait for the migration of the database",
		Who:  "every upgrade that starts both components together",
	},
}

// running are the defects with steps that help those who cannot choose another target.
var running = []Defect{
	{
		Case: window("R-3.2.16.7-1", oldest(), version.Since("3.2.16.7")), Assumed: true, Severity: rule.Warning,
		HotFixes: []version.Version{version.MustParse("3.2.14.4.1"), version.MustParse("3.2.15.2.1"), version.MustParse("3.2.16.4.1")},
		Says:     "DP Manager loops endlessly on truncated metrics, and gateways can stop following the control plane after a broken watch",
		Who:      "every installation; the hot fixes 3.2.14.4.1, 3.2.15.2.1 and 3.2.16.4.1 fix this too",
	},
	{
		Case: window("R-3.5.4-1", oldest(), version.Since("3.5.4")), Assumed: true, Severity: rule.Warning,
		Says:  "publishing a service again from its template can lose the configuration of its upstream",
		Who:   "anyone who publishes from service templates",
		Signs: []Sign{exist(estate.ServiceTemplate, "there are no service templates")},
		Steps: []rule.Step{
			{When: rule.After, Text: "If the target cannot change: save the published service before each publication, and compare its upstream afterwards."},
		},
	},
	{
		Case: window("K-3.8.7", oldest(), version.Since("3.8.7")), Assumed: true, Severity: rule.Warning,
		Says: "/api/license, /api/system_infos and /api/developer-portal-url answer without authentication",
		Who:  "every control plane; it matters where people other than administrators can reach it",
		Steps: []rule.Step{
			{When: rule.Before, Text: "If the target cannot change: let only administrators reach these three paths of the Dashboard."},
		},
	},
	{
		Case: window("R-3.7.8-1", oldest(), version.Since("3.7.8", "3.8.5")), Assumed: true, Severity: rule.Warning,
		Says:  "changing a plugin of a route can overwrite its other plugins",
		Who:   "anyone who edits plugins of routes",
		Signs: []Sign{exist(estate.Route, "there are no routes")},
		Steps: []rule.Step{
			{When: rule.After, Text: "If the target cannot change: check all plugins of a route after each change of one."},
		},
	},
	{
		Case: window("R-3.8.6-8", oldest(), version.Since("3.8.6")), Assumed: true, Severity: rule.Warning, Grave: true,
		Says:  "a client can resume a TLS 1.3 session of one host name at another, and so get past that one's request for a client certificate",
		Who:   "certificates that ask clients for theirs",
		Signs: []Sign{clientCertificates()},
		Steps: []rule.Step{
			{When: rule.Before, Text: "If the target cannot change: allow only TLS 1.2 for these host names (ssl_protocols of the certificate), or check the client certificate behind the gateway again."},
		},
	},
	{
		Case: window("R-3.8.5-6", oldest(), version.Since("3.8.5")), Assumed: true, Severity: rule.Warning, Grave: true,
		Says:  "a client can overwrite what jwt-auth reads from a token",
		Who:   "jwt-auth",
		Signs: []Sign{authentication("jwt-auth")},
	},
	{
		Case: window("R-3.8.6-5", oldest(), version.Since("3.8.6")), Assumed: true, Severity: rule.Warning, Grave: true,
		Says:  "kafka-logger leaks memory until workers of the gateway crash",
		Who:   "kafka-logger",
		Signs: []Sign{plugins("kafka-logger")},
		Steps: []rule.Step{
			{When: rule.After, Text: "If the target cannot change: watch the memory of gateways, and restart them one by one before it runs out."},
		},
	},
	{
		Case: window("R-3.8.22-1", version.Since("3.8.7"), version.Since("3.8.22", "3.9.2")), Severity: rule.Warning,
		Says:  "limit-count-advanced cannot give a password to Redis behind Sentinel, and opens a connection for each request",
		Who:   "limit-count-advanced with policy redis-sentinel",
		Signs: []Sign{plugins("limit-count-advanced").with(cond.Is("/policy", "redis-sentinel"), "with Redis Sentinel")},
	},
	{
		Case: window("R-3.8.16-3", oldest(), version.Since("3.8.16")), Assumed: true, Severity: rule.Warning,
		Says: "ADC can write to another gateway group with a similar name",
		Who:  "installations with gateway groups of similar names and ADC below 0.21.2",
		Signs: []Sign{{
			Kinds: []estate.Kind{estate.GatewayGroup}, Least: 2, None: "there is only one gateway group",
			Perhaps: "whether their names are similar enough, and whether ADC below 0.21.2 writes to them, is not known",
		}},
		Steps: []rule.Step{
			{When: rule.Before, Text: "Use ADC 0.21.2 or later in all pipelines."},
		},
	},
}

// late are defects that rules of their own look for.
var late = []Defect{
	{
		Case: window("R-3.3.1-1", oldest(), version.Since("3.3.1")), Assumed: true, Severity: rule.Warning, By: "plugin-defect-in-target",
		Says: "plugins of the rewrite phase run twice once a consumer is found",
		Who:  "routes with an authentication plugin and plugins of the rewrite phase",
	},
	{
		Case: window("R-3.5.5-1", oldest(), version.Since("3.5.5", "3.6.1", "3.7.1")), Assumed: true, Severity: rule.Warning, By: "plugin-defect-in-target",
		Says: "openid-connect verifies neither issuer nor audience",
		Who:  "openid-connect",
	},
	{
		Case: window("R-3.7.2-2", version.Since("3.2.9.0"), version.Since("3.7.2")), Severity: rule.Warning, By: "default-gateway-group-recreated",
		Says: "every start of the Dashboard creates the gateway group default again",
		Who:  "installations that deleted it",
	},
	{
		Case: window("R-3.8.5-2", version.Since("3.8.5"), version.Since("3.8.22", "3.9.2")), Severity: rule.Warning, By: "consumers-share-rate-limit",
		Says: "consumers with the same limit-count configuration share one counter",
		Who:  "limit-count on several consumers",
	},
	{
		Case: window("R-3.8.10-3", oldest(), version.Since("3.8.10")), Assumed: true, Severity: rule.Notice, By: "gateway-loads-stale-data",
		Says: "after a restart workers can take old data, so that new routes answer 404 for a while",
		Who:  "every gateway that is restarted",
	},
	{
		Case: window("R-3.8.14-1", oldest(), version.Since("3.8.14")), Severity: rule.Warning, By: "database-timezone-not-utc",
		Says: "the states of gateway instances are wrong where the database is not in UTC",
		Who:  "databases in another time zone",
	},
	{
		Case: window("R-3.8.19-6", version.Since("3.8.19"), version.Since("3.8.22", "3.9.2")), Severity: rule.Warning, By: "plugin-defect-in-target",
		Says: "limit-count-advanced sends a wrong reset header, and with delayed synchronisation to Redis its counts are not stored",
		Who:  "anyone who uses limit-count-advanced",
	},
	{
		Case: window("R-3.8.21-4", oldest(), version.Since("3.8.21")), Severity: rule.Warning, By: "port-on-several-addresses",
		Says: "heartbeats of a gateway fail that listens on one port of several addresses",
		Who:  "such gateways",
	},
	{
		Case: window("R-3.9.0-4", version.Since("3.9.0"), version.Since("3.9.1")), Severity: rule.Notice, By: "developer-portal-changed",
		Says:  "developers created in the portal before 3.9.0 cannot be deleted",
		Who:   "installations that already use the Developer Portal",
		Signs: []Sign{exist(estate.Developer, "there are no developers")},
	},
	{
		Case: window("R-3.9.0-8", oldest(), version.Since("3.9.0")), Severity: rule.Breaking, By: "database-schema-not-public",
		Says: "the Dashboard can fail to start with tables outside the schema public",
		Who:  "PostgreSQL with another schema",
	},
}

// delays is the condition that counts go to Redis with a delay.
func delays() cond.Condition {
	return cond.Any(cond.Exceeds("/sync_interval", 0), cond.Exceeds("/sync_rate", 0))
}
