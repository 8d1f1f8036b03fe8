package recognise

import (
	"fmt"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/lazyregexp"
	"github.com/api7-preflight/api7-preflight/internal/source/files/image"
	"github.com/api7-preflight/api7-preflight/internal/source/files/tree"
)

// foreign are the files of other products that have keys in common with those of API7. Each has marks that no file of API7
// has (github.com/apache/apisix-dashboard:api/conf/conf.yaml, github.com/apache/apisix-ingress-controller:config, v1 and v2).
var foreign = []row{
	{some: []mark{{"conf.listen", mapping}, {"conf.etcd", mapping}}, why: "the file of Apache APISIX's own Dashboard: it has conf.listen or conf.etcd"},
	{
		some: []mark{{"apisix.default_cluster_base_url", anything}, {"apisix.default_cluster_name", anything}, {"controller_name", text}},
		none: []mark{{"nginx_config", anything}, {"server", mapping}, {"database", mapping}}, why: "the file of Apache APISIX's ingress controller",
	},
}

// dumps are files of ADC, which no component reads. Kong's decK has services and consumers as well, and so has a standalone
// Apache APISIX, whose routes have one uri.
var dumps = []row{
	{
		form: ADCFile,
		some: []mark{
			{"services.*.routes.*.uris", list},
			{"services.*.upstream.nodes", anything},
			{"services.*.stream_routes", list},
			{"services.*.upstreams", list},
			{"ssls.*.certificates", list},
		},
		none: notADC, why: "it has services or certificates as adc dump writes them",
	},
	{
		form: ADCFile, all: []mark{{"consumers.*.username", text}}, some: []mark{{"consumers.*.plugins", mapping}, {"consumers.*.credentials", list}},
		none: notADC, why: "it has consumers as adc dump writes them",
	},
	{
		form: ADCFile, some: []mark{{"global_rules", filled}, {"plugin_metadata", filled}}, every: []mark{{"global_rules.*", mapping}, {"plugin_metadata.*", mapping}},
		only: []string{"global_rules", "plugin_metadata", "services", "consumers", "consumer_groups", "ssls"}, why: "it has global rules or plugin metadata as adc dump writes them",
	},
}

var notADC = []mark{{"_format_version", anything}, {"routes.*.uri", anything}, {"routes.*.upstream_id", anything}, {"upstreams", list}}

// toolFiles are the files of tools: a few marks tell them, and what is of API7 stands further inside.
var toolFiles = []row{
	{
		form: Kustomization, file: lazyregexp.New(`(?i)^kustomization(\.yml)?(\.yaml)?$`),
		some: []mark{
			{"helmCharts", list},
			{"images", list},
			{"resources", list},
			{"bases", list},
			{"components", list},
			{"patches", list},
			{"patchesStrategicMerge", list},
			{"patchesJson6902", list},
			{"replacements", list},
			{"transformers", list},
			{"generators", list},
			{"configMapGenerator", list},
			{"secretGenerator", list},
		}, why: "its name, and it has keys of Kustomize",
	},
	{form: Manifest, all: []mark{{"apiVersion", text}, {"kind", text}}, why: "it has apiVersion and kind"},
	{form: ChartFile, file: lazyregexp.New(`^Chart\.yaml$`), all: []mark{{"name", text}}, why: "Chart.yaml with the name of a chart"},
	{
		form: ChartFile, file: lazyregexp.New(`^requirements\.yaml$`), all: []mark{{"dependencies", list}}, some: []mark{{"dependencies.*.name", text}},
		why: "requirements.yaml with dependencies of a chart",
	},
	{
		form: ComposeFile, all: []mark{{"services", filled}}, every: []mark{{"services.*", mapping}},
		some: []mark{{"services.*.image", anything}, {"services.*.build", anything}, {"services.*.environment", anything}, {"services.*.volumes", anything}},
		why:  "it has services with images",
	},
	{form: Helmfile, all: []mark{{"releases", list}}, some: []mark{{"releases.*.chart", text}, {"releases.*.inherit", list}}, why: "it has releases with charts"},
	{form: Helmfile, some: []mark{{"repositories.*.url", text}, {"templates.*.chart", text}}, only: []string{
		"repositories", "templates", "helmDefaults", "environments", "bases", "commonLabels", "values", "missingFileHandler", "helmBinary", "lockFilePath",
	}, why: "it has repositories or templates of a helmfile"},
}

