package helm

import (
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/jsonptr"
	"github.com/api7-preflight/api7-preflight/internal/source/files/image"
	"github.com/api7-preflight/api7-preflight/internal/source/files/tree"
)

// written lists the values of the gateway's chart that its template writes into the gateway's file as they are, in every
// version that knows them (github.com/api7/api7-helm-chart:charts/gateway/templates/configmap.yaml at the tags
// gateway-<version>). What a template changes, or writes in some versions only, is not among them: dns.resolvers was
// written into a comment for years.
var written = []struct{ value, setting string }{
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

// gateway returns what the gateway's chart makes of the values of the release.
func (r *Release) gateway() Part {
	p := Part{ID: r.ID + "#" + image.Gateway, Mount: r.ID}
	p.Settings, p.Names = r.gatewaySettings()
	custom := r.Values.Get("apisix.customizedConfig")
	if r.Values.Get("apisix.enableCustomizedConfig").IsTrue() && custom.IsMap() {
		p.ID, p.Whole, p.Settings = r.ID+"#apisix.customizedConfig", true, custom
		p.Names = []Naming{{"", "apisix.customizedConfig"}}
	}
	c := r.container(image.Gateway, r.Values.Get("apisix.image"), r.Values.Get("apisix.extraEnvVars"))
	for _, from := range []string{"apisix.extraEnvVarsCM", "apisix.extraEnvVarsSecret"} {
		if v := r.Values.Get(from); v.Text() != "" || v.Unknown() != "" {
			c.Open = from
		}
	}
	c.HostNet = r.Values.Get("apisix.hostNetwork").IsTrue()
	c.Mounts = []string{r.ID}
	for _, mount := range r.Values.Get("extraVolumeMounts").Elements() {
		c.Targets = append(c.Targets, mount.Get("mountPath").Text())
	}
	p.Container = c
	return p
}

// gatewaySettings returns what the values put into the gateway's file, at their places in the values, and what the
// values call each.
func (r *Release) gatewaySettings() (settings *tree.Node, names []Naming) {
	settings = tree.Empty(r.Values.At())
	put := func(value, setting string) {
		if v := r.Values.Get(value); v != nil {
			keys := strings.Split(setting, ".")
			settings = settings.With(keys, v)
			names = append(names, Naming{jsonptr.Append("", keys...), value})
		}
	}
	for _, w := range written {
		put(w.value, w.setting)
	}
	if r.Values.Get("deployment.fallback_cp.mode").Text() != "write" { // there the template writes false
		put("logs.stream.enableAccessLog", "nginx_config.stream.enable_access_log")
	}
	if log := r.Values.Get("logs.stream.enableAccessLog"); !log.Null() && !log.IsFalse() { // every version has it off by default
		put("logs.stream.accessLogFormat", "nginx_config.stream.access_log_format")
	}
	if !r.Values.Get("etcd.enabled").IsTrue() { // else it is the chart's own etcd
		put("etcd.host", "deployment.etcd.host")
	}
	if r.Values.Get("vault.enabled").IsTrue() {
		for _, key := range []string{"host", "timeout", "token", "prefix"} {
			put("vault."+key, "vault."+key)
		}
	}
	return settings, names
}
