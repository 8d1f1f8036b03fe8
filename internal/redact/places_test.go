package redact_test

import (
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/redact"
)

// lots are what programs draw, and people who mean a secret.
var lots = []string{"Kx82hQpz91LmVtAAbbC7", "Kx82hQpz91Lm", "9f86d081884c7d659a2feaa0c55ad015", "Word1234!", "svc:hunterzwei", "the key is domarogeve", "ghp_16C7e42F292c6912E7710", "KxQhmRvTzBwL", "doru63mizufo"}

func TestNamesInMapsOfUsersAreJudgedByTheirShape(t *testing.T) {
	t.Parallel()
	maps := []string{
		`{"http-logger":{"log_format":{"K":"$host"}}}`, `{"http-logger":{"log_format":{"a":{"K":"$host"}}}}`, `{"proxy-rewrite":{"headers":{"set":{"K":"x"}}}}`, `{"kafka-logger":{"broker_list":{"K":9092}}}`,
		`{"traffic-split":{"rules":[{"weighted_upstreams":[{"upstream":{"nodes":{"K":1}}}]}]}}`, `{"traffic-split":{"rules":[{"weighted_upstreams":[{"upstream":{"ext":{"K":{"a":1}}}}]}]}}`,
		`{"key-auth":{"K":1}}`, `{"own":{"K":1}}`, `{"request-validation":{"header_schema":{"properties":{"K":{"type":"string"}}}}}`, `{"workflow":{"rules":[{"actions":[["cors",{"K":1}]]}]}}`,
	}
	for _, in := range maps {
		for _, secret := range lots {
			body := strings.Replace(in, "K", secret, 1)
			if got := string(redact.Body(estate.Route, "r", []byte(`{"plugins":`+body+`}`))); strings.Contains(got, secret) || !strings.Contains(got, `"<redacted>":`) {
				t.Errorf("a snapshot has %s of %s", got, body)
			}
			if got, hidden := redact.Value(estate.NewValue([]byte(body))); strings.Contains(text(t, got), secret) || !hidden {
				t.Errorf("a report has %s of %s", text(t, got), body)
			}
		}
	}
	if got, hidden := redact.Value(estate.NewValue([]byte(`{"ext":{"319278602134":true,"8080":true}}`))); !hidden || text(t, got) != `{"ext":{"8080":true,"<redacted>":true}}` {
		t.Errorf("of numbers there is %s", text(t, got))
	}
	file := `{"settings":{"extra":{"K":{"a":1}}}}`
	for _, secret := range lots {
		if got := string(redact.Body(estate.GatewayConfig, "f", []byte(strings.Replace(file, "K", secret, 1)))); strings.Contains(got, secret) {
			t.Errorf("of a configuration file there is %s", got)
		}
	}
	for name := range strings.FieldsSeq(`X-Request-ID x-tenant kafka-1:9092 10.0.0.1:80 orders-7d9f8b6c5d-x2k4q.orders.svc.cluster.local:8080 [2001:db8::8a2e:370:7334]:80 @timestamp client_ip
		terminationGracePeriodSeconds mTLSCACertSecret showUpstreamStatusInResponseHeader matchURIEncodedSlash listenHttpPort maxHTTPHeaderSize kubernetes.io/arch /users/{id} ^x-[a-z]+$ 3f2504e0-4f89-11d3-9a0c-0305e82c3301
		API7_CONTROL_PLANE_ENDPOINTS oauth2ClientID ssl_protocols *.example.com`) {
		in := `{"ext":{"` + name + `":true}}`
		if got, hidden := redact.Value(estate.NewValue([]byte(in))); hidden || text(t, got) != in {
			t.Errorf("%s becomes %s", in, text(t, got))
		}
	}
}

