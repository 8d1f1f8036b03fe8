package adminapi_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/test/adminapitest"
	"github.com/api7-preflight/api7-preflight/internal/test/sourcetest"
)

func resource(t *testing.T, all []estate.Resource, k estate.Kind, id string) estate.Resource {
	t.Helper()
	for _, r := range all {
		if r.Kind == k && r.ID == id {
			return r
		}
	}
	t.Fatalf("%s %s was not read", k, id)
	return estate.Resource{}
}

func TestResourcesLookAsFromEveryOtherSource(t *testing.T) {
	t.Parallel()
	all, _ := read(t, open(t, config(serve(t, "3.4.1"))), sourcetest.Everything())
	edge := estate.Group{ID: "5d8c1f0a-3b7e-4f52-9a41-6c0d2e8b7f13", ShortID: "edge-7f3a", Name: "edge"}
	tests := []struct {
		kind  estate.Kind
		id    string
		group estate.Group
		where string
		body  string // empty: not compared
	}{
		{
			estate.GatewayGroup, edge.ID, edge, "/api/gateway_groups/" + edge.ID,
			`{"id":"` + edge.ID + `","short_id":"edge-7f3a","name":"edge","desc":"\u003credacted\u003e","labels":{"zone":"eu"},` +
				`"type":"api7_gateway","config":{"image_tag":"3.4.1"},"enforce_service_publishing":false}`,
		},
		{
			estate.Instance, "i-edge-1", edge, "/api/instances/" + edge.ID + "/i-edge-1",
			`{"id":"i-edge-1","hostname":"gw-edge-1","version":"3.4.1","gateway_group_id":"` + edge.ID +
				`","cores":2,"last_heartbeat":"2026-05-04T03:02:01Z","heartbeat_age_seconds":0}`,
		},
		{estate.Service, "inventory", edge, "/apisix/admin/services/" + edge.ID + "/inventory", ""},
		{
			estate.Publication, "inventory", edge, "/apisix/admin/services/" + edge.ID + "/inventory",
			`{"template_id":"t-inventory","service_id":"inventory","version":"0.9.0"}`,
		},
		{estate.Credential, "moss/credentials/cred-moss-basic", edge, "/apisix/admin/consumers/" + edge.ID + "/moss/credentials/cred-moss-basic", ""},
		{estate.ServiceTemplate, "t-orders", estate.Group{}, "/api/services/template/t-orders", ""},
		{estate.StreamRouteTemplate, "srt-notify", estate.Group{}, "/api/stream_routes/template/srt-notify", ""},
		{estate.ServiceVersion, "sv-payments-1", estate.Group{}, "/api/service_versions/sv-payments-1", ""},
		{estate.RouteVersion, "rv-checkout-pay-1", estate.Group{}, "/api/service_versions/sv-checkout-1/routes/rv-checkout-pay-1", ""},
	}
	for _, tt := range tests {
		r := resource(t, all, tt.kind, tt.id)
		if r.Group != tt.group || r.Origin.Source != "admin-api" || r.Origin.Running || r.Origin.Where("") != tt.where {
			t.Errorf("%s %s: group %+v, origin %+v", tt.kind, tt.id, r.Group, r.Origin)
		}
		if tt.body != "" {
			if diff := cmp.Diff(tt.body, string(r.Body)); diff != "" {
				t.Errorf("%s %s (-want +got):\n%s", tt.kind, tt.id, diff)
			}
		}
	}
	var merged []string
	for _, r := range all {
		if r.Kind == estate.GlobalRule && r.ID == "api7ee-global-rule" {
			merged = append(merged, string(r.Body))
		}
	}
	if text := strings.Join(merged, "\n"); len(merged) != 3 || !strings.Contains(text, `"prometheus":{"prefer_name":true},"request-id":{`) {
		t.Errorf("global rules\n%s", text)
	}
}

func TestSecretFieldsAreDroppedWhereNoRuleCanNeedThem(t *testing.T) {
	t.Parallel()
	in := adminapitest.Installation{Version: "3.4.1", Now: moment, Resources: append(demo(t).Resources,
		estate.Resource{
			Kind: estate.SSL, ID: "s1", Group: estate.Group{ID: "default", ShortID: "default", Name: "default"},
			Body: []byte(`{"id":"s1","snis":["example.org"],"status":1,"cert":"CANARY-SECRET-a","key":"CANARY-SECRET-b","keys":["CANARY-SECRET-c"],"client":{"ca":"CANARY-SECRET-d","depth":2}}`),
		},
		estate.Resource{Kind: estate.CustomPlugin, ID: "p1", Body: []byte(`{"id":"p1","name":"mine","source_code":"CANARY-SECRET-e"}`)},
	)}
	kinds := []estate.Kind{estate.SSL, estate.CustomPlugin, estate.GatewayGroup, estate.Instance}
	all, coverage := read(t, open(t, config(adminapitest.Start(t, in))), sourcetest.Need(kinds...))
	for _, r := range all {
		if strings.Contains(string(r.Body), "CANARY") {
			t.Errorf("%s: %s", r.Kind, r.Body)
		}
	}
	if got := string(resource(t, all, estate.SSL, "s1").Body); !strings.Contains(got, "example.org") || !strings.Contains(got, `"client":{"ca":"<redacted>","depth":2}`) || !json.Valid([]byte(got)) {
		t.Errorf("ssl %s", got)
	}
	for _, k := range kinds {
		if count(coverage, k) < 1 || gaps(coverage, k) != "" {
			t.Errorf("%s: %d, %s", k, count(coverage, k), gaps(coverage, k))
		}
	}
}

