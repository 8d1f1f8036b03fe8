package files_test

import (
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// release is an object of Flux that installs the control plane, a workload of API7 and one of others.
const overlaid = `
-- base/kustomization.yaml --
resources: [cp.yaml, gw.yaml, web.yaml]
-- base/cp.yaml --
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: cp}
spec:
  interval: 5m
  chart: {spec: {chart: api7ee3, version: 0.17.16}}
  values: {dashboard_configuration: {audit: {retention_days: 400}, log: {level: info}}}
-- base/gw.yaml --
apiVersion: apps/v1
kind: Deployment
metadata: {name: gw}
spec: {template: {spec: {containers: [{name: gw, image: 'api7/api7-ee-3-gateway:3.8.5', env: [{name: A, value: b}]}]}}}
-- base/web.yaml --
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {template: {spec: {containers: [{name: web, image: 'nginx:1', env: [{name: API7, value: b}]}]}}}
`

func TestWhatAnOverlayChangesInAnObjectOfAPI7IsADoubt(t *testing.T) {
	t.Parallel()
	const cp = "overlays/prod/kustomization.yaml:%: Kustomize changes HelmRelease cp, at base/cp.yaml, here"
	const gw = "overlays/prod/kustomization.yaml:%: Kustomize changes Deployment gw, at base/gw.yaml, here"
	const removed = `patches: [{target: {kind: HelmRelease, name: cp}, patch: '[{op: remove, path: /spec/values/dashboard_configuration/audit}]'}]`
	for name, tt := range map[string]struct{ overlay, files, want string }{
		"an operation":     {removed, "", cp},
		"several objects":  {"patches: [{target: {kind: Deployment, name: 'gw|web'}, patch: '[{op: add, path: /spec/template/spec/containers/0/env/-, value: {name: X}}]'}]", "", gw},
		"a file":           {"patches: [{path: p.yaml}]", "-- overlays/prod/p.yaml --\nkind: HelmRelease\napiVersion: x\nmetadata: {name: cp}\nspec: {values: {dashboard: {image: {tag: v3.10.5}}}}\n", cp},
		"a merge":          {"patchesStrategicMerge: [p.yaml]", "-- overlays/prod/p.yaml --\nkind: Deployment\napiVersion: x\nmetadata: {name: gw}\nspec: {template: {spec: {containers: [{name: gw, image: 'api7/api7-ee-3-gateway:3.10.5'}]}}}\n", gw},
		"operations":       {"patchesJson6902: [{target: {kind: HelmRelease, name: cp}, path: p.yaml}]", "-- overlays/prod/p.yaml --\n- {op: replace, path: /spec/chart/spec/version, value: 0.17.20}\n", cp},
		"a missing file":   {"patches: [{target: {kind: HelmRelease}, path: none.yaml}]", "", cp},
		"a component":      {"components: [../../more]", "-- more/kustomization.yaml --\nkind: Component\napiVersion: x\n" + removed + "\n", "more/kustomization.yaml:3:%: Kustomize changes HelmRelease cp"},
		"a replacement":    {"replacements: [{source: {kind: ConfigMap}, targets: [{select: {kind: HelmRelease}, fieldPaths: ['spec.values.dashboard.image.tag']}]}]", "", cp},
		"a list's element": {"replacements: [{targets: [{select: {name: gw}, fieldPaths: ['spec.template.spec.containers.[name=gw].image']}]}]", "", gw},
		"a transformer":    {"transformers: [t.yaml]\n", "", cp},

		"a base that says nothing": {removed + "\n", "-- base/kustomization.yaml --\nnamespace: api7\n", cp},

		"another object":      {"patches: [{target: {name: web}, patch: '[{op: remove, path: /spec/template/spec/containers/0/env}]'}]", "", ""},
		"how many run":        {"patches: [{target: {name: gw}, patch: '[{op: replace, path: /spec/replicas, value: 3}]'}, {path: p.yaml}]", "-- overlays/prod/p.yaml --\nkind: Deployment\napiVersion: x\nmetadata: {name: gw}\nspec: {template: {metadata: {labels: {a: b}}, spec: {containers: [{name: gw, resources: {limits: {cpu: 2}}}]}}}\n", ""},
		"how often to look":   {"patches: [{target: {kind: HelmRelease}, patch: 'spec: {interval: 1h, install: {remediation: {retries: 3}}}'}]", "", ""},
		"nothing":             {"namespace: prod", "", ""},
		"an image of another": {"images: [{name: nginx, newTag: '2'}]", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := folderOf(t, overlaid+"-- overlays/prod/kustomization.yaml --\nresources: [../../base]\n"+tt.overlay+"\n"+tt.files).read(t)
			got := r.gaps(t)
			for part := range strings.SplitSeq(tt.want, "%") { // between the parts stands a column
				if !strings.Contains(got, part) || (got == "") != (tt.want == "") {
					t.Fatalf("not examined:\n%swant %s", got, tt.want)
				}
			}
			if v := r.versions(t); len(v) > 0 && strings.Contains(strings.Join(v, ""), "3.10.5") {
				t.Errorf("a patch is taken for an object: %v", v)
			}
		})
	}
}

