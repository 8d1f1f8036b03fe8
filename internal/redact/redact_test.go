package redact_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/redact"
)

func TestValueHidesSecretsAndKeepsTheRest(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		in, want string
		kept     bool
	}{
		"keys":          {in: `{"client_key":"k","client_cert":"c","client_cert_id":"7","tls":{"verify":false}}`, want: `{"client_cert":"<redacted>","client_cert_id":"7","client_key":"<redacted>","tls":{"verify":false}}`},
		"forms":         {in: `{"password":7,"secret":["a",true,{"x":"y"}],"token":"","tokens":null}`, want: `{"password":"<redacted>","secret":["<redacted>",true,{"x":"<redacted>"}],"token":"","tokens":null}`},
		"about secrets": {in: `{"token_endpoint":"https://a","session_timeout":5,"cookie_name":"sid","access_token_expires_in":60}`, want: `{"access_token_expires_in":60,"cookie_name":"sid","session_timeout":5,"token_endpoint":"https://a"}`, kept: true},
		"secret ids":    {in: `{"secret_id":"x","role_id":"y"}`, want: `{"role_id":"y","secret_id":"<redacted>"}`},
		"hash key":      {in: `{"key":"remote_addr","type":"chash","hash_on":"vars"}`, want: `{"hash_on":"vars","key":"remote_addr","type":"chash"}`, kept: true},
		"auth key":      {in: `{"key-auth":{"key":"k"},"API-Key":"k"}`, want: `{"API-Key":"<redacted>","key-auth":{"key":"<redacted>"}}`},
		"addresses":     {in: `{"nodes":{"secret-store:80":1,"token.example.org":{"weight":2}}}`, want: `{"nodes":{"secret-store:80":1,"token.example.org":{"weight":2}}}`, kept: true},
		"condition":     {in: `[["http_authorization","==","x"],["cookie_a","!","in",["x"]],["arg_v","==","2"]]`, want: `[["http_authorization","==","<redacted>"],["cookie_a","!","in",["<redacted>"]],["arg_v","==","2"]]`},
		"nested":        {in: `["OR",["http_x_api_key","==","x"],["uri","~~","^/a"]]`, want: `["OR",["http_x_api_key","==","<redacted>"],["uri","~~","^/a"]]`},
		"header line":   {in: `{"req_headers":["Authorization: Bearer x","Accept: a"]}`, want: `{"req_headers":["Authorization: <redacted: up to 8 characters>","Accept: a"]}`},
		"query":         {in: `{"http_path":"/health?token=x","uri":"https://u:p@x/y@example.org/"}`, want: `{"http_path":"/health?token=<redacted>","uri":"https://<redacted>@example.org/"}`},
		"field of ours": {in: `{"note":"swordfish","deep":[{"memo":["swordfish",["a","==","b"]]}],"for":"30s","on":"true"}`, want: `{"deep":[{"memo":["<redacted: up to 16 characters>",["<redacted: up to 8 characters>","<redacted: up to 8 characters>","<redacted: up to 8 characters>"]]}],"for":"30s","note":"<redacted: up to 16 characters>","on":"true"}`},
		"labels":        {in: `{"labels":{"a":["early birds","ann:word"],"api_token":["x"],"b":{"note":"word"},"c":7}}`, want: `{"labels":{"a":["early birds","<redacted: up to 8 characters>"],"api_token":["<redacted: up to 8 characters>"],"b":{"note":"<redacted: up to 8 characters>"},"c":7}}`},
		"a text itself": {in: `"swordfish"`, want: `"swordfish"`, kept: true},
		"a name":        {in: `{"AKIAIOSFODNN7EXAMPLE":"beta","labels":{"xoxb-2345678901-abcdefGHIJKL":"beta","7Qz4Secr0CanaRy9x":"beta","team":"beta"}}`, want: `{"<redacted>":"<redacted: up to 8 characters>","labels":{"<redacted>":"<redacted: up to 8 characters>","team":"beta"}}`},
		"database":      {in: `{"dsn":"postgres://u:p w@x@db:5432/api7ee","a":"see https://a.example b@c"}`, want: `{"a":"<redacted: up to 32 characters>","dsn":"<redacted: up to 64 characters>"}`},
		"escaped":       {in: `{"p\u0061ssword":"x","a":"t\u006fken=x"}`, want: `{"a":"<redacted: up to 8 characters>","password":"<redacted>"}`},
		"reference":     {in: `{"key":"$secret://vault/a/b","token":"\u0024ENV:\/\/X","password":"$5","secret":{"a":["$x","$Secret://b"]}}`, want: `{"key":"$secret://<redacted>","password":"<redacted>","secret":{"a":["<redacted>","$secret://<redacted>"]},"token":"$env://<redacted>"}`},
		"numbers":       {in: `{"weight":12345678901234567890.10}`, want: `{"weight":12345678901234567890.10}`, kept: true},
		"white space":   {in: " { \"a\" : [ 1 , { } , [ ] ] ,\n\"key\" : \"x\" } ", want: `{"a":[1,{},[]],"key":"<redacted>"}`},
		"broken":        {in: `{"a":`, want: `"<redacted>"`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, hidden := redact.Value(estate.NewValue([]byte(tt.in)))
			if diff := cmp.Diff(tt.want, text(t, got)); diff != "" {
				t.Errorf("differs (-want +got):\n%s", diff)
			}
			if hidden == tt.kept {
				t.Errorf("hidden is %v", hidden)
			}
		})
	}
	if got, hidden := redact.Value(estate.Value{}); got != nil || hidden {
		t.Errorf("of nothing: %v, %v", got, hidden)
	}
}

