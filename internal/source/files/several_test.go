package files_test

import (
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

func TestSeveralDocumentsOfValuesAreADoubt(t *testing.T) {
	t.Parallel()
	const values = "dashboard_configuration: {log: {level: info}}\n"
	const doubt = "a further document in a file of Helm values: Helm 3 reads the first, Helm 4 lays all of them over each other"
	for name, tt := range map[string]struct {
		archive, gaps string
		releases      int
	}{
		"values behind others": {"-- v.yaml --\nglobal: {a: b}\n---\n" + values, "v.yaml:3:1: " + doubt, 0},
		"others behind values": {"-- v.yaml --\n" + values + "---\nglobal: {a: b}\n", "v.yaml:3:1: " + doubt, 1},
		"values behind values": {"-- v.yaml --\n" + values + "---\n" + values, "v.yaml:3:1: " + doubt, 1},
		"behind an empty one":  {"-- v.yaml --\n---\n---\n" + values, "v.yaml:3:1: " + doubt, 0},
		"of an umbrella": {
			"-- Chart.yaml --\nname: p\nversion: 1.0.0\ndependencies: [{name: api7ee3, alias: cp, version: 0.17.12}]\n-- values.yaml --\nother: 1\n---\ncp: {dashboard: {replicaCount: 2}}\n",
			"values.yaml:3:1: " + doubt, 1,
		},
		"named by a tool": {
			"-- helmfile.yaml --\nreleases:\n- {name: cp, chart: v/api7ee3, values: [v.yaml]}\n-- v.yaml --\na: 1\n---\nb: 1\n",
			"helmfile.yaml:2:41: values of chart api7ee3 that are not read: the file is one of several documents, of which Helm 3 reads the first and Helm 4 all", 1,
		},
		"one, and comments": {"-- v.yaml --\n# of the control plane\n" + values + "---\n# nothing\n", "", 1},
		"manifests": {
			"-- m.yaml --\nkind: Service\napiVersion: v1\n---\nkind: Pod\napiVersion: v1\nmetadata: {name: gw}\nspec: {containers: [{name: gw, image: 'api7/api7-ee-3-gateway:3.8.5'}]}\n", "", 0,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := folderOf(t, tt.archive).read(t)
			releases := 0
			for i := range r.resources {
				if r.resources[i].Kind == estate.HelmValues {
					releases++
				}
			}
			if got := r.gaps(t); !strings.HasPrefix(got, tt.gaps) || (got == "") != (tt.gaps == "") || strings.Count(got, "\n") > 1 || releases != tt.releases {
				t.Errorf("%d releases, not examined:\n%swant %d, %s", releases, got, tt.releases, tt.gaps)
			}
		})
	}
}

func TestAComponentReadsTheFirstDocumentOfItsFileAlone(t *testing.T) {
	t.Parallel()
	const config = "nginx_config: {}\ndeployment: {role: data_plane}\n"
	for name, tt := range map[string]struct{ archive, gaps string }{
		"behind others":  {"-- c.yaml --\na: b\n---\n" + config, "c.yaml:3:1: a further document, which looks like a gateway configuration"},
		"behind its own": {"-- c.yaml --\n" + config + "---\n" + config, "c.yaml:4:1: a further document"},
		"in a ConfigMap": {
			"-- m.yaml --\nkind: ConfigMap\napiVersion: v1\nmetadata: {name: gw}\ndata:\n  config.yaml: |\n    nginx_config: {}\n    deployment: {role: data_plane}\n    ---\n    plugins: []\n",
			"m.yaml:9:5: a further document",
		},
		"in another":     {"-- docker-compose.yaml --\nservices: {gw: {image: 'api7/api7-ee-3-gateway:3.8.5', configs: [c]}}\nconfigs: {c: {content: \"nginx_config: {}\\n---\\nplugins: []\"}}\n", "docker-compose.yaml:2:15: a further document"},
		"nothing behind": {"-- c.yaml --\n" + config + "---\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := folderOf(t, tt.archive).read(t).gaps(t); !strings.HasPrefix(got, tt.gaps) || (got == "") != (tt.gaps == "") {
				t.Errorf("not examined:\n%swant %s", got, tt.gaps)
			}
		})
	}
}
