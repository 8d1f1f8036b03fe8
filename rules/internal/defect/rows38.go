package defect

import (
	"bytes"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule/cond"
	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/rules/internal/loggers"
)

// line387 are what 3.8.7 to 3.8.10 repaired.
func line387() []Defect {
	return []Defect{
		ended("R-3.8.7-5", version.Since("3.8.7"), "delay_encode works only once in a line of the access log", "access_log_format with delay_encode",
			gatewayFile(cond.Like("/nginx_config/http/access_log_format", delayed), "no access_log_format has delay_encode")),
		ended("R-3.8.7-6", version.Since("3.8.7"), "a gateway can fail to report metrics after its start, because of its certificates", "every gateway").
			unseen("the notes do not say which certificates"),
		ended("R-3.8.7-7", version.Since("3.8.7"), "zipkin_trace_id in the access log is unreadable", "zipkin", plugins("zipkin")),
		ended("R-3.8.7-8", version.Since("3.8.7"), "forward-auth with POST can lose the body and end in 504", "forward-auth with request_method POST",
			plugins("forward-auth").with(cond.Is("/request_method", "POST"), "with request_method POST")),
		ended("R-3.8.8-4", version.Since("3.8.8"), "the list of routes that a gateway gives is damaged by data of health checks", "readers of that list", healthChecks().
			perhaps("it matters to programs that read the list of routes from a gateway")),
		ended("R-3.8.8-5", version.Since("3.8.8"), "answers of grpc-web can have a trailer twice", "grpc-web", plugins("grpc-web")),
		ended("R-3.8.8-6", version.Since("3.8.8"), "two deployment scripts that are asked for at the same time make two admin keys", "new gateway groups").
			unseen("whether that happens is in no input"),
		ended("R-3.8.8-7", version.Since("3.8.8"), "changes of plugins on published services are not in the audit log", "every installation"),
		ended("R-3.8.8-8", version.Since("3.8.8"), "logins through CAS can be redirected without end", "users of CAS login").since("3.8.2").unseen("login options are not read"),
		ended("R-3.8.9-8", version.Since("3.8.9"), "kafka-logger with max_pending_entries on a service is slow where it has many routes", "kafka-logger on services",
			plugins("kafka-logger").with(cond.Exceeds("/max_pending_entries", 0), "with max_pending_entries")),
		ended("R-3.8.9-9", version.Since("3.8.9"), "a panic of limit-count-advanced leaves shared memory locked", "limit-count-advanced", plugins("limit-count-advanced")).since("3.2.16.4"),
		ended("R-3.8.9-10", version.Since("3.8.9"), "logging out of the Developer Portal leaves the session of the identity provider open", "portals with SAML or OIDC login",
			exist(estate.Developer, "there are no developers").perhaps("login options are not read")),
		ended("R-3.8.10-4", version.Since("3.8.10"), "the control plane can lock itself out of its database connections while services are changed", "every installation"),
		ended("R-3.8.10-5", version.Since("3.8.10"), "after the store is compacted gateways read everything again", "installations with many gateways").
			unseen("the notes do not say how many gateways it takes"),
		ended("R-3.8.10-6", version.Since("3.8.10"), "ai-proxy-multi panics when a provider does not answer in time", "ai-proxy-multi", plugins("ai-proxy-multi")),
		ended("R-3.8.10-7", version.Since("3.8.10"), "users whose policy permits everything on some labels cannot create consumers", "permission policies with conditions",
			exist(estate.PermissionPolicy, "there are no permission policies").perhaps("it matters to policies that are limited to labels")),
	}
}

// line3811 are what 3.8.11 to 3.8.15 repaired.
func line3811() []Defect {
	return []Defect{
		ended("R-3.8.x-k6", version.Since("3.8.11"), "the statistics of the EWMA balancer fill their shared memory", "upstreams that use the ewma balancer",
			upstreams(cond.Is("/type", "ewma"), "no upstream balances with ewma", `ewma`)),
		ended("R-3.8.x-k7", version.Since("3.8.11"), "creating a service twice at the same time can store it twice", "pipelines that write in parallel").
			unseen("whether pipelines write in parallel is in no input"),
		ended("R-3.8.11-4", version.Since("3.8.11"), "basic-auth refuses clients that write the scheme as basic instead of Basic", "basic-auth", authentication("basic-auth")),
		ended("R-3.8.11-5", version.Since("3.8.11"), "ai-proxy-multi does not keep to the weights of its instances", "ai-proxy-multi", plugins("ai-proxy-multi")),
		ended("R-3.8.11-6", version.Since("3.8.11"), "ai-prompt-decorator adds what users said earlier to the messages of its configuration", "ai-prompt-decorator", plugins("ai-prompt-decorator")).warns(),
		ended("R-3.8.12-1", version.Since("3.8.12"), "users whose policy is limited by service_label cannot edit these services and templates", "permission policies with service_label", serviceLabel()),
		ended("R-3.8.x-k8", version.Since("3.8.13"), "gateways do not notice that a secret has changed", "references to secret providers", exist(estate.Secret, "there are no secret providers")),
		ended("R-3.8.15-1", version.Since("3.8.15"), "several GatewayProxy or IngressClass for one gateway group overwrite each other's routes", "API7 Ingress Controller").
			unseen("what runs in Kubernetes clusters is not read"),
		ended("R-3.8.15-2", version.Since("3.8.15"), "the error log of gateways can contain secrets", "every gateway"),
		ended("R-3.8.15-3", version.Since("3.8.15"), "grpc-web loses trailers of answers without a body", "grpc-web", plugins("grpc-web")),
	}
}

