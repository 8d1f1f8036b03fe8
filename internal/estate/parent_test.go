package estate_test

import (
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

func TestResourceSaysWhatItBelongsTo(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		kind     estate.Kind
		id, body string
		of       estate.Kind
		want     string
	}{
		"a route":                              {estate.Route, "r", `{"service_id":"s"}`, estate.Service, "s"},
		"a route of the control plane":         {estate.Route, "r", `{"service_id":"template","apisix_service_id":"s"}`, estate.Service, "s"},
		"the same under another name":          {estate.Route, "r", `{"service_id":"template","published_service_id":"s"}`, estate.Service, "s"},
		"a route whose service is a number":    {estate.Route, "r", `{"service_id":7}`, estate.Service, "7"},
		"a route of no service":                {estate.Route, "r", `{}`, estate.Service, ""},
		"a route whose service is hidden":      {estate.Route, "r", `{"service_id":"<redacted>"}`, estate.Service, ""},
		"a stream route":                       {estate.StreamRoute, "r", `{"service_id":"s"}`, estate.Service, "s"},
		"an upstream":                          {estate.Upstream, "u", `{"service_id":"s"}`, estate.Service, "s"},
		"a route template":                     {estate.RouteTemplate, "r", `{"service_id":"t"}`, estate.ServiceTemplate, "t"},
		"a stream route template":              {estate.StreamRouteTemplate, "r", `{"service_id":"t"}`, estate.ServiceTemplate, "t"},
		"a historic version":                   {estate.ServiceVersion, "v", `{"service_id":"t"}`, estate.ServiceTemplate, "t"},
		"a route of one":                       {estate.RouteVersion, "r", `{"service_id":"t","service_version_id":"v"}`, estate.ServiceTemplate, "t"},
		"a credential":                         {estate.Credential, "anna/credentials/key", `{}`, estate.Consumer, "anna"},
		"a credential that does not say whose": {estate.Credential, "key", `{}`, estate.Consumer, ""},
		"a published service, which is itself": {estate.Service, "s", `{"service_id":"t"}`, 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := estate.Resource{Kind: tt.kind, ID: tt.id, Body: []byte(tt.body)}
			if err := estate.NewReader(nil).Read(&r); err != nil {
				t.Fatal(err)
			}
			if of, got := tt.kind.Parent(), r.Parent(); of != tt.of || got != tt.want || r.Subject().Parent != got {
				t.Errorf("belongs to %s %q, want %s %q; a finding keeps %q", of, got, tt.of, tt.want, r.Subject().Parent)
			}
		})
	}
}
