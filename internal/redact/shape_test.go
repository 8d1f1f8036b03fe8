package redact_test

import (
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/redact"
)

// harmless are values as people write them into conditions, labels and plugins. Hiding one of them would hide from a
// reader what is split, and to whom it belongs.
var harmless = strings.Fields(`beta early-birds canary internal gold silver premium v2 v1beta1 1.2.3 2026-11-29 DE US zh-CN en_GB
	mobile ios android web tablet GET POST PATCH DELETE true false on off yes no 0 1 10 50 100 8080 443 30000 12345678
	/api /api/v1 /api/v1/orders /healthz /orders/* /users/:id /v2/items/{id} /static/app.js api.example.com orders.svc.cluster.local
	10.0.0.1 10.0.0.0/8 192.168.1.1 ::1 2001:db8::1 fe80::/10 *.example.com example.com:8443 localhost eu-west-1 us-east-1 az1
	blue green stable next staging prod dev test-group k8s team-a acme tenant-7 5xx 2xx http https grpc tcp h2c roundrobin chash
	remote_addr http_x_tenant arg_version application/json text/html utf-8 gzip br no-cache public-read TLSv1.2 SHA256 ipv4
	5m30s 1h30m rollout_2024q3 2026H1 Q3/2024 host:8080 10.0.0.1:443 localhost:9080/status urn:isbn urn:ietf:rfc arn:aws 12:30 12:30:45 *.example.com:*
	Europe/Berlin UTC 01T10 2026-11-29T10:00:00Z 64k 30s 5m 1h 10ms payments checkout billing customer-care data-platform ops`)

func TestHarmlessValuesAreShown(t *testing.T) {
	t.Parallel()
	if len(harmless) < 100 {
		t.Fatalf("only %d values", len(harmless))
	}
	for _, value := range harmless {
		if got := redact.Compared("http_x_release", value); got != value {
			t.Errorf("%s is shown in a condition as %s", value, got)
		}
		if got := redact.Label("release", value); got != value {
			t.Errorf("%s is shown in a label as %s", value, got)
		}
		in := `{"type":"` + value + `"}`
		if got, hidden := redact.Value(estate.NewValue([]byte(in))); hidden || text(t, got) != in {
			t.Errorf("%s becomes %s", in, text(t, got))
		}
	}
}

// TestWhatPeopleWriteIntoLabelsIsShown has what only labels hold: several words, names of firms, ids of things elsewhere.
func TestWhatPeopleWriteIntoLabelsIsShown(t *testing.T) {
	t.Parallel()
	for _, value := range []string{
		"O'Reilly", "R&D", "50%", "AT&T", "C++", "C#", "H&M", "team (EU)", "Müller & Co.", "#general", "@payments", "ann@example.com", "early birds", "v1.2.3+build5",
		"b7e1c1f0-6f0d-4c1e-9a51-2f4be1a4a6a1", "B7E1C1F0-6F0D-4C1E-9A51-2F4BE1A4A6A1", "gateway-7d9f8c6b5-x2x9k", "node-exporter-k4r7z",
		"b7e1c1f0-6f0d-4c1e-9a51-2f4be1a4a6a1,gateway-7d9f8c6b5-x2x9k,R&D", "orders,payments", "cost-center:4711", "swordfish",
	} {
		if got := redact.Label("release", value); got != value {
			t.Errorf("%s is shown as %s", value, got)
		}
		if got := redact.Label("api_token", value); got == value {
			t.Errorf("%s is shown in the label of a token", value)
		}
	}
	for _, value := range []string{
		"ann:swordfish", "orders,ann:swordfish", "ann@example.com:swordfish", "deadbeefcafe", "cafebabe-deadbeefcafe", "9f86d081884c7d659a2feaa0c55ad015", "AKIAIOSFODNN7EXAMPLE",
		"sk_live_openSesameOpen", "gateway-7d9f8c6b5x2x9kq8", "$2y$10$abcdefGHIJKLmnop7Qz4Se", "gateway-aeiou1-x2x9k7", "b7e1c1f06f0d4c1e9a512f4be1a4a6a1", "pA55word", "R&Zq7x9Kc2Wm", "ubnYpiTbfoq8",
	} {
		if got := redact.Label("release", value); strings.Contains(got, value) {
			t.Errorf("%s is shown", value)
		}
	}
	for name, want := range map[string]string{
		"team": "team", "app.kubernetes.io/name": "app.kubernetes.io/name", "Cost Center": "Cost Center", "AKIAIOSFODNN7EXAMPLE": redact.Marker,
		"sk_live_openSesameOpen": redact.Marker, "ann:swordfish@h": redact.Marker, "7Qz4Secr0CanaRy9x": redact.Marker,
	} {
		if got := redact.LabelName(name); got != want {
			t.Errorf("the name %s is shown as %s", name, got)
		}
	}
}

