package files

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/yamlfile"
)

// what a document is.
type what uint8

// What documents are.
const (
	other what = iota
	dashboardFile
	dpManagerFile
	portalFile
	fileServerFile
	someControlPlaneFile // of a component that its content does not tell
	gatewayFile
	composeFile
	controlPlaneValues
	gatewayValues
	umbrellaValues
	chartFile
	kustomizationFile
	helmfileFile
	manifest
)

// String returns what reports call the form.
func (w what) String() string {
	return [...]string{
		"not recognised", "dashboard configuration", "DP Manager configuration", "Developer Portal configuration",
		"file server configuration", "control plane configuration of an unknown component", "gateway configuration",
		"docker-compose file", "Helm values of chart api7ee3", "Helm values of chart gateway",
		"Helm values of a chart that depends on API7's", "Helm chart", "kustomization", "helmfile",
		"Kubernetes manifest",
	}[w]
}

// sign is something in a document that speaks for one form. Value empty: the key is enough.
type sign struct {
	key, value string
	weight     int
}

// sure is from what weight on a document is taken for what it looks like.
const sure = 3

// The signs of the control plane's files, from github.com/api7/api7-helm-chart:charts/api7/values.yaml: the trees
// dashboard_configuration and so on are written into the files as they are.
var (
	dashboardSigns = []sign{ //nolint:gochecknoglobals // a table of facts
		{"session_options_config", "", 3},
		{"consumer_proxy", "", 3},
		{"developer_proxy", "", 3},
		{"fallback_cp.aws_s3", "", 3},
		{"fallback_cp.azure_blob", "", 3},
		{"admin_api_address", "", 3},
		{"dp_manager_address", "", 3},
		{"prometheus.whitelist", "", 3},
		{"prometheus.query_path_prefix", "", 3},
		{"authentication_config", "", 2},
		{"oauth2_config", "", 2},
		{"user_manager", "", 2},
		{"console.addr", "", 2},
		{"audit.retention_days", "", 2},
		{"security.content_security_policy", "", 2},
		{"security.trusted_proxies", "", 2},
		{"security.ip_restriction", "", 2},
		{"server.tls.disable", "", 2},
		{"telemetry.enable", "", 1},
		{"jaeger.addr", "", 1},
		{"server.cors", "", 1},
		{"login.source", "", 1},
		{"license.file_path", "", 1},
		{"plugins", "", 1},
		{"server.listen.disable", "", 1},
		{"server.listen.port", "7080", 3},
		{"server.tls.port", "7443", 3},
		{"server.status.port", "7081", 3},
	}
	dpManagerSigns = []sign{ //nolint:gochecknoglobals // a table of facts
		{"consumer_cache", "", 3},
		{"developer_cache", "", 3},
		{"prometheus.remote_write_path", "", 3},
		{"jaeger.collector_addr", "", 2},
		{"server.status_listen", "", 2},
		{"rate_limit.time_window", "", 2},
		{"server.listen.port", "7900", 3},
		{"server.tls.port", "7943", 3},
		{"server.status.port", "7901", 3},
	}
	portalSigns = []sign{ //nolint:gochecknoglobals // a table of facts
		{"server.listen.tls", "", 2},
		{"security.ssrf_protection", "", 3},
		{"enable", "", 1},
		{"server.listen.port", "4321", 3},
		{"server.status.port", "4322", 3},
	}
	fileServerSigns = []sign{{"file_server.listen", "", 3}} //nolint:gochecknoglobals // a table of facts
	// The signs of a gateway's file; Helm values of the gateway have apisix, api7ee and deployment as well.
	gatewaySigns = []sign{ //nolint:gochecknoglobals // a table of facts
		{"nginx_config", "", 3},
		{"apisix.node_listen", "", 3},
		{"apisix.enable_admin", "", 3},
		{"apisix.router", "", 3},
		{"apisix.stream_proxy", "", 3},
		{"apisix.proxy_cache", "", 3},
		{"apisix.extra_lua_path", "", 3},
		{"apisix.lua_module_hook", "", 3},
		{"apisix.dns_resolver", "", 3},
		{"apisix.data_encryption", "", 3},
		{"apisix.enable_ipv6", "", 3},
		{"apisix.enable_control", "", 3},
		{"apisix.proxy_protocol", "", 3},
		{"apisix.enable_server_tokens", "", 3},
		{"apisix.trusted_addresses", "", 3},
		{"apisix.ssl.listen", "", 3},
		{"apisix.ssl.ssl_protocols", "", 3},
		{"apisix.ssl.key_encrypt_salt", "", 3},
		{"apisix.status.port", "", 3},
		{"deployment.role_traditional", "", 3},
		{"deployment.role_data_plane", "", 3},
		{"deployment.role_control_plane", "", 3},
		{"deployment.etcd", "", 3},
		{"deployment.admin", "", 3},
		{"plugin_attr", "", 3},
		{"ext-plugin.cmd", "", 2},
		{"wasm.plugins", "", 1},
		{"api7ee", "", 1},
		{"deployment.role", "", 1},
		{"deployment.fallback_cp", "", 1},
		{"stream_plugins", "", 1},
		{"plugins", "", 1},
	}
)

