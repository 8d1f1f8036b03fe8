package files_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

func TestObjectsOfDeliveryToolsThatInstallAChartAreRead(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		object string
		read   bool
	}{
		"Argo CD":                      {"kind: Application\nmetadata: {name: x}\nspec: {source: {chart: api7ee3, repoURL: https://charts.api7.ai}}", true},
		"Argo CD, gateway":             {"kind: Application\nmetadata: {name: x}\nspec: {source: {chart: gateway, repoURL: https://charts.api7.ai}}", true},
		"Argo CD, another gateway":     {"kind: Application\nmetadata: {name: x}\nspec: {source: {chart: gateway, repoURL: https://istio.example}}\n# api7", false},
		"Flux":                         {"kind: HelmRelease\nmetadata: {name: x}\nspec: {chart: {spec: {chart: api7ee3}}}", true},
		"Flux, from a folder":          {"kind: HelmRelease\nmetadata: {name: x}\nspec: {chart: {spec: {chart: ./vendor/api7ee3}}}", true},
		"K3s":                          {"kind: HelmChart\nmetadata: {name: x}\nspec: {chart: api7/gateway}", true},
		"K3s, another chart":           {"kind: HelmChart\nmetadata: {name: x}\nspec: {chart: traefik}\n# api7", false},
		"an object of another kind":    {"kind: Widget\nmetadata: {name: x}\nspec: {chart: api7ee3}", false},
		"Flux, a name that ends alike": {"kind: HelmRelease\nmetadata: {name: x}\nspec: {chart: {spec: {chart: notapi7ee3}}}", false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := folderOf(t, "-- config.yaml --\nnginx_config: {}\n-- a.yaml --\napiVersion: v1\n"+tt.object+"\n").read(t)
			got := slices.ContainsFunc(r.resources, func(res estate.Resource) bool {
				return res.Kind == estate.HelmValues && strings.Contains(res.ID, "a.yaml#")
			})
			if got != tt.read {
				t.Errorf("read %v, want %v: %q\n%s", got, tt.read, r.list(), r.notes())
			}
		})
	}
}

func TestFilesBelongToTheContainerThatMountsThem(t *testing.T) {
	t.Parallel()
	// What the file says fits every component; the container tells which one reads it.
	const conf = "    database: {dsn: \"postgres://u:CANARY@db/x\"}\n    server: {tls: {port: 7443}}\n    log: {level: warn}\n"
	object := func(kind, key, namespace string) string {
		return "-- conf.yaml --\napiVersion: v1\nkind: " + kind + "\nmetadata: {name: conf, namespace: " + namespace + "}\n" + key + ":\n  conf.yaml: |\n" + conf
	}
	pod := func(volume, mount string) string {
		return "-- pod.yaml --\napiVersion: v1\nkind: Pod\nmetadata: {name: dpm, namespace: api7}\nspec:\n" +
			"  containers: [{name: dpm, image: \"api7/api7-ee-dp-manager:v3.7.3\", volumeMounts: [{name: " + mount + ", mountPath: /usr/local/api7/conf}]}]\n  volumes: [{name: c, " + volume + "}]\n"
	}
	tests := map[string]struct {
		archive string
		want    estate.Kind
	}{
		"ConfigMap":                      {object("ConfigMap", "data", "api7") + pod("configMap: {name: conf}", "c"), estate.DPManagerConfig},
		"Secret":                         {object("Secret", "stringData", "api7") + pod("secret: {secretName: conf}", "c"), estate.DPManagerConfig},
		"ConfigMap of another namespace": {object("ConfigMap", "data", "other") + pod("configMap: {name: conf}", "c"), estate.DashboardConfig},
		"another volume":                 {object("ConfigMap", "data", "api7") + pod("configMap: {name: conf}", "d"), estate.DashboardConfig},
		"a Secret of that name":          {object("ConfigMap", "data", "api7") + pod("secret: {secretName: conf}", "c"), estate.DashboardConfig},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := folderOf(t, tt.archive).read(t)
			if !slices.ContainsFunc(r.resources, func(res estate.Resource) bool { return res.Kind == tt.want }) {
				t.Errorf("no %s: %v", tt.want, r.list())
			}
		})
	}
}

