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
