package adminapi_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/adminapi"
	"github.com/api7-preflight/api7-preflight/internal/test/adminapitest"
	"github.com/api7-preflight/api7-preflight/internal/test/faulttest"
	"github.com/api7-preflight/api7-preflight/internal/test/sourcetest"
)

// counter counts the requests that pass.
type counter struct{ headers []http.Header }

func (c *counter) RoundTrip(r *http.Request) (*http.Response, error) {
	c.headers = append(c.headers, r.Header)
	return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody}, nil
}

func TestTransportLetsOnlyGetToTheControlPlanePass(t *testing.T) {
	t.Parallel()
	base, err := url.Parse("https://control-plane:7443")
	if err != nil {
		t.Fatal(err)
	}
	passed := &counter{}
	transport := adminapi.Transport(base, adminapitest.Token, "agent", passed)
	try := func(method, target, body string) error {
		req, err := http.NewRequestWithContext(t.Context(), method, target, nil)
		if body != "" {
			req, err = http.NewRequestWithContext(t.Context(), method, target, strings.NewReader(body))
		}
		if err != nil {
			t.Fatal(err)
		}
		resp, err := transport.RoundTrip(req)
		if err == nil {
			_ = resp.Body.Close()
		}
		return err
	}
	for _, method := range []string{"POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT", "get", "PURGE"} {
		if try(method, "https://control-plane:7443/api/version", "") == nil {
			t.Errorf("%s was sent", method)
		}
	}
	for _, target := range []string{"https://elsewhere:7443/", "http://control-plane:7443/", "https://control-plane/", "https://control-plane.example.org:7443/"} {
		if try(http.MethodGet, target, "") == nil {
			t.Errorf("%s was asked", target)
		}
	}
	if try(http.MethodGet, "https://control-plane:7443/", "body") == nil {
		t.Error("a body was sent")
	}
	if len(passed.headers) != 0 {
		t.Fatalf("%d requests passed", len(passed.headers))
	}
	if err := try(http.MethodGet, "https://control-plane:7443/api/version", ""); err != nil || passed.headers[0].Get("X-API-KEY") != adminapitest.Token {
		t.Errorf("%v, headers %v", err, passed.headers)
	}
}

func TestOnlyGetIsSentAndRequestsAreFew(t *testing.T) {
	t.Parallel()
	for _, release := range []string{"3.4.1", "3.9.4"} {
		server := serve(t, release)
		src := open(t, config(server))
		_, coverage := read(t, src, sourcetest.Everything())
		requests := server.Requests()
		for _, r := range requests {
			if r.Method != http.MethodGet || !r.Token || strings.Contains(r.Query+r.Path, adminapitest.Token) {
				t.Errorf("request %+v", r)
			}
		}
		// One for each group and kind of list, and one for each object that has parts; two for services that are
		// asked for under two names, and for upstreams.
		groups := count(coverage, estate.GatewayGroup)
		bound := 4 + groups*7 + count(coverage, estate.ServiceTemplate) + 4*count(coverage, estate.Service) +
			count(coverage, estate.Consumer) + count(coverage, estate.ServiceVersion)
		if int64(len(requests)) > bound {
			t.Errorf("%s: %d requests, want at most %d", release, len(requests), bound)
		}
	}
}

func TestOnlyNeededKindsAreAskedFor(t *testing.T) {
	t.Parallel()
	server := serve(t, "3.9.4")
	_, coverage := read(t, open(t, config(server)), sourcetest.Need(estate.GatewayGroup))
	if n := len(server.Requests()); n != 2 || len(coverage.Kinds) != 1 {
		t.Errorf("%d requests: %v, coverage %+v", n, server.Requests(), coverage.Kinds)
	}
}

func TestPaceIsKept(t *testing.T) {
	t.Parallel()
	server := serve(t, "3.4.1")
	cfg, c := config(server), &clock{}
	cfg.Now, cfg.Sleep, cfg.Rate = c.now, c.sleep, 4
	read(t, open(t, cfg), ruleNeed())
	n := len(server.Requests())
	if want := time.Duration(n-1) * time.Second / 4; c.slept != want {
		t.Errorf("%d requests in %s, want %s", n, c.slept, want)
	}
}

