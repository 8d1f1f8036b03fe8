package files_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// bundle is laid out as the vendor's Docker bundle is, with values of our own.
const bundle = `
-- api7-ee/docker-compose.yaml --
services:
  api7-ee-dashboard:
    image: ${REGISTRY}/api7-ee-3-integrated:${TAG}
    volumes:
      - ./dashboard_conf/conf.yaml:/usr/local/api7/conf/conf.yaml
  api7-ee-dp-manager:
    image: ${REGISTRY}/api7-ee-dp-manager:${TAG}
    volumes: [./dp_manager_conf:/usr/local/api7/conf]
  gateway:
    image: api7/api7-ee-3-gateway:3.4.0
    network_mode: host
    environment:
      API7_CONTROL_PLANE_ENDPOINTS: '["https://dp:7943"]'
      FROM_THE_SHELL:
      SECRET: CANARY
    volumes:
      - {type: bind, source: ./gateway_conf/config.yaml, target: /usr/local/apisix/conf/config.yaml}
  postgresql:
    image: api7/postgresql:15.4.0
  web:
    image: nginx:1
-- api7-ee/.env --
# versions
REGISTRY=registry.example:5000/mirror
export TAG="v3.4.1"
-- api7-ee/dashboard_conf/conf.yaml --
server:
  listen: {disable: true, port: 7080}
log:
  level: warn
database:
  dsn: "postgres://api7ee:CANARY@db:5432/api7ee"
  max_idle_conns: 5
audit:
  retention_days: $RETENTION
-- api7-ee/dp_manager_conf/conf.yaml --
server: {listen: {port: 17900}}
database: {dsn: "${DSN}"}
-- api7-ee/gateway_conf/config.yaml --
nginx_config:
  error_log_level: warn
  worker_processes: "${{APISIX_WORKER_PROCESSES:=auto}}"
  http: {access_log_format: "$remote_addr $STATUS ${request}"}
-- other/values.yaml --
image: {repository: nginx}
-- .terraform/conf.yaml --
nginx_config: {}
-- node_modules/x/config.yaml --
nginx_config: {}
-- notes.txt --
nginx_config: {}
`

func TestTheVendorsBundleIsRecognised(t *testing.T) {
	t.Parallel()
	r := folderOf(t, bundle).read(t)
	want := []string{
		"dashboard_config api7-ee/dashboard_conf/conf.yaml",
		"dp_manager_config api7-ee/dp_manager_conf/conf.yaml",
		"gateway_config api7-ee/gateway_conf/config.yaml",
		"image api7-ee/docker-compose.yaml#services/api7-ee-dashboard",
		"image api7-ee/docker-compose.yaml#services/api7-ee-dp-manager",
		"image api7-ee/docker-compose.yaml#services/gateway",
		"image api7-ee/docker-compose.yaml#services/postgresql",
	}
	if diff := cmp.Diff(want, r.list()); diff != "" {
		t.Errorf("resources (-want +got):\n%s", diff)
	}
	versions := []string{
		"control plane 3.4.1: image registry.example:5000/mirror/api7-ee-3-integrated:v3.4.1 at api7-ee/docker-compose.yaml:3:5",
		"control plane 3.4.1: image registry.example:5000/mirror/api7-ee-dp-manager:v3.4.1 at api7-ee/docker-compose.yaml:7:5",
		"gateway instance 3.4.0: image api7/api7-ee-3-gateway:3.4.0 at api7-ee/docker-compose.yaml:10:5",
	}
	if diff := cmp.Diff(versions, r.versions(t)); diff != "" {
		t.Errorf("versions (-want +got):\n%s", diff)
	}
	if !strings.Contains(r.notes(), "no configuration of API7: other/values.yaml") {
		t.Errorf("what is not recognised is not noted:\n%s", r.notes())
	}
}

