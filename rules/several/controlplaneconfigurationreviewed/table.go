package controlplaneconfigurationreviewed

import (
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

func table() []rule.Reminder { return append(keys(), defaults()...) }

// keys are those that were renamed or removed.
func keys() []rule.Reminder {
	return []rule.Reminder{
		{
			Case:  rule.Case{Entry: "R-3.2.8.1-1", Change: version.Since("3.2.8.1")},
			Title: "Write the database as one database.dsn in the conf.yaml of Dashboard and DP Manager",
			Why:   "database.type and database.postgres are no longer read: without a dsn the control plane has no database, and with Helm it uses the chart's own instead of yours.",
			Steps: []rule.Step{
				{When: rule.Before, Text: "In dashboard_conf/conf.yaml and dp_manager_conf/conf.yaml, or below dashboard_configuration and dp_manager_configuration of the Helm values, replace database.type and database.postgres by dsn: postgres://user:password@host:port/database, the password URL-encoded, the same in both."},
				{When: rule.Before, Text: "Drop authentication_config.session_secret, which is gone."},
				{When: rule.After, Text: "Make sure that the Dashboard shows your gateway groups: an empty one has another database."},
			},
		},
		{
			Case:  rule.Case{Entry: "R-3.2.9.0-1", Change: version.Since("3.2.9.0")},
			Title: "Drop server.cors and server.status_listen, and open port 7943 of the DP Manager",
			Why:   "Browsers of other origins lose the CORS headers of the Dashboard, and health checks on the status listener of the DP Manager (7901) fail; gateways get a TLS listener at server.tls, port 7943.",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Set CORS headers on a reverse proxy instead of server.cors in dashboard_conf/conf.yaml. Point health checks of the DP Manager elsewhere; from 3.2.14.0 on there is server.status, on 127.0.0.1 unless its host is set."},
				{When: rule.Before, Text: "Let gateways reach port 7943 of the DP Manager: firewalls, Kubernetes services, load balancers."},
			},
		},
		{
			Case:  rule.Case{Entry: "R-3.2.14.0-4", Change: version.Since("3.2.14.0")},
			Title: "Drop login.source from the Dashboard's conf.yaml, and decide about server.status",
			Why:   "Logins are managed in the Dashboard itself; a way to log in that login.source alone switched on is gone.",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Delete login from dashboard_conf/conf.yaml (Helm: dashboard_configuration.login) and know the password of one built-in user before the upgrade."},
				{When: rule.Before, Text: "For health checks from outside, set server.status.host: 0.0.0.0 of Dashboard (7081) and DP Manager (7901): both listen on 127.0.0.1 otherwise."},
			},
		},
		{
			Case:  rule.Case{Entry: "R-3.7.3-2", Change: version.Since("3.7.3")},
			Title: "Replace database.max_idle_conns by database.max_idle_time",
			Why:   "The number of idle connections is no longer read in the conf.yaml of Dashboard, DP Manager and Developer Portal; without the new key idle ones are closed after 30s.",
			Steps: []rule.Step{
				{When: rule.Before, Text: "In each of the three files, or below *_configuration.database of the Helm values, delete max_idle_conns and set max_idle_time, a duration such as 30s and not a count."},
			},
		},
		{
			Case:  rule.Case{Entry: "R-3.10.4-1", Change: version.Since("3.9.17", "3.10.4"), Confidence: rule.Inferred},
			Title: "Move a customised console to the keys below console in the Dashboard's conf.yaml",
			Why:   "Hybrid mode, error reporting and additional menu entries now come from console.hybrid_mode, console.sentry and console.custom_menu_group; what was set in the console's own process is likely no longer looked at.",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Only where the console was customised by environment variables, mounted files or an image of your own: write the same as console.* in dashboard_conf/conf.yaml (Helm: dashboard_configuration.console)."},
				{When: rule.After, Text: "Look at the console's menu: the whole custom group is left out where one of its entries has no name or no absolute address."},
			},
		},
	}
}

