package adminapi_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/adminapi"
	"github.com/api7-preflight/api7-preflight/internal/test/adminapitest"
	"github.com/api7-preflight/api7-preflight/internal/test/sourcetest"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// manyServices returns services with a route each, on several gateway groups, more than a page on each.
func manyServices(release string, groups, each int) adminapitest.Installation {
	in := adminapitest.Installation{Version: release, Now: moment}
	for g := range groups {
		id := fmt.Sprintf("g%d", g)
		group := estate.Group{ID: id, ShortID: id, Name: id}
		in.Resources = append(in.Resources, estate.Resource{Kind: estate.GatewayGroup, ID: id, Group: group, Body: []byte(`{"name":"` + id + `"}`)})
		for i := range each {
			service := fmt.Sprintf("s%d-%03d", g, i)
			in.Resources = append(in.Resources,
				estate.Resource{Kind: estate.Service, ID: service, Group: group, Body: []byte(`{"name":"s","type":"http","service_id":"t-` + service + `"}`)},
				estate.Resource{Kind: estate.Route, ID: "r-" + service, Group: group, Body: []byte(`{"service_id":"` + service + `"}`)},
				estate.Resource{Kind: estate.Consumer, ID: service, Group: group, Body: []byte(`{"username":"` + service + `"}`)},
			)
		}
	}
	return in
}

// asked counts the requests to paths with this beginning and end.
func asked(server *adminapitest.Server, prefix, suffix string) int {
	n := 0
	for _, r := range server.Requests() {
		if strings.HasPrefix(r.Path, prefix) && strings.HasSuffix(r.Path, suffix) {
			n++
		}
	}
	return n
}

// TestAddressThatFailsIsGivenUpOnce has an address that fails for every one of hundreds of objects, on several gateway
// groups. It is asked for a few of them, and the rest is one gap.
func TestAddressThatFailsIsGivenUpOnce(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		prefix, suffix string
		kinds          []estate.Kind
		lists          int
		do             func(http.ResponseWriter, *http.Request, http.Handler)
		attempts       int
	}{
		"routes answer 500":      {prefix: "/apisix/admin/routes", kinds: []estate.Kind{estate.Route}, lists: 390, do: adminapitest.Status(500), attempts: adminapi.Attempts},
		"routes answer 429":      {prefix: "/apisix/admin/routes", kinds: []estate.Kind{estate.Route}, lists: 390, do: adminapitest.Status(429), attempts: adminapi.Attempts},
		"upstreams answer 502":   {suffix: "/upstreams", kinds: []estate.Kind{estate.Upstream}, lists: 390, do: adminapitest.Status(502), attempts: adminapi.Attempts},
		"credentials answer 503": {suffix: "/credentials", kinds: []estate.Kind{estate.Credential}, lists: 390, do: adminapitest.Status(503), attempts: adminapi.Attempts},
		"routes hang":            {prefix: "/apisix/admin/routes", kinds: []estate.Kind{estate.Route}, lists: 390, do: adminapitest.Hang, attempts: 2},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := adminapitest.Start(t, manyServices("3.9.4", 3, 130))
			server.Fail(adminapitest.Fault{Prefix: tt.prefix, Suffix: tt.suffix, Do: tt.do})
			cfg := config(server)
			if tt.attempts == 2 {
				cfg.Timeout = 300 * time.Millisecond
			}
			_, coverage := read(t, open(t, cfg), sourcetest.Need(append(tt.kinds, estate.Service, estate.Consumer)...))
			for _, k := range tt.kinds {
				want := fmt.Sprintf("%d more lists like ", tt.lists-3)
				if text := gaps(coverage, k); !strings.Contains(text, want) || !strings.Contains(text, "failed 3 times in a row: ") {
					t.Errorf("%s: %s", k, text)
				}
			}
			if text := gaps(coverage, estate.Service) + gaps(coverage, estate.Consumer); text != "" {
				t.Errorf("other kinds: %s", text)
			}
			// A few more lists are on their way when the third failure arrives.
			if n, most := asked(server, tt.prefix, tt.suffix), (3+adminapi.DefaultConcurrency)*tt.attempts; n > most {
				t.Errorf("%d requests, want at most %d", n, most)
			}
		})
	}
}