func TestEverySettingHasItsPlace(t *testing.T) {
	t.Parallel()
	r := folderOf(t, bundle).read(t)
	for _, tt := range []struct {
		kind         estate.Kind
		id           string
		pointer, end string
	}{
		{estate.DashboardConfig, "conf.yaml", "", "dashboard_conf/conf.yaml:1:1"},
		{estate.DashboardConfig, "conf.yaml", "/settings/database/max_idle_conns", "dashboard_conf/conf.yaml:7:3"},
		{estate.DashboardConfig, "conf.yaml", "/settings/server/listen/port", "dashboard_conf/conf.yaml:2:27"},
		{estate.DashboardConfig, "conf.yaml", "/settings/database/vault/enabled", "dashboard_conf/conf.yaml:5:1"},
		{estate.DashboardConfig, "conf.yaml", "/found", "dashboard_conf/conf.yaml:1:1"},
		{estate.GatewayConfig, "config.yaml", "/settings/deployment/etcd/host", "docker-compose.yaml:13:7"},
		{estate.GatewayConfig, "config.yaml", "/settings/deployment/fallback_cp", "gateway_conf/config.yaml:1:1"}, // the variable above sets it not
		{estate.Image, "services/gateway", "/tag", "docker-compose.yaml:10:5"},
		{estate.Image, "services/gateway", "/environment/SECRET", "docker-compose.yaml:15:7"},
	} {
		if got := r.one(t, tt.kind, tt.id).Origin.Where(tt.pointer); !strings.HasSuffix(got, tt.end) {
			t.Errorf("%s %s is at %s, want %s", tt.kind, tt.pointer, got, tt.end)
		}
	}
}

func TestResourcesTellWhatTheyComeFromInFields(t *testing.T) {
	t.Parallel()
	r := folderOf(t, bundle+`
-- pods.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: other}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: gw/a, namespace: edge}
spec: {template: {spec: {containers: [{name: main, image: api7/api7-ee-3-gateway:3.4.1}]}}}
-- a.yaml --
dashboard: {image: {repository: api7/api7-ee-3-integrated, tag: v3.4.1}}
dashboard_configuration: {log: {level: info}}
-- b.yaml --
dashboard: {image: {tag: v3.4.2}}
`).read(t, "api7-ee", "pods.yaml", "a.yaml,b.yaml")
	for id, want := range map[string][3]string{
		"#services/gateway":              {"api7-ee/docker-compose.yaml", "", ""},
		"gateway_conf/config.yaml":       {"api7-ee/gateway_conf/config.yaml", "", ""},
		"#1#Deployment/edge/gw/a/main":   {"pods.yaml", "1", `{"kind":"Deployment","namespace":"edge","name":"gw/a","container":"main"}`},
		"b.yaml#dashboard":               {"a.yaml,b.yaml", "", ""},
		"b.yaml#dashboard_configuration": {"a.yaml,b.yaml", "", ""},
	} {
		i := slices.IndexFunc(r.resources, func(res estate.Resource) bool { return strings.HasSuffix(res.ID, id) })
		if i < 0 {
			t.Fatalf("no %s among %v", id, r.list())
		}
		res := &r.resources[i]
		if err := estate.NewReader(nil).Read(res); err != nil {
			t.Fatal(err)
		}
		from, _ := res.Field("from").Text().Known()
		got := [3]string{r.plain(from), string(res.Field("document").Raw()), string(res.Field("workload").Raw())}
		if got != want {
			t.Errorf("%s comes from %q, want %q", id, got, want)
		}
	}
}