// recognised is what a document is taken for and why.
type recognised struct {
	what what
	why  string
}

// recognise tells what a document is by its content; hint is its path, which counts where the content leaves a doubt.
func recognise(n *node, hint string) recognised {
	switch {
	case !n.isMap():
		return recognised{other, "it is no map of keys"}
	case isKustomization(n, hint):
		return recognised{kustomizationFile, "its name, and it has helmCharts or images"}
	case n.get("apiVersion").scalar() != "" && n.get("kind").scalar() != "":
		return recognised{manifest, "it has apiVersion and kind"}
	case filepath.Base(hint) == "Chart.yaml" && n.get("name").scalar() != "":
		return recognised{chartFile, "Chart.yaml with the name of a chart"}
	case isCompose(n):
		return recognised{composeFile, "it has services with images"}
	}
	if isHelmfile(n) {
		return recognised{helmfileFile, "it has releases with charts"}
	}
	if r := recogniseValues(n); r.why != "" {
		return r
	}
	if r := recogniseSettings(n, hint); r.what != other {
		return r
	}
	return recognised{other, "none of the forms has keys like " + strings.Join(some(n.keys), ", ")}
}

// some returns the first few keys, which are no secret.
func some(keys []string) []string {
	if len(keys) > 4 {
		return append(slices.Clone(keys[:4]), "…")
	}
	return keys
}

// recogniseSettings tells of a document whether it is the file of a component.
func recogniseSettings(n *node, hint string) recognised {
	if weight, why := score(n, gatewaySigns); weight >= sure && !n.isControlPlane() {
		return recognised{gatewayFile, "it has " + why}
	}
	if !n.isControlPlane() {
		if weight, why := score(n, fileServerSigns); weight >= sure {
			return recognised{fileServerFile, "it has " + why}
		}
		return recognised{}
	}
	best, second, found := 0, 0, recognised{}
	for _, form := range []struct {
		what  what
		signs []sign
	}{{dashboardFile, dashboardSigns}, {dpManagerFile, dpManagerSigns}, {portalFile, portalSigns}, {fileServerFile, fileServerSigns}} {
		weight, why := score(n, form.signs)
		if hinted(form.what, hint) {
			weight, why = weight+2, strings.TrimPrefix(why+" and its name", " and ")
		}
		if weight > best {
			best, second, found = weight, best, recognised{form.what, "it has " + why}
		} else if weight > second {
			second = weight
		}
	}
	if n.hasDatabase() {
		best++
		second++
	}
	switch {
	case best >= sure && best > second:
		return found
	case n.hasDatabase() && n.get("database.dsn") != nil:
		return recognised{someControlPlaneFile, "it has database.dsn, and no key or port that only one component has"}
	}
	return recognised{}
}

// isControlPlane reports whether a document can be the file of a component of the control plane at all.
func (n *node) isControlPlane() bool { return n.hasDatabase() || n.get("server").isMap() }

func (n *node) hasDatabase() bool {
	return slices.ContainsFunc([]string{"dsn", "type", "postgres", "vault", "max_open_conns"}, func(key string) bool {
		return n.get("database").member(key) != nil
	})
}

// hinted reports whether a path has the name that the vendor's Docker bundle gives the file or its folder.
func hinted(w what, path string) bool {
	path = strings.ToLower(strings.ReplaceAll(filepath.ToSlash(path), "-", "_"))
	for _, part := range lastTwo(strings.Split(path, "/")) {
		switch strings.TrimSuffix(strings.TrimSuffix(part, ".yaml"), ".yml") {
		case "dashboard_conf":
			return w == dashboardFile
		case "dp_manager_conf":
			return w == dpManagerFile
		case "developer_portal_conf":
			return w == portalFile
		case "file_server_conf":
			return w == fileServerFile
		}
	}
	return false
}

func lastTwo(parts []string) []string { return parts[max(len(parts)-2, 0):] }

// score adds up the signs that are there and names the heaviest.
func score(n *node, signs []sign) (weight int, why string) {
	var names []string
	for _, s := range signs {
		v := n.get(s.key)
		if v == nil || s.value != "" && v.scalar() != s.value {
			continue
		}
		weight += s.weight
		name := s.key
		if s.value != "" {
			name += " " + s.value
		}
		if len(names) < 3 && s.weight > 1 || len(names) == 0 {
			names = append(names, name)
		}
	}
	return weight, strings.Join(names, ", ")
}

func isCompose(n *node) bool {
	services := n.get("services")
	if !services.isMap() || len(services.kids) == 0 {
		return false
	}
	return !slices.ContainsFunc(services.kids, func(s *node) bool { return !s.isMap() }) &&
		slices.ContainsFunc(services.kids, func(s *node) bool {
			return s.member("image") != nil || s.member("build") != nil || s.member("environment") != nil || s.member("volumes") != nil
		})
}

