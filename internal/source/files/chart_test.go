package files_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// gatewayValues are values of the gateway's chart; the note says where nothing tells its version.
const (
	gatewayValues = "-- b/values.yaml --\napisix: {replicaCount: 2}\n"
	notKnown      = "the version of the chart is not known"
)

func TestTheChartOfValuesIsTheOneNearThemOrTheOnlyOne(t *testing.T) {
	t.Parallel()
	gateway := func(folder, version string) string {
		return "-- " + folder + "Chart.yaml --\napiVersion: v2\nname: gateway\nsources: [https://github.com/api7/api7-helm-chart]\nversion: " + version + "\n"
	}
	uses := func(dependency string) string {
		return "-- b/Chart.yaml --\napiVersion: v2\nname: infra\nversion: 1.0.0\ndependencies:\n- " + dependency + "\n"
	}
	tests := map[string]struct {
		archive string
		want    string // of the chart; empty: not known
	}{
		"beside":                         {gateway("b/", "0.2.36") + gateway("", "0.2.14") + gatewayValues, "0.2.36"},
		"above":                          {gateway("", "0.2.36") + gateway("c/", "0.2.14") + gatewayValues, "0.2.36"},
		"the only one":                   {gateway("c/", "0.2.36") + gatewayValues, "0.2.36"},
		"one of two":                     {gateway("c/", "0.2.36") + gateway("d/", "0.2.14") + gatewayValues, ""},
		"far above":                      {gateway("", "0.2.36") + gateway("c/", "0.2.14") + "-- b/c/d/values.yaml --\napisix: {replicaCount: 2}\n", "0.2.36"},
		"another chart of that name":     {strings.Replace(gateway("b/", "0.2.36"), "api7/api7-helm-chart", "istio/istio", 1) + gatewayValues, ""},
		"with a letter":                  {gateway("b/", "v0.2.36") + gatewayValues, "0.2.36"},
		"dependency, with an equal sign": {uses(`{name: gateway, version: "= 0.2.36", repository: "https://charts.api7.ai"}`) + "-- b/values.yaml --\ngateway: {timezone: UTC}\n", "0.2.36"},
		"dependency, a range":            {uses(`{name: gateway, version: "^0.2.36", repository: "https://charts.api7.ai"}`) + "-- b/values.yaml --\ngateway: {timezone: UTC}\n", ""},
		"dependency by another name":     {uses(`{name: gateway, alias: edge, version: 0.2.36, repository: "https://charts.api7.ai"}`) + "-- b/values.yaml --\nedge: {timezone: UTC}\n", "0.2.36"},
		"dependency of somebody else":    {uses(`{name: gateway, version: 0.2.36, repository: "https://istio.example"}`) + gatewayValues, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := folderOf(t, tt.archive).read(t)
			values := r.one(t, estate.HelmValues, "")
			if got := values.Field("chart_version").TextOrEmpty(); values.Field("chart").TextOrEmpty() != "gateway" || got != tt.want {
				t.Errorf("version %q, want %q: %s", got, tt.want, values.Body)
			}
			file := r.one(t, estate.GatewayConfig, "")
			if file.Field("found").TextOrEmpty() != "helm" || file.Field("chart_version").TextOrEmpty() != tt.want {
				t.Errorf("the file of the gateway is of another chart: %s", file.Body)
			}
			if strings.Contains(r.notes(), notKnown) != (tt.want == "") {
				t.Errorf("notes:\n%s", r.notes())
			}
			if at := values.Origin.Where(""); values.Field("found").TextOrEmpty() != "helm" || !strings.Contains(at, "/values.yaml:") {
				t.Errorf("found at %s: %s", at, values.Body)
			}
			at := values.Origin.Where("/chart_version")
			if (tt.want != "") != strings.Contains(at, "Chart.yaml:") {
				t.Errorf("the version of the chart is at %s", at)
			}
		})
	}
}

func TestValuesOfAChartAroundThoseOfTheVendorAreReadWithAndWithoutItsChart(t *testing.T) {
	t.Parallel()
	const values = `
-- values.yaml --
cp:
  dashboard_configuration: {log: {level: warn}}
  dp_manager_configuration: {log: {level: warn}}
edge:
  etcd: {enabled: false}
  apisix: {image: {repository: api7/api7-ee-3-gateway, tag: 3.9.3}}
edge-without-image: # may be of another chart
  etcd: {enabled: false}
  apisix: {replicaCount: 2}
half: # a name alone is not enough here
  dp_manager: {replicaCount: 2}
domain: example.com
`
	const chart = `
-- Chart.yaml --
apiVersion: v2
name: infra
version: 1.0.0
dependencies:
- {name: api7ee3, alias: cp, version: 0.17.50, repository: https://charts.api7.ai}
- {name: gateway, alias: edge, version: 0.2.61, repository: https://charts.api7.ai}
- {name: postgresql, version: 1.0.0, repository: https://charts.example.com}
`
	for name, archive := range map[string]string{"without": values, "with": values + chart[1:]} {
		r := folderOf(t, archive).read(t)
		var got []string
		for _, line := range r.list() {
			if strings.HasPrefix(line, "helm_values") {
				got = append(got, line)
			}
		}
		if diff := cmp.Diff([]string{"helm_values values.yaml#cp", "helm_values values.yaml#edge"}, got); diff != "" {
			t.Errorf("%s the chart: releases (-want +got):\n%s", name, diff)
		}
		for id, chart := range map[string]string{"#cp": "api7ee3 0.17.50", "#edge": "gateway 0.2.61"} {
			res := r.one(t, estate.HelmValues, id)
			if got := res.Field("chart").TextOrEmpty() + " " + res.Field("chart_version").TextOrEmpty(); got != chart && name == "with" || !strings.HasPrefix(chart, strings.TrimSpace(got)) {
				t.Errorf("%s the chart: %s is of %s, want %s", name, id, got, chart)
			}
		}
	}
}
