package rule_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
)

func TestRedactHidesSecretsAndKeepsTheRest(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ in, want string }{
		"keys":        {`{"client_key":"k","client_cert":"c","client_cert_id":"7","tls":{"verify":false}}`, `{"client_cert":"<redacted>","client_cert_id":"7","client_key":"<redacted>","tls":{"verify":false}}`},
		"forms":       {`{"password":7,"secret":["a",true,{"x":"y"}],"token":"","tokens":null}`, `{"password":"<redacted>","secret":["<redacted>",true,{"x":"<redacted>"}],"token":"","tokens":null}`},
		"hash key":    {`{"type":"chash","hash_on":"vars","key":"remote_addr"}`, `{"hash_on":"vars","key":"remote_addr","type":"chash"}`},
		"auth key":    {`{"key-auth":{"key":"k"},"API-Key":"k"}`, `{"API-Key":"<redacted>","key-auth":{"key":"<redacted>"}}`},
		"condition":   {`[["http_authorization","==","x"],["cookie_a","!","in",["x"]],["arg_v","==","2"]]`, `[["http_authorization","==","<redacted>"],["cookie_a","!","in",["<redacted>"]],["arg_v","==","2"]]`},
		"nested":      {`["OR",["http_x_api_key","==","x"],["uri","~~","^/a"]]`, `["OR",["http_x_api_key","==","<redacted>"],["uri","~~","^/a"]]`},
		"header line": {`{"req_headers":["Authorization: Bearer x","Accept: a"]}`, `{"req_headers":["Authorization:<redacted>","Accept: a"]}`},
		"query":       {`{"http_path":"/health?token=x","a":"https://u:p@x/y@example.org/"}`, `{"a":"https://<redacted>example.org/","http_path":"/health?token=<redacted>"}`},
		"numbers":     {`{"weight":12345678901234567890.10}`, `{"weight":12345678901234567890.10}`},
		"broken":      {`{"a":`, `"<redacted>"`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, hidden := rule.Redact(estate.NewValue([]byte(tt.in)))
			if diff := cmp.Diff(tt.want, rule.JSON(got)); diff != "" {
				t.Errorf("differs (-want +got):\n%s", diff)
			}
			if want := name != "hash key" && name != "numbers"; hidden != want {
				t.Errorf("hidden is %v, want %v", hidden, want)
			}
		})
	}
}

func TestRedactOfNothingIsNothing(t *testing.T) {
	t.Parallel()
	if got, hidden := rule.Redact(estate.Value{}); got != nil || hidden {
		t.Errorf("got %v, %v", got, hidden)
	}
}