func text(tb testing.TB, v any) string {
	tb.Helper()
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		tb.Fatal(err)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func TestBodyKeepsWhatRulesRead(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		kind         estate.Kind
		id, in, want string
	}{
		"order and repetition": {
			kind: estate.Route, in: `{"uri":"/b","id":"r","plugins":{"traffic-split":{"b":1,"a":2,"b":3}}}`,
			want: `{"uri":"/b","id":"r","plugins":{"traffic-split":{"b":1,"a":2,"b":3}}}`,
		},
		"emptiness": {
			kind: estate.Route, in: `{"desc":"","script":null,"cert":{ },"x":[],"y":false,"z":0,"plugins":[]}`,
			want: `{"desc":"","script":null,"cert":{ },"x":[],"y":false,"z":"<redacted>","plugins":[]}`,
		},
		"own plugin": {
			kind: estate.Route, in: `{"plugins":{"own":{"_meta":{"disable":true},"on":true,"key":"k","deep":{"a":1}}}}`,
			want: `{"plugins":{"own":{"_meta":{"disable":true},"on":true,"key":"<redacted>","deep":"<redacted>"}}}`,
		},
		"own plugin with references": {
			kind: estate.Route, in: `{"plugins":{"own":{"a":{"b":["x","$env://Y"]},"c":"$secret://v","d":{"$secret://k":1},"e":"say \"$env://\""}}}`,
			want: `{"plugins":{"own":{"a":"$env://<redacted>","c":"$secret://<redacted>","d":"$secret://<redacted>","e":"<redacted>"}}}`,
		},
		"route with authentication": {
			kind: estate.Route, in: `{"plugins":{"jwt-auth":{"header":"X-Auth","key":"k","cookie":"c"}}}`,
			want: `{"plugins":{"jwt-auth":{"header":"X-Auth","key":"<redacted>","cookie":"<redacted>"}}}`,
		},
		"consumer": {
			kind: estate.Consumer, in: `{"username":"ann","plugins":{"jwt-auth":{"algorithm":"RS256","exp":5,"public":"p"},"limit-count":{"count":5,"key":"remote_addr"}}}`,
			want: `{"username":"ann","plugins":{"jwt-auth":{"algorithm":"RS256","exp":5,"public":"<redacted>"},"limit-count":{"count":5,"key":"remote_addr"}}}`,
		},
		"workflow": {
			kind: estate.Route, in: `{"plugins":{"workflow":{"rules":[{"case":[["uri","==","/a"]],"actions":[["limit-count",{"key":"remote_addr"}],["own",{"a":"b"}],["return",{"code":403}]]}]}}}`,
			want: `{"plugins":{"workflow":{"rules":[{"case":[["uri","==","/a"]],"actions":[["limit-count",{"key":"remote_addr"}],["own",{"a":"<redacted>"}],["return",{"code":403}]]}]}}}`,
		},
		"several ways to authenticate": {
			kind: estate.Route, in: `{"plugins":{"multi-auth":{"auth_plugins":[{"jwt-auth":{"header":"h"}},{"own":{"a":1}}]}}}`,
			want: `{"plugins":{"multi-auth":{"auth_plugins":[{"jwt-auth":{"header":"h"}},{"own":{"a":"<redacted>"}}]}}}`,
		},
		"consumers asked to authenticate": {
			kind: estate.Service, in: `{"plugins":{"key-auth":{"_meta":{"disable":true},"header":"X-Tenant","hide_credentials":true,"realm":"orders","host":"swordfish","pin":[7],"more":{"type":"swordfish"},"none":""},` +
				`"openid-connect":{"scope":"openid","session":{"secret":"s","cookie":{"lifetime":5}},"claim_validator":{"issuer":{"valid_issuers":["idp.example.org"]}},"own":5}}}`,
			want: `{"plugins":{"key-auth":{"_meta":{"disable":true},"header":"X-Tenant","hide_credentials":true,"realm":"orders","host":"<redacted>","pin":"<redacted>","more":"<redacted>","none":""},` +
				`"openid-connect":{"scope":"openid","session":{"secret":"<redacted>","cookie":{"lifetime":"<redacted>"}},"claim_validator":{"issuer":{"valid_issuers":["idp.example.org"]}},"own":"<redacted>"}}}`,
		},
		"constants and variables that are logged": {
			kind: estate.PluginMetadata, id: "syslog",
			in:   `{"log_format":{"a":"$host","b":"${http_x_tenant}","c":"$host:$server_port","d":"swordfish","e":"$host swordfish","f":{"g":"$uri","h":["swordfish",7]},"i":"$2y$10$Zq7x9Kc2Wm","j":"","k":"$secret://vault/a"}}`,
			want: `{"log_format":{"a":"$host","b":"${http_x_tenant}","c":"$host:$server_port","d":"<redacted: up to 16 characters>","e":"<redacted: up to 16 characters>","f":{"g":"$uri","h":["<redacted: up to 16 characters>",7]},"i":"<redacted: up to 32 characters>","j":"","k":"$secret://<redacted>"}}`,
		},
		"fields that nobody knows": {
			kind: estate.Route, in: `{"remark":"swordfish","plugins":{"cors":{"allow_methods":"GET,POST","note":"swordfish","deep":{"type":"a","memo":["swordfish"]}}},"upstream":{"nodes":[{"host":"a","metadata":{"owner":"swordfish"}}]}}`,
			want: `{"remark":"<redacted>","plugins":{"cors":{"allow_methods":"GET,POST","note":"<redacted: up to 16 characters>","deep":{"type":"a","memo":["<redacted: up to 16 characters>"]}}},"upstream":{"nodes":[{"host":"a","metadata":{"owner":"<redacted: up to 16 characters>"}}]}}`,
		},
		"metadata of a known plugin":    {kind: estate.PluginMetadata, id: "http-logger", in: `{"log_format":{"a":"$host"},"token":"t"}`, want: `{"log_format":{"a":"$host"},"token":"<redacted>"}`},
		"metadata of a plugin of ones":  {kind: estate.PluginMetadata, id: "own", in: `{"id":"own","log_format":{"a":"$host"}}`, want: `{"id":"own","log_format":"<redacted>"}`},
		"plugin list":                   {kind: estate.PluginList, in: `{"plugins":["jwt-auth","cors","key-auth"]}`, want: `{"plugins":["jwt-auth","cors","key-auth"]}`},
		"gateway group of another form": {kind: estate.GatewayGroup, in: `{"config":"image_tag"}`, want: `{"config":"<redacted>"}`},
		"field that looks like ours":    {kind: estate.Route, in: `{"plugins":{"cors":{"$token":"opensesame x","$any":"Zq7x9Kc2"}}}`, want: `{"plugins":{"cors":{"$token":"<redacted>","$any":"<redacted: up to 8 characters>"}}}`},
		"gateway group":                 {kind: estate.GatewayGroup, in: `{"config":{"image_tag":"3.4.1","control_plane_user":"u"}}`, want: `{"config":{"image_tag":"3.4.1","control_plane_user":"<redacted>"}}`},
		"permission policy": {
			kind: estate.PermissionPolicy, in: `{"name":"p","statement":{"statement":[{"actions":["gateway:GetSecret","gateway:<Get.*Token>","gateway:x:token=a"],"resources":"arn:api7:gateway:secret/<.*>","effect":"deny","conditions":{"token":"t"}}]}}`,
			want: `{"name":"p","statement":{"statement":[{"actions":["gateway:GetSecret","gateway:<Get.*Token>","gateway:x:token=<redacted>"],"resources":"arn:api7:gateway:secret/<.*>","effect":"deny","conditions":{"token":"<redacted>"}}]}}`,
		},
		"API token":                    {kind: estate.Token, in: `{"id":"t","name":"ci","user_id":"u","expired_seconds":-5,"token":"x","salt":"y"}`, want: `{"id":"t","name":"ci","user_id":"u","expired_seconds":-5,"token":"<redacted>","salt":"<redacted>"}`},
		"developer":                    {kind: estate.Developer, in: `{"id":"d","status":"accepted","name":"Fern","email":"f@example.org"}`, want: `{"id":"d","status":"accepted","name":"<redacted>","email":"<redacted>"}`},
		"custom plugin":                {kind: estate.CustomPlugin, in: `{"id":"c","name":"mine","source_code":"return 1","content":"x"}`, want: `{"id":"c","name":"mine","source_code":"<redacted>","content":"<redacted>"}`},
		"certificate":                  {kind: estate.SSL, in: `{"snis":["a"],"cert":"c","client":{"ca":"c","depth":2,"skip_mtls_uri_regex":["/a"]}}`, want: `{"snis":["a"],"cert":"<redacted>","client":{"ca":"<redacted>","depth":2,"skip_mtls_uri_regex":"<redacted>"}}`},
		"verification that is none":    {kind: estate.SSL, in: `{"client":"c"}`, want: `{"client":"<redacted>"}`},
		"depth that is none":           {kind: estate.SSL, in: `{"client":{"depth":"c"}}`, want: `{"client":{"depth":"<redacted>"}}`},
		"description":                  {kind: estate.Route, in: `{"desc":"what it is for"}`, want: `{"desc":"<redacted>"}`},
		"description, still allowed":   {kind: estate.Route, in: `{"desc":"` + strings.Repeat("é", 65536) + `"}`, want: `{"desc":"<redacted>"}`},
		"description that is too long": {kind: estate.Route, in: `{"desc":"` + strings.Repeat("é", 65537) + `"}`, want: `{"desc":"` + strings.Repeat("*", 65537) + `"}`},
		"name that is none":            {kind: estate.Route, in: `{"name":{"token":"t"}}`, want: `{"name":{"token":"<redacted>"}}`},
		"no object":                    {kind: estate.Route, in: `"x"`, want: `"<redacted>"`},
		"no JSON":                      {kind: estate.Route, in: `{"a":`, want: `"<redacted>"`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, string(redact.Body(tt.kind, tt.id, []byte(tt.in)))); diff != "" {
				t.Errorf("differs (-want +got):\n%s", diff)
			}
		})
	}
}

