package adminapi_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/source/adminapi"
	"github.com/api7-preflight/api7-preflight/internal/test/adminapitest"
	"github.com/api7-preflight/api7-preflight/internal/test/faulttest"
	"github.com/api7-preflight/api7-preflight/internal/test/sourcetest"
)

// opening checks that opening fails, and returns the error.
func opening(t *testing.T, cfg adminapi.Config) *estate.OpenError {
	t.Helper()
	_, err := adminapi.Open(t.Context(), cfg)
	e := sourcetest.Refused(t, err)
	if text := e.Hint + fmt.Sprintf("%+v", err); strings.Contains(text, "CANARY") {
		t.Errorf("error and hint: %s", text)
	}
	return e
}

func TestOpenErrorsSayWhatToDo(t *testing.T) {
	t.Parallel()
	dead := httptest.NewServer(nil)
	dead.Close()
	secure := adminapitest.Start(t, adminapitest.Installation{Version: "3.4.1", Resources: demo(t).Resources, TLS: true, Now: moment})
	plain := serve(t, "3.4.1")
	faulty := func(do func(http.ResponseWriter, *http.Request, http.Handler)) string {
		server := serve(t, "3.4.1")
		server.Fail(adminapitest.Fault{Do: do})
		return server.URL
	}
	tests := map[string]struct {
		url           string
		change        func(*adminapi.Config)
		message, hint string
	}{
		"refused":            {url: dead.URL, message: "connection refused", hint: "7443"},
		"no such host":       {url: "http://control-plane.invalid:7443", message: "cannot reach", hint: "--admin-api"},
		"unknown CA":         {url: secure.URL, change: func(c *adminapi.Config) { c.CAFile = "" }, message: "TLS: x509", hint: "--ca-file"},
		"no CA file":         {url: secure.URL, change: func(c *adminapi.Config) { c.CAFile = filepath.Join(t.TempDir(), "none") }, message: "CA file", hint: "--ca-file"},
		"empty CA file":      {url: secure.URL, change: func(c *adminapi.Config) { c.CAFile = "helpers_test.go" }, message: "holds no certificate", hint: "PEM"},
		"another name":       {url: strings.Replace(secure.URL, "127.0.0.1", "localhost", 1), message: "TLS: x509", hint: "name"},
		"TLS to plain":       {url: strings.Replace(plain.URL, "http:", "https:", 1), message: "does not speak TLS", hint: "http://"},
		"plain to TLS":       {url: strings.Replace(secure.URL, "https:", "http:", 1), message: "400", hint: "https://"},
		"wrong token":        {url: plain.URL, change: func(c *adminapi.Config) { c.Token = "a7ee-CANARY-wrong" }, message: "does not accept the token", hint: "API7_PREFLIGHT_TOKEN"},
		"no token":           {url: plain.URL, change: func(c *adminapi.Config) { c.Token = "" }, message: "no token", hint: "API7_PREFLIGHT_TOKEN"},
		"token with newline": {url: plain.URL, change: func(c *adminapi.Config) { c.Token = "CANARY\nx" }, message: "character", hint: "API7_PREFLIGHT_TOKEN"},
		"may list nothing":   {url: faulty(adminapitest.Status(http.StatusForbidden)), message: "does not let the token list", hint: "policies"},
		"not there":          {url: faulty(adminapitest.Status(http.StatusNotFound)), message: "not the control plane", hint: "Dashboard"},
		"web page":           {url: faulty(adminapitest.Body("<!doctype html>")), message: "web page", hint: "Dashboard"},
		"other JSON":         {url: faulty(adminapitest.Body(`{"list":1}`)), message: "not the control plane", hint: "Dashboard"},
		"garbage":            {url: faulty(adminapitest.Body(`{"value":`)), message: "not the JSON", hint: "Dashboard"},
		"always 500":         {url: faulty(adminapitest.Status(http.StatusInternalServerError)), message: "500 Internal Server Error", hint: "log"},
		"always 429":         {url: faulty(adminapitest.Status(http.StatusTooManyRequests)), message: "429 Too Many Requests", hint: "try again"},
		"always reset":       {url: faulty(adminapitest.Reset), message: "connection was closed", hint: "control plane is up"},
		"password with /":    {url: "https://ro:12/CANARY@control-plane:7443", message: "user or password", hint: "API7_PREFLIGHT_TOKEN"},
		"password with #":    {url: "https://ro:12#CANARY@control-plane:7443", message: "user or password", hint: "API7_PREFLIGHT_TOKEN"},
		"password with @":    {url: "https://ro:x@CANARY/y@control-plane:7443", message: "user or password", hint: "API7_PREFLIGHT_TOKEN"},
		"password in URL":    {url: "https://ro:CANARY@control-plane:7443", message: "user or password", hint: "API7_PREFLIGHT_TOKEN"},
		"no scheme":          {url: "control-plane:7443", message: "https://", hint: "--admin-api"},
		"broken URL":         {url: "https://control-plane:CANARY", message: "cannot be read", hint: "--admin-api"},
		"query in URL":       {url: "https://control-plane:7443?x=CANARY", message: "query", hint: "--admin-api"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			faulttest.Tried(t, faulttest.AdminAPIAnswers, 1)
			cfg := config(secure)
			cfg.URL = tt.url
			if tt.change != nil {
				tt.change(&cfg)
			}
			if e := opening(t, cfg); !strings.Contains(e.Message, tt.message) || !strings.Contains(e.Hint, tt.hint) {
				t.Errorf("error %q, hint %q", e.Message, e.Hint)
			}
		})
	}
}