func TestASettingEndsBehindItsValueOrItsKey(t *testing.T) {
	t.Parallel()
	r := folderOf(t, `
-- conf.yaml --
server: {listen: {host: 0.0.0.0, "port": 7080}}
database:
  dsn: "postgres://pg/api7ee"   # a comment
  hosts:
    - été: 1
    - two words
  text: |
    several
    lines
-- map.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: gateway}
data:
  config.yaml: |
    apisix:
      node_listen: 9080
    nginx_config: {worker_processes: auto}
    deployment: {role: traditional, etcd: {host: [a]}}
    api7ee: {telemetry: {enable: true}}
`).read(t)
	for _, tt := range []struct {
		kind          estate.Kind
		id, at        string
		line, column  int
		toLine, until int
	}{
		{estate.DashboardConfig, "conf.yaml", "/settings/server", 1, 1, 1, 7},
		{estate.DashboardConfig, "conf.yaml", "/settings/server/listen/host", 1, 19, 1, 32},
		{estate.DashboardConfig, "conf.yaml", "/settings/server/listen/port", 1, 34, 1, 46},
		{estate.DashboardConfig, "conf.yaml", "/settings/database/dsn", 3, 3, 3, 30},
		{estate.DashboardConfig, "conf.yaml", "/settings/database/hosts/0/été", 5, 7, 5, 13},
		{estate.DashboardConfig, "conf.yaml", "/settings/database/hosts/1", 6, 7, 6, 16},
		{estate.DashboardConfig, "conf.yaml", "/settings/database/text", 7, 3, 7, 7},
		{estate.GatewayConfig, "config.yaml", "/settings/apisix/node_listen", 7, 7, 7, 24},
		{estate.GatewayConfig, "config.yaml", "/settings/nginx_config/worker_processes", 8, 20, 8, 42},
	} {
		got := r.one(t, tt.kind, tt.id).Origin.At(tt.at).Position
		want := estate.Position{File: got.File, Line: tt.line, Column: tt.column, EndLine: tt.toLine, EndColumn: tt.until}
		if got != want || !strings.HasSuffix(got.File, ".yaml") {
			t.Errorf("%s is at %+v, want %+v", tt.at, got, want)
		}
	}
}

func TestWhatTheEnvironmentSetsIsUnknownAndNeverAbsent(t *testing.T) {
	t.Parallel()
	r := folderOf(t, bundle).read(t)
	gateway := r.one(t, estate.GatewayConfig, "config.yaml")
	dashboard := r.one(t, estate.DashboardConfig, "conf.yaml")
	for name, v := range map[string]estate.Value{
		"API7_CONTROL_PLANE_ENDPOINTS": setting(gateway, "deployment", "etcd", "host"),
		"RETENTION":                    setting(dashboard, "audit", "retention_days"),
		"DSN":                          setting(r.one(t, estate.DPManagerConfig, "conf.yaml"), "database", "dsn"),
		"FROM_THE_SHELL":               r.one(t, estate.Image, "services/gateway").Field("environment").Get("FROM_THE_SHELL"),
	} {
		if v.Absent() || !strings.Contains(v.Unreadable(), "environment variable "+name) {
			t.Errorf("%s: absent %v, %q", name, v.Absent(), v.Unreadable())
		}
	}
	if format, ok := setting(gateway, "nginx_config", "http", "access_log_format").Text().Known(); !ok || format != "$remote_addr $STATUS ${request}" {
		t.Errorf("variables of nginx are taken for the environment's: %q", format)
	}
	if dsn, _ := setting(dashboard, "database", "dsn").Text().Known(); dsn != "postgres://api7ee:CANARY@db:5432/api7ee" {
		t.Errorf("a rule cannot read the DSN: %q", dsn)
	}
}

func TestVariablesOfTheGatewayTellWhetherTheyHaveADefault(t *testing.T) {
	t.Parallel()
	const settings = `  a: "${{ SALT }}"
  b: ${{LEVEL:=warn}}
  c: https://${{ HOST }}:${{PORT := 7943}}/${{HOST}}
  d: $env://TOKEN
`
	want := map[string]string{
		"a": "environment variable SALT, without a default",
		"b": "environment variable LEVEL, or its default",
		"c": "environment variable HOST, without a default; environment variable PORT, or its default; environment variable HOST, without a default",
		"d": "environment variable TOKEN",
	}
	needs := map[string][]string{"a": {"SALT"}, "c": {"HOST", "HOST"}}
	for name, archive := range map[string]string{
		"file":   "-- config.yaml --\nnginx_config: {}\napi7ee:\n" + settings,
		"values": "-- values.yaml --\napisix: {image: {tag: 3.4.0}}\napi7ee:\n" + settings,
	} {
		gateway := folderOf(t, archive).read(t).one(t, estate.GatewayConfig, "")
		for key, why := range want {
			if got := setting(gateway, "api7ee", key).Unreadable(); got != "its value is not in the file: "+why {
				t.Errorf("%s: %s is %q, want %q", name, key, got, why)
			}
			if got := setting(gateway, "api7ee", key).Needs(); !slices.Equal(got, needs[key]) {
				t.Errorf("%s: %s needs %v, want %v", name, key, got, needs[key])
			}
		}
	}
}

