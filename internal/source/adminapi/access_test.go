package adminapi_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/adminapi"
	"github.com/api7-preflight/api7-preflight/internal/test/adminapitest"
	"github.com/api7-preflight/api7-preflight/internal/test/sourcetest"
)

// organisation starts a server of a release with one of each object that belongs to no gateway group.
func organisation(t *testing.T, release string) *adminapitest.Server {
	t.Helper()
	of := func(k estate.Kind, id, body string) estate.Resource {
		return estate.Resource{Kind: k, ID: id, Body: []byte(body)}
	}
	return adminapitest.Start(t, adminapitest.Installation{Version: release, Now: moment, Resources: append(demo(t).Resources,
		of(estate.Token, "x-old", `{"id":"x-old","name":"old","user_id":"u","expired_seconds":60}`),
		of(estate.Token, "x-new", `{"id":"x-new","name":"new","user_id":"u","expired_seconds":-60}`),
		of(estate.Token, "x-endless", `{"id":"x-endless","name":"endless","user_id":"u"}`),
		of(estate.PermissionPolicy, "x-policy", `{"id":"x-policy","name":"p","statement":[{"effect":"allow","actions":["<.*>"],"resources":["<.*>"]}]}`),
		of(estate.APIProduct, "x-product", `{"id":"x-product","name":"orders","status":"published"}`),
		of(estate.Developer, "x-developer", `{"id":"x-developer","status":"accepted"}`),
	)})
}

// still returns a configuration whose clock never moves.
func still(s *adminapitest.Server) adminapi.Config {
	cfg := config(s)
	cfg.Now = func() time.Time { return moment }
	return cfg
}

var accessKinds = []estate.Kind{estate.Token, estate.PermissionPolicy, estate.APIProduct, estate.Developer}

// plain removes what only some releases write, and undoes the escaping of angle brackets.
var plain = strings.NewReplacer(`,"portal_id":"default"`, "", `\u003c`, "<", `\u003e`, ">")

func TestTokensPoliciesAndPortalAreReadWithoutSecretsOrPeople(t *testing.T) {
	t.Parallel()
	want := map[string]string{
		"token x-old":                `{"id":"x-old","name":"old","user_id":"u","expires_at":"2026-05-04T03:01:01Z","expired_seconds":60}`,
		"token x-new":                `{"id":"x-new","name":"new","user_id":"u","expires_at":"2026-05-04T03:03:01Z","expired_seconds":-60}`,
		"token x-endless":            `{"id":"x-endless","name":"endless","user_id":"u"}`,
		"permission_policy x-policy": `{"id":"x-policy","name":"p","statement":[{"actions":["<.*>"],"effect":"allow","resources":["<.*>"]}]}`,
		"api_product x-product":      `{"id":"x-product","name":"orders","status":"published"}`,
		"developer x-developer":      `{"id":"x-developer","status":"accepted"}`,
	}
	for _, release := range []string{"3.3.2", "3.8.17", "3.8.18", "3.9.4"} {
		all, coverage := read(t, open(t, still(organisation(t, release))), sourcetest.Need(accessKinds...))
		got := map[string]string{}
		for _, r := range all {
			if strings.Contains(string(r.Body), "CANARY") {
				t.Errorf("%s: %s %s", release, r.Kind, r.Body)
			}
			if strings.HasPrefix(r.ID, "x-") {
				got[r.Kind.String()+" "+r.ID] = plain.Replace(string(r.Body))
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", release, diff)
		}
		for _, k := range accessKinds[1:] {
			if text := gaps(coverage, k); text != "" {
				t.Errorf("%s: %s: %s", release, k, text)
			}
		}
		if text := gaps(coverage, estate.Token); text != ownOnly {
			t.Errorf("%s: token: %s", release, text)
		}
	}
}

func TestReleasesWithoutPoliciesOrPortalHoldNone(t *testing.T) {
	t.Parallel()
	for _, release := range []string{"3.2.9.5", "3.2.13.0"} {
		server := organisation(t, release)
		all, coverage := read(t, open(t, config(server)), sourcetest.Need(accessKinds...))
		for _, r := range all {
			if r.Kind != estate.Token {
				t.Errorf("%s: %s %s", release, r.Kind, r.ID)
			}
		}
		for _, k := range accessKinds[1:] {
			if text := gaps(coverage, k); text != "" || count(coverage, k) != 0 {
				t.Errorf("%s: %s: %d, %s", release, k, count(coverage, k), text)
			}
		}
		if n := count(coverage, estate.Token); n < 3 {
			t.Errorf("%s: %d tokens", release, n)
		}
		for _, r := range server.Requests() {
			if strings.Contains(r.Path, "polic") || strings.Contains(r.Path, "developers") || strings.Contains(r.Path, "api_products") {
				t.Errorf("%s: asked for %s", release, r.Path)
			}
		}
	}
}

func TestWhatMayNotBeReadIsUnknownAndEndsNothing(t *testing.T) {
	t.Parallel()
	for path, kinds := range map[string][]estate.Kind{
		"/api/tokens": {estate.Token}, "/api/permission_policies": {estate.PermissionPolicy}, "/api/api_products": {estate.APIProduct},
		"/api/developers": {estate.Developer}, "/api/portals": {estate.APIProduct, estate.Developer},
	} {
		for _, status := range []int{http.StatusForbidden, http.StatusNotFound} {
			server := organisation(t, "3.9.4")
			server.Fail(adminapitest.Fault{Prefix: path, Do: adminapitest.Status(status)})
			_, coverage := read(t, open(t, config(server)), sourcetest.Need(append(accessKinds, estate.GatewayGroup)...))
			for _, k := range kinds {
				if text := gaps(coverage, k); !strings.Contains(text, http.StatusText(status)) {
					t.Errorf("%s answers %d: %s: %q", path, status, k, text)
				}
			}
			if count(coverage, estate.GatewayGroup) == 0 {
				t.Errorf("%s answers %d: nothing else is read", path, status)
			}
		}
	}
}

func TestExpiryInEveryForm(t *testing.T) {
	t.Parallel()
	const at = `"expires_at":"2026-05-04T03:01:01Z","expired_seconds":60`
	for expires, want := range map[string]string{
		`1777863661`: at, `1777863661000`: at, `"2026-05-04T03:01:01Z"`: at, `"2026-05-04T05:01:01+02:00"`: at, `"1777863661"`: at,
		`0`: "", `null`: "", `""`: "", `"0"`: "", `"soon"`: `"expired_seconds":"soon"`, `-1`: `"expired_seconds":-1`, `{"a":1}`: `"expired_seconds":{"a":1}`,
	} {
		server := organisation(t, "3.9.4")
		server.Fail(adminapitest.Fault{Prefix: "/api/tokens", Do: adminapitest.Body(`{"list":[{"id":"t","expires_at":` + expires + `}],"total":1}`)})
		all, _ := read(t, open(t, still(server)), sourcetest.Need(estate.Token))
		got := strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(string(resource(t, all, estate.Token, "t").Body), `{"id":"t"`), ","), "}")
		if got != want {
			t.Errorf("%s: %s, want %s", expires, got, want)
		}
	}
}
