package adminapi_test

import (
	"flag"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/test/adminapitest"
	"github.com/api7-preflight/api7-preflight/internal/test/faulttest"
	"github.com/api7-preflight/api7-preflight/internal/test/sourcetest"
)

// runs is the number of seeds with which each list is disturbed:
//
//	go test ./internal/source/adminapi -run "ListThatChanges|AmongMoving" -runs 100
var runs = flag.Int("runs", 30, "number of seeds with which each list of the Admin API is disturbed")

// longList is one list of the Admin API, and an installation in which it has several pages.
type longList struct {
	kind           estate.Kind
	prefix, suffix string // of its path
	release        string
	body           string // of each object; % is its number
	id             string // empty: object-%
	others         []estate.Resource
	ordered        bool // a client can ask for an order in which no object moves
}

var everywhere = estate.Group{ID: "default", ShortID: "default", Name: "default"}

func inDefault(k estate.Kind, id, body string) estate.Resource {
	return estate.Resource{Kind: k, ID: id, Group: everywhere, Body: []byte(body)}
}

func anywhere(k estate.Kind, id, body string) estate.Resource {
	return estate.Resource{Kind: k, ID: id, Body: []byte(body)}
}

func longLists() map[string]longList {
	http := []estate.Resource{inDefault(estate.Service, "s", `{"name":"s","type":"http","service_id":"t","version":"1","service_version_id":"v"}`)}
	stream := []estate.Resource{inDefault(estate.Service, "s", `{"name":"s","type":"stream","service_id":"t","version":"1"}`)}
	version := anywhere(estate.ServiceVersion, "v", `{"service_id":"t","version":"1"}`)
	return map[string]longList{
		"gateway groups":         {kind: estate.GatewayGroup, prefix: "/api/gateway_groups", body: `{"name":"g%"}`, ordered: true},
		"instances":              {kind: estate.Instance, suffix: "/instances", body: `{"hostname":"h%","version":"3.4.1","heartbeat_age_seconds":5}`, ordered: true},
		"templates":              {kind: estate.ServiceTemplate, prefix: "/api/services/template", body: `{"name":"t%"}`},
		"routes of a template":   {kind: estate.RouteTemplate, prefix: "/api/routes/template", body: `{"service_id":"t"}`, others: []estate.Resource{anywhere(estate.ServiceTemplate, "t", `{"name":"t"}`)}},
		"streams of a template":  {kind: estate.StreamRouteTemplate, prefix: "/api/stream_routes/template", body: `{"service_id":"t"}`, others: []estate.Resource{anywhere(estate.ServiceTemplate, "t", `{"name":"t","type":"stream"}`)}},
		"services":               {kind: estate.Service, prefix: "/apisix/admin/services", body: `{"name":"s%"}`, ordered: true},
		"services before 3.2.13": {kind: estate.Service, prefix: "/api/gateway_groups/default/services", release: "3.2.10.1", body: `{"name":"s%"}`, ordered: true},
		"routes":                 {kind: estate.Route, prefix: "/apisix/admin/routes", body: `{"service_id":"s"}`, others: http, ordered: true},
		"stream routes":          {kind: estate.StreamRoute, prefix: "/apisix/admin/stream_routes", body: `{"service_id":"s","server_port":1}`, others: stream},
		"upstreams":              {kind: estate.Upstream, suffix: "/upstreams", release: "3.9.4", body: `{"service_id":"s"}`, others: http},
		"versions":               {kind: estate.ServiceVersion, suffix: "/versions", body: `{"service_id":"t"}`, others: http, ordered: true},
		"routes of a version":    {kind: estate.RouteVersion, prefix: "/api/service_versions/v/routes", body: `{"service_version_id":"v"}`, others: append([]estate.Resource{version}, http...), ordered: true},
		"streams of a version":   {kind: estate.RouteVersion, prefix: "/api/service_versions/v/stream_routes", body: `{"service_version_id":"v","server_port":1}`, others: append([]estate.Resource{version}, stream...)},
		"consumers":              {kind: estate.Consumer, prefix: "/apisix/admin/consumers", body: `{"username":"object-%"}`, ordered: true},
		"credentials":            {kind: estate.Credential, suffix: "/credentials", body: `{"name":"c%"}`, id: "rose/credentials/object-%", others: []estate.Resource{inDefault(estate.Consumer, "rose", `{"username":"rose"}`)}},
		"certificates":           {kind: estate.SSL, prefix: "/apisix/admin/ssls", body: `{"snis":["n%"]}`, ordered: true},
		"protos":                 {kind: estate.Proto, prefix: "/apisix/admin/protos", body: `{"desc":"p%"}`},
		"custom plugins":         {kind: estate.CustomPlugin, prefix: "/api/custom_plugins", body: `{"name":"p%"}`},
		"tokens":                 {kind: estate.Token, prefix: "/api/settings/tokens", release: "3.2.9.5", body: `{"name":"t%"}`, ordered: true},
		"policies":               {kind: estate.PermissionPolicy, prefix: "/api/permission_policies", body: `{"name":"p%"}`},
		"products":               {kind: estate.APIProduct, prefix: "/api/api_products", body: `{"name":"p%"}`},
		"developers":             {kind: estate.Developer, prefix: "/api/developers", body: `{"status":"accepted"}`},
	}
}

// long is the number of objects in a list of several pages.
const long = 202

