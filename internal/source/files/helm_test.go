package files_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule/settings"
)

const layers = `
-- values.yaml --
dashboard:
  image: {tag: v3.4.0}
  extraVolumes: [{name: a}, {name: b}]
dashboard_configuration:
  server: {listen: {disable: on, port: 7080}}
  database: {dsn: "postgres://u:CANARY@db/x", max_open_conns: 60}
  log: {level: warn}
developer_portal_configuration: {enable: off}
-- prod.yaml --
dashboard:
  extraVolumes: [{name: c}]
dashboard_configuration:
  audit: {retention_days: null}
  database: {max_open_conns: 90}
  log: null
  console: {addr: "${CONSOLE}"}
`

func TestLayersAreMergedAsHelmDoes(t *testing.T) {
	t.Parallel()
	r := folderOf(t, layers).read(t, "values.yaml,prod.yaml")
	want := []string{
		"dashboard_config values.yaml,prod.yaml#dashboard_configuration",
		"dp_manager_config values.yaml,prod.yaml#dp_manager_configuration",
		"helm_values values.yaml,prod.yaml",
		"image values.yaml,prod.yaml#dashboard",
		"image values.yaml,prod.yaml#dp_manager",
	}
	if diff := cmp.Diff(want, r.list()); diff != "" {
		t.Errorf("resources (-want +got):\n%s", diff)
	}
	values := r.one(t, estate.HelmValues, "prod.yaml")
	for name, tt := range map[string]struct {
		keys []string
		want string
		at   string
	}{
		"map":         {[]string{"dashboard_configuration", "database", "max_open_conns"}, "90", "prod.yaml:5:14"},
		"kept":        {[]string{"dashboard_configuration", "database", "dsn"}, `"postgres://u:CANARY@db/x"`, "values.yaml:6:14"},
		"list":        {[]string{"dashboard", "extraVolumes"}, `[{"name":"c"}]`, "prod.yaml:2:3"},
		"null":        {[]string{"dashboard_configuration", "log"}, "null", "prod.yaml:6:3"},
		"null at all": {[]string{"dashboard_configuration", "audit", "retention_days"}, "null", "prod.yaml:4:11"},
		"truth 1.1":   {[]string{"dashboard_configuration", "server", "listen", "disable"}, "true", "values.yaml:5:21"},
	} {
		if got := string(setting(values, tt.keys...).Raw()); got != tt.want {
			t.Errorf("%s is %s, want %s", name, got, tt.want)
		}
		if at := values.Origin.Where("/settings/" + strings.Join(tt.keys, "/")); !strings.HasSuffix(at, tt.at) {
			t.Errorf("%s is at %s, want %s", name, at, tt.at)
		}
	}
	if at := values.Origin.Where("/settings/dashboard/extraVolumes/0/name"); !strings.HasSuffix(at, "prod.yaml:2:19") {
		t.Errorf("the element of the list is at %s", at)
	}
	for _, res := range []*estate.Resource{values, r.one(t, estate.DashboardConfig, "dashboard_configuration")} {
		if list, _ := res.Field("layers").Strings().Known(); len(list) != 2 || !strings.HasSuffix(list[0], "/values.yaml") || !strings.HasSuffix(list[1], "/prod.yaml") {
			t.Errorf("%s is of the layers %s", res.Kind, res.Field("layers").Raw())
		}
	}
	if plain := folderOf(t, bundle).read(t).one(t, estate.DashboardConfig, "conf.yaml"); plain.Field("layers").Raw() != nil || plain.Field("names").Raw() != nil {
		t.Errorf("a plain file has layers, or names of values: %s", plain.Body)
	}
	dashboard := r.one(t, estate.DashboardConfig, "dashboard_configuration")
	if found, _ := dashboard.Field("found").Text().Known(); found != "helm" {
		t.Errorf("found as %q", found)
	}
	if why := setting(dashboard, "console", "addr").Unreadable(); !strings.Contains(why, "CONSOLE") {
		t.Errorf("console.addr: %q", why)
	}
}

func TestAFolderDoesNotBringLayersAgain(t *testing.T) {
	t.Parallel()
	in := folderOf(t, layers)
	r := in.read(t, ".", "values.yaml,prod.yaml", "prod.yaml")
	if got := len(r.list()); got != 5 {
		t.Errorf("resources %v", r.list())
	}
	two := folderOf(t, layers+"-- next.yaml --\ndashboard: {image: {tag: v3.5.0}}\ndp_manager: {replicaCount: 2}\n").read(t, "values.yaml,prod.yaml", "next.yaml")
	if strings.Contains(two.notes(), "each was read by itself") {
		t.Errorf("layers that were given in their order are not said to be apart:\n%s", two.notes())
	}
	if got := in.read(t).gaps(t); !strings.Contains(got, "that may be laid over those of values.yaml") {
		t.Errorf("nothing says that layers were not laid over each other:\n%s", got)
	}
}