// TestAddressThatFailsSometimesIsAskedForEverything has failures that are never three in a row.
func TestAddressThatFailsSometimesIsAskedForEverything(t *testing.T) {
	t.Parallel()
	server := adminapitest.Start(t, manyServices("3.4.1", 1, 150))
	server.Fail(adminapitest.Fault{Prefix: "/apisix/admin/routes", Do: func(w http.ResponseWriter, r *http.Request, site http.Handler) {
		if strings.HasSuffix(r.URL.Query().Get("service_id"), "7") {
			adminapitest.Status(http.StatusInternalServerError)(w, r, site)
			return
		}
		site.ServeHTTP(w, r)
	}})
	_, coverage := read(t, open(t, config(server)), sourcetest.Need(estate.Route))
	if n := count(coverage, estate.Route); n != 135 || strings.Contains(gaps(coverage, estate.Route), "like") {
		t.Errorf("%d routes, gaps %s", n, gaps(coverage, estate.Route))
	}
}

func TestTwoRunsReadTheSameInTheSameOrder(t *testing.T) {
	t.Parallel()
	server := adminapitest.Start(t, manyServices("3.9.4", 2, 120))
	server.Fail(adminapitest.Fault{Suffix: "/upstreams", Do: adminapitest.Status(http.StatusInternalServerError)})
	run := func(concurrency int) (ids []string, text string) {
		cfg := config(server)
		cfg.Concurrency = concurrency
		all, coverage := read(t, open(t, cfg), ruleNeed())
		for _, r := range all {
			ids = append(ids, r.Kind.String()+" "+r.ID)
		}
		return ids, fmt.Sprint(coverage)
	}
	ids, text := run(1)
	for _, concurrency := range []int{2, 7, 40} {
		others, other := run(concurrency)
		if diff := cmp.Diff(ids, others); diff != "" || other != text {
			t.Errorf("%d at once (-one +several):\n%s\n%s", concurrency, diff, cmp.Diff(text, other))
		}
	}
}

// TestDeadlineCountsTheWholeRun has two calls that are in time each, and not together.
func TestDeadlineCountsTheWholeRun(t *testing.T) {
	t.Parallel()
	server := serve(t, "3.4.1")
	cfg := config(server)
	cfg.Deadline = time.Second
	src := open(t, cfg)
	server.Fail(adminapitest.Fault{Prefix: "/apisix/admin/consumers", Do: func(w http.ResponseWriter, r *http.Request, site http.Handler) {
		select {
		case <-time.After(400 * time.Millisecond):
			site.ServeHTTP(w, r)
		case <-r.Context().Done():
		}
	}})
	var err error
	calls := 0
	for ; err == nil && calls < 10; calls++ {
		_, err = src.Stream(t.Context(), sourcetest.Need(estate.Consumer), func(*estate.Resource) error { return nil })
	}
	if e, ok := errors.AsType[*estate.OpenError](err); !ok || !strings.Contains(e.Message, "within 1s, which is all that a run may take") ||
		!strings.Contains(e.Message, "requests were sent") || !strings.Contains(e.Hint, "--api-concurrency") || calls > 3 {
		t.Errorf("%d calls, error %v", calls, err)
	}
}

// TestOnlyServicesThatWerePublishedAsVersionsAreAskedForThem counts what is asked for services that say no version:
// one, to see whether the list shows versions at all.
func TestOnlyServicesThatWerePublishedAsVersionsAreAskedForThem(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		body     string
		versions bool
		asked    int
	}{
		"no template":                      {body: `{"name":"s"}`},
		"no version":                       {body: `{"name":"s","service_id":"t"}`, asked: 1},
		"an empty version":                 {body: `{"name":"s","service_id":"t","version":"","service_version_id":""}`, asked: 1},
		"a version":                        {body: `{"name":"s","service_id":"t","version":"1.0"}`, asked: 60},
		"the id of a version":              {body: `{"name":"s","service_id":"t","service_version_id":"v"}`, asked: 60},
		"a list that leaves versions out":  {body: `{"name":"s","service_id":"t"}`, versions: true, asked: 60},
		"versions, and they are empty too": {body: `{"name":"s","service_id":"t","version":""}`, versions: true, asked: 60},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := adminapitest.Installation{Version: "3.9.4", Now: moment, Resources: []estate.Resource{inDefault(estate.GatewayGroup, "default", `{"name":"default"}`)}}
			for i := range 60 {
				in.Resources = append(in.Resources, inDefault(estate.Service, fmt.Sprintf("s%02d", i), tt.body))
			}
			want := int64(0)
			if tt.versions {
				in.Resources = append(in.Resources, anywhere(estate.ServiceVersion, "v", `{"service_id":"t","version":"1"}`))
				want = 1
			}
			server := adminapitest.Start(t, in)
			_, coverage := read(t, open(t, config(server)), sourcetest.Need(estate.ServiceVersion))
			if n := asked(server, "/api/gateway_groups/", "/versions"); n != tt.asked || count(coverage, estate.ServiceVersion) != want {
				t.Errorf("%d requests for versions, want %d; %d versions", n, tt.asked, count(coverage, estate.ServiceVersion))
			}
		})
	}
}

