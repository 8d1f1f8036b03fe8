package defect

import (
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule/cond"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// early are what releases of line 3.2 repaired.
func early() []Defect {
	return []Defect{
		ended("R-3.2.9.4-1", version.Since("3.2.9.4"), "something fails when gateways reach the number of CPU cores that the licence allows; the notes do not say what", "installations at that limit").
			unseen("how many cores the licence allows is in no input"),
		ended("R-3.2.11.1-3", version.Since("3.2.11.1"), "a certificate that is uploaded for one gateway group can end up in another", "installations with several gateway groups",
			Sign{Kinds: []estate.Kind{estate.GatewayGroup}, Least: 2, None: "there is only one gateway group"}).warns(),
		ended("R-3.2.11.2-1", version.Since("3.2.11.2"), "an object that its schema does not allow stops gateways from following the control plane", "every installation"),
		ended("R-3.2.11.3-1", version.Since("3.2.11.3"), "the watch of gateways sends the wrong server name (SNI) to the control plane", "every installation"),
		ended("R-3.2.11.5-1", version.Since("3.2.11.5"), "login options ignore whether the identity provider's certificate is to be verified", "users of OIDC and LDAP login").
			unseen("login options are not read").warns(),
		ended("R-3.2.11.6-1", version.Since("3.2.11.6"), "reading large lists from the control plane fails", "installations with much configuration").
			unseen("the notes do not say how large"),
		ended("R-3.2.14.0-5", version.Since("3.2.14.0"), "http-logger leaks memory", "http-logger", plugins("http-logger")),
		ended("R-3.2.14.0-6", version.Since("3.2.14.0"), "data-mask logs errors for GET requests that no route matches", "data-mask", plugins("data-mask")),
		ended("R-3.2.14.0-7", version.Since("3.2.14.0"), "plugins are not loaded again as they should", "every gateway"),
		ended("R-3.2.14.1-4", version.Since("3.2.14.1"), "gateways report errors after a custom plugin was deployed through the Dashboard", "installations with custom plugins",
			exist(estate.CustomPlugin, "there are no custom plugins")),
		ended("R-3.2.14.2-1", version.Since("3.2.14.2"), "a service template and what was published from it can have different plugins", "users of service templates",
			exist(estate.ServiceTemplate, "there are no service templates")),
		ended("R-3.2.14.4-4", version.Since("3.2.14.4"), "publishing a service template loses plugins, or empty values of its hosts and path prefix", "users of service templates",
			exist(estate.ServiceTemplate, "there are no service templates")).warns(),
		ended("R-3.2.15.1-1", version.Since("3.2.15.1"), "asking for an instance token with an API token is refused with 401", "scripts that add gateway instances").
			unseen("whether scripts do this is in no input"),
		ended("R-3.2.16.0-3", version.Since("3.2.16.0"), "a left-over config_listen.sock keeps a gateway from starting", "every gateway that ended by a crash"),
		ended("R-3.2.16.0-4", version.Since("3.2.16.0"), "plugins of a consumer that do not authenticate are encrypted and decrypted wrongly", "consumers with plugins",
			exist(estate.Consumer, "there are no consumers").perhaps("whether they carry such plugins was not looked at")),
		ended("R-3.2.16.0-5", version.Since("3.2.16.0"), "requests to a disabled service are answered with 404", "services that are switched off").
			unseen("nothing public says what the answer should be"),
		ended("R-3.2.16.0-6", version.Since("3.2.16.0"), "skywalking does not start again once it was removed", "skywalking", plugins("skywalking")),
		ended("R-3.2.16.1-1", version.Since("3.2.16.1"), "deleting a route ends in a panic where the router is radixtree_host_uri", "gateways with that router",
			gatewayFile(cond.Is("/apisix/router/http", "radixtree_host_uri"), "no gateway uses the router radixtree_host_uri")).warns(),
		ended("R-3.2.16.1-2", version.Since("3.2.16.1"), "multi-auth does not work with custom authentication plugins", "multi-auth", plugins("multi-auth").
			perhaps("it matters to custom plugins inside it")),
		ended("R-3.2.16.2-1", version.Since("3.2.16.2"), "changes of plugins on consumers have no effect", "consumers with plugins",
			exist(estate.Consumer, "there are no consumers")).warns(),
		ended("R-3.2.16.3-6", version.Since("3.2.16.3"), "gateways log errors for plugins of a service that the stream subsystem does not have", "stream routes",
			exist(estate.StreamRoute, "there are no stream routes")),
		ended("R-3.2.16.4-4", version.Since("3.2.16.4"), "changed parameters of limit-count do not reach gateways", "limit-count", plugins("limit-count")).warns(),
		ended("R-3.2.16.4-5", version.Since("3.2.16.4"), "services that were deleted through the API can stay on gateways", "scripts that delete services").
			unseen("whether scripts do this is in no input"),
		ended("R-3.2.16.5-5", version.Since("3.2.16.5"), "body-transformer and cors together break OPTIONS requests", "both on one route",
			plugins("body-transformer")).also(plugins("cors")),
		ended("R-3.2.16.5-6", version.Since("3.2.16.5"), "with prefer_name of prometheus the filters of the monitoring page do not work", "prometheus with prefer_name",
			plugins("prometheus").with(cond.True("/prefer_name"), "with prefer_name")),
		ended("R-3.2.16.5-7", version.Since("3.2.16.5"), "requests of the anonymous consumer lack the header x-consumer-custom-id", "anonymous consumers").
			since("3.2.16.3").unseen("whether upstreams read the header is in no input"),
		ended("R-3.2.16.6-4", version.Since("3.2.16.6"), "health checks fail after the address of a node has changed", "upstreams with health checks", healthChecks()),
		ended("R-3.2.16.6-5", version.Since("3.2.16.6", "3.4.0"), "publishing very many services at once is missing from the audit log", "users of service templates").
			unseen("how many services are published at once is in no input"),
		ended("R-3.2.16.7-3", version.Since("3.2.16.7"), "routes with special characters in a path parameter do not match", "gateways whose router is radixtree_uri_with_parameter",
			gatewayFile(cond.Is("/apisix/router/http", "radixtree_uri_with_parameter"), "no gateway uses the router radixtree_uri_with_parameter")),
		ended("R-3.2.16.7-4", version.Since("3.2.16.7"), "counts that go to Redis with a delay are wrong where requests are few", "rate limits with delayed synchronisation",
			plugins("limit-count", "limit-count-advanced").with(delays(), "with delayed synchronisation")),
		ended("R-3.2.16.7-5", version.Since("3.2.16.7"), "the shared memory of limit-count-advanced is faulty", "limit-count-advanced", plugins("limit-count-advanced")).since("3.2.16.4"),
	}
}

// line33 are what releases 3.3 and 3.4 repaired.
func line33() []Defect {
	return []Defect{
		ended("R-3.3.3-1", version.Since("3.3.3", "3.4.1"), "with your own access_log_format and access_log_format_escape: json, each line gets an extra request_id", "such gateways",
			gatewayFile(cond.All(cond.Has("/nginx_config/http/access_log_format"), cond.Is("/nginx_config/http/access_log_format_escape", "json")),
				"no gateway has an access_log_format with access_log_format_escape: json")).since("3.3.0"),
		ended("R-3.4.0-6", version.Since("3.4.0"), "counts that go to Redis with a delay leak shared memory", "rate limits with delayed synchronisation",
			plugins("limit-count", "limit-count-advanced").with(delays(), "with delayed synchronisation")).since("3.2.16.0"),
	}
}

// line35 are what releases 3.5 and 3.6 repaired.
func line35() []Defect {
	const noLog = "whether somebody wants to enable it is in no input"
	return []Defect{
		ended("R-3.5.0-6", version.Since("3.5.0"), "requests fail through the cache of traffic-split", "traffic-split", plugins("traffic-split")).warns(),
		ended("R-3.5.2-2", version.Since("3.5.2"), "log-rotate cannot be enabled", "anyone who uses the log-rotate plugin").unseen(noLog),
		ended("R-3.5.2-3", version.Since("3.5.2"), "deleting a custom plugin sometimes fails", "installations with custom plugins",
			exist(estate.CustomPlugin, "there are no custom plugins")),
		ended("R-3.5.4-2", version.Since("3.5.4"), "elasticsearch-logger cannot name an index by the date", "elasticsearch-logger", plugins("elasticsearch-logger")),
		ended("R-3.5.5-2", version.Since("3.5.5", "3.6.1", "3.7.1"), "limit-count-advanced sometimes answers 500 under load", "limit-count-advanced", plugins("limit-count-advanced")).
			since("3.2.16.4").warns(),
		ended("R-3.6.0-5", version.Since("3.6.0"), "requests can go to wrong nodes while the nodes of an upstream change", "upstreams whose nodes change"),
		ended("R-3.6.0-6", version.Since("3.6.0"), "nodes from service discovery are not compared with those of before", "upstreams with service discovery", discovery()),
	}
}
