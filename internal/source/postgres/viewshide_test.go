package postgres_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/fixtures/installations"
	"github.com/api7-preflight/api7-preflight/internal/controlplane"
	"github.com/api7-preflight/api7-preflight/internal/dev/gen/registry"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/redact"
	"github.com/api7-preflight/api7-preflight/internal/test/pgtest"
	"github.com/api7-preflight/api7-preflight/internal/test/ruletest"
	"github.com/api7-preflight/api7-preflight/internal/test/secretstest"
)

// parsed returns JSON in a form that can be compared; text that is none stays. How long a hidden text was, in
// characters or as JSON, is left out.
func parsed(text string) any {
	text = tooLong.ReplaceAllString(lengths.ReplaceAllString(text, redact.Marker), "too long")
	var v any
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	if dec.Decode(&v) != nil {
		return text
	}
	return v
}

var (
	lengths = regexp.MustCompile(estate.Redacted + `: [a-z0-9 ]+>`)
	tooLong = regexp.MustCompile(`[*]{1000}[*]+`)
)

// one is a value in the database, and the resource that it is.
type one struct {
	kind          estate.Kind
	id, key, text string
}

// body returns what a report or a snapshot may show of a text in place of the value.
func (o one) body(text string) string {
	if o.kind == estate.PluginList && strings.HasPrefix(text, "[") { // which the program makes an object
		return string(redact.Body(o.kind, o.id, []byte(`{"plugins":`+text+`}`)))
	}
	return string(redact.Body(o.kind, o.id, []byte(text)))
}

// compare checks of values as the view shows them that they hold no planted secret, and that what a report or a snapshot
// may show of them is what it may show of the values themselves. The view hides by names, a report by the shape of texts
// as well, so the view may leave more, and never less.
func compare(t *testing.T, dsn string, all []one) {
	t.Helper()
	var rows []string
	for i, o := range all {
		rows = append(rows, fmt.Sprintf("(%d, %s, %s)", i, quoted(o.key), quoted(o.text)))
	}
	got := pgtest.Exec(t, dsn, "SELECT n, api7_preflight.kine_value(k, v) FROM (VALUES "+strings.Join(rows, ", ")+") AS row (n, k, v)")
	if len(got) != len(all) || len(all) < 20 {
		t.Fatalf("%d values of %d", len(got), len(all))
	}
	for _, row := range got {
		i, _ := strconv.Atoi(row[0])
		if strings.Contains(row[1], "CANARY") {
			t.Errorf("%s shows a secret: %s", all[i].key, row[1])
		}
		if diff := cmp.Diff(parsed(all[i].body(all[i].text)), parsed(all[i].body(row[1]))); diff != "" {
			t.Errorf("%s (-of the value +of the view): %.2000s\n%s", all[i].key, row[1], diff)
		}
	}
}

// TestTheViewHidesSecretsAndNothingThatAReportShows plants secrets in every collection of kine. Of the other form of its
// keys it takes a sample of the values.
func TestTheViewHidesSecretsAndNothingThatAReportShows(t *testing.T) {
	t.Parallel()
	dsn := pgtest.Start(t).Database(t, installation)
	grantWithoutSecrets(t, dsn)
	planted := values()
	const sampled = 5
	for _, collection := range controlplane.KnownCollections() {
		var all []one
		for n, name := range slices.Sorted(maps.Keys(planted)) {
			value := planted[name]
			if collection == "plugins" && name == "list" || collection == "plugin_metadata" && strings.Contains(value, `"plugins"`) {
				continue // names of plugins; no metadata
			}
			id := strings.TrimPrefix(name, "with ")
			keys := []string{"/gateway_groups/default/" + collection + "/" + id}
			if n%sampled == 0 {
				keys = append(keys, "/gateway_groups/g/apisix/"+collection+"/"+id)
			}
			if controlplane.KindOf(collection) == estate.Consumer {
				keys = append(keys, "/gateway_groups/default/consumers/jack/credentials/"+id)
			}
			for _, key := range keys {
				all = append(all, one{controlplane.KindOf(collection), id, key, value})
			}
		}
		compare(t, dsn, all)
	}
}

