package recognise_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/source/files/recognise"
	"github.com/api7-preflight/api7-preflight/internal/test/treetest"
)

func TestDocumentsAreRecognisedByWhatIsInThem(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		path, text string
		want       recognise.Match
	}{
		"kustomization":          {"a/Kustomization.yml", "images: [{name: x}]", recognise.Match{Form: recognise.Kustomization, Why: "its name, and it has keys of Kustomize"}},
		"kustomization, no name": {"a/b.yaml", "images: [{name: x}]", recognise.Match{Why: "its keys (images) match no known kind of file"}},
		"manifest":               {"a.yaml", "apiVersion: v1\nkind: Pod", recognise.Match{Form: recognise.Manifest, Why: "it has apiVersion and kind"}},
		"chart":                  {"x/Chart.yaml", "name: x\nversion: 1", recognise.Match{Form: recognise.ChartFile, Why: "Chart.yaml with the name of a chart"}},
		"chart, another name":    {"x/chart.yaml", "name: x\nversion: 1", recognise.Match{Why: "its keys (name, version) match no known kind of file"}},
		"docker-compose":         {"a.yaml", "services: {a: {build: .}, b: {}}", recognise.Match{Form: recognise.ComposeFile, Why: "it has services with images"}},
		"services of others":     {"a.yaml", "services: {a: {image: x}, b: 1}", recognise.Match{Why: "its keys (services) match no known kind of file"}},
		"no services":            {"a.yaml", "services: {}", recognise.Match{Why: "its keys (services) match no known kind of file"}},
		"helmfile":               {"a.yaml", "releases: [x, {chart: a/b}]", recognise.Match{Form: recognise.Helmfile, Why: "it has releases with charts"}},
		"control plane's values": {"a.yaml", "dp_manager: {}\nportal: 1", recognise.Match{Form: recognise.ControlPlaneValues, Why: "it has dp_manager"}},
		"gateway's values":       {"a.yaml", "apisix: {image: {tag: 1}}", recognise.Match{Form: recognise.GatewayValues, Why: "it has apisix.image"}},
		"Apache APISIX's values": {"a.yaml", "apisix: {image: {repository: apache/apisix}}", recognise.Match{Why: "values of Apache APISIX's chart: apisix.image.repository is no image of API7"}},
		"umbrella":               {"a.yaml", "x: 1\ncp: {dashboard_configuration: {}, dp_manager_configuration: {}}", recognise.Match{Form: recognise.UmbrellaValues, Why: "cp has dashboard_configuration, dp_manager_configuration"}},
		"half an umbrella":       {"a.yaml", "cp: {dashboard_configuration: {}}", recognise.Match{Why: "its keys (cp) match no known kind of file"}},
		"gateway":                {"a.yaml", "nginx_config: {}\napisix: {image: {tag: 1}}", recognise.Match{Form: recognise.GatewayFile, Why: "it has nginx_config"}},
		"file server":            {"a.yaml", "file_server: {listen: {}}", recognise.Match{Form: recognise.FileServerFile, Why: "it has file_server.listen"}},
		"a list":                 {"a.yaml", "[a]", recognise.Match{Why: "it is no map of keys"}},
		"anything else":          {"a.yaml", "{g: 1, b: 1, c: 1, d: 1, e: 1, f: 1, a: 1}", recognise.Match{Why: "its keys (a, b, c, d, e and 2 more) match no known kind of file"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, recognise.Document(treetest.Parse(t, tt.text), tt.path)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestFilesOfTheControlPlaneAreThoseOfTheComponentWhoseSignsWeighMost(t *testing.T) {
	t.Parallel()
	const dsn = "database: {dsn: x}\n"
	tests := map[string]struct {
		path, text string
		want       recognise.Match
	}{
		"a port": {"a.yaml", "server: {tls: {port: 7443}}\ndatabase: {dsn: x}", recognise.Match{Form: recognise.DashboardFile, Why: "it has server.tls.port 7443"}},
		"a port and no database": {
			"a.yaml", "server: {tls: {port: 7443}}",
			recognise.Match{Form: recognise.DashboardFile, Why: "it has server.tls.port 7443", Alien: "nothing but a port tells of API7"},
		},
		"a key that none else has, and no database": {
			"a.yaml", "server: {x: 1}\nsession_options_config: {}",
			recognise.Match{Form: recognise.DashboardFile, Why: "it has session_options_config", Lacks: "no database section, which every file of API7's control plane has"},
		},
		"keys that many have, and no database": {"a.yaml", "server: {listen: {disable: true}, tls: {disable: true}}\nconsole: {addr: x}\ntelemetry: {enable: true}", recognise.Match{}},
		"a database as many have it":           {"a.yaml", "server: {tls: {disable: true}}\ndatabase: {type: postgres}", recognise.Match{}},
		"keys": {
			"a.yaml", dsn + "consumer_cache: {}\nrate_limit: {time_window: 1}",
			recognise.Match{Form: recognise.DPManagerFile, Why: "it has consumer_cache, rate_limit.time_window"},
		},
		"a folder's name": {"x/dp-manager-conf/conf.yaml", dsn, recognise.Match{Form: recognise.DPManagerFile, Why: "it has its name"}},
		"a name and a key": {
			"developer_portal_conf.yml", dsn + "enable: true", recognise.Match{Form: recognise.PortalFile, Why: "it has enable and its name"},
		},
		"nothing of one":     {"a.yaml", dsn, recognise.Match{Form: recognise.SomeControlPlaneFile, Why: "it has database.dsn, and no key or port that only one component has"}},
		"as much of another": {"a.yaml", "server: {tls: {port: 7443}, listen: {port: 7900}}", recognise.Match{}},
		"nothing at all":     {"a.yaml", "server: {listen: {}}", recognise.Match{}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, recognise.Settings(treetest.Parse(t, tt.text), tt.path)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestAChartCalledGatewayIsTheVendorsOnlyWhereSomethingSaysSo(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ chart, from, values, want string }{
		"control plane":      {"x/api7ee3", "", "a: 1", "api7ee3"},
		"the repository":     {"gateway", "https://charts.API7.ai", "a: 1", "gateway"},
		"its own path":       {"api7/gateway", "", "a: 1", "gateway"},
		"its values":         {"gateway", "", "apisix: {image: {tag: 1}}", "gateway"},
		"Apache's values":    {"gateway", "", "apisix: {image: {repository: apache/apisix}}", ""},
		"nothing says so":    {"gateway", "https://istio.example", "a: 1", ""},
		"another name":       {"notapi7ee3", "https://charts.api7.ai", "a: 1", ""},
		"a name that begins": {"api7ee3-extra", "", "a: 1", ""},
	}
	for name, tt := range tests {
		if got := recognise.Chart(tt.chart, treetest.Parse(t, "["+"{"+tt.values+"}]").Elements(), tt.from); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

func TestValuesTellWhichChartsTheyAreFor(t *testing.T) {
	t.Parallel()
	const values = `
cp: {dashboard_configuration: {}, dp_manager_configuration: {}}
edge: {apisix: {image: {repository: api7/api7-ee-3-gateway}}}
unsure: {apisix: {replicaCount: 2}}
half: {dp_manager: {}}
`
	n := treetest.Parse(t, values)
	if diff := cmp.Diff([]recognise.Use{{Chart: "api7ee3", Key: "cp"}, {Chart: "gateway", Key: "edge"}}, recognise.Charts(n, recognise.Values(n).Form)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := recognise.Charts(n, recognise.Manifest); got != nil {
		t.Errorf("a manifest is values of %v", got)
	}
}
