package adminapi_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/test/adminapitest"
	"github.com/api7-preflight/api7-preflight/internal/test/sourcetest"
)

// TestHistorySaysWhatItBelongsToWhateverTheAnswersRepeat proves that versions lead to their template and routes to their
// version: what was found in them is told once for each service.
func TestHistorySaysWhatItBelongsToWhateverTheAnswersRepeat(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ version, route string }{
		"nothing":                        {`{"id":"v"}`, `{"id":"r"}`},
		"the ids of what is published":   {`{"id":"v","service_id":"s"}`, `{"id":"r","service_id":"s"}`},
		"the id of the service as its":   {`{"id":"s","service_version_id":"v","service_id":"t"}`, `{"id":"r","service_version_id":"v"}`},
		"everything, also empty or null": {`{"id":"v","service_id":""}`, `{"id":"r","service_version_id":null}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := adminapitest.Start(t, adminapitest.Installation{Version: "3.9.4", Now: moment, Resources: []estate.Resource{
				inDefault(estate.GatewayGroup, "default", `{"name":"default"}`),
				inDefault(estate.Service, "s", `{"name":"s","service_id":"t","version":"1"}`),
			}})
			list := func(item string) func(http.ResponseWriter, *http.Request, http.Handler) {
				return adminapitest.Body(`{"list":[` + item + `],"total":1}`)
			}
			server.Fail(adminapitest.Fault{Suffix: "/versions", Do: list(tt.version)})
			server.Fail(adminapitest.Fault{Prefix: "/api/service_versions/v/", Do: list(tt.route)})
			all, _ := read(t, open(t, config(server)), sourcetest.Need(estate.ServiceVersion, estate.RouteVersion))
			for id, want := range map[string]string{"v": "service_id", "r": "service_version_id"} {
				kind, owner := estate.ServiceVersion, "t"
				if id == "r" {
					kind, owner = estate.RouteVersion, "v"
				}
				r := resource(t, all, kind, id)
				var body map[string]any
				if err := json.Unmarshal(r.Body, &body); err != nil || body[want] != owner || body["id"] != id {
					t.Errorf("%s: %s, want %s %s (%v)", kind, r.Body, want, owner, err)
				}
			}
		})
	}
}