func TestVersionsOfControlPlaneAndGateways(t *testing.T) {
	t.Parallel()
	type evidence struct{ Component, Version, Where string }
	of := func(release string) (out []evidence, notes string) {
		src := open(t, config(serve(t, release)))
		found, err := src.Versions(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range found {
			out = append(out, evidence{string(e.Component), e.Version.String(), e.Where})
		}
		_, coverage := read(t, src, sourcetest.Need(estate.GatewayGroup))
		return out, fmt.Sprint(coverage.Notes)
	}
	gateways := []evidence{
		{"gateway instance", "3.4.1", "/api/instances: reported by gw-default-1"},
		{"gateway instance", "3.4.1", "/api/gateway_groups edge: image_tag, the version it is meant to run"},
		{"gateway instance", "3.4.1", "/api/gateway_groups staging: image_tag, the version it is meant to run"},
		{"gateway instance", "3.4.1", "/api/gateway_groups default: image_tag, the version it is meant to run"},
	}
	got, _ := of("3.4.1")
	if diff := cmp.Diff(append([]evidence{{"control plane", "3.4.1", "/api/version of the control plane"}}, gateways...), got); diff != "" {
		t.Errorf("evidence (-want +got):\n%s", diff)
	}
	for release, note := range map[string]string{"dev": "does not give its release", "3.2.10.1": "404 Not Found"} {
		got, notes := of(release)
		if diff := cmp.Diff(gateways, got); diff != "" || !strings.Contains(notes, note) {
			t.Errorf("%s: notes %s evidence (-want +got):\n%s", release, notes, diff)
		}
	}
}

func TestEachReleaseIsAskedForWhatItHas(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		asked, unasked []string
	}{
		"3.2.14.0": {
			asked:   []string{"/api/services/template", "/apisix/admin/routes"},
			unasked: []string{"/credentials", "/upstreams"},
		},
		"3.3.2": {asked: []string{"/credentials"}, unasked: []string{"/upstreams"}},
		"3.5.5": {asked: []string{"/upstreams", "/api/service_versions/"}},
		"3.9.4": {asked: []string{"/upstreams"}},
	}
	for release, tt := range tests {
		t.Run(release, func(t *testing.T) {
			t.Parallel()
			server := serve(t, release)
			src := open(t, config(server))
			_, coverage := read(t, src, sourcetest.Everything())
			for _, k := range coverage.Kinds {
				if text := gaps(coverage, k.Kind); text != "" && text != forgotten && text != ownOnly {
					t.Errorf("%s: %s", k.Kind, text)
				}
			}
			var paths strings.Builder
			for _, r := range server.Requests() {
				paths.WriteString(r.Path + "\n")
			}
			for _, part := range tt.asked {
				if !strings.Contains(paths.String(), part) {
					t.Errorf("not asked for %s", part)
				}
			}
			for _, part := range tt.unasked {
				if strings.Contains(paths.String(), part) {
					t.Errorf("asked for %s, which %s does not have", part, release)
				}
			}
		})
	}
}

// Before 3.2.13 there is no address for the version, and templates are at today's address of published services.
func TestTemplatesOfOldReleasesAreNotTakenForServices(t *testing.T) {
	t.Parallel()
	src := open(t, config(serve(t, "3.2.10.1")))
	all, coverage := read(t, src, ruleNeed())
	resource(t, all, estate.ServiceTemplate, "t-pricing")
	resource(t, all, estate.RouteTemplate, "rt-catalog-item")
	if s := resource(t, all, estate.Service, "inventory"); s.Origin.Table != "/api/gateway_groups/"+s.Group.ID+"/services" {
		t.Errorf("service at %+v", s.Origin)
	}
	for k, complete := range map[estate.Kind]bool{estate.ServiceTemplate: true, estate.Service: true, estate.Route: false, estate.StreamRoute: false} {
		if text := gaps(coverage, k); (text == "") != complete {
			t.Errorf("%s: gaps %q", k, text)
		}
	}
}

