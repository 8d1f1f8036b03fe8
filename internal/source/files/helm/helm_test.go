package helm_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/files/helm"
	"github.com/api7-preflight/api7-preflight/internal/source/files/tree"
	"github.com/api7-preflight/api7-preflight/internal/test/treetest"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// charts returns the charts of Chart.yaml files by their folders.
func charts(t *testing.T, files map[string]string) *helm.Charts {
	t.Helper()
	c := new(helm.Charts)
	for folder, text := range files {
		path := folder + "/Chart.yaml"
		if own := helm.ReadChart(path, treetest.Document(t, path, text).Root); own != nil && len(own.Uses) > 0 {
			c.Add(own)
		} else {
			c.Bar(folder)
		}
	}
	return c
}

func TestAChartIsTheVendorsOrDependsOnOne(t *testing.T) {
	t.Parallel()
	const dependency = "name: infra\nversion: 1.0.0\ndependencies:\n- "
	tests := map[string]struct{ text, want string }{
		"control plane":             {"name: api7ee3\nversion: 0.17.3", "api7ee3 '' 0.17.3 at 2:1"},
		"gateway":                   {"name: gateway\nversion: v0.2.36\nsources: [https://github.com/API7/x]", "gateway '' 0.2.36 at 2:1"},
		"another gateway":           {"name: gateway\nversion: 0.2.36", ""},
		"dependency":                {dependency + "{name: api7ee3, version: '= 0.17.3'}", "api7ee3 'api7ee3' 0.17.3 at 4:19"},
		"dependency by an alias":    {dependency + "{name: gateway, alias: edge, version: ^0.2.36, repository: '@api7'}", "gateway 'edge'  at 4:32"},
		"dependency, no version":    {dependency + "{name: api7ee3}", "api7ee3 'api7ee3'  at 4:3"},
		"dependency of others":      {dependency + "{name: gateway, version: 0.2.36, repository: https://istio.example}", ""},
		"two, and one of others":    {dependency + "{name: api7ee3}\n- {name: redis}\n- {name: api7ee3, alias: b}", "api7ee3 'api7ee3'  at 4:3, api7ee3 'b'  at 6:3"},
		"nothing of API7 whatever":  {"name: redis", ""},
		"dependencies of no list":   {"name: infra\ndependencies: api7ee3", ""},
		"dependencies without maps": {"name: infra\ndependencies: [api7ee3]", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := helm.ReadChart("x/Chart.yaml", treetest.Document(t, "x/Chart.yaml", tt.text+"\n").Root)
			var got []string
			if c != nil {
				for _, use := range c.Uses {
					got = append(got, use.Name+" '"+use.Key+"' "+use.Version+" at "+strings.TrimPrefix(use.At.String(), "x/Chart.yaml:"))
				}
				if c.Umbrella() != strings.HasPrefix(tt.text, "name: infra") {
					t.Errorf("it depends on others: %v", c.Umbrella())
				}
			}
			if c != nil && len(c.Uses) == 0 && len(c.Maybe) == 0 {
				t.Error("a chart that can have nothing to do with API7")
			}
			if strings.Join(got, ", ") != tt.want {
				t.Errorf("it uses %q, want %q", strings.Join(got, ", "), tt.want)
			}
		})
	}
}

func TestAFolderBelongsToTheNearestChart(t *testing.T) {
	t.Parallel()
	c := charts(t, map[string]string{"a": "name: api7ee3\nversion: 1.0.0", "a/b/c": "name: redis", "d": "name: api7ee3\nversion: 2.0.0"})
	for folder, want := range map[string]string{"a": "a", "a/b": "a", "a/b/c": "", "a/b/c/x": "", "d/e/f": "d", "z": ""} {
		got := ""
		if own := c.In(folder); own != nil {
			got = own.Folder
		}
		if got != want {
			t.Errorf("%s belongs to %q, want %q", folder, got, want)
		}
	}
	if use, ok := c.Version("a/b", "api7ee3", ""); !ok || use.Version != "1.0.0" {
		t.Errorf("beside: %+v, %v", use, ok)
	}
	if use, ok := c.Version("z", "api7ee3", ""); ok {
		t.Errorf("one of two: %+v", use)
	}
}

