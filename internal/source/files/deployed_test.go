package files_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// TestReleasesTellWhatDeploysThem has the same chart as Argo CD, Flux, Kustomize, helmfile, a chart around and a person deploy it.
func TestReleasesTellWhatDeploysThem(t *testing.T) {
	t.Parallel()
	r := folderOf(t, `
-- argo.yaml --
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: cp, namespace: gitops}
spec: {source: {chart: api7ee3, repoURL: "https://charts.api7.ai", targetRevision: 0.17.4, helm: {valuesObject: {dashboard: {replicaCount: 1}}}}}
-- flux.yaml --
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: hr, namespace: api7}
spec: {chart: {spec: {chart: api7ee3, version: 0.17.4, sourceRef: {kind: HelmRepository, name: api7}}}, values: {dashboard: {replicaCount: 1}}}
-- kustomization.yaml --
helmCharts: [{name: api7ee3, repo: "https://charts.api7.ai", version: 0.17.4, releaseName: kus, valuesInline: {dashboard: {replicaCount: 1}}}]
-- helmfile.yaml --
repositories: [{name: api7, url: "https://charts.api7.ai"}]
releases: [{name: hf, chart: api7/api7ee3, version: 0.17.4, values: [{dashboard: {replicaCount: 1}}]}]
-- platform/Chart.yaml --
apiVersion: v2
name: platform
version: 1.0.0
dependencies: [{name: api7ee3, alias: sub, version: 0.17.4, repository: "https://charts.api7.ai"}]
-- platform/values.yaml --
sub: {dashboard: {replicaCount: 1}}
-- values.yaml --
dashboard: {image: {repository: api7/api7-ee-3-integrated, tag: v3.4.1}}
dashboard_configuration: {database: {dsn: "postgres://a@db/api7"}}
`)
	got := map[string]string{}
	read := r.read(t)
	for i := range read.resources {
		res := &read.resources[i]
		if res.Kind != estate.HelmValues {
			continue
		}
		one := read.one(t, estate.HelmValues, res.ID)
		tool := one.Field("tool")
		got[tool.Get("kind").TextOrEmpty()+" "+one.Field("under").TextOrEmpty()] = tool.Get("namespace").TextOrEmpty() + "/" + tool.Get("name").TextOrEmpty() + " " + r.plain(one.Field("folder").TextOrEmpty())
	}
	if diff := cmp.Diff(map[string]string{
		"Application ": "gitops/cp ", "HelmRelease ": "api7/hr ", "Kustomization ": "/kus ", "helmfile ": "/hf ", " sub": "/ platform", " ": "/ ",
	}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAComposeProjectTellsItsFilesAndVariables(t *testing.T) {
	t.Parallel()
	r := folderOf(t, `
-- docker-compose.yaml --
services:
  dash: {image: "${REG:-registry.example/x}/api7-ee-3-integrated:${TAG:-v3.4.1}"}
  gw: {image: "registry.example/api7-ee-3-gateway:3.4.1"}
-- docker-compose.override.yml --
services: {dash: {ports: ["7443:7443"]}}
-- .env --
TAG=v3.4.1
`).read(t, "docker-compose.yaml")
	for service, variables := range map[string][]string{"dash": {"TAG"}, "gw": nil} {
		image := r.one(t, estate.Image, "#services/"+service)
		names, _ := image.Field("tag_variables").Strings().Known()
		project, _ := image.Field("project").Strings().Known()
		for i := range project {
			project[i] = r.plain(project[i])
		}
		if diff := cmp.Diff(variables, names); diff != "" {
			t.Errorf("%s: variables (-want +got):\n%s", service, diff)
		}
		if diff := cmp.Diff([]string{"docker-compose.yaml", "docker-compose.override.yml"}, project); diff != "" || r.plain(image.Field("dotenv").TextOrEmpty()) != ".env" {
			t.Errorf("%s: %s (-want +got):\n%s", service, image.Field("dotenv").TextOrEmpty(), diff)
		}
	}
}
