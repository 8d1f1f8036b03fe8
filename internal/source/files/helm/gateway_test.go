package helm_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/jsonptr"
	"github.com/api7-preflight/api7-preflight/internal/source/files/helm"
	"github.com/api7-preflight/api7-preflight/internal/source/files/image"
	"github.com/api7-preflight/api7-preflight/internal/source/files/tree"
	"github.com/api7-preflight/api7-preflight/internal/test/treetest"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// gateway returns what the gateway's chart makes of values.
func gateway(t *testing.T, values string) helm.Part {
	t.Helper()
	d := treetest.Document(t, "values.yaml", values)
	parts := new(helm.Charts).Release(d, version.GatewayChart, "", helm.Read(d.Root), d.Layers).Parts()
	if len(parts) != 1 || parts[0].Container.Component != image.Gateway {
		t.Fatalf("the chart makes %d parts", len(parts))
	}
	return parts[0]
}

// setting follows a JSON pointer into settings; nil for what is not there.
func setting(n *tree.Node, pointer string) *tree.Node {
	for key := range jsonptr.Keys(pointer) {
		n = n.Member(key)
	}
	return n
}

func TestWhatTheTemplateWritesIsASettingThatIsCalledAsInTheValues(t *testing.T) {
	t.Parallel()
	for value, pointer := range map[string]string{
		"api7ee.telemetry.enable":        "/api7ee/telemetry/enable",
		"pluginAttrs.prometheus":         "/plugin_attr/prometheus",
		"deployment.fallback_cp.mode":    "/deployment/fallback_cp/mode",
		"etcd.host":                      "/deployment/etcd/host",
		"etcd.prefix":                    "/deployment/etcd/prefix",
		"etcd.timeout":                   "/deployment/etcd/timeout",
		"etcd.auth.tls.verify":           "/deployment/etcd/tls/verify",
		"admin.enabled":                  "/apisix/enable_admin",
		"apisix.httpRouter":              "/apisix/router/http",
		"apisix.trustedAddresses":        "/apisix/trusted_addresses",
		"apisix.maxPostArgsReadableSize": "/apisix/max_post_args_readable_size",
		"nginx.workerProcesses":          "/nginx_config/worker_processes",
		"nginx.envs":                     "/nginx_config/envs",
		"configurationSnippet.main":      "/nginx_config/main_configuration_snippet",
		"configurationSnippet.httpStart": "/nginx_config/http_configuration_snippet",
		"configurationSnippet.httpEnd":   "/nginx_config/http_end_configuration_snippet",
		"configurationSnippet.httpSrv":   "/nginx_config/http_server_configuration_snippet",
		"configurationSnippet.httpAdmin": "/nginx_config/http_admin_configuration_snippet",
		"configurationSnippet.stream":    "/nginx_config/stream_configuration_snippet",
		"logs.stream.enableAccessLog":    "/nginx_config/stream/enable_access_log",
		"logs.stream.accessLogFormat":    "/nginx_config/stream/access_log_format",
		"vault.host":                     "/vault/host",
		"vault.timeout":                  "/vault/timeout",
		"vault.token":                    "/vault/token",
		"vault.prefix":                   "/vault/prefix",
	} {
		t.Run(value, func(t *testing.T) {
			t.Parallel()
			keys := strings.Split(value, ".")
			layer := treetest.Document(t, "more.yaml", strings.Join(keys, ": {")+": set"+strings.Repeat("}", len(keys)-1)+"\n").Root
			d := treetest.Document(t, "values.yaml", "apisix: {replicaCount: 2}\nvault: {enabled: true}\nlogs: {stream: {enableAccessLog: true}}\n")
			p := new(helm.Charts).Release(d, version.GatewayChart, "", tree.Merge(d.Root, layer), d.Layers).Parts()[0]
			if got := setting(p.Settings, pointer); got.Text() != "set" || got.At().File != "more.yaml" || got.At().Line != 1 {
				t.Errorf("%s is %q at %s", pointer, got.Text(), got.At())
			}
			if !slices.Contains(p.Names, helm.Naming{Pointer: pointer, Name: value}) && !slices.ContainsFunc(p.Names, func(n helm.Naming) bool {
				below, inside := jsonptr.Below(pointer, n.Pointer)
				return inside && n.Name+strings.ReplaceAll(below, "/", ".") == value
			}) {
				t.Errorf("%s is not called %s: %v", pointer, value, p.Names)
			}
		})
	}
}

