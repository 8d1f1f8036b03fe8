package redact

import "github.com/api7-preflight/api7-preflight/internal/estate"

// form is the way a top-level field of a resource is copied. The zero form hides it whole.
type form uint8

const (
	shown     form = iota + 1 // settings, versions and numbers that findings show
	named                     // names and addresses by which people find an object, without the credentials in them
	findable                  // paths by which people find an object, without what is drawn by lot in them
	searched                  // as far as names and shapes of texts show that they are no secrets
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
	f := fields{"labels": searched, "desc": measured}.add(named, "id", "name", "username", "hostname", "gateway_group_id").
		add(shown, "type", "status", "version", "created_at", "updated_at", "create_time", "update_time")
	switch k {
	case estate.GatewayGroup:
		f.add(named, "short_id").add(shown, "enforce_service_publishing").add(tagged, "config")
	case estate.Instance:
		f.add(named, "ip", "ports").
			add(shown, "last_heartbeat", "last_heartbeat_time", "heartbeat_age_seconds", "cores", "to_be_deleted_at",
				"dataplane_certificate_expire_time", "compatibility")
	case estate.InstanceCertificate:
		f.add(named, "instance").add(shown, "expiry", "expired_seconds")
	case estate.ServiceTemplate, estate.ServiceVersion, estate.Service, estate.Publication:
		references(f).add(named, "hosts", "upstream_id").add(findable, "path_prefix").
			add(shown, "strip_path_prefix", "enable_websocket", "last_published", "published_gateway_groups_count").
			add(searched, "upstream", "upstreams").add(plugins, "plugins")
	case estate.RouteTemplate, estate.RouteVersion, estate.Route, estate.StreamRouteTemplate, estate.StreamRoute:
		route(references(f))
	case estate.Upstream:
		references(f).add(named, "service_name", "upstream_host").
			add(shown, "scheme", "hash_on", "discovery_type", "pass_host", "retries", "retry_timeout").
			add(searched, "nodes", "key", "checks", "discovery_args", "timeout", "tls", "keepalive_pool")
	case estate.Consumer, estate.Credential:
		f.add(named, "group_id", "consumer", "consumer_id").add(plugins, "plugins")
	case estate.GlobalRule, estate.PluginConfig, estate.ConsumerGroup:
		f.add(plugins, "plugins")
	case estate.PluginList:
		f.add(enabled, "plugins")
	case estate.SSL:
		f.add(named, "sni", "snis").add(shown, "exptime", "validity_start", "validity_end", "ssl_protocols").
			add(verified, "client")
	case estate.CustomPlugin:
		f.add(named, "gateway_groups", "gateway_group_ids").add(shown, "catalog", "category", "source_type")
	case estate.Token:
		f.add(named, "user_id", "org_id").add(shown, "expires_at", "expired_seconds")
	case estate.PermissionPolicy:
		f.add(statement, "statement")
	case estate.APIProduct:
		f.add(named, "portal_id")
	case estate.Developer: // a person, so nothing that identifies one
		return fields{}.add(named, "id", "portal_id").add(shown, "status")
	case estate.Database:
		f.add(shown, "schema", "timezone", "engine", "server_version")
	case estate.AuditLog:
		f.add(shown, "state", "oldest", "oldest_age_seconds")
	case estate.DashboardConfig, estate.DPManagerConfig, estate.PortalConfig, estate.FileServerConfig, estate.GatewayConfig,
		estate.HelmValues, estate.Image:
		f.add(named, "found", "from", "document", "workload", "service", "repository", "digest", "layers", "names", "under", "open", "tool", "folder", "project", "dotenv").
			add(shown, "component", "tag", "tag_from", "tag_variables", "defaults", "replaced", "chart", "chart_version", "unpacked",
				"host_network", "default_file").
			add(settings, "settings").add(variables, "environment")
	case estate.PluginMetadata, estate.Secret, estate.Proto:
	}
	return f
}

// references adds the ids by which published objects and templates refer to each other.
func references(f fields) fields {
	return f.add(named, "service_id", "apisix_service_id", "published_service_id", "template_id", "service_template_id",
		"service_version_id", "route_id", "apisix_route_id", "route_version_id", "stream_route_id",
		"apisix_stream_route_id", "stream_route_version_id")
}

func route(f fields) fields {
	f.add(findable, "uri", "uris", "path", "paths").add(named, "host", "hosts", "remote_addr", "remote_addrs", "server_addr", "sni",
		"upstream_id", "plugin_config_id").
		add(shown, "methods", "method", "priority", "enable_websocket", "server_port")
	return f.add(searched, "vars", "timeout", "upstream", "protocol").add(plugins, "plugins")
}