// TestAKeyIsHiddenUnlessRequestsAreCountedByIt asks for keys that are called like variables.
func TestAKeyIsHiddenUnlessRequestsAreCountedByIt(t *testing.T) {
	t.Parallel()
	dsn := pgtest.Start(t).Database(t, installation)
	grantWithoutSecrets(t, dsn)
	const conf = `{"key": "remote_addr"}`
	plugins := map[string]json.RawMessage{}
	for _, name := range redact.Words().Plugins {
		if name != "workflow" && name != "multi-auth" { // whose own key is none of a plugin in them
			plugins[name] = json.RawMessage(conf)
		}
	}
	body, err := json.Marshal(map[string]any{"plugins": plugins})
	if err != nil {
		t.Fatal(err)
	}
	got := pgtest.Exec(t, dsn, `SELECT string_agg(p.key, ' ' ORDER BY p.key) FROM jsonb_each(api7_preflight.kine_value('/gateway_groups/g/routes/a', `+
		quoted(string(body))+`)::jsonb -> 'plugins') p WHERE p.value::text = '`+conf+`'`)
	if diff := cmp.Diff("ai-rate-limiting graphql-limit-count limit-conn limit-count limit-count-advanced limit-req", got[0][0]); diff != "" {
		t.Errorf("plugins whose key is shown (-want +got):\n%s", diff)
	}
	bodies := map[string]string{}
	for name := range plugins { // each on its own, so that no other makes the view look closely
		bodies[name] = `{"plugins":{"` + name + `":` + conf + `}}`
	}
	shown := forEach(t, dsn, `api7_preflight.kine_value('/gateway_groups/g/routes/a', v) LIKE '%remote_addr%'`, bodies)
	for name, body := range bodies {
		want := strings.Contains(string(redact.Body(estate.Route, "a", []byte(body))), "remote_addr")
		if got := shown[name] == "t"; got != want {
			t.Errorf("%s: the key is shown: %t", name, got)
		}
	}
}

// forEach returns what an expression gives for each value v under its name k. One statement asks for all, because each
// connection prepares the functions anew, which takes far longer than a value.
func forEach(t *testing.T, dsn, expression string, values map[string]string) map[string]string {
	t.Helper()
	rows := make([]string, 0, len(values))
	for name, value := range values {
		rows = append(rows, "("+quoted(name)+", "+quoted(value)+")")
	}
	got := map[string]string{}
	for _, row := range pgtest.Exec(t, dsn, "SELECT k, "+expression+" FROM (VALUES "+strings.Join(rows, ", ")+") AS row (k, v)") {
		got[row[0]] = row[1]
	}
	if len(got) != len(values) {
		t.Fatalf("%d values of %d", len(got), len(values))
	}
	return got
}

// TestTheViewHidesNothingThatAReportShowsOfARule gives the view the resources of the fixtures of all rules.
func TestTheViewHidesNothingThatAReportShowsOfARule(t *testing.T) {
	t.Parallel()
	dsn := pgtest.Start(t).Database(t, installation)
	grantWithoutSecrets(t, dsn)
	root := os.DirFS("../../../rules")
	folders, err := registry.Folders(root)
	if err != nil {
		t.Fatal(err)
	}
	collections := map[estate.Kind]string{estate.Credential: "consumers"}
	for _, name := range controlplane.KnownCollections() {
		collections[controlplane.KindOf(name)] = name
	}
	var all []one
	for _, folder := range folders {
		for _, f := range ruletest.Fixtures(t, root, folder) {
			for _, r := range f.Resources {
				if strings.Contains(string(r.Body), estate.Redacted[1:]) { // as a snapshot has it, and no database; the bracket may be escaped
					continue
				}
				if collection, ok := collections[r.Kind]; ok && r.ID == strings.Trim(r.ID, "/") {
					all = append(all, one{r.Kind, r.ID, "/gateway_groups/g/" + collection + "/" + r.ID, string(r.Body)})
				}
			}
		}
	}
	compare(t, dsn, all)
}

// TestTheViewHidesNothingThatAReportShowsOfAnInstallation does the same with the rows of whole installations.
func TestTheViewHidesNothingThatAReportShowsOfAnInstallation(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"3.3", "3.4", "3.5", "3.6"} {
		dsn := pgtest.Start(t).Database(t, installations.SQL(name))
		grantWithoutSecrets(t, dsn)
		var all []one
		for _, row := range pgtest.Exec(t, dsn, "SELECT name, convert_from(value, 'UTF8') FROM kine WHERE value <> '' AND deleted = 0") {
			parts := strings.Split(row[0], "/")
			if len(parts) < 5 || parts[1] != "gateway_groups" || parts[3] == "apisix" || controlplane.KindOf(parts[3]) == 0 {
				continue
			}
			all = append(all, one{controlplane.KindOf(parts[3]), parts[4], row[0], row[1]})
		}
		compare(t, dsn, all)
	}
}

