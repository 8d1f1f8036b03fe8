// Package secretstest holds secrets in every place of a resource that can hold one, for tests of what hides them.
package secretstest

import (
	"encoding/json"
	"strings"
)

// Canary is in every secret.
const Canary = "CANARY-0b7c5f"

// Plugins returns a configuration for each plugin, with a secret in every field that can hold one.
func Plugins() map[string]json.RawMessage {
	all := map[string]json.RawMessage{}
	for name, conf := range configurations {
		all[name] = json.RawMessage(strings.ReplaceAll(conf, "CANARY", Canary))
	}
	return all
}

var configurations = map[string]string{ //nolint:gosec // that is what they are for
	"key-auth":                `{"key":"CANARY","header":"apikey"}`,
	"basic-auth":              `{"username":"u","password":"CANARY"}`,
	"jwt-auth":                `{"key":"CANARY","secret":"CANARY","private_key":"CANARY","public_key":"CANARY"}`,
	"hmac-auth":               `{"key_id":"u","access_key":"CANARY","secret_key":"CANARY"}`,
	"openid-connect":          `{"client_id":"c","client_secret":"CANARY","session":{"secret":"CANARY"},"client_rsa_private_key":"CANARY","introspection_endpoint":"https://u:CANARY@example.org/"}`,
	"saml-auth":               `{"sp_private_key":"CANARY","sp_cert":"CANARY","secret":"CANARY"}`,
	"authz-casdoor":           `{"client_secret":"CANARY"}`,
	"authz-keycloak":          `{"client_secret":"CANARY","password_grant_token_generation_incoming_uri":"CANARY"}`,
	"csrf":                    `{"key":"CANARY"}`,
	"limit-count":             `{"count":1,"key":"remote_addr","redis_password":"CANARY"}`,
	"kafka-logger":            `{"brokers":[{"host":"k","sasl_config":{"user":"u","password":"CANARY"}}]}`,
	"elasticsearch-logger":    `{"auth":{"username":"u","password":"CANARY"},"headers":{"Authorization":"CANARY"}}`,
	"clickhouse-logger":       `{"user":"u","password":"CANARY"}`,
	"http-logger":             `{"uri":"https://logs.example.org/in?token=CANARY","auth_header":"CANARY"}`,
	"splunk-hec-logging":      `{"endpoint":{"uri":"https://s.example.org","token":"CANARY"}}`,
	"google-cloud-logging":    `{"auth_config":{"private_key":"CANARY","client_email":"CANARY"}}`,
	"tencent-cloud-cls":       `{"secret_id":"CANARY","secret_key":"CANARY"}`,
	"sls-logger":              `{"access_key_secret":"CANARY"}`,
	"rocketmq-logger":         `{"access_key":"CANARY","secret_key":"CANARY"}`,
	"loggly":                  `{"customer_token":"CANARY"}`,
	"aws-lambda":              `{"authorization":{"apikey":"CANARY","iam":{"accesskey":"CANARY","secretkey":"CANARY"}}}`,
	"azure-functions":         `{"authorizations":{"apikey":"CANARY"}}`,
	"openwhisk":               `{"service_token":"CANARY"}`,
	"ai-proxy":                `{"auth":{"header":{"X-Goog":"CANARY"},"query":{"k":"CANARY"}},"override":{"endpoint":"https://u:CANARY@ai.example.org"}}`,
	"serverless-pre-function": `{"functions":["return function() local k = 'CANARY' end"]}`,
	"response-rewrite":        `{"body":"CANARY","headers":{"set":{"X-Api-Key":"CANARY","Set-Cookie":"CANARY"}}}`,
	"proxy-rewrite":           `{"headers":{"add":{"authorization":"CANARY"},"set":["Authorization: CANARY"]}}`,
	"ext-plugin-pre-req":      `{"conf":[{"name":"n","value":"CANARY"}]}`,
	"fault-injection":         `{"abort":{"body":"CANARY","vars":[[["http_authorization","==","CANARY"],["cookie_sid","in",["CANARY"]]]]}}`,
	"traffic-split": `{"rules":[{"match":[{"vars":[["http_x_api_key","==","CANARY"],["OR",["cookie_a","==","CANARY"],["arg_token","==","CANARY"]]]}],
			"weighted_upstreams":[{"upstream":{"nodes":[],"tls":{"client_cert":"CANARY","client_key":"CANARY"}}}]}]}`,
	"workflow":    `{"rules":[{"case":[["http_authorization","==","CANARY"]],"actions":[["key-auth",{"key":"CANARY"}],["own",{"x":"CANARY"}]]}]}`,
	"multi-auth":  `{"auth_plugins":[{"jwt-auth":{"secret":"CANARY"}},{"own":{"x":"CANARY"}}]}`,
	"own-plugin":  `{"anything":"CANARY","deep":{"er":["CANARY",{"CANARY":1}]},"number":1}`,
	"cors":        `{"_meta":{"pre_function":"CANARY","filter":[["http_token","==","CANARY"]]}}`,
	"no-object":   `"CANARY"`,
	"prometheus":  `"CANARY"`,
	"proxy-cache": `{"p\u0061ssword":"CANARY","t\u006fken":7}`,
}

// Body returns a resource with a secret in every top-level field of any kind that can hold one.
func Body() []byte {
	secret := map[string]any{"a": []any{Canary, map[string]any{"key": Canary, Canary: 1}}}
	fields := map[string]any{
		"id": "a", "name": "n", "plugins": Plugins(), "labels": map[string]string{"api_token": Canary, "team": "x"},
		"upstream":  map[string]any{"nodes": map[string]int{"10.0.0.1:80": 1}, "tls": map[string]string{"client_key": Canary, "client_cert": Canary}, "key": "remote_addr"},
		"upstreams": []any{map[string]any{"tls": map[string]string{"client_key": Canary}, "checks": map[string]any{"active": map[string]any{"req_headers": []string{"Cookie: " + Canary}, "http_path": "/?token=" + Canary}}}},
		"vars":      []any{[]any{"http_x_token", "==", Canary}},
		"tls":       map[string]any{"client_key": Canary, "client_cert": Canary, "verify": true},
		"checks":    map[string]any{"active": map[string]any{"req_headers": []string{"Authorization: Bearer " + Canary}}},
		"config":    map[string]any{"image_tag": "3.4.1", "control_plane_password": Canary, "control_plane_user": Canary, "more": secret},
	}
	for _, name := range []string{
		"desc", "description", "cert", "certs", "keys", "client", "ca", "private_key", "token", "salt", "prefix", "uri_", "auth_config",
		"access_key_id", "secret_access_key", "encrypted_admin_key", "admin_key_salt", "content", "source_code", "source", "filter_func",
		"script", "metadata_schema", "kubernetes_config", "nacos_config", "log_format", "unheard_of",
	} {
		fields[name] = secret
	}
	fields["password"], fields["secret"], fields["certificate"] = Canary, 7, Canary
	text, err := json.Marshal(fields)
	if err != nil {
		panic(err) // never happens for these types
	}
	return text
}
