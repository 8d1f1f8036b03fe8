package redact

import "github.com/api7-preflight/api7-preflight/internal/estate"

// form is the way a top-level field of a resource is copied. The zero form hides it whole.
type form uint8

const (
	shown     form = iota + 1 // unchanged: names, addresses and numbers that findings show
	searched                  // without the secrets in it
	plugins                   // plugins with their configurations
	enabled                   // names of plugins
	statement                 // of a permission policy: what it permits is no secret, but conditions may contain one
	tagged                    // only its image_tag: the rest may contain credentials
	verified                  // how clients are verified: the depth of the chain, and whether there is a CA
	measured                  // hidden, but a value longer than any release accepts keeps its length
	settings                  // the content of a configuration file
	variables                 // environment variables, decided by name
)

// fields says how to copy each top-level field, by name.
type fields map[string]form

func (f fields) add(how form, names ...string) fields {
	for _, name := range names {
		f[name] = how
	}
	return f
}

// byKind holds the results of readable.
var byKind = func() (all [256]fields) {
	for k := range all {
		all[k] = readable(estate.Kind(k))
	}
	return all
}()

// readable returns the fields of a kind that rules may read.
func readable(k estate.Kind) fields {
	f := fields{"labels": searched, "desc": measured}.add(shown, "id", "name", "username", "hostname", "gateway_group_id", "type", "status",
		"version", "created_at", "updated_at", "create_time", "update_time")
	switch k {
	case estate.GatewayGroup:
		f.add(shown, "short_id", "enforce_service_publishing").add(tagged, "config")
	case estate.Instance:
		f.add(shown, "last_heartbeat", "last_heartbeat_time", "heartbeat_age_seconds", "ip", "ports", "cores",
			"to_be_deleted_at", "dataplane_certificate_expire_time", "compatibility")
	case estate.InstanceCertificate:
		f.add(shown, "instance", "expiry", "expired_seconds")
	case estate.ServiceTemplate, estate.ServiceVersion, estate.Service, estate.Publication:
		references(f).add(shown, "hosts", "path_prefix", "strip_path_prefix", "upstream_id", "enable_websocket",
			"last_published", "published_gateway_groups_count").add(searched, "upstream", "upstreams").add(plugins, "plugins")
	case estate.RouteTemplate, estate.RouteVersion, estate.Route, estate.StreamRouteTemplate, estate.StreamRoute:
		route(references(f))
	case estate.Upstream:
		references(f).add(shown, "scheme", "hash_on", "discovery_type", "service_name", "pass_host", "upstream_host", "retries",
			"retry_timeout").add(searched, "nodes", "key", "checks", "discovery_args", "timeout", "tls", "keepalive_pool")
	case estate.Consumer, estate.Credential:
		f.add(shown, "group_id", "consumer", "consumer_id").add(plugins, "plugins")
	case estate.GlobalRule, estate.PluginConfig, estate.ConsumerGroup:
		f.add(plugins, "plugins")
	case estate.PluginList:
		f.add(enabled, "plugins")
	case estate.SSL:
		f.add(shown, "sni", "snis", "exptime", "validity_start", "validity_end", "ssl_protocols").
			add(verified, "client")
	case estate.CustomPlugin:
		f.add(shown, "catalog", "category", "source_type", "gateway_groups", "gateway_group_ids")
	case estate.Token:
		f.add(shown, "user_id", "org_id", "expires_at", "expired_seconds")
	case estate.PermissionPolicy:
		f.add(statement, "statement")
	case estate.APIProduct:
		f.add(shown, "portal_id")
	case estate.Developer: // a person, so nothing that identifies one
		return fields{}.add(shown, "id", "status", "portal_id")
	case estate.Database:
		f.add(shown, "schema", "timezone", "engine", "server_version")
	case estate.AuditLog:
		f.add(shown, "state", "oldest", "oldest_age_seconds")
	case estate.DashboardConfig, estate.DPManagerConfig, estate.PortalConfig, estate.FileServerConfig, estate.GatewayConfig,
		estate.HelmValues, estate.Image:
		f.add(shown, "found", "from", "document", "component", "workload", "repository", "tag", "digest", "tag_from", "defaults", "replaced", "chart", "chart_version", "layers", "unpacked", "names", "under", "open",
			"host_network", "default_file").add(settings, "settings").add(variables, "environment")
	case estate.PluginMetadata, estate.Secret, estate.Proto:
	}
	return f
}

// references adds the ids by which published objects and templates refer to each other.
func references(f fields) fields {
	return f.add(shown, "service_id", "apisix_service_id", "published_service_id", "template_id", "service_template_id",
		"service_version_id", "route_id", "apisix_route_id", "route_version_id", "stream_route_id", "apisix_stream_route_id",
		"stream_route_version_id")
}

func route(f fields) fields {
	f.add(shown, "uri", "uris", "path", "paths", "host", "hosts", "methods", "method", "priority", "enable_websocket",
		"remote_addr", "remote_addrs", "server_addr", "server_port", "sni", "upstream_id", "plugin_config_id")
	return f.add(searched, "vars", "timeout", "upstream", "protocol").add(plugins, "plugins")
}