func TestTLSIsVerifiedUnlessToldOtherwise(t *testing.T) {
	t.Parallel()
	server := adminapitest.Start(t, adminapitest.Installation{Version: "3.4.1", Resources: demo(t).Resources, TLS: true, Now: moment})
	notes := func(src *adminapi.Source) string {
		_, coverage := read(t, src, sourcetest.Need(estate.GatewayGroup))
		return fmt.Sprint(coverage.Notes)
	}
	src := open(t, config(server))
	if src.Info() != (estate.Info{Kind: "admin-api", Name: server.URL}) || strings.Contains(notes(src), "not verified") {
		t.Errorf("%+v, %s", src.Info(), notes(src))
	}
	cfg := config(server)
	cfg.CAFile, cfg.Insecure = "", true
	src = open(t, cfg)
	if src.Info().Name != server.URL+" (TLS not verified)" || !strings.Contains(notes(src), "was not verified") {
		t.Errorf("%+v, %s", src.Info(), notes(src))
	}
}

func TestBaseURLMayHavePathAndSlash(t *testing.T) {
	t.Parallel()
	site := serve(t, "3.4.1")
	target, err := url.Parse(site.URL)
	if err != nil {
		t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) }}
	behind := httptest.NewServer(http.StripPrefix("/console/api7", proxy))
	t.Cleanup(behind.Close)
	for base, name := range map[string]string{
		site.URL: site.URL, site.URL + "/": site.URL, behind.URL + "/console/api7": behind.URL + "/console/api7",
		behind.URL + "/console/api7//": behind.URL + "/console/api7",
	} {
		cfg := config(site)
		cfg.URL = base
		src := open(t, cfg)
		if _, coverage := read(t, src, sourcetest.Need(estate.Service)); src.Info().Name != name || count(coverage, estate.Service) != 15 {
			t.Errorf("%s: name %s, coverage %+v", base, src.Info().Name, coverage)
		}
	}
}