func TestRequestsAtOnceAreBounded(t *testing.T) {
	t.Parallel()
	server := serve(t, "3.4.1")
	var at, most int
	turn := make(chan struct{}, 1)
	server.Fail(adminapitest.Fault{Do: func(w http.ResponseWriter, r *http.Request, site http.Handler) {
		turn <- struct{}{}
		at++
		most = max(most, at)
		<-turn
		site.ServeHTTP(w, r)
		turn <- struct{}{}
		at--
		<-turn
	}})
	cfg := config(server)
	cfg.Concurrency = 3
	read(t, open(t, cfg), ruleNeed())
	turn <- struct{}{}
	if most > 3 {
		t.Errorf("%d requests at once", most)
	}
}

// many returns a list longer than a page.
func many(n int) []estate.Resource {
	group := estate.Group{ID: "default", ShortID: "default", Name: "default"}
	all := []estate.Resource{
		{Kind: estate.GatewayGroup, ID: "default", Group: group, Body: []byte(`{"name":"default"}`)},
		{Kind: estate.Service, ID: "orders", Group: group, Body: []byte(`{"name":"orders","type":"http"}`)},
	}
	for i := range n {
		all = append(all, estate.Resource{Kind: estate.Route, ID: fmt.Sprintf("r%03d", i), Group: group, Body: []byte(`{"service_id":"orders","paths":["/"]}`)})
	}
	return all
}

func TestPagingTrustsNoServer(t *testing.T) {
	t.Parallel()
	keep := func(_ string, total int) int { return total }
	tests := map[string]struct {
		routes int
		fault  func(http.ResponseWriter, *http.Request, http.Handler)
		read   int64  // how many arrive
		gap    string // empty: complete
	}{
		"several pages":                 {routes: 250, read: 250},
		"exactly one page":              {routes: 100, read: 100},
		"none":                          {routes: 0, read: 0},
		"pages are smaller than asked":  {routes: 250, fault: adminapitest.Clamp(30), read: 250},
		"pages are not cut":             {routes: 250, fault: adminapitest.NoPaging, read: 250},
		"total kept":                    {routes: 120, fault: adminapitest.Total(keep), read: 120},
		"total is too large":            {routes: 120, fault: adminapitest.Total(func(string, int) int { return 130 }), read: 120, gap: "120 of 130 received"},
		"no total":                      {routes: 250, fault: adminapitest.Total(func(string, int) int { return -1 }), read: 250},
		"total changes between pages":   {routes: 250, fault: adminapitest.Total(growing), read: 250, gap: "the list changed"},
		"total is 0":                    {routes: 250, fault: adminapitest.Total(func(string, int) int { return 0 }), read: 250, gap: "250 received, and it says that it has 0"},
		"total is 2":                    {routes: 250, fault: adminapitest.Total(func(string, int) int { return 2 }), read: 250, gap: "250 received, and it says that it has 2"},
		"total is that of the page":     {routes: 250, fault: ownTotal, read: 250, gap: "250 received"},
		"total is 0 of a short list":    {routes: 3, fault: adminapitest.Total(func(string, int) int { return 0 }), read: 3, gap: "3 received, and it says that it has 0"},
		"no total and pages are uncut":  {routes: 250, fault: noTotalNoPaging, read: 250},
		"total too large, pages uncut":  {routes: 50, fault: uncutOf60, read: 50, gap: "50 of 60"},
		"pages of 100 are refused":      {routes: 250, fault: pageSizeRefused, read: 0, gap: "400 Bad Request"},
		"every page is the first":       {routes: 250, fault: firstPageOnly, read: 100, gap: "100 of 250 received"},
		"the second page does not come": {routes: 250, fault: secondPageFails, read: 100, gap: "403"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := adminapitest.Start(t, adminapitest.Installation{Version: "3.4.1", Resources: many(tt.routes), Now: moment})
			if tt.fault != nil {
				faulttest.Tried(t, faulttest.AdminAPIAnswers, 1)
				server.Fail(adminapitest.Fault{Prefix: "/apisix/admin/routes", Do: tt.fault})
			}
			all, coverage := read(t, open(t, config(server)), sourcetest.Need(estate.Route))
			ids := map[string]bool{}
			for _, r := range all {
				ids[r.ID] = true
			}
			text := gaps(coverage, estate.Route)
			if int64(len(ids)) != tt.read || (text == "") != (tt.gap == "") || !strings.Contains(text, tt.gap) {
				t.Errorf("%d routes, gaps %q", len(ids), text)
			}
			if n := len(server.Requests()); n > 20 {
				t.Errorf("%d requests", n)
			}
		})
	}
}