func (l *longList) serve(t *testing.T) (server *adminapitest.Server, ids []string) {
	t.Helper()
	all := append([]estate.Resource{inDefault(estate.GatewayGroup, "default", `{"name":"default"}`)}, l.others...)
	for i := range long {
		number := fmt.Sprintf("%03d", i)
		id := "object-%"
		if l.id != "" {
			id = l.id
		}
		id = strings.ReplaceAll(id, "%", number)
		one := inDefault(l.kind, id, strings.ReplaceAll(l.body, "%", number))
		switch l.kind { //nolint:exhaustive // the others belong to a gateway group
		case estate.ServiceTemplate, estate.RouteTemplate, estate.StreamRouteTemplate, estate.ServiceVersion, estate.RouteVersion, estate.CustomPlugin,
			estate.Token, estate.PermissionPolicy, estate.APIProduct, estate.Developer:
			one.Group = estate.Group{}
		case estate.GatewayGroup:
			one.Group = estate.Group{ID: id, ShortID: id, Name: id}
		}
		all = append(all, one)
		ids = append(ids, id)
	}
	release := "3.4.1"
	if l.release != "" {
		release = l.release
	}
	return adminapitest.Start(t, adminapitest.Installation{Version: release, Resources: all, Now: moment}), ids
}

// disturbance returns the disturbance of a run: moves alone, or deletions and creations, or all of them.
func (l *longList) disturbance(seed int) adminapitest.Disturbance {
	d := adminapitest.Disturbance{Prefix: l.prefix, Suffix: l.suffix, Seed: uint64(seed)}
	switch seed % 4 {
	case 0:
		d.Moves = 1 + seed%90
	case 1:
		d.Deletes, d.Creates = 1, 1
	case 2:
		d.Moves, d.Deletes, d.Creates = 1, 1, 1
	default:
		d.Moves, d.Deletes, d.Creates = 3, 2, 2
	}
	return d
}

// TestListThatChangesIsReadCompletelyOrUnknown disturbs every list that can have several pages. An object that was
// there all the time is read, or the kind has a gap. Where the order of a list can be chosen, moves lose nothing.
func TestListThatChangesIsReadCompletelyOrUnknown(t *testing.T) {
	t.Parallel()
	for name, l := range longLists() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			faulttest.Tried(t, faulttest.AdminAPILists, *runs)
			server, ids := l.serve(t)
			complete := 0
			for seed := range *runs {
				server.Disturb(l.disturbance(seed))
				whole, missing := l.read(t, server, ids)
				if whole {
					complete++
				}
				if whole && missing != "" {
					t.Errorf("run %d: %s was not read, and there is no gap", seed, missing)
				}
				if moves := seed%4 == 0; moves && l.ordered && !whole {
					t.Errorf("run %d: moves made a gap, although the order of the list was chosen", seed)
				}
			}
			if complete == 0 || complete == *runs {
				t.Errorf("%d of %d runs complete: the disturbance proves nothing", complete, *runs)
			}
		})
	}
}

// read reads the list, and returns whether it is said to be complete, and an object that is missing.
func (l *longList) read(t *testing.T, server *adminapitest.Server, ids []string) (whole bool, missing string) {
	t.Helper()
	src := open(t, config(server))
	got := map[string]int{}
	coverage, err := src.Stream(t.Context(), sourcetest.Need(l.kind), func(r *estate.Resource) error {
		got[strings.Clone(r.ID)]++
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for id, n := range got {
		if n > 1 && l.kind != estate.GatewayGroup {
			t.Errorf("%s was yielded %d times", id, n)
		}
	}
	for _, id := range ids {
		_, bare, _ := strings.Cut(id, "/credentials/")
		if got[id] == 0 && !server.Deleted(id) && (bare == "" || !server.Deleted(bare)) {
			missing = id
		}
	}
	return gaps(coverage, l.kind) == "", missing
}

// TestOldInstanceAmongMovingOnesIsFoundOrUnknown has one instance that is too old for the target, and heartbeats that
// reorder all others. The verdict must not be ready, whether the server keeps the order that it is asked for or not.
func TestOldInstanceAmongMovingOnesIsFoundOrUnknown(t *testing.T) {
	t.Parallel()
	for name, keeps := range map[string]bool{"order kept": true, "order ignored": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			faulttest.Tried(t, faulttest.AdminAPILists, *runs)
			l := longLists()["instances"]
			l.others = []estate.Resource{inDefault(estate.Instance, "old", `{"hostname":"old","version":"3.2.1","heartbeat_age_seconds":5}`)}
			server, _ := l.serve(t)
			if !keeps {
				server.Fail(adminapitest.Fault{Suffix: l.suffix, Do: unordered})
			}
			found := 0
			for seed := range *runs {
				server.Disturb(adminapitest.Disturbance{Suffix: l.suffix, Seed: uint64(seed), Moves: 1 + seed%long})
				r := assess(t, open(t, config(server)), "3.4.1")
				switch {
				case tooOld(r):
					found++
				case r.Verdict != report.Incomplete:
					t.Errorf("run %d: %s, and the old instance was not found", seed, r.Verdict)
				}
			}
			if keeps && found < *runs {
				t.Errorf("found in %d of %d runs", found, *runs)
			}
		})
	}
}

// tooOld reports whether the old instance was found.
func tooOld(r *report.Report) bool {
	return slices.ContainsFunc(r.Findings.List(), func(f report.Finding) bool { return f.Object.ID == "old" || strings.Contains(f.Message, "3.2.1") })
}

// unordered answers as a server that does not know the parameters of the order.
func unordered(w http.ResponseWriter, r *http.Request, site http.Handler) {
	r = r.Clone(r.Context())
	query := r.URL.Query()
	query.Del("order_by")
	r.URL.RawQuery = query.Encode()
	site.ServeHTTP(w, r)
}