func TestTheProgramNamesItself(t *testing.T) {
	t.Parallel()
	server := serve(t, "3.4.1")
	cfg := config(server)
	cfg.UserAgent = "api7-preflight/1.2.3"
	read(t, open(t, cfg), ruleNeed())
	for _, r := range server.Requests() {
		if r.Agent != "api7-preflight/1.2.3" {
			t.Fatalf("User-Agent %q", r.Agent)
		}
	}
}

func TestLineBreakAfterTheTokenIsCutOff(t *testing.T) {
	t.Parallel()
	for _, end := range []string{"\n", "\r\n", "\n\n"} {
		cfg := config(serve(t, "3.4.1"))
		cfg.Token += end
		open(t, cfg)
	}
}

// TestWhatTheUserSaysCountsWhereTheControlPlaneDoesNotTell refuses the version, and looks at what is asked.
func TestWhatTheUserSaysCountsWhereTheControlPlaneDoesNotTell(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusForbidden, http.StatusNotFound, http.StatusInternalServerError} {
		for installed, want := range map[string]bool{"3.3.2": false, "3.9.4": true} {
			server := serve(t, "3.9.4")
			server.Fail(adminapitest.Fault{Prefix: "/api/version", Do: adminapitest.Status(status)})
			cfg := config(server)
			cfg.Installed = version.MustParse(installed)
			src := open(t, cfg)
			evidence, err := src.Versions(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range evidence {
				if e.Component == estate.ControlPlane {
					t.Errorf("what the user says is taken for what the control plane says: %+v", e)
				}
			}
			_, coverage := read(t, src, ruleNeed())
			if got := asked(server, "", "/upstreams") > 0; got != want {
				t.Errorf("%d, installed %s: asked for upstreams: %v", status, installed, got)
			}
			if notes := fmt.Sprint(coverage.Notes); !strings.Contains(notes, "is read as "+installed) {
				t.Errorf("%d: notes %s", status, notes)
			}
		}
	}
	old := serve(t, "3.2.10.1") // which keeps templates where later ones keep services, whatever the user says
	cfg := config(old)
	cfg.Installed = version.MustParse("3.9.4")
	all, _ := read(t, open(t, cfg), sourcetest.Need(estate.ServiceTemplate))
	resource(t, all, estate.ServiceTemplate, "t-pricing")
}

// TestSNIsLeaveMutualTLSUnknown has SSL objects beside SNIs, for which no public source says how mutual TLS is shown.
func TestSNIsLeaveMutualTLSUnknown(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		release string
		snis    []string
		status  int
		gap     string
	}{
		"no SNIs":            {release: "3.4.1"},
		"SNIs":               {release: "3.4.1", snis: []string{"a", "b"}, gap: ": 2 SNIs: mutual TLS is set on SNIs from 3.4.0 on"},
		"SNIs of 3.9":        {release: "3.9.4", snis: []string{"a"}, gap: ": 1 SNI: mutual TLS"},
		"before SNIs":        {release: "3.3.2", snis: []string{"a"}},
		"SNIs are forbidden": {release: "3.8.17", status: http.StatusForbidden, gap: "gateway:GetSNI"},
		"SNIs are not found": {release: "3.8.17", status: http.StatusNotFound, gap: "404"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := adminapitest.Start(t, adminapitest.Installation{Version: tt.release, Resources: demo(t).Resources, SNIs: tt.snis, Now: moment})
			if tt.status > 0 {
				server.Fail(adminapitest.Fault{Prefix: "/apisix/admin/snis", Do: adminapitest.Status(tt.status)})
			}
			_, coverage := read(t, open(t, config(server)), sourcetest.Need(estate.SSL))
			if text := gaps(coverage, estate.SSL); (text == "") != (tt.gap == "") || !strings.Contains(text, tt.gap) {
				t.Errorf("gaps %s", text)
			}
			for _, g := range coverage.Kinds[0].Gaps {
				if g.Of != "client" {
					t.Errorf("%s: more than the field client is unknown", g.What)
				}
			}
		})
	}
}

