package files_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// rendered is what helm template makes, in our own construction.
const rendered = `
-- all.yaml --
---
# Source: api7ee3/templates/dashboard-configmap.yaml
kind: ConfigMap
apiVersion: v1
metadata:
  name: api7ee3-dashboard-config
  namespace: "api7"
data:
  config.yaml: |

    database:
      dsn: postgres://u:CANARY@db/x
    server:
      tls:
        port: 8443
---
apiVersion: v1
kind: ConfigMap
metadata: {name: gw, namespace: edge, labels: {helm.sh/chart: gateway-0.2.14}}
data:
  config.yaml: "nginx_config:\n  worker_processes: 4\n"
  nginx.conf: "server: {"
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: api7ee3-dp-manager
  namespace: api7
  labels: {helm.sh/chart: api7ee3-0.17.12}
spec:
  template:
    spec:
      hostNetwork: true
      containers:
        - name: dpm
          image: "registry.example/api7/api7-ee-dp-manager:v3.7.3@sha256:00"
          env:
            - {name: A, value: "1"}
            - {name: B, valueFrom: {secretKeyRef: {name: x, key: y}}}
          volumeMounts: [{name: conf, mountPath: /usr/local/api7/conf}]
      volumes: [{name: conf, configMap: {name: api7ee3-dashboard-config}}]
---
apiVersion: v1
kind: List
items:
  - apiVersion: apps/v1
    kind: DaemonSet
    metadata: {name: gw, namespace: edge}
    spec: {template: {spec: {containers: [{name: gw, image: api7/api7-ee-3-gateway:3.7.2, envFrom: [{secretRef: {name: x}}], volumeMounts: [{name: c}]}, {name: log, image: fluent/fluent-bit:2}], volumes: [{name: c, configMap: {name: gw}}]}}}
---
apiVersion: v1
kind: Secret
metadata: {name: s}
data: {password: CANARY}
`

func TestRenderedManifestsAreRead(t *testing.T) {
	t.Parallel()
	r := folderOf(t, rendered).read(t, "all.yaml")
	want := []string{
		// Its content tells nothing; the container that mounts it does.
		"dp_manager_config all.yaml#ConfigMap/api7/api7ee3-dashboard-config/config.yaml",
		"gateway_config all.yaml#1#ConfigMap/edge/gw/config.yaml",
		"image all.yaml#2#Deployment/api7/api7ee3-dp-manager/dpm",
		"image all.yaml#3#DaemonSet/edge/gw/gw",
	}
	if diff := cmp.Diff(want, r.list()); diff != "" {
		t.Errorf("resources (-want +got):\n%s", diff)
	}
	versions := []string{
		"control plane 3.7.3: image registry.example/api7/api7-ee-dp-manager:v3.7.3 at all.yaml:36:11",
		"gateway instance 3.7.2: image api7/api7-ee-3-gateway:3.7.2 at all.yaml:49:54",
	}
	if diff := cmp.Diff(versions, r.versions(t)); diff != "" {
		t.Errorf("versions (-want +got):\n%s", diff)
	}
	block := r.one(t, estate.DPManagerConfig, "config.yaml")
	for pointer, end := range map[string]string{
		"/settings/database/dsn": "all.yaml:12:7", "/settings/server/tls/port": "all.yaml:15:9",
	} {
		if at := block.Origin.Where(pointer); !strings.HasSuffix(at, end) {
			t.Errorf("%s is at %s, want %s", pointer, at, end)
		}
	}
	if chart, _ := block.Field("chart_version").Text().Known(); chart != "0.17.12" {
		t.Errorf("made by version %q of the chart, want that of the container that mounts it", chart)
	}
	gateway := r.one(t, estate.GatewayConfig, "config.yaml")
	if at := gateway.Origin.Where("/settings/nginx_config"); !strings.HasSuffix(at, "all.yaml:21:3") {
		t.Errorf("what is in quotes is at %s, want the place of its key", at)
	}
	if v := setting(gateway, "deployment", "etcd", "host"); !strings.Contains(v.Unreadable(), "envFrom") {
		t.Errorf("envFrom may set it, but it is %s", v.Raw())
	}
	image := r.one(t, estate.Image, "/dpm")
	want = []string{`"0.17.12"`, "true", `"1"`, `"sha256:00"`}
	got := []string{string(image.Field("chart_version").Raw()), string(image.Field("host_network").Raw()), string(image.Field("environment").Get("A").Raw()), string(image.Field("digest").Raw())}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("image (-want +got):\n%s", diff)
	}
	if v := image.Field("environment").Get("B"); v.Unreadable() == "" {
		t.Errorf("a value from a Secret is %s", v.Raw())
	}
	if r.source.Holds(estate.HelmValues) {
		t.Error("a chart made these manifests: its values are not known, and not absent")
	}
}