// defaults are those that come or change where nobody sets the key.
func defaults() []rule.Reminder {
	return []rule.Reminder{
		{
			Case:  rule.Case{Entry: "R-3.2.9.2-2", Change: version.Since("3.2.9.2")},
			Title: "Move clients of the Dashboard to HTTPS on port 7443, or keep HTTP with server.listen.disable: false",
			Why:   "Plain HTTP on port 7080 is switched off by default: browsers, ADC, ingress backends and scripts that use it find nothing.",
			Steps: []rule.Step{
				{When: rule.Before, Text: "List what calls port 7080. Move it to https on 7443 (server.tls in dashboard_conf/conf.yaml, with key_file and cert_file of your own or a self-signed pair), or set server.listen.disable: false there (Helm: dashboard_configuration.server.listen.disable)."},
			},
		},
		{
			Case:  rule.Case{Entry: "R-3.8.7-2", Change: version.Since("3.8.7")},
			Title: "Set security.content_security_policy where the Dashboard is embedded or gets scripts of yours",
			Why:   "The Dashboard sends a content security policy by default: frames in other pages, injected scripts and assets of other hosts are refused by browsers.",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Write the policy that you need as security.content_security_policy in dashboard_conf/conf.yaml (Helm: dashboard_configuration.security.content_security_policy)."},
				{When: rule.After, Text: "Open the Dashboard the way your users do, with the browser's console open, and look for refused resources."},
			},
		},
		{
			Case:  rule.Case{Entry: "R-3.8.17-2", Change: version.Since("3.8.17")},
			Title: "Narrow security.trusted_proxies before you use lists of allowed and denied addresses",
			Why:   "The chart trusts every sender's X-Forwarded-For (0.0.0.0/0, ::/0), so whoever can reach the Dashboard can claim an allowed address.",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Only where security.ip_restriction is to be used: list the addresses of your proxies as security.trusted_proxies in dashboard_conf/conf.yaml (Helm: dashboard_configuration.security.trusted_proxies)."},
			},
		},
		{
			Case:  rule.Case{Entry: "R-3.9.0-5", Change: version.Since("3.9.0")},
			Title: "Give server.pprof of Dashboard, DP Manager and Developer Portal ports of their own, or switch it off",
			Why:   "The profiler is on by default, for each on 127.0.0.1:6060 (before: off, on 7082 and 7902): components that share a host or its network take each other's port, and monitors of the old ports find nothing.",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Where several components run on one host or with host network, set server.pprof.port differently in each conf.yaml, or server.pprof.enable: false (Helm: *_configuration.server.pprof)."},
			},
		},
		{
			Case:  rule.Case{Entry: "R-3.9.0-6", Change: version.Since("3.9.0")},
			Title: "Raise database.timeout where statements take longer than five seconds",
			Why:   "The control plane limits the time of a statement, by the chart to 5s: on a large database, exports, publications of much at once and reports can fail.",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Look for slow statements in the database (log_min_duration_statement, pg_stat_statements). Set database.timeout, a duration such as 30s, in the conf.yaml of Dashboard, DP Manager and Developer Portal (Helm: *_configuration.database.timeout)."},
				{When: rule.After, Text: "Watch the error logs of the control plane for cancelled statements."},
			},
		},
		{
			Case:  rule.Case{Entry: "R-3.9.10-1", Change: version.Since("3.9.10")},
			Title: "Switch telemetry off on the control plane if it was switched off on gateways",
			Why:   "The Dashboard owns the setting and sends it to gateways, on by default; api7ee.telemetry.enable: false in a gateway's config.yaml is likely no longer looked at, so an opt-out is undone.",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Where a gateway's config.yaml (Helm chart gateway: api7ee.telemetry) sets enable: false or other values than the defaults, write the same as telemetry in dashboard_conf/conf.yaml (Helm chart api7ee3: dashboard_configuration.telemetry). Keep the gateway's key until all gateways are upgraded."},
				{When: rule.After, Text: "Make sure that the gateways send no metrics to the control plane."},
			},
		},
	}
}