func TestValuesThatTheTemplateDropsAreNoSettings(t *testing.T) {
	t.Parallel()
	const enable, format = "/nginx_config/stream/enable_access_log", "/nginx_config/stream/access_log_format"
	tests := map[string]struct{ values, pointer, want string }{
		"log off":            {"logs: {stream: {enableAccessLog: false, accessLogFormat: x}}", format, "null"},
		"log off by default": {"logs: {stream: {accessLogFormat: x}}", format, "null"},
		"log on":             {"logs: {stream: {enableAccessLog: true, accessLogFormat: x}}", format, `"x"`},
		"log from a tool":    {"logs: {stream: {enableAccessLog: \"${LOG}\", accessLogFormat: x}}", format, `"x"`},
		"enabled":            {"logs: {stream: {enableAccessLog: true}}\ndeployment: {fallback_cp: {mode: read}}", enable, "true"},
		"writes a backup":    {"logs: {stream: {enableAccessLog: true}}\ndeployment: {fallback_cp: {mode: write}}", enable, "null"},
		"format of null":     {"logs: {stream: {enableAccessLog: null, accessLogFormat: x}}", format, "null"},
		"etcd of its own":    {"etcd: {enabled: true, host: [\"http://other:2379\"]}", "/deployment/etcd/host", "null"},
		"etcd elsewhere":     {"etcd: {enabled: false, host: [\"http://other:2379\"]}", "/deployment/etcd/host", `["http://other:2379"]`},
		"word of the chart":  {"vault: {enabled: true, host: h, prefix: p}", "/vault", `{"host":"h","prefix":"p"}`},
		"vault switched off": {"vault: {enabled: off, host: h}", "/vault", "null"},
		"not written":        {"dns: {resolvers: [127.0.0.1]}", "/apisix/dns_resolver", "null"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := string(setting(gateway(t, tt.values+"\n").Settings, tt.pointer).AppendJSON(nil)); got != tt.want {
				t.Errorf("%s is %s, want %s", tt.pointer, got, tt.want)
			}
		})
	}
}

func TestAGatewayOfTheChartIsStartedAsItsValuesSay(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		values      string
		open        string // why other variables may be set
		hostNetwork bool
		file        string // its id
	}{
		"plain":                   {"replicaCount: 2", "", false, "values.yaml#gateway"},
		"host network":            {"hostNetwork: true", "", true, "values.yaml#gateway"},
		"no host network":         {"hostNetwork: false", "", false, "values.yaml#gateway"},
		"variables of a map":      {"extraEnvVarsCM: more", "apisix.extraEnvVarsCM", false, "values.yaml#gateway"},
		"variables of a Secret":   {"extraEnvVarsSecret: more", "apisix.extraEnvVarsSecret", false, "values.yaml#gateway"},
		"variables of an unknown": {`extraEnvVarsCM: "${MORE}"`, "apisix.extraEnvVarsCM", false, "values.yaml#gateway"},
		"no variables":            {`extraEnvVarsCM: ""`, "", false, "values.yaml#gateway"},
		"own file":                {"enableCustomizedConfig: true, customizedConfig: {nginx_config: {}}", "", false, "values.yaml#apisix.customizedConfig"},
		"own file, switched off":  {"enableCustomizedConfig: false, customizedConfig: {nginx_config: {}}", "", false, "values.yaml#gateway"},
		"own file, none":          {"enableCustomizedConfig: true", "", false, "values.yaml#gateway"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := gateway(t, "apisix: {image: {tag: 3.9.3}, "+tt.values+"}\n")
			if p.Container.Open != tt.open || p.Container.HostNet != tt.hostNetwork {
				t.Errorf("other variables: %q, want %q; host network %v", p.Container.Open, tt.open, p.Container.HostNet)
			}
			if p.ID != tt.file || p.Whole != (name == "own file") || p.Mount != p.Container.Mounts[0] {
				t.Errorf("the file is %s, want %s; whole: %v, mounted as %s", p.ID, tt.file, p.Whole, p.Mount)
			}
		})
	}
}

func TestTheGatewaysOwnFileInValuesIsOne(t *testing.T) {
	t.Parallel()
	p := gateway(t, "apisix:\n  enableCustomizedConfig: true\n  customizedConfig:\n    plugin_attr: {request-id: {snowflake: {enable: true}}}\npluginAttrs: {x: 1}\n")
	if got := string(p.Settings.AppendJSON(nil)); got != `{"plugin_attr":{"request-id":{"snowflake":{"enable":true}}}}` {
		t.Errorf("it holds %s: something of the chart's is added", got)
	}
	if !slices.Equal(p.Names, []helm.Naming{{Pointer: "", Name: "apisix.customizedConfig"}}) {
		t.Errorf("it is called %v", p.Names)
	}
}