func TestTwoObjectsOfOneNameAreTwoResources(t *testing.T) {
	t.Parallel()
	const pod = "{apiVersion: v1, kind: Pod, metadata: {name: gw}, spec: {containers: [{name: gw, image: \"api7/api7-ee-3-gateway:3.4.0\"}]}}\n"
	r := folderOf(t, "-- a.yaml --\napiVersion: v1\nkind: List\nitems:\n  - "+pod+"  - "+pod).read(t)
	if diff := cmp.Diff([]string{"image a.yaml#Pod//gw/gw", "image a.yaml#Pod//gw/gw@5"}, r.list()); diff != "" {
		t.Errorf("resources (-want +got):\n%s", diff)
	}
}

func TestFilesInConfigMapsAreRefusedWithTheirPlace(t *testing.T) {
	t.Parallel()
	_, err := folderOf(t, "-- a.yaml --\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata:\n  config.yaml: |\n    nginx_config:\n      a: 1\n      a: CANARY\n").open(t, "a.yaml")
	if e := refused(t, err); !strings.Contains(e.Message, `a.yaml:8:7: inside the manifest: key "a" is written twice`) {
		t.Errorf("error is %q", e.Message)
	}
}

func TestSecretsHoldFilesToo(t *testing.T) {
	t.Parallel()
	conf := "server: {tls: {port: 7443}}\ndatabase: {dsn: \"postgres://u:CANARY@db/x\"}\n"
	in := folderOf(t, "-- a.yaml --\napiVersion: v1\nkind: Secret\nmetadata: {name: x}\ndata:\n  tls.key: AAAA\n  conf.yaml: "+
		base64.StdEncoding.EncodeToString([]byte(conf))+"\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: y}\nstringData:\n  config.yaml: |\n    nginx_config: {}\n")
	if alone := folderOf(t, "-- b.yaml --\napiVersion: v1\nkind: Secret\nmetadata: {name: x}\ndata:\n  conf.yaml: "+
		base64.StdEncoding.EncodeToString([]byte(conf))+"\n").read(t); len(alone.resources) != 1 {
		t.Errorf("a Secret alone: %v", alone.list())
	}
	r := in.read(t)
	want := []string{"dashboard_config a.yaml#Secret//x/conf.yaml", "gateway_config a.yaml#1#Secret//y/config.yaml"}
	if diff := cmp.Diff(want, r.list()); diff != "" {
		t.Errorf("resources (-want +got):\n%s", diff)
	}
	if at := r.one(t, estate.DashboardConfig, "conf.yaml").Origin.Where("/settings/database/dsn"); !strings.HasSuffix(at, "a.yaml:6:3") {
		t.Errorf("the DSN is at %s", at)
	}
}

func TestFilesOfApacheAPISIXAreNotTheGateways(t *testing.T) {
	t.Parallel()
	r := folderOf(t, `
-- docker-compose.yaml --
services:
  apisix: {image: "apache/apisix:3.9.0", volumes: ["./apisix/config.yaml:/usr/local/apisix/conf/config.yaml"]}
  gateway: {image: "api7/api7-ee-3-gateway:3.4.0", volumes: ["./api7/config.yaml:/usr/local/apisix/conf/config.yaml"]}
-- apisix/config.yaml --
nginx_config: {}
-- api7/config.yaml --
nginx_config: {}
`).read(t)
	want := []string{"gateway_config api7/config.yaml", "image docker-compose.yaml#services/gateway"}
	if diff := cmp.Diff(want, r.list()); diff != "" {
		t.Errorf("resources (-want +got):\n%s", diff)
	}
	if !strings.Contains(r.notes(), "apisix/config.yaml: it is mounted into a container of Apache APISIX") {
		t.Errorf("nothing says that the file was left out:\n%s", r.notes())
	}
}
