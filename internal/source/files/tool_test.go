package files_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// gaps lists what was not examined.
func (r *reading) gaps(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	for _, g := range r.diagnosis(t).Gaps {
		b.WriteString(r.plain(g.What + ": " + g.Why + "\n"))
	}
	return b.String()
}

func TestValuesInObjectsOfDeploymentToolsAreRead(t *testing.T) {
	t.Parallel()
	const argo = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: cp, namespace: argocd}\nspec:\n  source:\n    chart: api7ee3\n" +
		"    repoURL: https://charts.api7.ai\n    targetRevision: 0.17.12\n    helm:\n"
	const flux = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: cp}\nspec:\n  chart: {spec: {chart: api7ee3, version: 0.17.12}}\n"
	tests := map[string]struct{ archive, at, tag, gaps string }{
		"Argo CD, text":   {"-- app.yaml --\n" + argo + "      values: |\n        dashboard_configuration:\n          log: {level: info}\n", "app.yaml:12:17", "0.17.12", ""},
		"Argo CD, quoted": {"-- app.yaml --\n" + argo + "      values: \"dashboard_configuration: {log: {level: info}}\"\n", "app.yaml:10:7", "0.17.12", ""},
		"Argo CD, object": {
			"-- app.yaml --\n" + argo + "      values: \"a: [\"\n      valuesObject: {dashboard_configuration: {log: {level: info}}}\n", "app.yaml:11:54", "0.17.12", "",
		},
		"Argo CD, parameter": {
			"-- app.yaml --\n" + argo + "      parameters: [{name: dashboard_configuration.log.level, value: info}, {name: \"a[0]\", value: b}]\n",
			"app.yaml:10:62", "0.17.12", "app.yaml:10:77: values of chart api7ee3 that are not read: a single value at a path that is not followed",
		},
		"Argo CD, broken text": {
			"-- app.yaml --\n" + argo + "      values: |\n        {{- if x }}\n", "app.yaml:6:5", "0.17.12", "app.yaml:10:7: values of chart api7ee3 that are not read: they are a template",
		},
		"Argo CD, braces": {
			"-- app.yaml --\n" + argo + "      values: |\n        {{ if x }}\n", "app.yaml:6:5", "0.17.12", "app.yaml:10:7: values of chart api7ee3 that are not read: they are a template",
		},
		"Argo CD, file of the repository": {
			"-- app.yaml --\n" + argo + "      valueFiles: [$values/prod/cp.yaml, $values/none.yaml]\n-- env/prod/cp.yaml --\ndashboard_configuration: {log: {level: info}}\n",
			"env/prod/cp.yaml:1:33", "0.17.12", "app.yaml:10:42: values of chart api7ee3 that are not read: the file is not where it is named",
		},
		"Argo CD, set": {
			"-- set.yaml --\napiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: cp}\nspec:\n  template:\n    spec:\n      sources:\n" +
				"      - {chart: api7ee3, targetRevision: '{{.version}}', helm: {valuesObject: {dashboard_configuration: {log: {level: info}}}}}\n",
			"set.yaml:8:112", "", "",
		},
		"Flux": {
			"-- hr.yaml --\n" + flux + "  values: {dashboard_configuration: {log: {level: info}}}\n  valuesFrom: [{kind: Secret, name: dsn}]\n",
			"hr.yaml:6:44", "0.17.12", "hr.yaml:7:3: values of chart api7ee3 that are not read: they come from elsewhere",
		},
		"Flux, chart of a registry": {
			"-- hr.yaml --\napiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: cp}\nspec:\n" +
				"  chartRef: {kind: OCIRepository, name: cp}\n  values: {dashboard_configuration: {log: {level: info}}}\n", "hr.yaml:6:44", "", "",
		},
		"K3s": {
			"-- chart.yaml --\napiVersion: helm.cattle.io/v1\nkind: HelmChart\nmetadata: {name: cp}\nspec:\n  chart: api7ee3\n  version: 0.17.12\n" +
				"  set: {dashboard_configuration.log.level: info}\n", "chart.yaml:7:9", "0.17.12", "",
		},
		"Kustomize": {
			"-- kustomization.yaml --\nhelmCharts:\n- {name: api7ee3, version: 0.17.12, valuesFile: v.yaml, valuesInline: {dashboard: {replicaCount: 2}}}\n" +
				"images: [{name: api7/api7-ee-3-gateway, newTag: 3.7.3}, {name: nginx, newTag: '1'}]\n-- v.yaml --\ndashboard_configuration: {log: {level: info}}\n",
			"v.yaml:1:33", "0.17.12", "kustomization.yaml:3:10: Kustomize gives image api7/api7-ee-3-gateway another name or tag",
		},
		"helmfile": {
			"-- helmfile.yaml --\nreleases:\n- {name: cp, chart: vendor/api7ee3, version: 0.17.12, values: [v.yaml, {dashboard_configuration: {log: {level: info}}}]}\n" +
				"-- v.yaml --\ndashboard: {image: {pullPolicy: Always}}\n", "helmfile.yaml:2:105", "0.17.12", "",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := folderOf(t, tt.archive).read(t)
			values := r.one(t, estate.HelmValues, "")
			if got := len(r.list()); got != 7 { // the values, three files, three images
				t.Errorf("resources %v", r.list())
			}
			if open := values.Field("open"); open.Absent() != (tt.gaps == "" || name == "Kustomize") {
				t.Errorf("open: %s", open.Raw())
			}
			level := setting(values, "dashboard_configuration", "log", "level")
			if at := r.plain(values.Origin.Where("/settings/dashboard_configuration/log/level")); at != tt.at || string(level.Raw()) != `"info"` && name != "Argo CD, broken text" && name != "Argo CD, braces" {
				t.Errorf("log.level is %s at %s, want info at %s", level.Raw(), at, tt.at)
			}
			if got, _ := values.Field("chart_version").Text().Known(); got != tt.tag {
				t.Errorf("version of the chart %q, want %q", got, tt.tag)
			}
			if got := r.gaps(t); !strings.HasPrefix(got, tt.gaps) || (got == "") != (tt.gaps == "") || strings.Count(got, "\n") > 1 {
				t.Errorf("not examined:\n%swant %s", got, tt.gaps)
			}
		})
	}
}

