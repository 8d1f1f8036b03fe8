package files_test

import (
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

func TestWhatMayRunAPI7UnderANameThatIsNotKnownIsADoubt(t *testing.T) {
	t.Parallel()
	const gateway = "-- gw/config.yaml --\nnginx_config: {worker_processes: 2}\ndeployment: {role: data_plane}\n"
	const dashboard = "  cp: {image: 'api7/api7-ee-3-integrated:v3.8.5'}\n"
	for name, tt := range map[string]struct{ services, why string }{
		"a variable that mounts its file":  {"  edge: {image: '${IMAGE}', volumes: ['./gw/config.yaml:/conf/c.yaml']}\n", "because it mounts gw/config.yaml, a gateway configuration: the name of its image comes from environment variable IMAGE"},
		"a variable that mounts a folder":  {"  edge: {image: '${IMAGE}', volumes: ['./gw:/conf']}\n", "because it mounts gw/config.yaml"},
		"a variable with its name":         {"  api7-gw: {image: '${IMAGE:?}'}\n", "because its name has api7"},
		"a variable with its ports":        {"  edge: {image: '${IMAGE}', ports: ['80:9080', '127.0.0.1:443:9443/tcp']}\n", "because it listens on 9080 and 9443"},
		"a variable with a port":           {"  edge: {image: '${IMAGE}', ports: [{target: 7943}]}\n", "because it listens on 7943"},
		"a variable with a path":           {"  edge: {image: '${IMAGE}:1', configs: [{source: c, target: /usr/local/apisix/conf/config.yaml}]}\n", "because it mounts /usr/local/apisix/conf/config.yaml"},
		"built, with its ports":            {"  edge: {build: ., expose: [7080, 7443]}\n", "because it listens on 7080: its image is built"},
		"built, beside the control plane":  {dashboard + "  edge: {build: ./edge, ports: ['9080:9080', '9443:9443']}\n", "because it listens on 9080 and 9443"},
		"a name of one's own":              {"  edge: {image: 'registry.example/edge:1.2', volumes: ['./gw/config.yaml:/usr/local/apisix/conf/config.yaml']}\n", "its image registry.example/edge:1.2 is unknown"},
		"a name of one's own, by variable": {"  edge: {image: 'registry.example/edge:1.2', environment: [API7_CONTROL_PLANE_ENDPOINTS=x]}\n", "because it sets API7_CONTROL_PLANE_ENDPOINTS"},

		"another's program":         {"  edge: {image: '${IMAGE}', ports: ['9080:9080']}\n", ""},
		"an application":            {dashboard + "  app: {build: ., ports: ['8080:8080'], environment: {API7_ADMIN_KEY: x}}\n", ""},
		"an application server":     {"  app: {build: ., ports: ['9080:9080', '9443:9443']}\n", ""},
		"a server that is known":    {dashboard + "  app: {image: 'open-liberty:25', ports: ['9080:9080', '9443:9443']}\n", ""},
		"a tool that sees all":      {"  lint: {image: 'alpine:3', volumes: ['.:/work']}\n", ""},
		"a registry of one's own":   {"  gw: {image: '${REGISTRY}/api7-ee-3-gateway:3.8.5', volumes: ['./gw:/conf']}\n", ""},
		"a default that is another": {"  gw: {image: '${IMAGE:-nginx:1}', ports: ['9080:9080', '9443:9443']}\n", ""},
		"a reader beside it":        {"  gw: {image: 'api7/api7-ee-3-gateway:3.8.5', volumes: ['./gw:/conf']}\n  logs: {image: 'fluent:1', volumes: ['./gw:/conf']}\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := folderOf(t, gateway+"-- docker-compose.yaml --\nservices:\n"+tt.services).read(t)
			if got := r.gaps(t); !strings.Contains(got, tt.why) || (got == "") != (tt.why == "") || strings.Count(got, "\n") > 1 {
				t.Errorf("not examined:\n%swant %s", got, tt.why)
			}
		})
	}
}

func TestAPodUnderANameThatIsNotKnownIsADoubtWhereItMountsAFileOfAPI7(t *testing.T) {
	t.Parallel()
	const config = "-- gw.yaml --\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: gw}\ndata: {config.yaml: 'nginx_config: {worker_processes: 2}'}\n---\n" +
		"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: edge}\nspec: {template: {spec: {volumes: [{name: c, configMap: {name: NAME}}], " +
		"containers: [{name: edge, image: 'registry.example/edge:1', volumeMounts: [{name: c}]}]}}}\n"
	for name, want := range map[string]bool{"gw": true, "other": false} {
		got := folderOf(t, strings.Replace(config, "NAME", name, 1)).read(t).gaps(t)
		if strings.Contains(got, "gw.yaml:9:") != want || (got != "") != want {
			t.Errorf("mounting %s: %q", name, got)
		}
	}
}

func TestTheDefaultOfAVariableTellsTheImage(t *testing.T) {
	t.Parallel()
	for image, want := range map[string]string{
		"${GW:-api7/api7-ee-3-gateway:3.10.5}":     "gateway instance 3.10.5: image api7/api7-ee-3-gateway:3.10.5 at docker-compose.yaml:2:8, by the default of the variable GW",
		"${GW-api7/api7-ee-3-gateway:3.10.5}":      "gateway instance 3.10.5: image api7/api7-ee-3-gateway:3.10.5 at docker-compose.yaml:2:8, by the default of the variable GW",
		"${GW:-api7/api7-ee-3-gateway}:${T:-3.10}": "",
		"${GW:-m/api7-ee-3-gateway}:${T:-3.10.5}":  "gateway instance 3.10.5: image m/api7-ee-3-gateway:3.10.5 at docker-compose.yaml:2:8, by the default of the variable GW and of T",
		"${SET:-api7/api7-ee-3-gateway:3.10.5}":    "gateway instance 3.8.5: image own/api7-ee-gateway:3.8.5 at docker-compose.yaml:2:8",
	} {
		r := folderOf(t, "-- docker-compose.yaml --\nservices:\n  gw: {image: '"+image+"'}\n-- .env --\nSET=own/api7-ee-gateway:3.8.5\n").read(t)
		if got := strings.Join(r.versions(t), "; "); got != want {
			t.Errorf("%s tells %q, want %q", image, got, want)
		}
		if r.one(t, estate.Image, "").Field("component").TextOrEmpty() != "gateway" {
			t.Errorf("%s is no image of the gateway", image)
		}
	}
}