func TestAUserWithAPasswordIsHiddenInConditions(t *testing.T) {
	t.Parallel()
	for _, value := range []string{"ann:swordfish", "admin:hunter", "^ann:swordfish$", "(beta|ann:swordfish)", "ann:12345678", "ann@example.com:swordfish", "a.b:c", "ann:s/w", "1ann:swordfish"} {
		for _, variable := range []string{"http_authorization", "arg_x", "http_x_release", "post_arg_a"} {
			if got := redact.Compared(variable, value); !redact.Hides(got) {
				t.Errorf("%s == %s is shown", variable, value)
			}
		}
		if got := redact.Found(value); got != redact.Marker {
			t.Errorf("%s is shown where a word is expected", value)
		}
	}
}

func TestValuesOfVariablesThatTheGatewayMakesAreShown(t *testing.T) {
	t.Parallel()
	for variable, value := range map[string]string{
		"uri":                  `^/api/(v1|v2)/orders(/.*)?$`,
		"http_user_agent":      "Mozilla/5.0 (iPhone; CPU iPhone OS 17 like Mac OS X)",
		"remote_addr":          "10.1.2.3",
		"geoip_country_name":   "United Kingdom",
		"http_content_type":    "application/vnd.api+json; charset utf-8",
		"request_method":       "GET|POST",
		"http_x_release":       "^(beta|canary)$",
		"http_host":            `^(www\.)?example\.com$`,
		"arg_country_code":     "DE",
		"http_accept":          "text/html",
		"consumer_group_id":    "gold-customers-of-the-north",
		"http_x_forwarded_for": "203.0.113.7",
	} {
		if got := redact.Compared(variable, value); got != value {
			t.Errorf("%s == %s is shown as %s", variable, value, got)
		}
	}
}

// secrets are values that tools and people make, with S in place of the beginning of a random part.
var secrets = []string{
	"hunter2", "s3cr3t", "pA55word", "correct horse battery staple", "Bearer abcdefgh12345678", "Basic dXNlcjpwYXNzd29yZA==", "Bearer opensesame",
	"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N", "sk-proj-A8bD93kdlPq02mZx", "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
	"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY", "xoxb-2345678901-abcdefGHIJKL", "9f86d081884c7d659a2feaa0c55ad015", "4111111111111111",
	"b7e1c1f0-6f0d-4c1e-9a51-2f4be1a4a6a1", "AIzaSyD-9tSrke72PouQMnMX-a7eZSW0jkFMBWY", "Zm9vYmFyYmF6cXV4", "qwrtzpsdfghjklmnb", "my-secret-value",
	"-----BEGIN PRIVATE KEY-----", "user:pass@host", "p@ss:word", "Tr0ub4dor&3", "key=value=more", "a1b2c3d4e5f6", "deadbeefcafe", "sk_live_openSesameOpen", "glpat-opensesame2opensesame", "$2y$10$abcdefGHIJKLmnop7Qz4Se",
}

func TestSecretsAreHiddenUnderAnyName(t *testing.T) {
	t.Parallel()
	for _, value := range secrets {
		variables := []string{"http_x_release", "arg_v", "post_arg_a"}
		if strings.ContainsAny(value, "0123456789") && value != "hunter2" || strings.HasPrefix(value, "Bearer") {
			variables = append(variables, "uri", "host", "http_user_agent") // what the gateway makes may have several words
		}
		for _, variable := range variables {
			if got := redact.Compared(variable, value); strings.Contains(got, value) {
				t.Errorf("%s == %s is shown", variable, value)
			}
		}
	}
}

func TestVariablesThatHoldSecretsShowNothing(t *testing.T) {
	t.Parallel()
	for variable := range strings.FieldsSeq(`http_x_auth arg_pwd arg_sig arg_code http_x_otp http_authorization cookie_sid arg_key arg_pass arg_api_key
		http_x_api_key arg_access_token http_x_csrf_token arg_ticket arg_state arg_nonce http_x_signature http_x_hub_signature_256 arg_voucher_code
		arg_invite http_x_session http_proxy_authorization arg_password arg_passphrase arg_pin http_x_totp arg_hmac arg_creds http_x_jwt arg_auth
		arg_authkey arg_masterkey http_x_dbpass arg_pswd arg_sessid http_x_phpsessid arg_authcode arg_smscode arg_kennwort arg_密码 arg_tok`) {
		for _, value := range []string{"beta", "1", "/a", "example.com"} {
			if got := redact.Compared(variable, value); !redact.Hides(got) {
				t.Errorf("%s == %s is shown", variable, value)
			}
		}
	}
}