func TestAUserWithAPasswordIsHiddenWhereASettingIsExpected(t *testing.T) {
	t.Parallel()
	for _, field := range []string{"type", "scheme", "hash_on", "allow_origins", "realm", "header", "namespace", "host", "upstream_host", "whitelist"} {
		for _, in := range []string{`{"F":"ann:opensesame"}`, `{"F":["a","ann:opensesame"]}`, `{"vars":[["http_x","ann:opensesame"]]}`, `{"labels":{"ann:opensesame":"a"}}`} {
			if got, hidden := redact.Value(estate.NewValue([]byte(strings.Replace(in, "F", field, 1)))); strings.Contains(text(t, got), "opensesame") || !hidden {
				t.Errorf("%s of %s becomes %s", in, field, text(t, got))
			}
		}
	}
	for _, in := range []string{`{"scope":"orders:read"}`, `{"required_scopes":["orders:read"]}`, `{"model":"llama:latest"}`, `{"req_headers":["Accept:a"]}`, `{"type":"urn:isbn"}`, `{"host":"orders:8080"}`} {
		if got, hidden := redact.Value(estate.NewValue([]byte(in))); hidden || text(t, got) != in {
			t.Errorf("%s becomes %s", in, text(t, got))
		}
	}
}

func TestServersAreShownAsFarAsTheyAreNoSecret(t *testing.T) {
	t.Parallel()
	for server := range strings.FieldsSeq(`orders orders:8080 10.0.0.1:80 [2001:db8::8a2e:370:7334]:443 [::1] ::1 orders-7d9f8b6c5d-x2k4q.orders.svc.cluster.local orders-7d9f8b6c5d-x2k4q:8080
		redis-master.prod.svc.cluster.local a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com ec2-203-0-113-25.compute-1.amazonaws.com *.example.com kafka-0.kafka.svc:9092`) {
		if got := redact.Host(server); got != server {
			t.Errorf("%s is shown as %s", server, got)
		}
		for _, in := range []string{`{"host":"` + server + `"}`, `{"uri":"https://` + server + `/in"}`, `{"nodes":{"` + server + `":1}}`} {
			if strings.Contains(in, "https://::1") {
				continue
			}
			if got, hidden := redact.Value(estate.NewValue([]byte(in))); hidden || text(t, got) != in {
				t.Errorf("%s becomes %s", in, text(t, got))
			}
		}
	}
	for _, server := range []string{"Kx82hQpz91LmVtAAbbC7", "Kx82hQpz91LmVtAAbbC7.example.com:80", "ghp_16C7e42F292c6912E7710", "9f86d081884c7d659a2feaa0c55ad015", "9f86d081884c7d659a2feaa0c55ad015.orders.example.com", "svc:hunterzwei", "svc:hunterzwei@h"} {
		if got := redact.Host(server); strings.Contains(got, server) {
			t.Errorf("%s is shown", server)
		}
		secret, _, _ := strings.Cut(server, ".")
		for _, in := range []string{`{"host":"` + server + `"}`, `{"allow_origins":"https://` + server + `"}`, `{"allow_origins":"https://a.example.com,https://` + server + `"}`, `{"nodes":{"` + server + `":1}}`} {
			got, hidden := redact.Value(estate.NewValue([]byte(in)))
			if strings.Contains(text(t, got), secret) || !hidden {
				t.Errorf("%s becomes %s", in, text(t, got))
			}
		}
	}
}

func TestOfAPathWhatIsDrawnByLotIsHidden(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"/hook/9f86d081884c7d659a2feaa0c55ad015": "/hook/<redacted>", "/hook/9f86d081884c7d659a2feaa0c55ad0154f1bbf2f/*": "/hook/<redacted>/*", "/in/Kx82hQpz91LmVt": "/in/<redacted>",
		"/orders/3f2504e0-4f89-11d3-9a0c-0305e82c3301": "/orders/3f2504e0-4f89-11d3-9a0c-0305e82c3301", "/orders/770072648": "/orders/770072648", "/api/v2/orders/*": "/api/v2/orders/*",
	} {
		for _, body := range []string{`{"uris":["P"]}`, `{"uri":"P"}`, `{"plugins":{"proxy-rewrite":{"uri":"P"}}}`, `{"upstream":{"checks":{"active":{"http_path":"P"}}}}`} {
			if got := string(redact.Body(estate.Route, "r", []byte(strings.Replace(body, "P", in, 1)))); got != strings.Replace(body, "P", want, 1) {
				t.Errorf("%s with %s becomes %s", body, in, got)
			}
		}
	}
}