func quoted(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// values are what keys of kine can hold, with secrets in every place.
func values() map[string]string {
	all := map[string]string{"everything": string(secretstest.Body())}
	for name, conf := range secretstest.Plugins() {
		all[name] = string(conf)
		one, _ := json.Marshal(map[string]any{"id": "a", "plugins": map[string]json.RawMessage{name: conf}})
		all["with "+name] = string(one)
	}
	words := redact.Words() // each on its own, so that no other makes the view look closely
	for _, name := range append(words.VariableParts, "code", "passcode", `a"b.pin`, "cookie_a", "x-key") {
		text, _ := json.Marshal([]string{"arg_" + name, "==", secretstest.Canary})
		all["variable "+name] = `{"plugins":{"cors":{"x":[` + string(text) + `]}}}`
		all["parameter "+name] = `{"plugins":{"cors":{"x":"/a?b=1&` + strings.ReplaceAll(name, `"`, "") + "=" + secretstest.Canary + `&c=2"}}}`
		all["label "+name] = strings.ReplaceAll(`{"labels":{"`+strings.ReplaceAll(name, `"`, "")+`":"CANARY"}}`, "CANARY", secretstest.Canary)
	}
	for _, name := range append(words.Given, words.Written...) {
		all["held "+name] = `{"plugins":{"cors":{"x":{"` + name + `":["` + secretstest.Canary + `"]}}}}`
	}
	for name, text := range map[string]string{
		"text": `"CANARY"`, "list": `["CANARY"]`, "plugins no object": `{"plugins":"CANARY"}`, "number": `7`, "null": `null`,
		"list of plugins":    `[{"name":"limit-count","stream":true,"schema":{"token":"CANARY"}},"cors",["x",{"token":"CANARY"}]]`,
		"objects in a list":  `{"hosts":[{"token":"CANARY"},"a.example.org"],"uris":[["plain","a",{"key":"CANARY"}]],"id":{"secret":"CANARY"}}`,
		"references":         `{"plugins":{"csrf":{"key":"$secret://vault/1/CANARY"},"jwt-auth":{"secret":"$ENV://CANARY"}},"cert":"$secret://vault/CANARY"}`,
		"case and hyphens":   `{"plugins":{"http-logger":{"Auth-Header":"CANARY","headers":{"X-API-KEY":"CANARY","Proxy-Authorization":"CANARY"}}}}`,
		"key of an upstream": `{"upstream":{"key":"remote_addr","hash_on":"vars","nodes":[{"host":"h","port":1}],"password":"CANARY"},"key":"uri","hash_on":"vars"}`,
		"long description":   `{"desc":"` + strings.Repeat("é", 65537) + `","id":"a"}`,
		"long list":          `{"desc":["` + strings.Repeat("x", 65537) + `"]}`,
		"short":              `{"desc":"` + strings.Repeat("é", 40000) + `"}`,
		"text carriers":      `{"plugins":{"proxy-rewrite":{"uri":"/?a=1&api_key=CANARY","x":"Cookie : CANARY","dsn":"postgres://u:a b CANARY@h/d","lines":"a\nAuthorization: CANARY\nCANARY"}}}`,
		"ssl":                `{"cert":"CANARY","key":"CANARY","certs":["CANARY"],"keys":["CANARY"],"snis":["a.example.org"],"client":{"ca":"CANARY","depth":2,"skip_mtls_uri_regex":["CANARY"]}}`,
		"odd client":         `{"client":{"depth":"CANARY"},"snis":"a"}`, "client no object": `{"client":"CANARY"}`,
		"containers": `{"plugins":{"proxy-rewrite":{"headers":{"set":{"x-own":"CANARY"},"add":["x-own: CANARY"]},"args":["CANARY"],"header":"x"},` +
			`"mocking":{"response_example":"CANARY"},"body-transformer":{"request":{"template":"CANARY"}},"own":{"body":"CANARY"},` +
			`"request-validation":{"body_schema":{"properties":{"x":{"enum":["CANARY"],"default":"CANARY","const":7}}}},` +
			`"ai-prompt-decorator":{"prepend":[{"role":"system","content":"CANARY"}]},"response-rewrite":{"body":"changeme"}},` +
			`"vars":[["uri","==","/a"]],"upstream":{"headers":["X: CANARY"],"nodes":{"h:80":1}}}`,
		"sensitive variables": `{"vars":[["arg_pin","==","CANARY"],["http_x_ticket","~=","CANARY"],["arg_code","in",["CANARY"]],["arg_password_hint","CANARY","CANARY"],` +
			`["arg.state","!","==","CANARY"],["http_x_passcode","==","CANARY"],["cookie_a","==","CANARY"]],` +
			`"plugins":{"traffic-split":{"rules":[{"match":[{"vars":[["http-x-otp","==","CANARY"],["arg_\"x_nonce","==","CANARY"],["http_country_code","==","DE"],["passenger","==","x"]]}]}]}}}`,
		"plain conditions": `{"vars":[["uri","in",["token","b","c"]],["arg_x","==",["state","==","d"]],["OR",["uri","==","a"],["arg_y",">",7]],["status_code","==","200"]]}`,
		"labels": `{"labels":{"pin":"CANARY","team":"blue","auth":{"a":"CANARY"},"key":"CANARY","country_code":"DE","voucher":""},` +
			`"upstream":{"labels":{"sess":"CANARY","env":"prod"},"nodes":[]}}`,
		"what requests are counted by": `{"plugins":{"limit-count":{"key":"remote_addr","count":1},"key-auth":{"key":"remote_addr"},"jwt-auth":{"key":"remote_addr"},` +
			`"hmac-auth":{"key":"remote_addr","access_key":"remote_addr"},"csrf":{"key":"remote_addr"}}}`,
		"addresses": `{"plugins":{"http-logger":{"uri":"https://u:CANARY@h.example/in?a=1&token=CANARY&b=2#x","more":"https://u:CANARY@a.example,https://v:CANARY@b.example"},` +
			`"proxy-rewrite":{"uri":"/in?sig=CANARY&b=2","x":"/a?login-pin=CANARY","y":"/a?country_code=DE&x=1"}},"host":"a.example","uri":"/x?state=CANARY","hosts":["https://u:CANARY@h"]}`,
		"tokens": `{"plugins":{"echo":{"before":"Bearer CANARY1","after":"eyJhbGciOi.CANARY.x","x":"-----BEGIN RSA PRIVATE KEY-----CANARY"}}}`,
		"vault":  `{"uri":"https://vault","token":"CANARY","prefix":"CANARY"}`,
		"empty":  `{"cert":"","keys":[],"client":{},"desc":null,"plugins":{},"labels":null,"upstream":{"tls":{"client_key":""}}}`,
	} {
		all[name] = strings.ReplaceAll(text, "CANARY", secretstest.Canary)
	}
	return all
}

// TestColumnsOfTablesShowNoSecrets does the same with the columns of other tables.
func TestColumnsOfTablesShowNoSecrets(t *testing.T) {
	t.Parallel()
	dsn := pgtest.Start(t).Database(t, installation)
	grantWithoutSecrets(t, dsn)
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(secretstest.Body(), &fields); err != nil {
		t.Fatal(err)
	}
	fields["statement"] = json.RawMessage(`{"statement":[{"actions":["a","b","token"],"effect":"allow","resources":["x"],"token":"` + secretstest.Canary + `"}]}`)
	for _, kind := range []estate.Kind{estate.GatewayGroup, estate.ServiceTemplate, estate.Service, estate.Route, estate.StreamRoute, estate.PermissionPolicy} {
		values, how := map[string]string{}, []string{"CASE k"}
		for name, value := range fields {
			if name == "desc" { // a text, not a document
				continue
			}
			values[name] = string(value)
			how = append(how, "WHEN "+quoted(name)+" THEN "+quoted(string(redact.Fields(kind)[name])))
		}
		for name, got := range forEach(t, dsn, "api7_preflight.column_value("+strings.Join(how, " ")+" END, k, v)", values) {
			if strings.Contains(got, secretstest.Canary) {
				t.Errorf("%s of %s shows a secret: %s", name, kind, got)
			}
			want, shown := redact.Body(kind, "a", []byte(`{"`+name+`":`+values[name]+`}`)), redact.Body(kind, "a", []byte(`{"`+name+`":`+got+`}`))
			if diff := cmp.Diff(parsed(string(want)), parsed(string(shown))); diff != "" {
				t.Errorf("%s of %s (-of the value +of the view):\n%s", name, kind, diff)
			}
		}
	}
}
