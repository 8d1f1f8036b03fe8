package files_test

import (
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule/settings"
)

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
			layer := strings.Join(keys, ": {") + ": set" + strings.Repeat("}", len(keys)-1)
			r := folderOf(t, "-- values.yaml --\napisix: {replicaCount: 2}\nvault: {enabled: true}\nlogs: {stream: {enableAccessLog: true}}\n-- more.yaml --\n"+layer+"\n").
				read(t, "values.yaml,more.yaml")
			gateway := r.one(t, estate.GatewayConfig, "#gateway")
			if got := setting(gateway, strings.Split(pointer[1:], "/")...).TextOrEmpty(); got != "set" {
				t.Errorf("%s is %q: %s", pointer, got, gateway.Body)
			}
			if at := gateway.Origin.Where("/settings" + pointer); !strings.Contains(at, "more.yaml:1:") {
				t.Errorf("%s is at %s", pointer, at)
			}
			if got := settings.Path(gateway, pointer); got != value {
				t.Errorf("%s is called %s, want %s", pointer, got, value)
			}
		})
	}
}