// Helm values of the vendor's charts, and of charts around them, where what is set in one of the vendor's must be plain: a
// key such as dp_manager may be anybody's.
var (
	ofControlPlane = row{form: ControlPlaneValues, signs: controlPlaneValueSigns, least: sure, alien: valuesOfOthers}
	ofGateway      = row{
		form: GatewayValues, signs: gatewayValueSigns, least: sure, rival: gatewaySigns,
		none: []mark{{"nginx_config", anything}, {"plugin_attr", anything}}, alien: apacheValues,
	}
	ofUmbrella = row{form: UmbrellaValues, signs: controlPlaneValueSigns, least: 2 * sure, below: true}
	valueRows  = []row{ofControlPlane, ofGateway, ofUmbrella}
)

// controlPlane are the marks of which the file of a component of the control plane has at least one; database is that of
// those which have a database.
var (
	database = []mark{
		{"database.dsn", anything}, {"database.type", anything}, {"database.postgres", anything}, {"database.vault", anything}, {"database.max_open_conns", anything},
	}
	controlPlane = append([]mark{{"server", mapping}}, database...)
)

// others are the files of components that are none of the control plane's own.
var others = []row{
	{form: GatewayFile, signs: gatewaySigns, least: sure, none: controlPlane},
	{form: FileServerFile, signs: fileServerSigns, least: sure, none: controlPlane},
}

// components are the files of the control plane's components: they have much in common, and the signs of one must weigh
// more than those of the others. The name is that which the vendor's Docker bundle gives the file or its folder.
var components = []struct {
	form  Form
	signs []sign
	name  string
}{
	{DashboardFile, dashboardSigns, "dashboard_conf"},
	{DPManagerFile, dpManagerSigns, "dp_manager_conf"},
	{PortalFile, portalSigns, "developer_portal_conf"},
	{FileServerFile, fileServerSigns, "file_server_conf"},
}

// apacheValues tells values of Apache APISIX's chart, which has the same keys, by the image that they name, or by keys of its own where
// they name none.
func apacheValues(n *tree.Node) (why string) {
	for _, key := range []string{"apisix.image.repository", "image.repository"} {
		if repository := n.Get(key).Text(); repository != "" && image.Component(repository) != image.Gateway && strings.HasSuffix(repository, "/apisix") {
			return fmt.Sprintf("values of Apache APISIX's chart: %s is no image of API7", key)
		}
	}
	if n.Get("apisix.image") != nil || n.Get("api7ee") != nil {
		return ""
	}
	for _, key := range []string{"ingress-controller", "apisix.admin", "apisix.ssl", "apisix.nginx"} {
		if n.Get(key) != nil {
			return fmt.Sprintf("values of Apache APISIX's chart: that of API7 has no %s", key)
		}
	}
	return ""
}

// valuesOfOthers tells values of a chart of others whose parts are called as those of API7: they name images, and none of
// them is API7's. Whoever mirrors the images of API7 under other names sets more than those.
func valuesOfOthers(n *tree.Node) (why string) {
	if slices.ContainsFunc(n.Keys(), func(key string) bool {
		return strings.HasSuffix(key, "_configuration") || strings.HasSuffix(key, "_service")
	}) {
		return ""
	}
	for _, part := range []string{"dashboard", "dp_manager", "developer_portal", "file_server"} {
		repository := n.Get(part + ".image.repository").Text()
		if image.Component(repository) != "" || image.Derived(repository) != "" {
			return ""
		}
		if repository != "" {
			why = part + ".image.repository is no image of API7"
		}
	}
	return why
}

// apacheFile says what in a gateway's file is so with Apache APISIX and not with API7: routes in a file beside it, or an
// etcd of its own where API7 has the control plane. Empty: nothing is.
func apacheFile(n *tree.Node) (why string) {
	if slices.ContainsFunc(ofAPI7, func(m mark) bool { return m.in(n) }) {
		return ""
	}
	if n.Get("deployment.role_data_plane.config_provider").Text() == "yaml" && n.Get("deployment.role").Text() == "data_plane" {
		return "deployment.role_data_plane.config_provider is yaml, with no fallback_cp: routes stand in a file beside it"
	}
	hosts := n.Get("deployment.etcd.host").Elements()
	if len(hosts) == 0 || slices.ContainsFunc(hosts, func(host *tree.Node) bool { return !ownEtcd.MatchString(host.Text()) }) {
		return ""
	}
	return "deployment.etcd.host is an etcd, where API7 has the address of its control plane"
}

var (
	// ofAPI7 are marks that a gateway's file has of API7 alone.
	ofAPI7  = []mark{{"api7ee", anything}, {"deployment.fallback_cp", anything}, {"deployment.etcd.tls.cert", text}, {"apisix.status", anything}}
	ownEtcd = lazyregexp.New(`^http://[^:/]+:2379/?$`)
)