// TestAListWithoutEndIsGivenUp has a server with new objects on every page, with and without a total.
func TestAListWithoutEndIsGivenUp(t *testing.T) {
	t.Parallel()
	for _, total := range []string{"", `, "total": 9000000`} {
		server := adminapitest.Start(t, adminapitest.Installation{Version: "3.4.1", Resources: many(1), Now: moment})
		server.Fail(adminapitest.Fault{Prefix: "/apisix/admin/routes", Do: func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
			page := r.URL.Query().Get("page")
			items := make([]string, 100_000)
			for i := range items {
				items[i] = fmt.Sprintf(`{"id":"r-%s-%d"}`, page, i)
			}
			_, _ = fmt.Fprintf(w, `{"list": [%s]%s}`, strings.Join(items, ","), total)
		}})
		coverage, err := open(t, config(server)).Stream(t.Context(), sourcetest.Need(estate.Route), func(*estate.Resource) error { return nil })
		if err != nil {
			t.Fatal(err)
		}
		if text := gaps(coverage, estate.Route); !strings.Contains(text, "no end after 500000 objects") || len(server.Requests()) > 15 {
			t.Errorf("%d requests, gaps %q", len(server.Requests()), text)
		}
	}
}

// ownTotal tells the length of the page for that of the list.
func ownTotal(w http.ResponseWriter, r *http.Request, site http.Handler) {
	adminapitest.Total(func(page string, total int) int {
		n, _ := strconv.Atoi(page)
		return min(max(total-(n-1)*100, 0), 100)
	})(w, r, site)
}

// growing returns the length of a list that grows while it is read.
func growing(page string, total int) int {
	n, _ := strconv.Atoi(page)
	return total - 1 + n
}

func noTotalNoPaging(w http.ResponseWriter, r *http.Request, site http.Handler) {
	adminapitest.Total(func(string, int) int { return -1 })(w, r, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		adminapitest.NoPaging(w, r, site)
	}))
}

func uncutOf60(w http.ResponseWriter, r *http.Request, site http.Handler) {
	adminapitest.Total(func(string, int) int { return 60 })(w, r, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		adminapitest.NoPaging(w, r, site)
	}))
}

func pageSizeRefused(w http.ResponseWriter, r *http.Request, site http.Handler) {
	if size, err := strconv.Atoi(r.URL.Query().Get("page_size")); err == nil && size > 50 {
		adminapitest.Status(http.StatusBadRequest)(w, r, site)
		return
	}
	site.ServeHTTP(w, r)
}

func firstPageOnly(w http.ResponseWriter, r *http.Request, site http.Handler) {
	r = r.Clone(r.Context())
	query := r.URL.Query()
	query.Set("page", "1")
	r.URL.RawQuery = query.Encode()
	site.ServeHTTP(w, r)
}

func secondPageFails(w http.ResponseWriter, r *http.Request, site http.Handler) {
	if r.URL.Query().Get("page") == "2" {
		adminapitest.Status(http.StatusForbidden)(w, r, site)
		return
	}
	site.ServeHTTP(w, r)
}