func TestChartsTellTheVersionThatTheirImagesHave(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		archive string
		want    []string
		note    string
	}{
		"tag wins": {
			"-- Chart.yaml --\napiVersion: v2\nname: api7ee3\nversion: 0.17.3\n-- values.yaml --\ndashboard: {image: {tag: v3.5.0}}\ndp_manager: {replicaCount: 2}\n",
			[]string{
				"control plane 3.5.0: image api7/api7-ee-3-integrated:v3.5.0 at values.yaml:1:21",
				"control plane 3.4.0: image api7/api7-ee-dp-manager:v3.4.0, the default of chart api7ee3 0.17.3, at Chart.yaml:3:1",
			},
			"",
		},
		"umbrella": {
			"-- Chart.yaml --\napiVersion: v2\nname: infra\nversion: 1.0.0\ndependencies:\n- {name: api7ee3, alias: cp, version: 0.17.12, repository: x}\n" +
				"- {name: gateway, version: 0.2.36, repository: https://charts.api7.ai}\n-- values.yaml --\ncp: {dashboard_configuration: {log: {level: info}}}\nelse: {}\n",
			[]string{
				"control plane 3.7.3: image api7/api7-ee-3-integrated:v3.7.3, the default of chart api7ee3 0.17.12, at Chart.yaml:5:30",
				"control plane 3.7.3: image api7/api7-ee-dp-manager:v3.7.3, the default of chart api7ee3 0.17.12, at Chart.yaml:5:30",
				"gateway instance 3.8.16: image api7/api7-ee-3-gateway:3.8.16, the default of chart gateway 0.2.36, at Chart.yaml:6:19",
			},
			"",
		},
		"umbrella, one chart twice": {
			"-- Chart.yaml --\napiVersion: v2\nname: infra\nversion: 1.0.0\ndependencies:\n- {name: gateway, alias: edge, version: 0.2.14, repository: '@api7'}\n" +
				"- {name: gateway, alias: inner, version: ~0.2.18, repository: '@api7'}\n-- values.yaml --\nedge: {timezone: UTC}\ninner: {timezone: UTC}\n",
			[]string{"gateway instance 3.7.3: image api7/api7-ee-3-gateway:3.7.3, the default of chart gateway 0.2.14, at Chart.yaml:5:32"},
			"the version of the chart is not known",
		},
		"umbrella, any name": {
			"-- Chart.yaml --\napiVersion: v2\nname: infra\nversion: 1.0.0\ndependencies:\n- {name: gateway, version: 0.2.14, repository: https://charts.api7.ai}\n" +
				"-- prod.yaml --\ngateway: {timezone: UTC}\n-- other.yaml --\nelse: {}\n",
			[]string{"gateway instance 3.7.3: image api7/api7-ee-3-gateway:3.7.3, the default of chart gateway 0.2.14, at Chart.yaml:5:19"},
			"other.yaml",
		},
		"without values": {
			"-- Chart.yaml --\napiVersion: v2\nname: infra\nversion: 1.0.0\ndependencies:\n- {name: gateway, version: 0.2.36, repository: https://charts.api7.ai}\n",
			[]string{"gateway instance 3.8.16: image api7/api7-ee-3-gateway:3.8.16, the default of chart gateway 0.2.36, at Chart.yaml:5:19"},
			"",
		},
		"a range": {
			"-- Chart.yaml --\napiVersion: v2\nname: infra\nversion: 1.0.0\ndependencies:\n- {name: gateway, version: ~0.2, repository: https://charts.api7.ai}\n",
			nil, "the version of the chart is not known",
		},
		"no chart":    {"-- values.yaml --\napisix: {replicaCount: 2}\n", nil, "the version of the chart is not known"},
		"latest":      {"-- values.yaml --\napisix: {image: {tag: latest}}\n", nil, `tag "latest" names no release`},
		"own build":   {"-- values.yaml --\napisix: {image: {tag: 3.7.3-acme.2}}\n", []string{"gateway instance 3.7.3: image api7/api7-ee-3-gateway:3.7.3-acme.2 at values.yaml:1:18"}, ""},
		"from a tool": {"-- values.yaml --\napisix: {image: {tag: \"${TAG}\"}}\n", nil, "comes from environment variable TAG"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := folderOf(t, tt.archive).read(t)
			if diff := cmp.Diff(tt.want, r.versions(t)); diff != "" {
				t.Errorf("versions (-want +got):\n%s", diff)
			}
			if !strings.Contains(r.notes(), tt.note) {
				t.Errorf("no note %q:\n%s", tt.note, r.notes())
			}
		})
	}
}