func TestFilesHoldOnlyTheKindsThatTheyTellOf(t *testing.T) {
	t.Parallel()
	const noHelm = "helm values: no Helm values found; assuming that Helm does not install this"
	const noImage = "image: no container images found; assuming that API7 is not started from files like these"
	const noPortal = "portal config: no Developer Portal configuration found; assuming that it is not installed"
	const noFileServer = "file server config: no file server configuration found; assuming that it is not installed"
	tests := map[string]struct {
		archive string
		held    []estate.Kind
		notes   []string
	}{
		"gateway": {"-- config.yaml --\nnginx_config: {}\n", []estate.Kind{estate.GatewayConfig, estate.HelmValues}, []string{noHelm}},
		"DP Manager": {
			"-- dp_manager_conf/conf.yaml --\nserver: {listen: {port: 7900}, tls: {port: 7943}}\nconsumer_cache: {size: 50000}\n",
			[]estate.Kind{estate.DPManagerConfig, estate.PortalConfig, estate.FileServerConfig, estate.HelmValues},
			[]string{noHelm, noPortal, noFileServer},
		},
		"dashboard": {
			"-- conf.yaml --\nserver: {tls: {port: 7443}}\ndatabase: {dsn: x}\n",
			[]estate.Kind{estate.DashboardConfig, estate.PortalConfig, estate.FileServerConfig, estate.HelmValues, estate.Image},
			[]string{noHelm, noImage, noPortal, noFileServer},
		},
		"dashboard and its image": {
			"-- conf.yaml --\nserver: {tls: {port: 7443}}\ndatabase: {dsn: x}\n-- docker-compose.yaml --\nservices: {dashboard: {image: \"api7/api7-ee-3-integrated:v3.4.1\"}}\n",
			[]estate.Kind{estate.DashboardConfig, estate.PortalConfig, estate.FileServerConfig, estate.HelmValues, estate.Image},
			[]string{noHelm, noPortal, noFileServer},
		},
		"gateway's chart": {
			"-- values.yaml --\napisix: {image: {tag: 3.4.0}}\n", []estate.Kind{estate.GatewayConfig, estate.HelmValues, estate.Image}, nil,
		},
		"a template that nobody rendered": {
			"-- config.yaml --\nnginx_config: {}\n-- api7.yaml --\n{{- if .Values.x }}\na: 1\n{{- end }}\nimage: api7/api7-ee-dashboard:{{ x }}\n",
			[]estate.Kind{
				estate.DashboardConfig, estate.DPManagerConfig, estate.PortalConfig, estate.FileServerConfig, estate.GatewayConfig,
				estate.HelmValues, estate.Image,
			},
			nil,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := folderOf(t, tt.archive).read(t)
			var held []estate.Kind
			for _, k := range estate.Kinds() {
				if r.source.Holds(k) {
					held = append(held, k)
				}
			}
			if diff := cmp.Diff(tt.held, held); diff != "" {
				t.Errorf("holds (-want +got):\n%s", diff)
			}
			var notes []string
			for _, n := range r.coverage.Notes {
				if strings.Contains(n.Why, "assuming that") {
					notes = append(notes, n.What+": "+n.Why)
				}
			}
			slices.Sort(tt.notes)
			if slices.Sort(notes); !slices.Equal(notes, tt.notes) {
				t.Errorf("notes %q, want %q", notes, tt.notes)
			}
		})
	}
}