func TestServerThatIsBusyIsAskedAgain(t *testing.T) {
	t.Parallel()
	later := moment.Add(20 * time.Second).Format(http.TimeFormat)
	tests := map[string]struct {
		do    func(http.ResponseWriter, *http.Request, http.Handler)
		waits []time.Duration // exact waits; nil: not compared
	}{
		"429":                   {do: adminapitest.Status(http.StatusTooManyRequests)},
		"429 with seconds":      {do: adminapitest.Status(http.StatusTooManyRequests, "Retry-After", "7"), waits: []time.Duration{7 * time.Second, 7 * time.Second}},
		"503 with a date":       {do: adminapitest.Status(http.StatusServiceUnavailable, "Retry-After", later)},
		"429 for ever":          {do: adminapitest.Status(http.StatusTooManyRequests, "Retry-After", "86400"), waits: []time.Duration{time.Minute, time.Minute}},
		"500":                   {do: adminapitest.Status(http.StatusInternalServerError)},
		"502":                   {do: adminapitest.Status(http.StatusBadGateway)},
		"the answer breaks":     {do: adminapitest.Cut},
		"the connection resets": {do: adminapitest.Reset},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			faulttest.Tried(t, faulttest.AdminAPIAnswers, 1)
			server := serve(t, "3.4.1")
			server.Fail(adminapitest.Fault{Prefix: "/apisix/admin/consumers", Times: 2, Do: tt.do})
			cfg, c := config(server), &clock{}
			cfg.Now, cfg.Sleep, cfg.Rate = c.now, c.sleep, 1000
			_, coverage := read(t, open(t, cfg), sourcetest.Need(estate.Consumer))
			if text := gaps(coverage, estate.Consumer); text != "" || count(coverage, estate.Consumer) != 6 {
				t.Errorf("%d consumers, gaps %s", count(coverage, estate.Consumer), text)
			}
			waits := c.waits(100 * time.Millisecond)
			// net/http repeats a GET by itself if a kept connection turns out to be closed.
			if len(waits) != 2 && (len(waits) != 1 || name != "the connection resets") || tt.waits != nil && !slices.Equal(waits, tt.waits) {
				t.Errorf("waits %v", waits)
			}
		})
	}
}

func TestRedirectInsideTheControlPlaneIsFollowed(t *testing.T) {
	t.Parallel()
	server := serve(t, "3.4.1")
	server.Fail(adminapitest.Fault{Prefix: "/apisix/admin/consumers", Times: 1, Do: func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
		http.Redirect(w, r, r.URL.RequestURI(), http.StatusTemporaryRedirect)
	}})
	_, coverage := read(t, open(t, config(server)), sourcetest.Need(estate.Consumer))
	if text := gaps(coverage, estate.Consumer); text != "" {
		t.Error(text)
	}
}

func TestRedirectsInCirclesEnd(t *testing.T) {
	t.Parallel()
	server := serve(t, "3.4.1")
	src := open(t, config(server))
	server.Fail(adminapitest.Fault{Prefix: "/apisix/admin/consumers", Do: adminapitest.Redirect(server.URL)})
	before := len(server.Requests())
	_, coverage := read(t, src, sourcetest.Need(estate.Consumer))
	if text := gaps(coverage, estate.Consumer); !strings.Contains(text, "keeps redirecting") {
		t.Errorf("gaps %s", text)
	}
	if n := len(server.Requests()) - before; n > 15 {
		t.Errorf("%d requests", n)
	}
}

func TestTokenGoesToNoOtherHost(t *testing.T) {
	t.Parallel()
	for _, tls := range []bool{false, true} {
		t.Run(fmt.Sprintf("TLS %v", tls), func(t *testing.T) {
			t.Parallel()
			tokenStays(t, tls)
		})
	}
}

// tokenStays redirects the client to a server with a certificate as good as the control plane's.
func tokenStays(t *testing.T, tls bool) {
	t.Helper()
	var stolen []string
	elsewhere := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		stolen = append(stolen, r.Header.Get("X-API-KEY")+r.URL.String())
	}))
	if tls {
		elsewhere.StartTLS()
	} else {
		elsewhere.Start()
	}
	t.Cleanup(elsewhere.Close)
	server := adminapitest.Start(t, adminapitest.Installation{Version: "3.4.1", Resources: demo(t).Resources, TLS: tls, Now: moment})
	src := open(t, config(server))
	server.Fail(adminapitest.Fault{Do: adminapitest.Redirect(elsewhere.URL)})
	_, coverage := read(t, src, ruleNeed())
	if text := gaps(coverage, estate.Service); !strings.Contains(text, "redirects to another host") {
		t.Errorf("gaps %s", text)
	}
	_, err := adminapi.Open(t.Context(), config(server))
	if e, ok := errors.AsType[*estate.OpenError](err); !ok || !strings.Contains(e.Message, "redirects to another host") {
		t.Errorf("error %v", err)
	}
	if len(stolen) > 0 {
		t.Errorf("the other host was asked: %v", stolen)
	}
}