func TestValuesOfAnUnpackedChartAreItsDefaults(t *testing.T) {
	t.Parallel()
	const chart = "\n-- %s/Chart.yaml --\nname: api7ee3\nversion: 0.17.3\n-- %s/values.yaml --\n" +
		"dashboard: {image: {tag: %s}}\ndashboard_configuration: {log: {level: warn}}\ndp_manager_configuration: {}\n"
	const template = "-- %s/templates/dashboard.yaml --\nkind: Deployment\n"
	tests := map[string]struct {
		files, tag, from string
		unpacked         bool
	}{
		"with templates":               {chart + template, "v3.4.0", "chart", true},
		"with templates and a new tag": {chart + template, "v3.4.1", "image", true},
		"a Chart.yaml alone":           {chart, "v3.4.0", "image", false},
		"values of another name":       {strings.ReplaceAll(chart, "values.yaml", "production.yaml") + template, "v3.4.0", "image", false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := folderOf(t, strings.ReplaceAll(strings.Replace(tt.files, "tag: %s", "tag: "+tt.tag, 1), "%s", "api7")).read(t)
			values, dashboard := r.one(t, estate.HelmValues, ".yaml"), r.one(t, estate.DashboardConfig, "dashboard_configuration")
			if settings.Unpacked(values) != tt.unpacked || settings.Unpacked(dashboard) != tt.unpacked {
				t.Errorf("values %s\nDashboard %s", values.Body, dashboard.Body)
			}
			if from := r.one(t, estate.Image, "#dashboard").Field("tag_from").TextOrEmpty(); from != tt.from {
				t.Errorf("the tag is from %q, want %q", from, tt.from)
			}
		})
	}
}

func TestValuesThatTheGatewaysChartWritesAreSettings(t *testing.T) {
	t.Parallel()
	r := folderOf(t, `
-- values.yaml --
pluginAttrs:
  request-id: {snowflake: {enable: true}}
etcd:
  host: ["http://dp:7900"]
  auth: {tls: {verify: false}}
dns: {resolvers: [127.0.0.1]}
vault: {enabled: off}
nginx: {workerProcesses: auto}
apisix:
  replicaCount: 2
  extraEnvVars:
    - {name: APISIX_WORKER_PROCESSES, value: "4"}
`).read(t)
	if diff := cmp.Diff([]string{"gateway_config values.yaml#gateway", "helm_values values.yaml", "image values.yaml#gateway"}, r.list()); diff != "" {
		t.Errorf("resources (-want +got):\n%s", diff)
	}
	gateway := r.one(t, estate.GatewayConfig, "values.yaml#gateway")
	if gateway.Field("component").TextOrEmpty() != "gateway" || gateway.Field("chart").TextOrEmpty() != "gateway" {
		t.Errorf("no file of the gateway: %s", gateway.Body)
	}
	for want, v := range map[string]estate.Value{
		`["http://dp:7900"]`: setting(gateway, "deployment", "etcd", "host"),
		"false":              setting(gateway, "deployment", "etcd", "tls", "verify"),
		"true":               setting(gateway, "plugin_attr", "request-id", "snowflake", "enable"),
		"":                   setting(gateway, "vault"),
	} {
		if string(v.Raw()) != want {
			t.Errorf("%s, want %s", v.Raw(), want)
		}
	}
	if v := setting(gateway, "apisix", "dns_resolver"); !v.Absent() {
		t.Errorf("dns.resolvers is taken for a setting: %s", v.Raw())
	}
	if why := setting(gateway, "nginx_config", "worker_processes").Unreadable(); !strings.Contains(why, "APISIX_WORKER_PROCESSES") {
		t.Errorf("worker_processes: %q", why)
	}
	if at := gateway.Origin.Where("/settings/plugin_attr/request-id/snowflake"); !strings.HasSuffix(at, "values.yaml:2:16") {
		t.Errorf("the setting is at %s", at)
	}
}