// TestVersionsAndStreamUseTheSameInstances asks for the instances once, so that what decides the path is what is judged.
func TestVersionsAndStreamUseTheSameInstances(t *testing.T) {
	t.Parallel()
	server := serve(t, "3.4.1")
	src := open(t, config(server))
	if _, err := src.Versions(t.Context()); err != nil {
		t.Fatal(err)
	}
	before := asked(server, "", "/instances")
	_, coverage := read(t, src, sourcetest.Need(estate.Instance))
	if after := asked(server, "", "/instances"); after != before || count(coverage, estate.Instance) == 0 {
		t.Errorf("%d requests, %d after the stream, %d instances", before, after, count(coverage, estate.Instance))
	}
}

// TestProgressIsTold counts the requests that are told.
func TestProgressIsTold(t *testing.T) {
	t.Parallel()
	server := adminapitest.Start(t, manyServices("3.4.1", 1, 120))
	var told, rows int64
	listen := make(chan estate.Progress, 10_000)
	ctx := estate.WithProgress(t.Context(), func(p estate.Progress) { listen <- p })
	src, err := adminapi.Open(ctx, config(server))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = src.Close() }()
	yield := estate.Telling(ctx, "admin-api", func(*estate.Resource) error { return nil })
	if _, err := src.Stream(ctx, sourcetest.Need(estate.Service, estate.Route, estate.Consumer), yield); err != nil {
		t.Fatal(err)
	}
	close(listen)
	for p := range listen {
		if p.Source != "admin-api" {
			t.Errorf("%+v", p)
		}
		told, rows = max(told, p.Requests), max(rows, p.Count)
	}
	if want := int64(len(server.Requests())); told != want || rows != 256 {
		t.Errorf("%d requests told, want %d; %d rows told of 360", told, want, rows)
	}
}

// TestDiagnosisNamesEachAddress looks for one row for each, without ids of objects.
func TestDiagnosisNamesEachAddress(t *testing.T) {
	t.Parallel()
	d, err := open(t, config(serve(t, "3.9.4"))).Diagnose(t.Context(), sourcetest.Everything())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, a := range d.Addresses {
		got = append(got, a.Path)
	}
	want := []string{
		"/api/api_products", "/api/custom_plugins", "/api/developers", "/api/gateway_groups", "/api/gateway_groups/{id}/instances",
		"/api/gateway_groups/{id}/services/{id}/versions", "/api/permission_policies", "/api/portals", "/api/routes/template",
		"/api/service_versions/{id}/routes", "/api/service_versions/{id}/stream_routes", "/api/services/template", "/api/stream_routes/template",
		"/api/tokens", "/api/version", "/apisix/admin/consumers", "/apisix/admin/consumers/{id}/credentials", "/apisix/admin/global_rules",
		"/apisix/admin/plugin_metadata", "/apisix/admin/protos", "/apisix/admin/routes", "/apisix/admin/services",
		"/apisix/admin/services/{id}/upstreams", "/apisix/admin/snis", "/apisix/admin/ssls", "/apisix/admin/stream_routes",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("addresses (-want +got):\n%s", diff)
	}
}

func TestNullForStatementsPermitsNothing(t *testing.T) {
	t.Parallel()
	server := organisation(t, "3.9.4")
	server.Fail(adminapitest.Fault{Prefix: "/api/permission_policies", Do: adminapitest.Body(`{"list":[{"id":"a","statement":null},{"id":"b","statement":[]},{"id":"c"}],"total":3}`)})
	all, _ := read(t, open(t, config(server)), sourcetest.Need(estate.PermissionPolicy))
	for id, want := range map[string]string{"a": `{"id":"a","statement":[]}`, "b": `{"id":"b","statement":[]}`, "c": `{"id":"c"}`} {
		if got := string(resource(t, all, estate.PermissionPolicy, id).Body); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
