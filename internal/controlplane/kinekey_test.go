package controlplane_test

import (
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/controlplane"
	"github.com/api7-preflight/api7-preflight/internal/estate"
)

func TestKeysAreTakenApart(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]struct {
		group string
		kind  estate.Kind
		id    string
	}{
		"/gateway_groups/default/routes/r1":                     {"default", estate.Route, "r1"},
		"/gateway_groups/e1/apisix/routes/r1":                   {"e1", estate.Route, "r1"},
		"/gateway_groups/apisix/services/s":                     {"apisix", estate.Service, "s"},
		"/gateway_groups/default/consumers/rose":                {"default", estate.Consumer, "rose"},
		"/gateway_groups/default/consumers/rose/credentials/c1": {"default", estate.Credential, "rose/credentials/c1"},
		"/gateway_groups/default/plugins":                       {"default", estate.PluginList, ""},
		"/gateway_groups/default/secrets/vault/1":               {"default", estate.Secret, "vault/1"},
		"/gateway_groups/default/plugin_metadata/http-logger":   {"default", estate.PluginMetadata, "http-logger"},
	} {
		group, kind, id, ok := controlplane.ParseKey(name)
		if !ok || group != want.group || kind != want.kind || id != want.id {
			t.Errorf("%s: got %s, %s, %s, %v", name, group, kind, id, ok)
		}
	}
	for _, name := range []string{
		"", "compact_rev_key", "/gateway_groups", "/gateway_groups/", "/gateway_groups/default", "/gateway_groups//routes/r1",
		"/gateway_groups/default/routes", "/gateway_groups/default/routes/", "/gateway_groups/default/routes/a/b",
		"/gateway_groups/default/novelties/n", "/gateway_groups/default/apisix", "/gateway_groups/default/plugins/x",
		"/gateway_groups/default/consumers/rose/credentials/", "/gateway_groups/default/consumers//credentials/c",
		"/gateway_groups/default/consumers/rose/credentials/a/b", "/apisix/routes/r1", "/gateway_groups_of_others/d/routes/r1",
	} {
		if _, kind, id, ok := controlplane.ParseKey(name); ok {
			t.Errorf("%q is taken for %s %s", name, kind, id)
		}
	}
}

func FuzzParseKey(f *testing.F) {
	f.Add("/gateway_groups/default/routes/r1")
	f.Add("/gateway_groups/e1/apisix/consumers/rose/credentials/c1")
	f.Add("/gateway_groups/default/plugins")
	f.Fuzz(func(t *testing.T, name string) {
		group, kind, id, ok := controlplane.ParseKey(name)
		if !ok {
			return
		}
		if group == "" || kind == 0 || strings.Contains(group, "/") {
			t.Errorf("%q: group %q, kind %s", name, group, kind)
		}
		if !strings.HasPrefix(name, "/gateway_groups/"+group+"/") || !strings.HasSuffix(name, id) {
			t.Errorf("%q is not made of %q and %q", name, group, id)
		}
	})
}
