package redact_test

import (
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/redact"
)

func TestWhatHeadersAndParametersOftenHoldIsShown(t *testing.T) {
	t.Parallel()
	for _, c := range [][2]string{
		{"geoip2_data_country_iso_code", "US"},
		{"geoip2_data_subdivision_iso_code", "BY"},
		{"geoip2_data_continent_code", "EU"},
		{"geoip2_data_postal_code", "10115"},
		{"status", "200"},
		{"geoip2_data_country_names_en", "Saint Vincent and the Grenadines"},
		{"http_x_user_type", "premium user"},
		{"http_x_plan", "Early birds"},
		{"http_accept_language", "en-US,en;q=0.9"},
		{"http_x_languages", "en-US,en;q=0.9,de;q=0.8"},
		{"http_content_type", "application/json; charset=utf-8"},
		{"http_x_content", "application/json;charset=UTF-8"},
		{"http_x_device", "iPhone14,2"},
		{"http_x_device", "MacBookPro18,3"},
		{"http_x_commit", "9fceb02"},
		{"http_x_pod", "orders-7d9f8b6c5d-x2k4q"},
		{"arg_id", "3f2504e0-4f89-11d3-9a0c-0305e82c3301"},
		{"http_x_client_id", "3f2504e0-4f89-11d3-9a0c-0305e82c3301"},
		{"http_x_session_type", "guest"},
		{"arg_token_type", "bearer"},
		{"arg_auth_mode", "none"},
		{"http_x_key_version", "2"},
		{"cookie_canary", "always"},
		{"cookie_ab_group", "b"},
		{"cookie_lang", "pt-BR"},
	} {
		if got := redact.Compared(c[0], c[1]); got != c[1] {
			t.Errorf("%s == %s is shown as %s", c[0], c[1], got)
		}
	}
	for _, c := range [][2]string{
		{"http_x_session_id", "3f2504e0-4f89-11d3-9a0c-0305e82c3301"},
		{"http_x_release", "3f2504e0-4f89-11d3-9a0c-0305e82c3301"},
		{"http_x_plan", "Basic opensesame"},
		{"http_x_plan", "password opensesame"},
		{"http_x_plan", "open Sesame please"},
		{"http_x_plan", "Kx82hQpz Premium"},
		{"http_x_languages", "Kx82hQpz91Lm;q=0.9"},
		{"cookie_canary", "Kx82hQpz91LmVt"},
		{"cookie_canary", "ann:opensesame"},
		{"cookie_canary_sid", "always"},
		{"cookie_a", "always"},
		{"cookie_", "always"},
		{"arg_token_type", "Kx82hQpz91LmVt"},
		{"arg_code", "DE"},
		{"http_x_key", "beta"},
		{"arg_mode_token", "beta"},
	} {
		if got := redact.Compared(c[0], c[1]); !redact.Hides(got) {
			t.Errorf("%s == %s is shown", c[0], c[1])
		}
	}
}

func TestValuesOfVariablesOfTheGatewayAreJudgedByTheirShapeToo(t *testing.T) {
	t.Parallel()
	for variable := range strings.FieldsSeq("uri host request_method remote_addr consumer_name http_user_agent geoip2_data_country_iso_code http_accept_language") {
		for _, secret := range []string{
			"Word1234!", "/in/Word1234!", "^/in/Word1234!$", "svc:hunterzwei", "/a (svc:hunterzwei)", "^svc:hunterzwei$", "svc:8hunterzwei", "the key is domarogeve", "correct horse battery staple",
			"Kx82hQpz91LmVtAA", "/in/9f86d081884c7d659a2feaa0c55ad015", "My Password Is Domarogeve",
		} {
			if got := redact.Compared(variable, secret); !redact.Hides(got) {
				t.Errorf("%s == %s is shown", variable, secret)
			}
		}
	}
	for _, c := range [][2]string{
		{"uri", `^/api/v[0-9]+/orders/(.*)$`},
		{"uri", "^/(?!internal|admin/)"},
		{"uri", "/v1/auth/login"},
		{"uri", "/users/:id"},
		{"uri", "/keys/*"},
		{"host", "api.eu-west-1.example.org:8443"},
		{"host", `^(.+\.)?example\.com(:8080)?$`},
		{"remote_addr", "10.0.0.0/8"},
		{"remote_addr", "2001:db8::/32"},
		{"request_method", "^(GET|POST)$"},
		{"consumer_name", "jack"},
		{"http_user_agent", "^Mozilla/5.0 (iPhone.*)"},
		{"http_user_agent", "Mozilla/5.0 (X11; Linux x86; rv:109.0) Gecko/20100101 Firefox/115.0"},
		{"http_user_agent", "curl/8.4.0"},
		{"http_user_agent", "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
		{"http_user_agent", "Mozilla/5.0 (iPhone; CPU iPhone OS 17 like Mac OS X)"},
		{"http_x_forwarded_for", "2001:db8::1, 10.0.0.1"},
	} {
		if got := redact.Compared(c[0], c[1]); got != c[1] {
			t.Errorf("%s ~~ %s is shown as %s", c[0], c[1], got)
		}
	}
}

func TestASentenceInALabelIsHidden(t *testing.T) {
	t.Parallel()
	for _, value := range []string{"the key is domarogeve ok", "my password domarogeve", "pass: domarogeve", "token domarogeve", "orders, the key is domarogeve", "API-Key domarogeve", "correct horse battery staple", "Kennwort domarogeve"} {
		if got := redact.Label("team", value); strings.Contains(got, "domarogeve") || strings.Contains(got, "staple") {
			t.Errorf("%s is shown as %s", value, got)
		}
		if got := redact.LabelName(value); got != redact.Marker {
			t.Errorf("the name %s is shown as %s", value, got)
		}
	}
	for _, value := range []string{"team (EU)", "Q3/2024", "Jane Doe", "Jane van Doe", "Müller & Co.", "R & D (EU)", "token-service", "orders, payments, billing, checkout", "key-auth"} {
		if got := redact.Label("team", value); got != value {
			t.Errorf("%s is shown as %s", value, got)
		}
	}
}

func TestNumbersThatMayBeSecretsAreHidden(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`{"log_format":{"token":770072648,"a":{"x-api-key":[770072648]},"status":200}}`:         `{"log_format":{"a":{"x-api-key":["<redacted>"]},"status":200,"token":"<redacted>"}}`,
		`{"log_format":{"pin":"770072648","token":"$http_x"}}`:                                  `{"log_format":{"pin":"<redacted: up to 16 characters>","token":"$http_x"}}`,
		`{"desc":"770072648123","note":"123456789","wait":"1h30m","count":"12345678","n":1234}`: `{"count":"12345678","desc":"<redacted: up to 16 characters>","n":1234,"note":"<redacted: up to 16 characters>","wait":"1h30m"}`,
	} {
		if got, _ := redact.Value(estate.NewValue([]byte(in))); text(t, got) != want {
			t.Errorf("%s\nbecomes %s", in, text(t, got))
		}
	}
}