func TestUpstreamsComeFromTheirOwnAddress(t *testing.T) {
	t.Parallel()
	all, coverage := read(t, open(t, config(serve(t, "3.9.4"))), sourcetest.Need(estate.Upstream, estate.Service))
	if strings.Contains(string(resource(t, all, estate.Service, "orders").Body), `"upstream":`) {
		t.Error("the server of 3.9 should leave upstreams out of services")
	}
	if up := resource(t, all, estate.Upstream, "orders"); !strings.Contains(string(up.Body), "10.1.0.11") && !strings.Contains(string(up.Body), "10.2.0.11") {
		t.Errorf("upstream %s", up.Body)
	}
	for _, r := range all {
		if owner, _ := estate.NewValue(r.Body).Get("service_id").Text().Known(); r.Kind == estate.Upstream && !strings.HasSuffix(r.Origin.Table, "/services/"+owner+"/upstreams") {
			t.Errorf("upstream %s at %s belongs to %q", r.ID, r.Origin.Table, owner)
		}
	}
	if count(coverage, estate.Upstream) != 15 || gaps(coverage, estate.Upstream) != "" {
		t.Errorf("%d upstreams, %s", count(coverage, estate.Upstream), gaps(coverage, estate.Upstream))
	}
}

func TestHolds(t *testing.T) {
	t.Parallel()
	server := serve(t, "3.9.4")
	src := open(t, config(server))
	for _, k := range estate.Kinds() {
		if want := k != estate.PluginList && k != estate.Secret && k != estate.Database && k != estate.AuditLog && !k.InFiles(); src.Holds(k) != want {
			t.Errorf("holds %s: %v", k, !want)
		}
	}
	_, coverage := read(t, src, sourcetest.Everything())
	for _, k := range []estate.Kind{estate.PluginConfig, estate.ConsumerGroup} {
		if count(coverage, k) != 0 || gaps(coverage, k) != "" {
			t.Errorf("%s: %d, %s", k, count(coverage, k), gaps(coverage, k))
		}
	}
	for _, r := range server.Requests() {
		if strings.Contains(r.Path, "secret") || strings.Contains(r.Path, "plugin_configs") {
			t.Errorf("asked for %s", r.Path)
		}
	}
}

// A control plane reports times in seconds. If one used milliseconds, its instances must not look dead. What cannot be a
// heartbeat is damage.
func TestHeartbeats(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		want, damage string
	}{
		`1777863720`:    {want: `"heartbeat_age_seconds":1}`},
		`1777863720000`: {want: `"heartbeat_age_seconds":1}`},
		`1777863999`:    {want: `"heartbeat_age_seconds":-278}`},
		`1777881999`:    {want: `"hostname":"gw"`, damage: "5 hours ahead"},
		`86400`:         {want: `"hostname":"gw"`, damage: "from the year 1970"},
		`1777777777`:    {want: `"heartbeat_age_seconds":85944}`},
		`null`:          {want: `"gateway_group_id":"default"`},
		`"yesterday"`:   {want: `"heartbeat_age_seconds":"yesterday"}`},
	}
	for beat, tt := range tests {
		server := serve(t, "3.4.1")
		server.Fail(adminapitest.Fault{
			Prefix: "/api/gateway_groups/default/instances",
			Do:     adminapitest.Body(`{"list":[{"id":"i","hostname":"gw","version":"3.4.1","gateway_group_id":"default","last_heartbeat_time":` + beat + `}],"total":1}`),
		})
		cfg := config(server)
		cfg.Now, cfg.Sleep = func() time.Time { return moment }, func(context.Context, time.Duration) error { return nil }
		all, _ := read(t, open(t, cfg), sourcetest.Need(estate.Instance))
		found := resource(t, all, estate.Instance, "i")
		if !strings.Contains(string(found.Body), tt.want) || (found.Damage == "") != (tt.damage == "") || !strings.Contains(found.Damage, tt.damage) {
			t.Errorf("%s: %s, %s", beat, found.Body, found.Damage)
		}
	}
}

func TestInstancesThatAreAllSilentAreAGap(t *testing.T) {
	t.Parallel()
	for after, want := range map[time.Duration]bool{0: false, 72 * time.Hour: true} {
		cfg := config(serve(t, "3.4.1"))
		cfg.Now, cfg.Sleep = func() time.Time { return moment.Add(after) }, func(context.Context, time.Duration) error { return nil }
		_, coverage := read(t, open(t, cfg), sourcetest.Need(estate.Instance))
		silent := slices.ContainsFunc(coverage.Kinds, func(c estate.KindCoverage) bool {
			return slices.ContainsFunc(c.Gaps, func(g estate.Gap) bool { return g.ID == estate.SilentGateways })
		})
		if silent != want {
			t.Errorf("%s later: %+v", after, coverage.Kinds)
		}
	}
}

