package files_test

import (
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

func TestAGatewaysVariablesAreReplacedWhereTheirValuesAreInReach(t *testing.T) {
	t.Parallel()
	const config = "deployment:\n  role: data_plane\n  etcd:\n    host: 'https://${{CP}}:7943'\n    prefix: /x/${{GROUP:=default}}\nnginx_config: {worker_processes: '${{ N }}', envs: [A]}\n"
	compose := func(service string) string {
		return "-- docker-compose.yaml --\nservices:\n  gw:\n    image: api7/api7-ee-3-gateway:3.8.5\n    volumes: ['./config.yaml:/usr/local/apisix/conf/config.yaml']\n" +
			"    " + service + "\n-- config.yaml --\n" + config + "-- .env --\nHOST=from.env\n-- gw.env --\nCP=from.file\nN=4\n"
	}
	pod := func(env string) string {
		return "-- gw.yaml --\nkind: ConfigMap\napiVersion: v1\nmetadata: {name: gw}\ndata:\n  config.yaml: |\n    " + strings.ReplaceAll(strings.TrimSpace(config), "\n", "\n    ") +
			"\n---\nkind: Pod\napiVersion: v1\nmetadata: {name: gw}\nspec: {volumes: [{name: c, configMap: {name: gw}}], containers: [{name: gw, image: 'api7/api7-ee-3-gateway:3.8.5', " +
			"volumeMounts: [{name: c}], env: " + env + "}]}\n"
	}
	const unknown = `{"$unknown":"environment variable CP, without a default","$scheme":"https","$needs":["CP"]}`
	for name, tt := range map[string]struct{ archive, host, from, workers, prefix string }{
		"of the service":   {compose("environment: {CP: dp.example, N: 2}"), `"https://dp.example:7943"`, "CP, docker-compose.yaml:5:19", "2", `"/x/default"`},
		"of a file":        {compose("env_file: gw.env"), `"https://from.file:7943"`, "CP, gw.env:1:1", "4", `"/x/default"`},
		"of .env":          {compose("environment: ['CP=${HOST}', GROUP=g]"), `"https://from.env:7943"`, "CP, docker-compose.yaml:5:19", "", `"/x/g"`},
		"a default":        {compose("environment: ['CP=${ELSE:-dp}', N=auto]"), `"https://dp:7943"`, "CP, docker-compose.yaml:5:19", `"auto"`, `"/x/default"`},
		"of a pod":         {pod("[{name: CP, value: dp.example}, {name: N, value: '8'}]"), `"https://dp.example:7943"`, "CP, gw.yaml:", "8", `"/x/default"`},
		"of a Secret":      {pod("[{name: CP, valueFrom: {secretKeyRef: {name: s}}}]"), unknown, "", "", `"/x/default"`},
		"of other ones":    {pod("[{name: CP, value: '$(HOST).example'}]"), unknown, "", "", `"/x/default"`},
		"of nobody":        {compose("environment: {N: 2}"), unknown, "", "2", `"/x/default"`},
		"of the shell":     {compose("environment: [CP, N]"), unknown, "", "", `"/x/default"`},
		"of a lost file":   {compose("env_file: [none.env]"), `{"$unknown":"env_file of service gw"}`, "", "", ""},
		"without a reader": {"-- config.yaml --\n" + config, unknown, "", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := folderOf(t, tt.archive).read(t)
			gateway := r.one(t, estate.GatewayConfig, "")
			host, prefix, workers := setting(gateway, "deployment", "etcd", "host"), setting(gateway, "deployment", "etcd", "prefix"), setting(gateway, "nginx_config", "worker_processes")
			if got := string(host.Raw()); got != tt.host {
				t.Errorf("host is %s, want %s", got, tt.host)
			}
			if from := r.plain(gateway.Field("replaced").Get("/deployment/etcd/host").TextOrEmpty()); !strings.HasPrefix(from, tt.from) || (from == "") != (tt.from == "") {
				t.Errorf("host comes from %q, want %q", from, tt.from)
			}
			if got := string(workers.Raw()); got != tt.workers && (tt.workers != "" || workers.Unreadable() == "") {
				t.Errorf("worker_processes is %s, want %s", got, tt.workers)
			}
			if got := string(prefix.Raw()); got != tt.prefix && (tt.prefix != "" || prefix.Unreadable() == "") {
				t.Errorf("prefix is %s, want %s", got, tt.prefix)
			}
		})
	}
}