// serviceLabel is the sign that a policy is limited to services with a label.
func serviceLabel() Sign {
	return Sign{Kinds: []estate.Kind{estate.PermissionPolicy}, None: "no permission policy is limited by service_label", Has: func(r *estate.Resource) cond.Truth {
		if bytes.Contains(r.Field("statement").Raw(), []byte(`service_label`)) {
			return cond.Yes()
		}
		return cond.Truth{}
	}}
}

// line3816 are what 3.8.16 and later repaired.
func line3816() []Defect {
	mcp := plugins("openapi-to-mcp")
	rules := plugins("limit-conn", "limit-count-advanced", "ai-rate-limiting").with(cond.Has("/rules"), "with rules")
	sevenAndNine := version.Since("3.8.22", "3.9.2")
	return []Defect{
		ended("R-3.8.16-5", version.Since("3.8.16"), "openapi-to-mcp does not work over SSE on a service with path_prefix and strip_path_prefix", "openapi-to-mcp", mcp).since("3.8.13"),
		ended("R-3.8.16-6", version.Since("3.8.16"), "openapi-to-mcp without headers answers 500", "openapi-to-mcp without headers", mcp.with(cond.Lacks("/headers"), "without headers")).since("3.8.13"),
		ended("R-3.8.16-7", version.Since("3.8.16"), "adc diff shows changes that are none", "users of ADC").unseen("whether pipelines use ADC is in no input"),
		ended("R-3.8.17-4", version.Since("3.8.17"), "each worker checks the instances of ai-proxy-multi by itself", "ai-proxy-multi with health checks", plugins("ai-proxy-multi")),
		ended("R-3.8.17-5", version.Since("3.8.17"), "ai-request-rewrite does not work with the provider aimlapi", "ai-request-rewrite with aimlapi",
			plugins("ai-request-rewrite").with(cond.Is("/provider", "aimlapi"), "with aimlapi")).since("3.8.11"),
		ended("R-3.8.x-k9", version.Since("3.8.17"), "upstreams with very many nodes are slow", "upstreams with very many nodes",
			upstreams(manyNodes, "no upstream lists a hundred nodes; those from service discovery are not counted", `"nodes"`)),
		ended("R-3.8.18-5", version.Since("3.8.18"), "loggers lose request bodies that are so large that they go to a file", "loggers with include_req_body",
			Sign{Plugins: loggers.Names(), If: cond.True("/include_req_body"), None: "no logger that gateways run has include_req_body"}),
		ended("R-3.8.18-6", version.Since("3.8.18"), "ai-proxy-multi starts its health checks anew when another consumer calls", "ai-proxy-multi", plugins("ai-proxy-multi")),
		ended("R-3.8.19-7", version.Since("3.8.19"), "limits that come from a variable keep an old value", "limit-count-advanced and ai-rate-limiting with variables",
			plugins("limit-count-advanced", "ai-rate-limiting").with(cond.Has("/rules"), "with rules")).since("3.8.17"),
		ended("R-3.8.20-1", version.Since("3.8.20"), "openapi-to-mcp does not replace variables in base_url", "openapi-to-mcp", mcp).since("3.8.19"),
		ended("R-3.8.21-5", version.Since("3.8.21"), "a header that ai-proxy sets does not replace that of the client where only their case differs", "ai-proxy, ai-proxy-multi", plugins("ai-proxy", "ai-proxy-multi")),
		ended("R-3.8.21-6", version.Since("3.8.21"), "rules.key of rate limits cannot give a variable a default", "rate limits with rules", rules).since("3.8.17"),
		ended("R-3.8.21-7", version.Since("3.8.21"), "AI clients such as Cursor and Cline report errors with openapi-to-mcp, or load without end", "openapi-to-mcp", mcp).since("3.8.13"),
		ended("R-3.8.21-8", version.Since("3.8.21"), "prometheus slows gateways down", "prometheus", plugins("prometheus")),
		ended("R-3.8.x-k10", version.Since("3.8.21"), "the credentials of fallback_cp are not loaded", "gateways with deployment.fallback_cp", fallback()),
		ended("R-3.8.22-2", sevenAndNine, "syslog over UDP stops sending after a very long line", "syslog over UDP",
			plugins("syslog").with(cond.Is("/sock_type", "udp"), "with sock_type udp")),
		ended("R-3.8.22-3", sevenAndNine, "request-id keeps an empty id that a client sends", "request-id", plugins("request-id")),
		ended("R-3.8.22-4", sevenAndNine, "gateways can fail to start with \"deepcopy table overflow\"", "every gateway"),
		ended("R-3.8.x-k11", sevenAndNine, "writing certificates in parallel can store one twice", "pipelines that write certificates in parallel",
			exist(estate.SSL, "there are no certificates").perhaps("whether pipelines write certificates in parallel is in no input")),
		ended("R-3.9.2-6", version.Since("3.9.2"), "after a change of ai-proxy-multi gateways log errors of its health checks without end", "ai-proxy-multi", plugins("ai-proxy-multi")),
		ended("K-3.9.0", version.Since("3.9.0"), "openapi-to-mcp can leak what query parameters for authentication hold", "MCP clients that authenticate by query parameters",
			plugins("openapi-to-mcp").perhaps("whether clients authenticate so is in no input")),
		ended("R-3.9.0-11", version.Since("3.9.0"), "counting API calls can lock the database's tables against each other", "every installation with traffic"),
		ended("R-3.9.3-4", version.Since("3.9.3"), "saml-auth logs out without NameID, which Azure AD refuses", "saml-auth", plugins("saml-auth")),
	}
}

// manyNodes holds for an upstream with a hundred nodes or more.
func manyNodes(v estate.Value) cond.Truth {
	const many = 100
	if nodes, _ := v.Get("nodes").Elements(); len(nodes) >= many {
		return cond.Yes()
	}
	return cond.Truth{}
}