func TestAReleaseOfTheControlPlaneIsFilesOfTheComponentsThatItStarts(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ values, want string }{
		"all":            {"file_server: {enabled: true}\ndeveloper_portal_configuration: {enable: true}", "dashboard dp_manager developer_portal file_server"},
		"by default":     {"file_server: {replicaCount: 1}", "dashboard dp_manager developer_portal"},
		"without portal": {"developer_portal_configuration: {enable: off}", "dashboard dp_manager"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := treetest.Document(t, "values.yaml", tt.values+"\n")
			r := new(helm.Charts).Release(d, version.ControlPlaneChart, "", helm.Read(d.Root), d.Layers)
			var got []string
			for _, p := range r.Parts() {
				got = append(got, p.Container.Component)
				if p.ID != "values.yaml#"+p.Container.Component+"_configuration" || p.Container.ID != "values.yaml#"+p.Container.Component || p.Whole {
					t.Errorf("the file of %s is %s, its container %s", p.Container.Component, p.ID, p.Container.ID)
				}
			}
			if strings.Join(got, " ") != tt.want {
				t.Errorf("it starts %v, want %s", got, tt.want)
			}
		})
	}
}

func TestChartsTellNoVersionOfPortalAndFileServer(t *testing.T) {
	t.Parallel()
	c := charts(t, map[string]string{"x": "name: api7ee3\nversion: 0.17.50"})
	d := treetest.Document(t, "x/values.yaml", "file_server: {enabled: true}\n")
	var got []string
	for _, p := range c.Release(d, version.ControlPlaneChart, "", d.Root, d.Layers).Parts() {
		got = append(got, p.Container.Name.String()+" "+p.Container.TagFrom)
	}
	want := []string{"api7/api7-ee-3-integrated:v3.9.8 chart", "api7/api7-ee-dp-manager:v3.9.8 chart", "api7/api7-ee-developer-portal ", "api7/api7-ee-file-server "}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("images (-want +got):\n%s", diff)
	}
}

func TestSingleValuesAreSetAsOnTheCommandLine(t *testing.T) {
	t.Parallel()
	for set, want := range map[string]string{
		"{name: a.b, value: 'true'}":  `{"a":{"c":1,"b":true}}`,
		"{name: a.b, value: 12}":      `{"a":{"c":1,"b":12}}`,
		"{name: a, value: x}":         `{"a":"x"}`,
		"{name: a.c, value: on}":      `{"a":{"c":true}}`,
		"{name: 'a[0]', value: x}":    "",
		"{name: 'a\\.b', value: x}":   "",
		"{name: '', value: x}":        "",
		"{name: a.b}":                 "",
		"{value: x}":                  "",
		"{name: 'a.{b,c}', value: x}": "",
	} {
		n := treetest.Parse(t, set)
		values, ok := helm.Set(treetest.Parse(t, "a: {c: 1}"), n.Get("name"), n.Get("value"))
		if got := string(values.AppendJSON(nil)); ok != (want != "") || ok && got != want {
			t.Errorf("%s: %v, %s, want %s", set, ok, got, want)
		}
	}
}

func TestValuesThatStandInAnotherFileAreOneMap(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"{b: 1}": `{"b":1}`, "'b: 1'": `{"b":1}`, "''": `{}`, "|\n  # nothing\n": `{}`,
		"'- b'": "no YAML with a map of keys", "\"b: 1\\n---\\nc: 1\"": "one of several documents, of which Helm 3 reads the first and Helm 4 all",
		"'b: ['": "no YAML with a map of keys", "'{{ if x }}'": "a template", "'b: {{ .Values.b }}'": `{"b":{"$unknown":"a template"}}`, "'b: {c: {{ d }}}'": `{"b":{"c":{"$unknown":"a template"}}}`, "'{{- if x }}'": "a template",
	} {
		values, why := helm.Inline(treetest.Parse(t, "a: "+text).Get("a"))
		if got := string(values.AppendJSON(nil)); got != want && why != want {
			t.Errorf("%s: %s, %q, want %s", text, got, why, want)
		}
	}
}

func TestValuesOfOneFolderThatWereReadApartAreSaid(t *testing.T) {
	t.Parallel()
	release := func(chart string, named bool, layers ...string) *helm.Release {
		return &helm.Release{Chart: chart, Named: named, Layers: layers, Values: tree.Empty(estate.Position{})}
	}
	got := helm.Apart([]*helm.Release{
		release("gateway", false, "a/1.yaml"), release("gateway", false, "a/2.yaml"), release("gateway", false, "a/2.yaml"), release("gateway", true, "a/3.yaml"),
		release("gateway", false, "b/4.yaml"), release("api7ee3", false, "a/5.yaml"), release("gateway", false, "a/6.yaml", "a/7.yaml"),
	})
	if len(got) != 1 || got[0].What != "a/1.yaml, a/2.yaml" || !strings.Contains(got[0].Why, "values of chart gateway: each was read by itself") {
		t.Errorf("notes %+v", got)
	}
}
