package gitops_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/source/files/gitops"
	"github.com/api7-preflight/api7-preflight/internal/source/files/tree"
	"github.com/api7-preflight/api7-preflight/internal/test/treetest"
)

// said writes what is installed in one line: name, chart, where it comes from, version, and what brings values.
func said(in gitops.Install) string {
	var b strings.Builder
	b.WriteString(in.Name + ": " + in.Chart + " " + in.Version.Text() + " from " + in.From)
	for _, v := range in.Values {
		if v.File != nil {
			b.WriteString("; file " + v.File.Text())
		} else {
			b.WriteString("; values " + string(v.Inline.AppendJSON(nil)))
		}
	}
	for _, s := range in.Sets {
		b.WriteString("; set " + s.Path.Text() + "=" + s.Value.Text())
	}
	for _, n := range in.Open {
		b.WriteString("; open at line " + strconv.Itoa(n.At().Line))
	}
	return b.String()
}

func TestObjectsTellWhatTheyInstallAndWithWhichValues(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		object string
		want   []string
	}{
		"Argo CD": {
			"kind: Application\nmetadata: {name: cp, namespace: argocd}\nspec: {source: {chart: api7ee3, repoURL: u, targetRevision: 0.17.12, helm: {valueFiles: [a, b], values: 'c: 1',\n" +
				" parameters: [{name: d.e, value: f}],\n fileParameters: [{name: g}]}}}\n",
			[]string{`Application/argocd/cp: api7ee3 0.17.12 from u; file a; file b; values "c: 1"; set d.e=f; open at line 5`},
		},
		"Argo CD, an object wins over the text": {
			"kind: Application\nspec: {source: {chart: x, helm: {values: 'c: 1', valuesObject: {c: 2}}}}\n", []string{`Application//: x  from ; values {"c":2}`},
		},
		"Argo CD, several sources": {
			"kind: ApplicationSet\nmetadata: {name: s}\nspec: {template: {spec: {sources: [{chart: a/x}, {repoURL: git, path: p}, {chart: b/y}]}}}\n",
			[]string{"ApplicationSet//s: a/x  from ", "ApplicationSet//s/y: b/y  from "},
		},
		"Flux": {
			"kind: HelmRelease\nmetadata: {name: r}\nspec:\n  chart: {spec: {chart: x, version: 1.0.0, sourceRef: {name: repo}}}\n  values: {a: 1}\n  valuesFrom: [{kind: Secret}]\n  postRenderers: []\n",
			[]string{`HelmRelease//r: x 1.0.0 from repo; values {"a":1}; open at line 6`},
		},
		"Flux, by reference": {"kind: HelmRelease\nspec: {chartRef: {name: cp}}\n", []string{"HelmRelease//: cp  from "}},
		"K3s": {
			"kind: HelmChart\nspec: {chart: x, version: 1, repo: u, valuesContent: 'a: 1', set: {b.c: 2}}\n", []string{`HelmChart//: x 1 from u; values "a: 1"; set b.c=2`},
		},
		"a list":          {"kind: List\nitems: [{kind: HelmChart, spec: {chart: x}}, {kind: Pod}]\n", []string{"HelmChart//: x  from "}},
		"another kind":    {"kind: Widget\nspec: {chart: x}\n", nil},
		"strange sources": {"kind: Application\nspec: {sources: api7ee3, source: [x]}\n", nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, in := range gitops.Object(treetest.Parse(t, tt.object)) {
				got = append(got, said(in))
				if in.ByRef != (name == "Flux, by reference") {
					t.Errorf("by reference: %v", in.ByRef)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestHelmfilesAndKustomizationsTellWhatTheyInstall(t *testing.T) {
	t.Parallel()
	helmfile := gitops.Helmfile(treetest.Parse(t, `
repositories: [{name: vendor, url: "https://charts.api7.ai"}]
releases:
- {name: edge, chart: vendor/gateway, version: 0.2.14, values: [a.yaml, {b: 1}], set: [{name: c, value: d}], secrets: [s.yaml]}
- {name: mesh, chart: other/gateway}
- x
- {name: both, inherit: [{template: a}, {template: gone}], version: 2, values: [c.yaml]}
`), []*tree.Node{treetest.Parse(t, "templates: {a: {chart: vendor/x, version: 1, namespace: n}}\nrepositories: [{name: vendor, url: old}]\n")})
	kustomization := gitops.Kustomization(treetest.Parse(t, `
helmCharts:
- {name: api7ee3, repo: u, version: 0.17.12, valuesFile: a, additionalValuesFiles: [b], valuesInline: {c: 1}}
- {name: api7ee3, releaseName: second}
`))
	var got []string
	for _, in := range append(helmfile, kustomization...) {
		got = append(got, said(in))
	}
	want := []string{
		`releases/edge: vendor/gateway 0.2.14 from https://charts.api7.ai; file a.yaml; values {"b":1}; set c=d; open at line 4`,
		"releases/mesh: other/gateway  from ", "releases/:   from ",
		"releases/both: vendor/x 2 from https://charts.api7.ai; file c.yaml",
		`helmCharts/api7ee3: api7ee3 0.17.12 from u; file a; values {"c":1}; file b`, "helmCharts/second: api7ee3  from ",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestKustomizeLaysValuesOverEachOtherAsItIsTold(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"valuesFile: f, valuesInline: {c: 1}":                                           `; file f; values {"c":1}`,
		"valuesFile: f, valuesInline: {c: 1}, valuesMerge: override":                    `; file f; values {"c":1}`,
		"valuesFile: f, valuesInline: {c: 1}, valuesMerge: merge":                       `; values {"c":1}; file f`,
		"valuesFile: f, valuesInline: {c: 1}, valuesMerge: replace":                     `; values {"c":1}`,
		"valuesFile: f, valuesMerge: merge":                                             "; file f",
		"valuesInline: {c: 1}, valuesMerge: merge":                                      `; values {"c":1}; open at line 1`,
		"additionalValuesFiles: [g], valuesFile: f, valuesInline: {c: 1}":               `; file f; values {"c":1}; file g`,
		"additionalValuesFiles: [g], valuesInline: {c: 1}, valuesMerge: replace":        `; values {"c":1}; file g`,
		"additionalValuesFiles: [g], valuesInline: {}, valuesFile: f, valuesMerge: x-y": "; file f; file g",
	} {
		all := gitops.Kustomization(treetest.Parse(t, "helmCharts: [{name: x, "+text+"}]\n"))
		if got := said(all[0]); got != "helmCharts/x: x  from "+want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

func TestAKustomizationTellsWhichImagesItChanges(t *testing.T) {
	t.Parallel()
	got := gitops.Images(treetest.Parse(t, "images: [{name: a, newTag: '1'}, {name: b, newName: c}]\n"))
	if len(got) != 2 || got[0].Name != "a" || got[1].NewName != "c" || got[1].At.String() != "a.yaml:1:34" {
		t.Errorf("%+v", got)
	}
}
