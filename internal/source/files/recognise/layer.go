package recognise

import (
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/source/files/tree"
)

// chartKeys are the keys that values of the vendor's charts have at the top, of all their versions
// (github.com/api7/api7-helm-chart:charts/*/values.yaml).
var chartKeys = map[Form]string{
	ControlPlaneValues: `global dashboard dp_manager file_server developer_portal imagePullSecret nameOverride fullnameOverride serviceAccount
		podAnnotations podSecurityContext securityContext dashboard_service dp_manager_service file_server_service developer_portal_service resources
		nodeSelector tolerations affinity topologySpreadConstraints prometheus jaeger postgresql busybox dashboard_configuration
		dp_manager_configuration developer_portal_configuration file_server_configuration api_usage`,
	GatewayValues: `global apisix nameOverride fullnameOverride serviceAccount rbac deployment gateway admin nginx pluginAttrs graphql updateStrategy
		extraVolumes extraVolumeMounts extraInitContainers discovery logs dns initContainer autoscaling configurationSnippet serviceMonitor etcd
		vault soapProxy openapiToMcp control wasmPlugins stream_plugins plugins extPlugin customPlugins api7ee`,
}

// LayerOf tells of values that are too few to show what they are for that they can be a layer over others: all of their keys
// are those of one of the vendor's charts, one is a sign of it, and none shows another chart. [Other] for all else.
func LayerOf(n *tree.Node) Form {
	for _, r := range []row{ofControlPlane, ofGateway} {
		keys := strings.Fields(chartKeys[r.form])
		strange := func(key string) bool { return !slices.Contains(keys, key) }
		if weight, _ := score(n, r.signs); weight > 0 && n.IsMap() && r.alien(n) == "" && !slices.ContainsFunc(n.Keys(), strange) {
			return r.form
		}
	}
	return Other
}