func TestObjectsSayWhichChartMadeThem(t *testing.T) {
	t.Parallel()
	for label, want := range map[string]string{
		"gateway-0.2.14": "gateway 0.2.14", "api7ee3-0.17.12": "api7ee3 0.17.12", "api7ee3-0.17.12_build.1": "api7ee3 0.17.12+build.1", "nginx-1.0.0": " ",
	} {
		for k, object := range map[estate.Kind]string{
			estate.Image:         "kind: Pod\nmetadata: {name: x, labels: {helm.sh/chart: " + label + "}}\nspec: {containers: [{name: gw, image: \"api7/api7-ee-3-gateway:3.7.2\"}]}\n",
			estate.GatewayConfig: "kind: ConfigMap\nmetadata: {name: gw, labels: {helm.sh/chart: " + label + "}}\ndata:\n  config.yaml: |\n    nginx_config: {}\n",
		} {
			r := folderOf(t, "-- a.yaml --\napiVersion: v1\n"+object).read(t)
			res := r.one(t, k, "")
			if got := res.Field("chart").TextOrEmpty() + " " + res.Field("chart_version").TextOrEmpty(); got != want {
				t.Errorf("%s: %s is of %q, want %q", label, k, got, want)
			}
			if r.source.Holds(estate.HelmValues) != (want == " ") {
				t.Errorf("%s, %s: whether Helm values are missing", label, k)
			}
		}
	}
}

func TestPodsOfApacheAPISIXAndWhatRunsBesideAGateway(t *testing.T) {
	t.Parallel()
	pod := func(name, images string) string {
		return "---\napiVersion: v1\nkind: Pod\nmetadata: {name: " + name + "}\nspec:\n  containers:\n" + images +
			"  volumes: [{name: c, configMap: {name: " + name + "}}]\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: " + name + "}\ndata:\n  config.yaml: |\n    nginx_config: {}\n"
	}
	container := func(name, image string) string {
		return "    - {name: " + name + ", image: \"" + image + "\", volumeMounts: [{name: c, mountPath: /usr/local/apisix/conf}]}\n"
	}
	r := folderOf(t, "-- a.yaml --\n"+pod("ours", container("gw", "api7/api7-ee-3-gateway:3.7.2")+container("metrics", "prom/prometheus:v2.48.1"))+
		pod("theirs", container("apisix", "apache/apisix:3.9.0"))+pod("alone", container("metrics", "prom/prometheus:v2.48.1"))).read(t)
	want := []string{
		"gateway_config a.yaml#1#ConfigMap//ours/config.yaml", "gateway_config a.yaml#5#ConfigMap//alone/config.yaml",
		"image a.yaml#Pod//ours/gw", "image a.yaml#Pod//ours/metrics",
	}
	if diff := cmp.Diff(want, r.list()); diff != "" {
		t.Errorf("resources (-want +got):\n%s", diff)
	}
}

func TestWhatIsBrokenInAListOfObjectsIsRefusedAndASecretThatIsNoTextIsNot(t *testing.T) {
	t.Parallel()
	_, err := folderOf(t, "-- a.yaml --\napiVersion: v1\nkind: List\nitems:\n  - kind: ConfigMap\n    apiVersion: v1\n    metadata: {name: x}\n    data:\n      config.yml: |\n        nginx_config:\n          a: 1\n          a: CANARY\n").open(t, "a.yaml")
	if e := refused(t, err); !strings.Contains(e.Message, `a.yaml:11:11: inside the manifest: key "a" is written twice`) {
		t.Errorf("error is %q", e.Message)
	}
	r := folderOf(t, "-- config.yaml --\nnginx_config: {}\n-- a.yaml --\napiVersion: v1\nkind: Secret\nmetadata: {name: x}\ndata: {conf.yaml: \"server: {tls: {port: 7443}}\", other.yaml: /w==}\n").read(t)
	if diff := cmp.Diff([]string{"gateway_config config.yaml"}, r.list()); diff != "" {
		t.Errorf("resources (-want +got):\n%s", diff)
	}
}
