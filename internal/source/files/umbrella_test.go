package files_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule/settings"
)

const umbrella = `
-- platform/Chart.yaml --
apiVersion: v2
name: platform
version: 1.0.0
dependencies:
- {name: api7ee3, alias: cp, version: 0.17.12, repository: https://charts.api7.ai}
-- platform/values.yaml --
cp:
  dashboard_configuration:
    log: {level: info}
    database: {max_idle_conns: 5, max_open_conns: 30}
  developer_portal_configuration: {enable: false}
-- platform/envs/prod/eu/values.yaml --
cp:
  dashboard_configuration:
    database: {max_open_conns: 60}
-- platform/envs/dev/values.yaml --
cp: {dashboard: {image: {tag: v3.8.2}}}
-- platform/other/Chart.yaml --
apiVersion: v2
name: other
version: 1.0.0
-- platform/other/values.yaml --
cp: {dashboard: {image: {tag: v3.3.2}}}
`

func TestValuesLieOverThoseOfTheChartThatTheyAreFor(t *testing.T) {
	t.Parallel()
	r := folderOf(t, umbrella).read(t)
	var got []string
	for _, id := range r.list() {
		if strings.HasPrefix(id, "helm_values") || strings.HasPrefix(id, "portal") {
			got = append(got, id)
		}
	}
	want := []string{"helm_values platform/envs/dev/values.yaml#cp", "helm_values platform/envs/prod/eu/values.yaml#cp"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("releases (-want +got):\n%s", diff)
	}
	prod := r.one(t, estate.DashboardConfig, "eu/values.yaml#cp#dashboard_configuration")
	for key, at := range map[string]string{"max_idle_conns": "platform/values.yaml:4:16", "max_open_conns": "platform/envs/prod/eu/values.yaml:3:16"} {
		if got := r.plain(prod.Origin.Where("/settings/database/" + key)); got != at {
			t.Errorf("%s is at %s, want %s", key, got, at)
		}
	}
	if got := settings.Path(prod, "/database/max_idle_conns"); got != "cp.dashboard_configuration.database.max_idle_conns" {
		t.Errorf("its owner is told of %s", got)
	}
	if got := strings.Join(r.versions(t), "\n"); !strings.Contains(got, "control plane 3.8.2") || strings.Contains(got, "3.3.2") {
		t.Errorf("versions:\n%s", got)
	}
}

func TestValuesOfAChartCountAloneWhereTheyAreNamed(t *testing.T) {
	t.Parallel()
	r := folderOf(t, umbrella).read(t, "platform/values.yaml", ".")
	if got := strings.Join(r.list(), "\n"); !strings.Contains(got, "helm_values platform/values.yaml#cp") {
		t.Errorf("resources:\n%s", got)
	}
	r = folderOf(t, strings.ReplaceAll(umbrella, "envs", "envs/.terraform")).read(t)
	if got := strings.Join(r.list(), "\n"); !strings.Contains(got, "helm_values platform/values.yaml#cp") {
		t.Errorf("resources where nothing else is laid over it:\n%s", got)
	}
}

func TestAChartFromAMirrorIsWhatItsValuesSay(t *testing.T) {
	t.Parallel()
	const control = "- {name: api7ee3, version: 0.17.22, repository: 'https://charts.api7.ai'}\n"
	const values = "-- p/values.yaml --\nEDGE: {apisix: {image: {repository: 'registry.example/api7-ee-3-gateway', tag: 3.10.5}}, etcd: {host: ['https://dp:7943']}}\n"
	tests := map[string]struct{ dependency, files, want, gaps string }{
		"OCI":                   {control + "- {name: gateway, version: 0.2.20, repository: 'oci://registry.example/charts'}\n", strings.Replace(values, "EDGE", "gateway", 1), "p/values.yaml#gateway 0.2.20", ""},
		"another host, alias":   {"- {name: gateway, alias: edge, version: 0.2.20, repository: 'https://mirror.example'}\n", strings.Replace(values, "EDGE", "edge", 1), "p/values.yaml#edge 0.2.20", ""},
		"another name":          {"- {name: our-edge, alias: edge, version: 7.0.0, repository: 'https://mirror.example'}\n", strings.Replace(values, "EDGE", "edge", 1), "p/values.yaml#edge ", ""},
		"values of one stage":   {"- {name: gateway, version: 0.2.20, repository: 'https://mirror.example'}\n", strings.NewReplacer("EDGE", "gateway", "p/values", "p/prod/values").Replace(values), "p/prod/values.yaml#gateway 0.2.20", ""},
		"no image":              {"- {name: gateway, version: 0.2.20, repository: 'https://mirror.example'}\n", "-- p/values.yaml --\ngateway: {apisix: {replicaCount: 3}}\n", "p/values.yaml#gateway 0.2.20", ""},
		"beside it, no values":  {"- {name: gateway, version: 0.2.20, repository: 'file://../gateway'}\n", "-- gateway/Chart.yaml --\nname: gateway\nversion: 0.2.20\nsources: [https://github.com/api7/api7-helm-chart]\n", "p/Chart.yaml#gateway 0.2.20", ""},
		"control plane":         {"- {name: control, alias: cp, version: 1.0.0, repository: 'file://../cp'}\n", "-- p/values.yaml --\ncp: {dashboard_configuration: {log: {level: info}}, dp_manager_configuration: {log: {level: info}}}\n", "p/values.yaml#cp ", ""},
		"nothing says":          {control + "- {name: gateway, version: 0.2.20, repository: 'https://mirror.example'}\n", "", "p/Chart.yaml#api7ee3 0.17.22", "p/Chart.yaml:6:19: a chart called gateway from elsewhere"},
		"another gateway":       {control + "- {name: gateway, version: 1.24.0, repository: 'https://istio.example'}\n", "-- p/values.yaml --\ngateway: {autoscaling: {enabled: true}}\n", "p/Chart.yaml#api7ee3 0.17.22", ""},
		"Apache APISIX's chart": {control + "- {name: apisix, alias: gateway, version: 2.0.0, repository: 'https://apache.example'}\n", "-- p/values.yaml --\ngateway: {apisix: {image: {repository: apache/apisix}}}\n", "p/Chart.yaml#api7ee3 0.17.22", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := folderOf(t, "-- p/Chart.yaml --\napiVersion: v2\nname: platform\nversion: 1.0.0\ndependencies:\n"+tt.dependency+tt.files).read(t)
			found := false
			for i := range r.resources {
				res := &r.resources[i]
				if res.Kind == estate.HelmValues {
					res = r.one(t, estate.HelmValues, res.ID)
					found = found || r.plain(res.ID)+" "+res.Field("chart_version").TextOrEmpty() == tt.want
				}
			}
			if got := r.gaps(t); !found || !strings.HasPrefix(got, tt.gaps) || (got == "") != (tt.gaps == "") {
				t.Errorf("want %s among %v; not examined: %s", tt.want, r.list(), got)
			}
		})
	}
}

