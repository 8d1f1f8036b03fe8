package kube_test

import (
	"encoding/base64"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/source/files/image"
	"github.com/api7-preflight/api7-preflight/internal/source/files/kube"
	"github.com/api7-preflight/api7-preflight/internal/test/treetest"
)

func read(t *testing.T, manifest string) kube.Found {
	t.Helper()
	return kube.Read(treetest.Document(t, "a.yaml", manifest))
}

// one returns the only container.
func one(t *testing.T, manifest string) *image.Container {
	t.Helper()
	found := read(t, manifest)
	if len(found.Containers) != 1 {
		t.Fatalf("%d containers", len(found.Containers))
	}
	return found.Containers[0]
}

func TestEveryWorkloadTellsItsContainers(t *testing.T) {
	t.Parallel()
	const pod = "{hostNetwork: true, containers: [{name: gw, image: \"api7/api7-ee-3-gateway:3.7.2\"}]}"
	for kind, spec := range map[string]string{
		"Deployment": "{template: {spec: " + pod + "}}", "StatefulSet": "{template: {spec: " + pod + "}}", "DaemonSet": "{template: {spec: " + pod + "}}",
		"ReplicaSet": "{template: {spec: " + pod + "}}", "ReplicationController": "{template: {spec: " + pod + "}}", "Job": "{template: {spec: " + pod + "}}",
		"CronJob": "{jobTemplate: {spec: {template: {spec: " + pod + "}}}}", "Pod": pod,
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			object := "{apiVersion: v1, kind: " + kind + ", metadata: {name: edge, namespace: api7}, spec: " + spec + "}\n"
			for name, text := range map[string]string{"alone": object, "in a list": "apiVersion: v1\nkind: " + kind + "List\nitems:\n  - " + object} {
				c := one(t, text)
				if c.ID != "a.yaml#"+kind+"/api7/edge/gw" || c.Found != image.InManifest || c.Component != image.Gateway || !c.HostNet || c.Name.Tag.String() != "3.7.2" {
					t.Errorf("%s: %+v", name, c)
				}
			}
		})
	}
	if found := read(t, "kind: Widget\nspec: {template: {spec: "+pod+"}}\n"); len(found.Containers) != 0 {
		t.Error("an object of another kind starts containers")
	}
}

func TestVariablesOfAContainerAreTextsOrUnknown(t *testing.T) {
	t.Parallel()
	const pod = "kind: Pod\nspec: {containers: [{name: gw, image: api7/api7-ee-gateway, FROM env: [{name: A, value: 1}, {name: B, valueFrom: {secretKeyRef: {}}}, {name: C}]}]}\n"
	for from, open := range map[string]string{
		"": "", "envFrom: ,": "", "envFrom: [],": "", "envFrom: [{secretRef: {name: x}}],": "envFrom of container gw",
	} {
		c := one(t, strings.Replace(pod, "FROM", from, 1))
		var got []string
		for _, v := range c.Variables {
			got = append(got, v.Name+"="+string(v.Value.AppendJSON(nil)))
		}
		if c.Open != open || len(got) != 3 || got[0] != `A="1"` || !strings.Contains(got[1], "valueFrom of environment variable B") || got[2] != `C=""` {
			t.Errorf("%q: %q, open %q", from, got, c.Open)
		}
	}
}

func TestVolumesTellWhichObjectsAContainerMounts(t *testing.T) {
	t.Parallel()
	for volume, want := range map[string][]string{
		"configMap: {name: x}":    {"ConfigMap/ns/x"},
		"secret: {secretName: x}": {"Secret/ns/x"},
		"projected: {sources: [{secret: {name: x}}, {configMap: {name: y}}]}": {"Secret/ns/x", "ConfigMap/ns/y"},
		"emptyDir: {}": nil,
	} {
		pod := func(mount string) string {
			return "kind: Pod\nmetadata: {namespace: ns}\nspec: {containers: [{image: api7/api7-ee-gateway, volumeMounts: [{name: " + mount + "}]}], volumes: [{name: c, " + volume + "}]}\n"
		}
		if got := one(t, pod("c")).Mounts; !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", volume, got, want)
		}
		if got := one(t, pod("d")).Mounts; got != nil {
			t.Errorf("%s is not mounted: %v", volume, got)
		}
	}
}

func TestConfigMapsAndSecretsHoldFiles(t *testing.T) {
	t.Parallel()
	const object = "metadata: {name: x, namespace: ns, labels: {helm.sh/chart: api7ee3-0.17.12_build.1}}\n"
	for text, want := range map[string]string{
		"kind: ConfigMap\n" + object + "data: {conf.yaml: 'a: 1'}\n":               "ConfigMap/ns/x/conf.yaml: a: 1",
		"kind: Secret\n" + object + "stringData: {conf.yaml: 'a: 1'}\n":            "Secret/ns/x/conf.yaml: a: 1",
		"kind: Secret\n" + object + "data: {conf.yaml: " + encoded("a: 1") + "}\n": "Secret/ns/x/conf.yaml: a: 1",
		"kind: Secret\n" + object + "data: {conf.yaml: 'a: 1', key: /w==}\n":       "Secret/ns/x/conf.yaml: , Secret/ns/x/key: ", // no text
		"kind: ConfigMap\n" + object + "data: [a]\n":                               "",
	} {
		var got []string
		for _, f := range read(t, text).Files {
			got = append(got, strings.TrimPrefix(f.ID, "a.yaml#")+": "+f.Content.Text())
			if f.Chart != "api7ee3" || f.ChartVer != "0.17.12+build.1" || f.Object != "x" || !strings.HasSuffix(f.ID, "#"+f.Mount+"/"+f.Key) {
				t.Errorf("%s: %+v", text, f)
			}
		}
		if diff := cmp.Diff(want, strings.Join(got, ", ")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
}

func encoded(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }
