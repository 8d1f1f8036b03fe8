package files_test

import (
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

func TestAFileThatAddsToAServiceIsUsed(t *testing.T) {
	t.Parallel()
	r := folderOf(t, `
-- docker-compose.yaml --
services:
  gateway:
    image: api7/api7-ee-3-gateway:3.4.0
-- docker-compose.override.yaml --
services:
  gateway:
    environment: {APISIX_WORKER_PROCESSES: "4"}
-- other/docker-compose.override.yaml --
services:
  gateway:
    environment: {TZ: UTC}
`).read(t)
	for _, f := range r.diagnosis(t).Files {
		want := r.plain(f.Path) != "other/docker-compose.override.yaml"
		if got := used(f); got != want {
			t.Errorf("%s: used %v, want %v", r.plain(f.Path), got, want)
		}
	}
}

func TestFilesOfVariablesAreRead(t *testing.T) {
	t.Parallel()
	const compose = `
-- docker-compose.yaml --
services:
  gateway:
    image: api7/api7-ee-3-gateway:3.4.0
    env_file: FILES
    environment: {B: service}
    volumes: ["./config.yaml:/usr/local/apisix/conf/config.yaml"]
-- config.yaml --
deployment: {etcd: {host: ["http://dp:7900"]}}
nginx_config: {worker_processes: 2}
-- a.env --
# the control plane
A=a
B=a

API7_CONTROL_PLANE_ENDPOINTS='["https://dp:7943"]'
FROM_THE_SHELL=${FROM_THE_SHELL}
-- b.env --
export A="b # c"
C=x${HOST}y
D='$x'
`
	for name, tt := range map[string]struct{ files, a, open string }{
		"one":         {"a.env", "a", ""},
		"two":         {"[a.env, {path: b.env, required: false}]", "b # c", ""},
		"not there":   {"[a.env, none.env]", "a", "env_file of service gateway"},
		"of variable": {"[a.env, \"${WHICH}.env\"]", "a", "env_file of service gateway"},
	} {
		r := folderOf(t, strings.Replace(compose, "FILES", tt.files, 1)).read(t)
		image := r.one(t, estate.Image, "")
		env := image.Field("environment")
		if a, _ := env.Get("A").Text().Known(); a != tt.a {
			t.Errorf("%s: A is %q, want %q", name, a, tt.a)
		}
		if b, _ := env.Get("B").Text().Known(); b != "service" {
			t.Errorf("%s: B is %q: the file wins over the service", name, b)
		}
		if got := env.Get("*").Unreadable(); !strings.HasSuffix(got, tt.open) || (got == "") != (tt.open == "") {
			t.Errorf("%s: other variables are %q, want %q", name, got, tt.open)
		}
		if env.Get("FROM_THE_SHELL").Unreadable() == "" {
			t.Errorf("%s: what the file takes from the shell is known", name)
		}
		if c, d := env.Get("C"), env.Get("D"); name == "two" && (c.Unreadable() == "" || string(d.Raw()) != `"$x"`) {
			t.Errorf("%s: C is %s, D is %s", name, c.Raw(), d.Raw())
		}
		if at := r.plain(image.Origin.Where("/environment/API7_CONTROL_PLANE_ENDPOINTS")); at != "a.env:5:1" {
			t.Errorf("%s: a variable is at %s", name, at)
		}
		gateway := r.one(t, estate.GatewayConfig, "")
		if why := setting(gateway, "deployment", "etcd", "host").Unreadable(); !strings.Contains(why, "API7_CONTROL_PLANE_ENDPOINTS") && tt.open == "" {
			t.Errorf("%s: the variable does not win over the file: %q", name, why)
		}
		if why := setting(gateway, "nginx_config", "worker_processes").Unreadable(); (why == "") != (tt.open == "") {
			t.Errorf("%s: a variable that is not set: %q", name, why)
		}
	}
}

func TestConfigsOfADockerComposeFileAreRead(t *testing.T) {
	t.Parallel()
	r := folderOf(t, `
-- docker-compose.yaml --
services:
  dashboard:
    image: api7/api7-ee-3-integrated:v3.4.0
    configs: [{source: dashboard, target: /usr/local/api7/conf/conf.yaml}]
  dpm:
    image: api7/api7-ee-dp-manager:v3.4.0
    configs: [dpm]
  gateway:
    image: api7/api7-ee-3-gateway:3.4.0
    configs: [not-there, broken]
configs:
  dashboard:
    content: |
      database:
        dsn: postgres://db/x
        max_idle_conns: 4
  dpm: {file: ./dpm.yaml}
  broken: {content: "database: ["}
  empty: {content: }
-- dpm.yaml --
database: {dsn: "postgres://db/x"}
`).read(t)
	dashboard := r.one(t, estate.DashboardConfig, "docker-compose.yaml#configs/dashboard") // only what mounts it says so
	if at := r.plain(dashboard.Origin.Where("/settings/database/max_idle_conns")); at != "docker-compose.yaml:16:9" {
		t.Errorf("max_idle_conns is at %s", at)
	}
	r.one(t, estate.DPManagerConfig, "dpm.yaml")
}

func used(f estate.FileDiagnosis) bool {
	for _, d := range f.Documents {
		if d.Used {
			return true
		}
	}
	return false
}