func TestRefusalSpoilsItsKindAndNothingElse(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		fault adminapitest.Fault
		hit   []estate.Kind
		want  []string
	}{
		"403 for consumers": {
			fault: adminapitest.Fault{Prefix: "/apisix/admin/consumers", Do: adminapitest.Status(http.StatusForbidden)},
			hit:   []estate.Kind{estate.Consumer, estate.Credential}, want: []string{"403 Forbidden", "gateway:GetConsumer", "gateway group edge"},
		},
		"403 for credentials": {
			fault: adminapitest.Fault{Prefix: "/apisix/admin/consumers", Suffix: "/credentials", Do: adminapitest.Status(http.StatusForbidden)},
			hit:   []estate.Kind{estate.Credential}, want: []string{"/apisix/admin/consumers/rose/credentials"},
		},
		"404 for templates": {
			fault: adminapitest.Fault{Prefix: "/api/services/template", Do: adminapitest.Status(http.StatusNotFound)},
			hit:   []estate.Kind{estate.ServiceTemplate, estate.RouteTemplate, estate.StreamRouteTemplate}, want: []string{"404 Not Found"},
		},
		"404 for history": {
			fault: adminapitest.Fault{Prefix: "/api/gateway_groups/", Suffix: "/versions", Do: adminapitest.Status(http.StatusNotFound)},
			hit:   []estate.Kind{estate.ServiceVersion, estate.RouteVersion}, want: []string{"/services/", "404 Not Found"},
		},
		"500 for routes": {
			fault: adminapitest.Fault{Prefix: "/apisix/admin/routes", Do: adminapitest.Status(http.StatusInternalServerError)},
			hit:   []estate.Kind{estate.Route}, want: []string{"500", "of service billing in gateway group edge", "not asked for"},
		},
		"garbage for global rules": {
			fault: adminapitest.Fault{Prefix: "/apisix/admin/global_rules", Do: adminapitest.Body(`[1,2`)},
			hit:   []estate.Kind{estate.GlobalRule}, want: []string{"not the JSON that the Admin API sends"},
		},
		"no list for services": {
			fault: adminapitest.Fault{Prefix: "/apisix/admin/services", Do: adminapitest.Body(`{"error_msg":"x"}`)},
			hit:   []estate.Kind{estate.Service, estate.Publication, estate.Route, estate.StreamRoute, estate.ServiceVersion, estate.RouteVersion},
			want:  []string{"no list"},
		},
		"401 for instances": {
			fault: adminapitest.Fault{Prefix: "/api/gateway_groups/", Suffix: "/instances", Do: adminapitest.Status(http.StatusUnauthorized)},
			hit:   []estate.Kind{estate.Instance, estate.InstanceCertificate}, want: []string{"401 Unauthorized", "new one"},
		},
		"too large": {
			fault: adminapitest.Fault{Prefix: "/api/gateway_groups/", Suffix: "/instances", Times: 1, Do: adminapitest.Body(strings.Repeat(" ", adminapi.MaxAnswer+1))},
			hit:   []estate.Kind{estate.Instance, estate.InstanceCertificate}, want: []string{"larger than 32 MiB"},
		},
		"slow": {
			fault: adminapitest.Fault{Prefix: "/api/gateway_groups/", Suffix: "/instances", Times: adminapi.Attempts, Do: adminapitest.Hang},
			hit:   []estate.Kind{estate.Instance, estate.InstanceCertificate}, want: []string{"no answer within 150ms"},
		},
		"answers break off": {
			fault: adminapitest.Fault{Prefix: "/apisix/admin/global_rules", Do: adminapitest.Cut},
			hit:   []estate.Kind{estate.GlobalRule}, want: []string{"is cut off"},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			faulttest.Tried(t, faulttest.AdminAPIAnswers, 1)
			server := serve(t, "3.4.1")
			server.Fail(tt.fault)
			cfg := config(server)
			switch name {
			case "slow":
				cfg.Timeout = 150 * time.Millisecond
			case "too large":
				cfg.Timeout = time.Minute // a busy machine is slow, and nothing may be tried twice here
			}
			_, coverage := read(t, open(t, cfg), ruleNeed())
			hit := map[estate.Kind]bool{}
			for _, k := range tt.hit {
				hit[k] = true
				for _, want := range tt.want {
					if text := gaps(coverage, k); !strings.Contains(text, want) {
						t.Errorf("%s: want %q in %s", k, want, text)
					}
				}
			}
			for _, k := range coverage.Kinds {
				text := gaps(coverage, k.Kind)
				if !hit[k.Kind] && text != "" && text != forgotten && text != ownOnly && !strings.Contains(text, "seen on") {
					t.Errorf("%s: %s", k.Kind, text)
				}
				if strings.Contains(text, "CANARY") {
					t.Errorf("a secret: %s", text)
				}
			}
			if n := len(server.Requests()); n > 200 {
				t.Errorf("%d requests", n)
			}
		})
	}
}