func TestOnlyTheVendorsChartCalledGatewayCounts(t *testing.T) {
	t.Parallel()
	const archive = `
-- helmfile.yaml --
repositories: [{name: vendor, url: "https://charts.api7.ai"}, {name: other, url: "https://charts.example.com"}]
releases:
- {name: edge, chart: vendor/gateway, version: 0.2.14}
- {name: mesh, chart: other/gateway, version: 1.0.0, values: [{replicaCount: 2}]}
-- hr.yaml --
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: mesh}
spec: {chart: {spec: {chart: gateway, sourceRef: {name: istio}}}, values: {autoscaling: {enabled: true}}}
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: inner}
spec: {chart: {spec: {chart: gateway, sourceRef: {name: charts}}}, values: {apisix: {image: {tag: 3.7.3}}}}
`
	var got []string
	r := folderOf(t, archive).read(t)
	for _, id := range r.list() {
		if strings.HasPrefix(id, "helm_values") {
			got = append(got, id)
		}
	}
	want := []string{"helm_values helmfile.yaml#releases/edge", "helm_values hr.yaml#1#HelmRelease//inner"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("releases (-want +got):\n%s", diff)
	}
	if strings.Contains(r.notes(), "each was read by itself") {
		t.Errorf("releases of deployment tools are taken for layers:\n%s", r.notes())
	}
}

func TestStrangeObjectsOfDeploymentToolsDoNoHarm(t *testing.T) {
	t.Parallel()
	const object = "apiVersion: v1\nkind: %\nmetadata: {name: [x]}\nspec:\n  "
	for name, text := range map[string]string{
		"sources of text":    strings.Replace(object, "%", "Application", 1) + "sources: api7ee3\n",
		"empty source":       strings.Replace(object, "%", "Application", 1) + "sources: [x, {chart: api7ee3, helm: x}, {chart: {a: b}}, {chart: api7ee3, helm: {parameters: [x, {value: 1}], valueFiles: [{a: b}]}}]\n",
		"values of a list":   strings.Replace(object, "%", "Application", 1) + "source: {chart: api7ee3, targetRevision: [1], helm: {values: '- a', valueFiles: x}}\n",
		"no spec":            "apiVersion: v1\nkind: HelmRelease\nspec: api7ee3\n",
		"chart of a list":    strings.Replace(object, "%", "HelmRelease", 1) + "chart: [api7ee3]\n  values: []\n",
		"reference":          strings.Replace(object, "%", "HelmRelease", 1) + "chartRef: api7ee3\n  values: {dashboard_configuration: x}\n",
		"set of a list":      strings.Replace(object, "%", "HelmChart", 1) + "chart: api7ee3\n  set: [a]\n  valuesContent: [a]\n",
		"set of a map":       strings.Replace(object, "%", "HelmChart", 1) + "chart: api7ee3\n  set: {a: {b: c}, '': x, a.b: null}\n",
		"values over values": strings.Replace(object, "%", "HelmChart", 1) + "chart: api7ee3\n  valuesContent: 'dashboard: 3'\n  set: {dashboard.image.tag: v1, dashboard_configuration: x}\n",
	} {
		_, err := folderOf(t, "-- a.yaml --\n"+text+"-- kustomization.yaml --\nhelmCharts: [x, {name: api7ee3, valuesFile: [a], additionalValuesFiles: {a: b}, valuesInline: 3}]\nimages: [x]\n"+
			"-- helmfile.yaml --\nreleases: [x, {chart: api7/api7ee3, values: [null, [a], 3], set: [x]}]\nrepositories: x\n").open(t)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