func TestWhatAnOverlayChangesIsUnknownAndTheRestIsNot(t *testing.T) {
	t.Parallel()
	r := folderOf(t, overlaid+`
-- prod/kustomization.yaml --
resources: [../base]
patches:
- {target: {kind: HelmRelease, name: cp}, patch: '[{op: remove, path: /spec/values/dashboard_configuration/audit}]'}
- patch: |
    {apiVersion: x, kind: HelmRelease, metadata: {name: cp}, spec: {values: {dashboard_configuration: {security: {hsts: true}}, dashboard: {image: {tag: v1}}}}}
`).read(t)
	values := r.one(t, estate.HelmValues, "")
	dashboard := func(keys ...string) estate.Value {
		return setting(values, append([]string{"dashboard_configuration"}, keys...)...)
	}
	if dashboard("audit", "retention_days").Unreadable() == "" || dashboard("security", "hsts").Unreadable() == "" {
		t.Errorf("what is changed is known: %s", setting(values).Raw())
	}
	if string(dashboard("log", "level").Raw()) != `"info"` {
		t.Errorf("what is not changed is not known: %s", setting(values).Raw())
	}
	for _, e := range r.versions(t) {
		if strings.Contains(e, "integrated") {
			t.Errorf("a tag that is changed tells a version: %s", e)
		}
	}
}

func TestFluxAndArgoCDChangeObjectsAsKustomizeDoes(t *testing.T) {
	t.Parallel()
	const patch = "patches: [{target: {kind: HelmRelease, name: cp}, patch: '[{op: remove, path: /spec/values}]'}]"
	for name, tt := range map[string]struct{ object, want string }{
		"Flux":               {"apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: apps}\nspec: {path: ./base, " + patch + "}\n", "a.yaml:4:32: Flux changes HelmRelease cp, at base/cp.yaml"},
		"Flux, another path": {"apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: apps}\nspec: {path: ./other, " + patch + "}\n", ""},
		"Argo CD":            {"apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: cp}\nspec: {source: {path: base, kustomize: {" + patch + "}}}\n", "Argo CD changes HelmRelease cp"},
		"Argo CD, an image":  {"apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: cp}\nspec: {source: {path: base, kustomize: {images: ['u:CANARY@m.example/api7-ee-3-gateway=m.example:5000/api7-ee-3-gateway:3.9.0', 'nginx:2']}}}\n", "Argo CD gives image m.example/api7-ee-3-gateway another name"},
		"after the chart":    {"apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: x}\nspec: {chart: {spec: {chart: api7ee3}}, postRenderers: [{kustomize: {patches: [{target: {kind: Deployment}, patch: '[{op: remove, path: /spec/template/spec/volumes}]'}]}}]}\n", "Flux changes what chart api7ee3 makes"},
		"after, but nothing": {"apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: x}\nspec: {chart: {spec: {chart: api7ee3}}, postRenderers: [{kustomize: {patches: [{target: {kind: Deployment}, patch: '[{op: add, path: /spec/replicas, value: 2}]'}]}}]}\n", ""},
	} {
		got := folderOf(t, overlaid+"-- flux/a.yaml --\n"+tt.object).read(t).gaps(t)
		if !strings.Contains(got, tt.want) || (got == "") != (tt.want == "") || strings.Count(got, "\n") > 1 {
			t.Errorf("%s: not examined:\n%swant %s", name, got, tt.want)
		}
	}
}

func TestAnOverlayOfWhatIsElsewhereIsADoubtWhereItSpeaksOfAPI7(t *testing.T) {
	t.Parallel()
	const gw = "-- gw.yaml --\nnginx_config: {}\ndeployment: {role: data_plane}\n"
	for name, tt := range map[string]struct {
		overlay string
		want    bool
	}{
		"of API7": {"resources: ['https://example.com/base?ref=1']\npatches: [{patch: '{kind: Deployment, metadata: {name: gw}, spec: {template: {spec: {containers: [{name: gw, image: api7/api7-ee-3-gateway}]}}}}'}]\n", true},
		"a chart": {"helmCharts: [{name: api7ee3, version: 0.17.16}]\npatches: [{target: {kind: Deployment}, patch: '[{op: remove, path: /spec/template/spec/volumes}]'}]\n", true},
		"another": {"resources: ['https://example.com/base?ref=1']\npatches: [{patch: '{kind: Deployment, metadata: {name: web}, spec: {template: {spec: {containers: [{name: web, image: nginx}]}}}}'}]\n", false},
	} {
		got := folderOf(t, gw+"-- o/kustomization.yaml --\n"+tt.overlay).read(t).gaps(t)
		if strings.Contains(got, "changes an object that is not among the files") != tt.want || (got != "") != tt.want {
			t.Errorf("%s: %q", name, got)
		}
	}
}
