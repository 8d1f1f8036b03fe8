package files

import (
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/jsonptr"
)

// written lists the values of the gateway's chart that its template writes into the gateway's file as they are, in every
// version that knows them (github.com/api7/api7-helm-chart:charts/gateway/templates/configmap.yaml at the tags
// gateway-<version>). What a template changes, or writes in some versions only, is not among them: dns.resolvers was
// written into a comment for years.
var written = []struct{ value, setting string }{ //nolint:gochecknoglobals // a table of facts
	{"api7ee", "api7ee"},
	{"pluginAttrs", "plugin_attr"},
	{"deployment.fallback_cp", "deployment.fallback_cp"},
	{"etcd.prefix", "deployment.etcd.prefix"},
	{"etcd.timeout", "deployment.etcd.timeout"},
	{"etcd.auth.tls.verify", "deployment.etcd.tls.verify"},
	{"admin.enabled", "apisix.enable_admin"},
	{"apisix.httpRouter", "apisix.router.http"},
	{"apisix.trustedAddresses", "apisix.trusted_addresses"},
	{"apisix.maxPostArgsReadableSize", "apisix.max_post_args_readable_size"},
	{"nginx.workerProcesses", "nginx_config.worker_processes"},
	{"nginx.envs", "nginx_config.envs"},
	{"configurationSnippet.main", "nginx_config.main_configuration_snippet"},
	{"configurationSnippet.httpStart", "nginx_config.http_configuration_snippet"},
	{"configurationSnippet.httpEnd", "nginx_config.http_end_configuration_snippet"},
	{"configurationSnippet.httpSrv", "nginx_config.http_server_configuration_snippet"},
	{"configurationSnippet.httpAdmin", "nginx_config.http_admin_configuration_snippet"},
	{"configurationSnippet.stream", "nginx_config.stream_configuration_snippet"},
}

// gatewaySettings returns what the values put into the gateway's file, at their places in the values, and what the
// values call each.
func (r *release) gatewaySettings() (settings *node, names []naming) {
	settings = emptyMap(r.values.at)
	put := func(value, setting string) {
		if v := r.values.get(value); v != nil {
			keys := strings.Split(setting, ".")
			settings = settings.with(keys, v)
			names = append(names, naming{jsonptr.Append("", keys...), value})
		}
	}
	for _, w := range written {
		put(w.value, w.setting)
	}
	if r.values.get("deployment.fallback_cp.mode").scalar() != "write" { // there the template writes false
		put("logs.stream.enableAccessLog", "nginx_config.stream.enable_access_log")
	}
	if log := r.values.get("logs.stream.enableAccessLog"); !log.null() && !log.says("false") { // every version has it off by default
		put("logs.stream.accessLogFormat", "nginx_config.stream.access_log_format")
	}
	if !r.values.get("etcd.enabled").says("true") { // else it is the chart's own etcd
		put("etcd.host", "deployment.etcd.host")
	}
	if r.values.get("vault.enabled").says("true") {
		for _, key := range []string{"host", "timeout", "token", "prefix"} {
			put("vault."+key, "vault."+key)
		}
	}
	return settings, names
}
