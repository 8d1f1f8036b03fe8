package defect

import (
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule/cond"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// line37 are what releases 3.7 repaired, and with them often 3.8.
func line37() []Defect {
	return []Defect{
		ended("R-3.7.0-2", version.Since("3.7.0"), "gateway instances with the same id make the count of CPU cores wrong", "every installation with several gateways").
			unseen("whether two instances share an id is in no input"),
		ended("R-3.7.2-3", version.Since("3.7.2"), "opentelemetry reports an empty path for requests that a route with parameters answers with 404", "opentelemetry", plugins("opentelemetry")),
		ended("R-3.7.2-5", version.Since("3.7.2"), "the console runs a Next.js with CVE-2025-29927, through which checks of a middleware can be skipped", "every control plane").warns(),
		ended("R-3.7.4-3", version.Since("3.7.4", "3.8.1"), "requests are slow while Redis is down", "plugins that count in Redis",
			plugins("limit-count", "limit-count-advanced", "limit-conn", "limit-req").with(cond.Is("/policy", "redis", "redis-cluster", "redis-sentinel"), "with Redis")),
		ended("R-3.7.4-5", version.Since("3.7.4", "3.8.1"), "where publishing is enforced, timeouts and plugins of published routes cannot be changed", "gateway groups that enforce publishing",
			Sign{Kinds: []estate.Kind{estate.GatewayGroup}, None: "no gateway group enforces publishing", Has: func(r *estate.Resource) cond.Truth {
				return cond.True("/enforce_service_publishing")(estate.NewValue(r.Body))
			}}).since("3.2.13.0"),
		ended("R-3.7.5-1", version.Since("3.7.5", "3.8.2"), "editing the basic data of a published service fails", "anyone who edits published services"),
		ended("R-3.7.5-2", version.Since("3.7.5", "3.8.2"), "gateways without a control plane start slowly with a large file", "gateways in standalone mode",
			gatewayFile(cond.Is("/deployment/role_data_plane/config_provider", "yaml", "json"), "no gateway runs without a control plane")),
		ended("R-3.7.5-3", version.Since("3.7.5", "3.8.2"), "oas-validator refuses numbers from 1.11 to 1.19 that are multiples of 0.01", "oas-validator", plugins("oas-validator")),
		ended("R-3.7.6-1", version.Since("3.7.6", "3.8.3"), "two faulty custom plugins stop the built-in ones", "installations with several custom plugins",
			Sign{Kinds: []estate.Kind{estate.CustomPlugin}, Least: 2, None: "there are not two custom plugins", Perhaps: "whether their code is faulty is in no input"}),
		ended("R-3.7.6-2", version.Since("3.7.6", "3.8.3"), "after a change from ADC 0.17 to 0.19 the console shows old routes where several of a service change together", "users of ADC").
			unseen("whether ADC was changed in this way is in no input"),
		ended("R-3.7.6-3", version.Since("3.7.6", "3.8.3"), "Kubernetes service discovery is slow with many nodes", "upstreams with Kubernetes service discovery", kubernetesDiscovery()),
		ended("R-3.8.x-k1", version.Since("3.7.4", "3.8.1"), "health checks of TCP services do not work: requests go to unhealthy nodes too", "stream services with health checks",
			exist(estate.StreamRoute, "there are no stream routes")).also(healthChecks()),
		ended("R-3.8.x-k4", version.Since("3.7.3", "3.8.0"), "many consumers put a high load on the database's CPU", "installations with very many consumers",
			Sign{Kinds: []estate.Kind{estate.Consumer}, Least: 10000, None: "there are fewer than 10000 consumers"}),
	}
}

// line380 are what 3.8.0 to 3.8.6 repaired, beside what 3.7 did.
func line380() []Defect {
	return []Defect{
		ended("R-3.8.x-k2", version.Since("3.8.0"), "health checks continue for nodes that Kubernetes service discovery has replaced", "upstreams with Kubernetes service discovery and health checks",
			kubernetesDiscovery()).also(healthChecks()),
		ended("R-3.8.x-k3", version.Since("3.8.0"), "gateways keep the old prefix of a Vault secret provider after it was changed", "secret providers of kind Vault", vault()),
		ended("R-3.8.0-4", version.Since("3.8.0"), "errors where the shared memory of Kubernetes service discovery is raised to 100m", "upstreams with Kubernetes service discovery", kubernetesDiscovery().
			perhaps("it matters where shared_size is raised")),
		ended("R-3.8.0-5", version.Since("3.8.0"), "Kubernetes service discovery ends when the file with its token expires", "upstreams with Kubernetes service discovery", kubernetesDiscovery()).warns(),
		ended("R-3.8.0-6", version.Since("3.8.0"), "a changed service name of service discovery has no effect on a published service", "published services with service discovery", discovery()),
		ended("R-3.8.3-3", version.Since("3.8.3"), "conditions on post_arg sometimes match a wrong route for bodies with GraphQL", "routes with conditions on post_arg", formConditions()),
		ended("R-3.8.4-3", version.Since("3.8.4"), "Prometheus metrics are lost when a gateway comes back from its fallback configuration", "gateways with deployment.fallback_cp", fallback()),
		ended("R-3.8.5-4", version.Since("3.8.5"), "oas-validator is very slow with a large specification", "oas-validator", plugins("oas-validator")),
		ended("R-3.8.5-5", version.Since("3.8.5"), "lists of resources fail where init_dir is missing in etcd", "every installation").unseen("whether it is missing is in no input"),
		ended("R-3.8.x-k5", version.Since("3.8.5"), "conditions on post_arg do not match where Content-Type names a charset", "routes with conditions on post_arg", formConditions()),
		ended("R-3.8.6-2", version.Since("3.8.6"), "workers of a gateway do not end on quit or reload", "every gateway that is stopped or reloaded"),
		ended("R-3.8.6-3", version.Since("3.8.6"), "gateways do not follow objects with special characters in their key", "ids with such characters", oddIDs()).warns(),
		ended("R-3.8.6-4", version.Since("3.8.6"), "Kubernetes service discovery reads everything again and again", "upstreams with Kubernetes service discovery", kubernetesDiscovery()),
	}
}

// fallback is the sign that gateways have a fallback for the control plane.
func fallback() Sign {
	return gatewayFile(cond.Has("/deployment/fallback_cp"), "no gateway has deployment.fallback_cp")
}