// The signs of Helm values.
var (
	controlPlaneValueSigns = []sign{ //nolint:gochecknoglobals // a table of facts
		{"dashboard_configuration", "", 3},
		{"dp_manager_configuration", "", 3},
		{"developer_portal_configuration", "", 3},
		{"file_server_configuration", "", 3},
		{"dashboard_service", "", 3},
		{"dp_manager_service", "", 3},
		{"developer_portal_service", "", 3},
		{"dp_manager", "", 3},
		{"developer_portal", "", 2},
		{"file_server", "", 1},
		{"api_usage", "", 1},
		{"dashboard.image", "", 1},
		{"dashboard.replicaCount", "", 1},
		{"prometheus.builtin", "", 2},
		{"postgresql.builtin", "", 2},
		{"jaeger.builtin", "", 2},
	}
	gatewayValueSigns = []sign{ //nolint:gochecknoglobals // a table of facts
		{"apisix.image", "", 3},
		{"apisix.enabled", "", 3},
		{"apisix.kind", "", 3},
		{"apisix.replicaCount", "", 3},
		{"apisix.enableCustomizedConfig", "", 3},
		{"apisix.customizedConfig", "", 3},
		{"apisix.httpRouter", "", 3},
		{"apisix.luaModuleHook", "", 3},
		{"apisix.extraLuaPath", "", 3},
		{"apisix.setIDFromPodUID", "", 3},
		{"apisix.extraEnvVars", "", 3},
		{"apisix.hostNetwork", "", 3},
		{"apisix.resources", "", 2},
		{"apisix.nodeSelector", "", 2},
		{"apisix.customLuaSharedDicts", "", 3},
		{"apisix.trustedAddresses", "", 3},
		{"apisix.proxyCache", "", 3},
		{"apisix.enableServerTokens", "", 3},
		{"apisix.http.luaSharedDict", "", 3},
		{"apisix.meta.luaSharedDict", "", 3},
		{"apisix.terminationGracePeriodSeconds", "", 2},
		{"apisix.podAnnotations", "", 2},
		{"apisix.preStopSleepSeconds", "", 3},
		{"apisix.workerShutdownTimeout", "", 3},
		{"apisix.maxPostArgsReadableSize", "", 3},
		{"apisix.tolerations", "", 2},
		{"pluginAttrs", "", 2},
		{"gateway.http.containerPort", "", 2},
		{"gateway.http.servicePort", "", 2},
		{"gateway.tls.containerPort", "", 2},
		{"gateway.tls.existingCASecret", "", 2},
		{"gateway.stream", "", 1},
		{"gateway.tls", "", 1},
		{"etcd.auth", "", 1},
		{"etcd.host", "", 1},
		{"nginx.workerProcesses", "", 2},
		{"nginx.workerRlimitNofile", "", 2},
		{"nginx.configurationSnippet", "", 1},
		{"configurationSnippet", "", 1},
		{"dns.resolvers", "", 2},
		{"soapProxy", "", 2},
		{"openapiToMcp", "", 3},
		{"api7ee", "", 1},
		{"deployment.fallback_cp", "", 1},
		{"admin.credentials", "", 1},
		{"api7ee.status_endpoint", "", 2},
		{"customPlugins", "", 1},
		{"extPlugin", "", 1},
		{"wasmPlugins", "", 1},
		{"logs.accessLogFormat", "", 1},
		{"deployment.mode", "", 1},
		{"deployment.controlPlane", "", 2},
		{"deployment.dataPlane", "", 2},
	}
)

// recogniseValues tells of a document whether it holds Helm values of one of the vendor's charts.
func recogniseValues(n *node) recognised {
	if weight, why := score(n, controlPlaneValueSigns); weight >= sure {
		return recognised{controlPlaneValues, "it has " + why}
	}
	if r := recogniseGatewayValues(n); r.why != "" {
		return r
	}
	for i, kid := range n.kids {
		if !kid.isMap() {
			continue
		}
		if weight, why := score(kid, controlPlaneValueSigns); weight >= 2*sure {
			return recognised{umbrellaValues, n.keys[i] + " has " + why}
		}
	}
	return recognised{}
}

func recogniseGatewayValues(n *node) recognised {
	weight, why := score(n, gatewayValueSigns)
	if weight < sure || n.get("nginx_config") != nil || n.get("plugin_attr") != nil {
		return recognised{}
	}
	if own, _ := score(n, gatewaySigns); own > weight {
		return recognised{}
	}
	for _, key := range []string{"apisix.image.repository", "image.repository"} {
		if repository := n.get(key).scalar(); repository != "" && component(repository) != gatewayComponent && strings.HasSuffix(repository, "/apisix") {
			return recognised{other, fmt.Sprintf("values of Apache APISIX's chart: %s is no image of API7", key)}
		}
	}
	return recognised{gatewayValues, "it has " + why}
}

// settingsForm reports whether a form is the file of a component.
func (w what) settingsForm() bool { return w >= dashboardFile && w <= gatewayFile }

// empty reports whether a document says nothing.
func empty(n yamlfile.Node) bool { return n.Null() }