func TestRefusedKindIsUnknownAndTheRestIsJudged(t *testing.T) {
	t.Parallel()
	server := serve(t, "3.4.1")
	server.Fail(adminapitest.Fault{Prefix: "/apisix/admin/global_rules", Do: adminapitest.Status(http.StatusForbidden)})
	r := assess(t, open(t, config(server)), "3.4.1")
	if len(r.Findings) < 15 || r.Verdict != report.Blocked {
		t.Errorf("%d findings, %s", len(r.Findings), r.Verdict)
	}
	found := false
	for _, u := range r.Unexamined {
		found = found || strings.Contains(u.Next, "gateway:GetGlobalPluginRule")
	}
	if !found {
		t.Errorf("unexamined %+v", r.Unexamined)
	}
}

func TestManyRefusalsAreCountedAndNotListed(t *testing.T) {
	t.Parallel()
	server := serve(t, "3.4.1")
	server.Fail(adminapitest.Fault{Prefix: "/api/service_versions/", Do: adminapitest.Status(http.StatusForbidden)})
	server.Fail(adminapitest.Fault{Prefix: "/apisix/admin/routes", Do: adminapitest.Status(http.StatusForbidden)})
	_, coverage := read(t, open(t, config(server)), ruleNeed())
	for _, k := range coverage.Kinds {
		if len(k.Gaps) > 25 {
			t.Errorf("%s: %d gaps", k.Kind, len(k.Gaps))
		}
	}
}

func TestLostControlPlaneEndsTheRun(t *testing.T) {
	t.Parallel()
	server := serve(t, "3.4.1")
	cfg := config(server)
	cfg.Concurrency = 1
	src := open(t, cfg)
	server.Fail(adminapitest.Fault{Prefix: "/apisix/admin/consumers", Do: adminapitest.Reset})
	_, err := src.Stream(t.Context(), ruleNeed(), func(*estate.Resource) error { return nil })
	if e, ok := errors.AsType[*estate.OpenError](err); !ok || !strings.Contains(e.Message, "connection was closed") {
		t.Errorf("error %v", err)
	}
	asked := 0
	for _, r := range server.Requests() {
		if strings.HasPrefix(r.Path, "/apisix/admin/consumers") {
			asked++
		}
	}
	// net/http repeats a GET by itself if a kept connection turns out to be closed.
	if asked < adminapi.Attempts || asked > 2*adminapi.Attempts {
		t.Errorf("%d attempts", asked)
	}
}

func TestErrorOfYieldAndDoneContextEndTheRun(t *testing.T) {
	t.Parallel()
	src := open(t, config(serve(t, "3.4.1")))
	stop := errors.New("stop")
	for _, k := range []estate.Kind{estate.GatewayGroup, estate.Instance, estate.Route, estate.RouteVersion, estate.Credential, estate.GlobalRule} {
		_, err := src.Stream(t.Context(), sourcetest.Need(k), func(*estate.Resource) error { return stop })
		if !errors.Is(err, stop) {
			t.Errorf("%s: error %v", k, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	_, err := src.Stream(ctx, ruleNeed(), func(r *estate.Resource) error {
		if r.Kind == estate.Route {
			cancel()
		}
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestDeadlineIsSaid(t *testing.T) {
	t.Parallel()
	server := serve(t, "3.4.1")
	cfg := config(server)
	cfg.Deadline = 200 * time.Millisecond
	src := open(t, cfg)
	server.Fail(adminapitest.Fault{Prefix: "/apisix/admin/consumers", Do: adminapitest.Hang})
	_, err := src.Stream(t.Context(), sourcetest.Need(estate.Consumer), func(*estate.Resource) error { return nil })
	if e, ok := errors.AsType[*estate.OpenError](err); !ok || !strings.Contains(e.Message, "within 200ms") {
		t.Errorf("error %v", err)
	}
}

func TestCloseMayBeCalledTwice(t *testing.T) {
	t.Parallel()
	src := open(t, config(serve(t, "3.4.1")))
	if err := errors.Join(src.Close(), src.Close()); err != nil {
		t.Error(err)
	}
}