func TestLayersOfAnUmbrellaChartNeedIt(t *testing.T) {
	t.Parallel()
	in := folderOf(t, umbrella)
	_, err := in.open(t, "platform/envs/dev/values.yaml,platform/envs/prod/eu/values.yaml")
	if e := refused(t, err); !strings.Contains(e.Message, "its Chart.yaml is needed") {
		t.Errorf("it is not said what is needed: %s", e.Message)
	}
	both := folderOf(t, umbrella+"-- gw.yaml --\nnginx_config: {}\ndeployment: {role: data_plane}\n")
	if got := both.read(t, "gw.yaml", "platform/envs/dev/values.yaml,platform/other/values.yaml").gaps(t); !strings.Contains(got, "Chart.yaml is needed") {
		t.Errorf("beside other files nothing is said: %q", got)
	}
	if got := both.read(t, "gw.yaml", "platform/values.yaml,platform/envs/dev/values.yaml", "platform/Chart.yaml").gaps(t); got != "" {
		t.Errorf("with the chart it is needed as well: %q", got)
	}
}

func TestAnUnpackedCopyCountsWhereItIsNotTheVendorsOwn(t *testing.T) {
	t.Parallel()
	const around = "-- p/Chart.yaml --\nname: p\nversion: 1.0.0\n-- p/values.yaml --\ngateway: {gateway: {tls: {enabled: true}}}\n" +
		"-- p/charts/gateway/Chart.yaml --\nname: gateway\nversion: 0.2.36\nsources: [https://github.com/api7/api7-helm-chart]\n"
	values := func(tag string) string {
		return "-- p/charts/gateway/values.yaml --\napisix: {image: {repository: api7/api7-ee-3-gateway, tag: " + tag + "}, kind: DaemonSet}\n"
	}
	const templates = "-- p/charts/gateway/templates/a.yaml --\n{{ x }}\n"
	for name, tt := range map[string]struct{ archive, kind, version string }{
		"as the vendor has it":  {around + values("3.8.16") + templates, "", "gateway instance 3.8.16: image api7/api7-ee-3-gateway:3.8.16, the default of chart gateway 0.2.36"},
		"with another image":    {around + values("3.8.5") + templates, "DaemonSet", "gateway instance 3.8.5: image api7/api7-ee-3-gateway:3.8.5 at p/charts/gateway/values.yaml"},
		"without its templates": {around + values("3.8.16"), "DaemonSet", "gateway instance 3.8.16: image api7/api7-ee-3-gateway:3.8.16 at p/charts/gateway/values.yaml"},
		"without values":        {around, "", "gateway instance 3.8.16: image api7/api7-ee-3-gateway:3.8.16, the default of chart gateway 0.2.36"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := folderOf(t, tt.archive).read(t)
			v := r.one(t, estate.HelmValues, "p/values.yaml#gateway")
			if got := setting(v, "apisix", "kind").TextOrEmpty(); got != tt.kind || setting(v, "gateway", "tls", "enabled").Absent() {
				t.Errorf("values %s", v.Body)
			}
			if got := strings.Join(r.versions(t), "\n"); !strings.HasPrefix(got, tt.version) {
				t.Errorf("versions %s, want %s", got, tt.version)
			}
		})
	}
}