func TestOfAURLOnlyWhatIsPlainIsShown(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"https://user:hunter2@logs.example.com:8443/in":              "https://<redacted>@logs.example.com:8443/in",
		"https://logs.example.com/in?v=2&code=abc":                   "https://logs.example.com/in?v=2&code=<redacted>",
		"https://logs.example.com/in?key=abc;sig=x&api-key=1&pass=y": "https://logs.example.com/in?key=<redacted>&sig=<redacted>&api-key=<redacted>&pass=<redacted>",
		"https://logs.example.com/in?a8b9c7d6e5f4":                   "https://logs.example.com/in?<redacted>",
		"https://hooks.example.com/services/T0A1B2C3D/xoxp9Q8z7":     "https://hooks.example.com/services/<redacted>/<redacted>",
		"https://h.example.com/#access8Token7Here9":                  "https://h.example.com/#<redacted>",
		"https://a.example.com, https://u:p@b.example.com":           "https://a.example.com, https://<redacted>@b.example.com",
		"https://u:p/w@h.example.com/x":                              "https://<redacted>@h.example.com/x",
		"/health?key=abc":                                            "/health?key=<redacted>",
		"Authorization:opensesame":                                   "Authorization: <redacted: up to 16 characters>",
		"token-service:8080":                                         "token-service:8080",
		"/health?verbose=1":                                          "/health?verbose=1",
		"X-Auth: abc":                                                "X-Auth: <redacted: up to 8 characters>",
		"Host: api.example.com":                                      "Host: api.example.com",
		"api7/api7-ee-3-gateway@sha256:0a1b2c":                       "api7/api7-ee-3-gateway@sha256:0a1b2c",
	} {
		if got, _ := redact.Value(estate.NewValue([]byte(`"` + in + `"`))); got != want {
			t.Errorf("%s\nbecomes %s\nwant    %s", in, got, want)
		}
	}
}

func TestTheLastGateLeavesOurOwnSentencesAndCommands(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`curl -fsS -H "X-API-KEY: $API7_TOKEN" -o 'a.json' "$API7_ADMIN"'/apisix/admin/services/a?gateway_group_id=b7e1c1f0-6f0d-4c1e-9a51-2f4be1a4a6a1'`,
		`psql "postgres://preflight@db-1/api7ee?sslmode=verify-full" -c 'select 1'`,
		"basic authentication of consumers; a token of 20 characters", "key-auth: key cannot be read: not a string",
		"helm upgrade api7 api7/api7ee3 --version 0.17.49 --set image.tag=v3.8.22",
		"api7/api7-ee-3-gateway:3.8.22@sha256:9f86d081884c7d659a2feaa0c55ad0154f1bbf2f2ea0d29d0aa4ee6b7a6c6a1e", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "9f86d081884c7d659a2feaa0c55ad015",
		"gateway-7d9f8c6b5-x2x9k", "/tmp/TestNoPlantedSecretComesOut3221993871/002/b.dump", "sk_live_ keys, AKIA and ghp_ are beginnings of tokens", "a7ee-gateway", "task-proj-one", "npm_internationalization", "pypi-internationalization",
		"https://github.com/api7/api7-helm-chart/blob/5d8c1f0a3b7e4f529a416c0d2e8b7f1312345678/charts/api7/values.yaml#L10-L20", "AKIAlowercaseletters",
	} {
		if got := redact.Text(text); got != text {
			t.Errorf("%s\nbecomes %s", text, got)
		}
	}
	for text, want := range map[string]string{
		"50 % to https://u:p@h/x?key=abc9, 50 % to b": "50 % to https://<redacted>@h/x?key=<redacted>, 50 % to b", "/x?sig=a9c8; and /y (token=b7)": "/x?sig=<redacted>; and /y (token=<redacted>)",
		`{"a":["password=x9"]}`: `{"a":["password=<redacted>"]}`, "key=a,pwd=b;c": "key=a,pwd=<redacted>;c",
	} {
		if got := redact.Text(text); got != want || redact.Text(got) != want {
			t.Errorf("%s\nbecomes %s", text, got)
		}
	}
	for text, secret := range map[string]string{
		"refused: Authorization: Bearer abcdef0123456789": "abcdef0123456789", "cookie: sid=abc": "abc", "x-auth-token: abc": "abc",
		"dial https://u:hunter2@h/: refused": "hunter2", "GET /x?sig=abc99x: 404": "abc99x", "password=hunter2 host=a": "hunter2",
		"it is eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3": "eyJzdWIi", "-----BEGIN RSA PRIVATE KEY-----\nMIIEow": "MIIEow",
		"basic dXNlcjpwYXNzd29yZA==": "dXNlcjpwYXNz", `key "AKIAIOSFODNN7EXAMPLE" is written twice`: "AKIAIOSFODNN7", "tag v3-ghp_16C7e42F292c6912E7710c838347Ae178B4a names": "16C7e42F",
		"/etc/xoxb-2345678901-abcdefGHIJKL.yaml:3:1": "abcdefGHIJKL", "/labels/sk_live_4eC39HqLyjWDarjtT1zdp7dc": "4eC39HqLyj", "a7ee-PEjhSqRVhYuQIAdRkUCmyBAjkNy": "PEjhSqRV",
		"label wJ4lrXUtn7EMIK7MDENG2PxRf1CYEXAMPLEK3Y": "wJ4lrXUtn", "kine key /consumers/github_pat_11ABCDEFG0abcdefghijkl_mnop": "mnop", "LTAI5tFzQ7x9Kc2WmQ7x9Kc": "LTAI5tFz",
	} {
		if got := redact.Text(text); strings.Contains(got, secret) {
			t.Errorf("%s is shown as %s", text, got)
		}
	}
}