// FuzzRedact proves that redaction accepts every JSON text and loses no name, and that a second redaction changes
// nothing and reports as much as hidden.
func FuzzRedact(f *testing.F) {
	for _, seed := range []string{
		`{"plugins":{"traffic-split":{"rules":[{"match":[{"vars":[["http_token","==","x"]]}]}]},"own":{"a":{"b":"c"}},"workflow":{"rules":[{"actions":[["cors",{}]]}]},"multi-auth":{"auth_plugins":[{"key-auth":{"key":"x"}}]}}}`,
		`{"upstream":{"nodes":{"a:1":2},"key":"x"},"labels":{"token":"t"}}`, ` [ "cookie_a" , "==" , 1e5 , "https://u:p@h?token=\"x" ] `, `"\u0041uthorization: x"`, `{"a":"b`, `{"a":{"token":"t"},"a":{"b":"c"}}`, `{"key":"$secret://a","x":{"token":"\u0024env:\/\/B"}}`,
		`{"labels":{"":["0!0","the key is x"]},"ext":{"0!0":{"a":1}}}`, `{"type":["a:b","Authorization:a"],"nodes":{"a:b":1}}`,
		`{"AKIAIOSFODNN7EXAMPLE":{"a":1},"log_format":{"a":"$host","b":"x ghp_16C7e42F292c6912E7710"},"labels":{"xoxb-2345678901-a":["u:p","a,b"]},"plugins":{"key-auth":{"header":"a","own":["b"]},"ghp_16C7e42F292c6912E7710":{}}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		clean, hidden := redact.Value(estate.NewValue(data))
		once := text(t, clean)
		again, still := redact.Value(estate.NewValue([]byte(once)))
		if twice := text(t, again); once != twice || hidden != still {
			t.Errorf("%q, hidden %v, and again %q, hidden %v", once, hidden, twice, still)
		}
		for _, k := range []estate.Kind{estate.Route, estate.Consumer, estate.PluginMetadata, estate.GatewayGroup, estate.Secret} {
			body := redact.Body(k, "http-logger", data)
			if !json.Valid(body) {
				t.Fatalf("%s of %q is no JSON: %q", k, data, body)
			}
			if diff := cmp.Diff(names(data), names(body)); diff != "" {
				t.Errorf("%s: names (-want +got):\n%s", k, diff)
			}
			if twice := redact.Body(k, "http-logger", body); string(twice) != string(body) {
				t.Errorf("%s: %q, and again %q", k, body, twice)
			}
		}
	})
}

// names returns the top-level fields of an object.
func names(data []byte) map[string]bool {
	var fields map[string]json.RawMessage
	if json.Unmarshal(data, &fields) != nil {
		return nil
	}
	all := map[string]bool{}
	for name := range fields {
		all[redact.Text(name)] = true
	}
	return all
}

func BenchmarkBody(b *testing.B) {
	body := []byte(`{"id":"r","name":"route","service_id":"orders","uris":["/api/v1/orders/*"],"methods":["GET","POST"],"desc":"what this route is for","labels":{"team":"t"},` +
		`"plugins":{"cors":{"allow_origins":"https://shop.example.org","max_age":600},"limit-count":{"count":5,"time_window":60,"key":"remote_addr"},"key-auth":{}},` +
		`"vars":[["arg_tenant","==","7"]],"timeout":{"connect":60,"send":60,"read":60}}`)
	b.ReportAllocs()
	for b.Loop() {
		redact.Body(estate.Route, "r", body)
	}
}

func TestConfigurationFilesShowKeysAndWhatIsNoSecret(t *testing.T) {
	t.Parallel()
	body := `{"found":"helm","chart":"api7ee3","layers":["a.yaml"],"settings":{
		"database":{"dsn":"postgres://api7:p@ss w:rd@db.example:5432/api7ee?sslmode=require&password=S","max_open_conns":60,"timeout":"5s","base_dsn":"user=a password=S"},
		"mysql":{"dsn":"mysql://u:S@tcp(db:3306)/x"},"empty":{"dsn":""},
		"log":{"level":"warn","extra":"S"},"session_options_config":{"same_site":"lax","secure":false,"session_secret":"S"},"tls":{"sslProtocols":"TLSv1.2"},"server":{"tls":{"disable":false,"key_file":"/certs/a.key","cert_file":"-----BEGIN CERTIFICATE-----S"},"port":7443},
		"unknown":{"password":{"$unknown":"variable DB"}},"list":["S",{"token":"S"},{"$unknown":"variable L"}],
		"prometheus":{"addr":"http://u:S@prom:9090","basic_auth":{"username":"S","password":"S"}},
		"http_configuration_snippet":"proxy_set_header A S;","data_encryption":{"keyring":["S"]},
		"extraEnvVars":[{"name":"API7_CONTROL_PLANE_ENDPOINTS","value":"[\"https://dp:7943\"]"},{"name":"X","value":"S"},{"name":"Y","valueFrom":{"secretKeyRef":{"key":"S"}}}],
		"admin_key":[{"name":"admin","key":"S","role":"admin"},{"key":"edd1c9f034335f136f87ad84b625c8f1"}],"jaeger":null,"enable_server_tokens":"on","max_lifetime":"1h30m"},
		"environment":{"APISIX_WORKER_PROCESSES":"4","DB_PASSWORD":"S","Z":{"$unknown":"variable Z"}},"free":"S"}`
	want := `{"found":"helm","chart":"api7ee3","layers":["a.yaml"],"settings":{` +
		`"database":{"dsn":"<redacted>","max_open_conns":60,"timeout":"5s","base_dsn":"<redacted>"},` +
		`"mysql":{"dsn":"mysql://<redacted>@db:3306/x"},"empty":{"dsn":""},` +
		`"log":{"level":"warn","extra":"<redacted>"},"session_options_config":{"same_site":"lax","secure":false,"session_secret":"<redacted>"},"tls":{"sslProtocols":"TLSv1.2"},"server":{"tls":{"disable":false,"key_file":"/certs/a.key","cert_file":"<redacted>"},"port":7443},` +
		`"unknown":{"password":{"$unknown":"variable DB"}},"list":["<redacted>",{"token":"<redacted>"},{"$unknown":"variable L"}],` +
		`"prometheus":{"addr":"http://<redacted>@prom:9090","basic_auth":{"username":"<redacted>","password":"<redacted>"}},` +
		`"http_configuration_snippet":"<redacted>","data_encryption":{"keyring":["<redacted>"]},` +
		`"extraEnvVars":[{"name":"API7_CONTROL_PLANE_ENDPOINTS","value":"[\"https://dp:7943\"]"},{"name":"X","value":"<redacted>"},{"name":"Y","valueFrom":{"secretKeyRef":{"key":"<redacted>"}}}],` +
		`"admin_key":[{"name":"<redacted>","key":"<redacted>","role":"<redacted>"},{"key":"edd1c9f034335f136f87ad84b625c8f1"}],"jaeger":null,"enable_server_tokens":"on","max_lifetime":"1h30m"},` +
		`"environment":{"APISIX_WORKER_PROCESSES":"4","DB_PASSWORD":"<redacted>","Z":{"$unknown":"variable Z"}},"free":"<redacted>"}`
	for _, k := range []estate.Kind{estate.DashboardConfig, estate.GatewayConfig, estate.HelmValues, estate.Image} {
		got := string(redact.Body(k, "x", []byte(body)))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", k, diff)
		}
		if again := string(redact.Body(k, "x", []byte(got))); again != got {
			t.Errorf("%s: redacted twice it differs:\n%s", k, again)
		}
	}
}

func TestTextsOfSettingsAreShownOnlyWhereTheyCanBeNoSecret(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`{"size":"123456789012"}`:  `{"size":"123456789012"}`,
		`{"size":"1234567890123"}`: `{"size":"<redacted>"}`, // may be a PIN or part of a key
		`{"timeout":"1h30m","max":"10m","part":"50%","on":"Yes","n":"-1.5"}`: `{"timeout":"1h30m","max":"10m","part":"50%","on":"Yes","n":"-1.5"}`,
		`{"any":"warnings","any2":"5 s","level":"warn"}`:                     `{"any":"<redacted>","any2":"<redacted>","level":"warn"}`,
		`{"key":"edd1c9f034335f136f87ad84b625c8f1","any":"changeme"}`:        `{"key":"edd1c9f034335f136f87ad84b625c8f1","any":"changeme"}`,
		`{"access_key":"S","account_key":"S","keyring":"S","region":"eu"}`:   `{"access_key":"<redacted>","account_key":"<redacted>","keyring":"<redacted>","region":"eu"}`,
		`{"access_key":7,"account_key":"5","keyring":["123","10m"]}`:         `{"access_key":"<redacted>","account_key":"<redacted>","keyring":["<redacted>","<redacted>"]}`,
		`{ "name" : "APISIX_WORKER_PROCESSES" , "value" : "S" }`:             `{"name":"APISIX_WORKER_PROCESSES","value":"S"}`,
		`{"value":"5s"}`: `{"value":"5s"}`,
		`{"key_file":"/certs/a.key","private_key":"/certs/a.key"}`:                                                                               `{"key_file":"/certs/a.key","private_key":"<redacted>"}`,
		`{"name":"APISIX_WORKER_PROCESSES","value":"S"}`:                                                                                         `{"name":"APISIX_WORKER_PROCESSES","value":"S"}`,
		`{"name":"APISIX_WORKER_PROCESSES","value":{"$unknown":"V"}}`:                                                                            `{"name":"APISIX_WORKER_PROCESSES","value":{"$unknown":"V"}}`,
		`{"name":"DB_HOST","value":"S","host":"a"}`:                                                                                              `{"name":"DB_HOST","value":"<redacted>","host":"a"}`,
		`{"name":"APISIX_WORKER_PROCESSES","value":{"host":"a"}}`:                                                                                `{"name":"APISIX_WORKER_PROCESSES","value":"<redacted>"}`,
		`{"name":"DB_HOST","level":"warn"}`:                                                                                                      `{"name":"DB_HOST","level":"warn"}`,
		`{"dsn":"host=db user=api7ee password=changeme"}`:                                                                                        `{"dsn":"user=<redacted> password=changeme"}`,
		`{"dsn":"host=db user=api7ee password=changeme1"}`:                                                                                       `{"dsn":"<redacted>"}`,
		`{"dsn":{"host":"a","password":"S"}}`:                                                                                                    `{"dsn":{"host":"a","password":"<redacted>"}}`,
		`{"dsn":{"$unknown":"V"}}`:                                                                                                               `{"dsn":{"$unknown":"V"}}`,
		`{"host":"u:S@db","addr":"http://u:S S@prom:9090","endpoint":"u:S@db:5432/x"}`:                                                           `{"host":"<redacted>","addr":"<redacted>","endpoint":"<redacted>"}`,
		`{"host":"0.0.0.0:7080","addr":"http://u:S@prom:9090/@S","tag":"3.4.1@sha256:0123","name":"me@home"}`:                                    `{"host":"0.0.0.0:7080","addr":"http://<redacted>@S","tag":"3.4.1@sha256:0123","name":"me@home"}`,
		`{"name":"APISIX_DEPLOYMENT_ETCD_HOST","value":"[\"http://u:S S@etcd\"]"}`:                                                               `{"name":"APISIX_DEPLOYMENT_ETCD_HOST","value":"<redacted>"}`,
		`{"level":"CANARYx","output":"/var/log/a.log","same_site":"pA55word","role":"data_plane"}`:                                               `{"level":"<redacted>","output":"/var/log/a.log","same_site":"<redacted>","role":"data_plane"}`,
		`{"content_security_policy":"default-src 'self'; img-src https://a.example data:; sandbox"}`:                                             `{"content_security_policy":"default-src 'self'; img-src https://a.example data:; sandbox"}`,
		`{"content_security_policy":"CANARYx"}`:                                                                                                  `{"content_security_policy":"<redacted>"}`,
		`{"repository":"u:S@registry.example/api7/api7-ee-3-gateway","imageRegistry":"u:S@registry.example","registry":"registry.example:5000"}`: `{"repository":"<redacted>","imageRegistry":"<redacted>","registry":"registry.example:5000"}`,
		`{"base-DSN":"postgres://u:S@db/x"}`:                                                                                                     `{"base-DSN":"postgres://<redacted>@db/x"}`,
	} {
		got := string(redact.Body(estate.HelmValues, "x", []byte(`{"settings":`+in+`}`)))
		if diff := cmp.Diff(`{"settings":`+want+`}`, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", in, diff)
		}
	}
}

func TestCodeAndWhateverSomeoneLikedIsHiddenAsAWhole(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"annotations", "podAnnotations", "podLabels", "labels", "extraInitContainers", "extraContainers", "command", "args", "configurationSnippet",
		"main_configuration_snippet", "http_configuration_snippet", "http_server_configuration_snippet", "http_server_location_configuration_snippet",
		"http_admin_configuration_snippet", "http_end_configuration_snippet", "stream_configuration_snippet", "custom_menu_group",
	} {
		got := string(redact.Body(estate.HelmValues, "x", []byte(`{"settings":{"`+name+`":{"host":"S"}}}`)))
		if strings.Contains(got, `"S"`) {
			t.Errorf("%s shows what is in it: %s", name, got)
		}
	}
}

func TestConnectionURLsKeepHostAndDatabase(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"postgres://api7:S%21@db:5432/api7ee?sslmode=require&sslpassword=S": "postgres://<redacted>@db:5432/api7ee?sslmode=require&sslpassword=hidden",
		"sqlserver://sa:S@db:1433?database=api7ee":                          "sqlserver://<redacted>@db:1433?database=api7ee",
		"postgres://<redacted>@db:5432/api7ee?sslpassword=hidden":           "postgres://<redacted>@db:5432/api7ee?sslpassword=hidden",
		"postgres://db/x?options=-c+search_path%3Dgateway":                  "postgres://<redacted>@db/x?options=-c+search_path%3Dgateway",
		"postgres://db/x?options=-c+search_path%3Dgateway+-c+secret%3DS":    "postgres://<redacted>@db/x?options=hidden",
		"postgres://db/x?user=a&password=changeme&sslkey=k.pem":             "postgres://<redacted>:changeme@db/x?sslkey=k.pem",
		" postgres://db/x?SSLMODE=require ":                                 "postgres://<redacted>@db/x?sslmode=require",
		"postgres://db/x?sslkey=/certs/a.key":                               "postgres://<redacted>@db/x?sslkey=/certs/a.key",
		"postgres://api7ee:changeme@db/x":                                   "postgres://<redacted>:changeme@db/x",
		"postgres://<redacted>:changeme@db/x":                               "postgres://<redacted>:changeme@db/x",
		"mysql://api7:p@S@tcp(db:3306)/api7ee?charset=utf8":                 "mysql://<redacted>@db:3306/api7ee?charset=utf8",
		"postgres:///x?host=/run/postgresql&port=5433":                      "postgres://<redacted>@/x?host=/run/postgresql&port=5433",
		"postgres://u:S@[::1]:5432,%2Frun/x%2Fy":                            "postgres://<redacted>@[::1]:5432,%2Frun/x%2Fy",
		"postgres://db/x?sslmode=a%26S&application_name=S%3DS":              "postgres://<redacted>@db/x?sslmode=hidden&application_name=hidden",
		"host=db password=S":                                                "", "postgres://u:a b@db/x": "", "S": "", "postgres:u:S@db/x": "",
		"postgres://u:S@S/x@db:5432/api7ee": "", "postgres://u:S/S@db/x": "", "postgres://u:S#S@db/x": "", "postgres://u:S?S@db/x": "", "postgres://u:S@S@db/x": "",
		"postgres://u:%S@db/x": "", "postgres://u:x@[S]/x": "", "host=S;user=a;password=S": "", "server=S;user id=sa;password=S": "", "jdbc:postgresql://S/x?password=S": "",
		"u:S@tcp(db:3306)/x": "", "mysql://u:S@x@S/x": "", "sqlserver://sa:S@db:1433;password=S": "", "host=db password=changeme S": "", "postgres://u:changeme@S@db/x": "",
		"user=<redacted> password=changeme": "user=<redacted> password=changeme",
	} {
		if got, ok := redact.DSN(in); got != want || ok != (want != "") {
			t.Errorf("%q became %q, %v", in, got, ok)
		}
	}
}

// FuzzDSN proves that what is shown of a connection string does not depend on the password, however it is written,
// and that redacting it again changes nothing.
func FuzzDSN(f *testing.F) {
	for _, password := range []string{"x", "a@b", "a/b", "a?b=c", "a#b", "a:b", "[a]", "%41", "%zz", "a b", "a;b=c", "x@h:1/d?a", "a'b", `a\b`, "x@tcp(h:1)/d"} {
		for _, scheme := range []string{"postgres", "mysql", "sqlserver"} {
			f.Add(scheme, "u", password, "h:5432", "d?sslmode=require&application_name=x")
			f.Add(scheme, "u", password, "tcp(h:3306)", "d")
		}
	}
	f.Fuzz(func(t *testing.T, scheme, user, password, servers, rest string) {
		if strings.ContainsAny(user, ":@") || password == "" || password == "changeme" {
			return
		}
		clean, ok := redact.DSN(scheme + "://" + user + ":" + password + "@" + servers + "/" + rest)
		if !ok {
			if clean != "" {
				t.Errorf("shown is %q", clean)
			}
			return
		}
		if other, _ := redact.DSN(scheme + "://" + user + ":S@" + servers + "/" + rest); other != clean {
			t.Errorf("%q with another password is %q", clean, other)
		}
		if again, _ := redact.DSN(clean); again != clean {
			t.Errorf("%q, and again %q", clean, again)
		}
	})
}

func TestATextInPlaceOfAWordIsShownIfItCanBeNoSecret(t *testing.T) {
	t.Parallel()
	for _, shown := range []string{
		"", "verbose", "Lax", "WARN", "X-Forwarded-For", "agent_hook", "agent.hook", "2.48.0-debian-11-r0", "10.0.0.0/8", "fd00::/8", "logs/error.log",
		"/var/log/api7/dashboard.log", "../logs/a.log", "error.log", "registry.example/library/busybox", "mirror/busybox", "https://ai.example/v1",
	} {
		if got := redact.Found(shown); got != shown {
			t.Errorf("%q is shown as %q", shown, got)
		}
	}
	for _, hidden := range []string{
		"CANARYlvl", "hunter2", "Tr0ub4dor", "sk-proj-A8bD", "wJalrXUtnFEMI", "0123456789abcdef", "correct horse battery staple too", "u:p@h", "https://u:p@ai.example/v1",
		"postgres://u:p@h/d", "verylongwordthatnobodywouldwrite", "a\nb", "password=x", "ENC[AES256_GCM,data:abc]",
	} {
		if got := redact.Found(hidden); got != redact.Marker {
			t.Errorf("%q is shown as %q", hidden, got)
		}
	}
}