func TestTemplatePublishedWhereTheTokenSeesNothingIsDoubt(t *testing.T) {
	t.Parallel()
	server := serve(t, "3.4.1")
	server.Fail(adminapitest.Fault{Prefix: "/apisix/admin/services", Do: func(w http.ResponseWriter, r *http.Request, site http.Handler) {
		if r.URL.Query().Get("gateway_group_id") == "default" {
			adminapitest.Body(`{"list":[],"total":0}`)(w, r, site)
			return
		}
		site.ServeHTTP(w, r)
	}})
	_, coverage := read(t, open(t, config(server)), ruleNeed())
	if text := gaps(coverage, estate.Publication); !strings.Contains(text, "template t-orders: it is published to 2 gateway groups but visible on 1") {
		t.Errorf("gaps %s", text)
	}
}

func TestDamagedObjectsAreYieldedAsDamaged(t *testing.T) {
	t.Parallel()
	server := serve(t, "3.4.1")
	server.Fail(adminapitest.Fault{Prefix: "/apisix/admin/global_rules", Do: adminapitest.Body(`{"list":[{"id":"x","plugins":"?"}],"total":1}`)})
	server.Fail(adminapitest.Fault{Prefix: "/apisix/admin/consumers", Do: adminapitest.Body(`{"list":["text",{"desc":"nameless"},{"username":".."}],"total":3}`)})
	all, _ := read(t, open(t, config(server)), sourcetest.Need(estate.GlobalRule, estate.Consumer, estate.Credential))
	damaged := map[estate.Kind]int{}
	for _, r := range all {
		if r.Damage != "" {
			damaged[r.Kind]++
		}
	}
	if damaged[estate.GlobalRule] != 3 || damaged[estate.Consumer] < 6 {
		t.Errorf("damaged %v", damaged)
	}
	for _, r := range server.Requests() {
		if strings.Contains(r.Path, "..") {
			t.Errorf("asked for %s", r.Path)
		}
	}
}

func TestPluginMetadataIsOneResourceForEachPlugin(t *testing.T) {
	t.Parallel()
	server := serve(t, "3.4.1")
	server.Fail(adminapitest.Fault{Prefix: "/apisix/admin/plugin_metadata", Times: 1, Do: adminapitest.Body(
		`{"value":{"http-logger":{"log_format":{"host":"$host"}},"datadog":[],"syslog":"?"}}`)})
	server.Fail(adminapitest.Fault{Prefix: "/apisix/admin/plugin_metadata", Times: 1, Do: adminapitest.Body(`{"list":[]}`)})
	all, coverage := read(t, open(t, config(server)), sourcetest.Need(estate.PluginMetadata))
	if r := resource(t, all, estate.PluginMetadata, "http-logger"); string(r.Body) != `{"id":"http-logger","log_format":{"host":"$host"}}` {
		t.Errorf("body %s", r.Body)
	}
	if r := resource(t, all, estate.PluginMetadata, "datadog"); r.Damage != "" {
		t.Errorf("an empty table of Lua is damage: %s", r.Damage)
	}
	if r := resource(t, all, estate.PluginMetadata, "syslog"); r.Damage == "" {
		t.Error("a text for settings is no damage")
	}
	if text := gaps(coverage, estate.PluginMetadata); !strings.Contains(text, "no value") {
		t.Errorf("gaps %s", text)
	}
}

func TestInstancesComeFromOneListWhereGroupsHaveNone(t *testing.T) {
	t.Parallel()
	server := serve(t, "3.4.1")
	server.Fail(adminapitest.Fault{Prefix: "/api/gateway_groups/", Suffix: "/instances", Do: adminapitest.Status(http.StatusNotFound)})
	server.Fail(adminapitest.Fault{Prefix: "/api/instances", Do: adminapitest.Body(
		`{"list":[{"id":"i1","hostname":"gw","version":"3.4.1","gateway_group_id":"91e6b4d7-c02a-48e8-8f35-2a7d5b9c0e64"},` +
			`{"id":"i2","hostname":"gw","version":"3.4.1","gateway_group_id":"gone"}],"total":2}`)})
	all, coverage := read(t, open(t, config(server)), sourcetest.Need(estate.Instance))
	if r := resource(t, all, estate.Instance, "i1"); r.Group.ShortID != "stg01" {
		t.Errorf("group %+v", r.Group)
	}
	if text := gaps(coverage, estate.Instance); text != "" || len(all) != 2 {
		t.Errorf("%d instances, gaps %s", len(all), text)
	}
}
