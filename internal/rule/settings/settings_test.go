package settings_test

import (
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule/settings"
)

func TestFilesOfTheControlPlaneAreTreesOfItsValues(t *testing.T) {
	t.Parallel()
	for kind, want := range map[estate.Kind]string{
		estate.DashboardConfig: "dashboard_configuration.log.level", estate.DPManagerConfig: "dp_manager_configuration.log.level",
		estate.PortalConfig: "developer_portal_configuration.log.level", estate.FileServerConfig: "file_server_configuration.log.level",
		estate.GatewayConfig: "log.level", estate.HelmValues: "log.level",
	} {
		for found, want := range map[string]string{"helm": want, "file": "log.level"} {
			r := &estate.Resource{Kind: kind, Body: []byte(`{"found":"` + found + `"}`)}
			if err := estate.NewReader(nil).Read(r); err != nil {
				t.Fatal(err)
			}
			if got := settings.Path(r, "/log/level"); got != want {
				t.Errorf("%s, %s: %s, want %s", kind, found, got, want)
			}
		}
	}
}

func TestPathsOfKeysAreReadable(t *testing.T) {
	t.Parallel()
	for pointer, want := range map[string]string{
		"/server/listen/port":                "server.listen.port",
		"/apisix/node_listen/0/ip":           "apisix.node_listen[0].ip",
		"/plugin_attr/openapi-to-mcp/port":   "plugin_attr.openapi-to-mcp.port",
		"/labels/app.kubernetes.io~1name":    `labels["app.kubernetes.io/name"]`,
		"":                                   "the file as a whole",
		"/nginx_config/http/lua_shared_dict": "nginx_config.http.lua_shared_dict",
	} {
		r := &estate.Resource{Kind: estate.GatewayConfig, Body: []byte(`{"found":"file"}`)}
		if err := estate.NewReader(nil).Read(r); err != nil {
			t.Fatal(err)
		}
		if got := settings.Path(r, pointer); got != want {
			t.Errorf("%s is %s, want %s", pointer, got, want)
		}
	}
}
