package estate_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

func TestReaderFindsPluginsWhereverOneCanSit(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		kind estate.Kind
		body string
		want []string
	}{
		"none":          {estate.Route, `{"id":"r","plugins":{"cors":{}}}`, nil},
		"direct":        {estate.Route, `{"id":"r","plugins":{"cors":{},"traffic-split":{"rules":[]}}}`, []string{"/plugins/traffic-split"}},
		"escaped":       {estate.Route, `{"plug\u0069ns":{"traffic\u002dsplit":{}}}`, []string{"/plugins/traffic-split"}},
		"workflow":      {estate.Service, `{"plugins":{"workflow":{"rules":[{},{"actions":[["limit-count",{}],["traffic-split",{"a":1}]]}]}}}`, []string{"/plugins/workflow/rules/1/actions/1/traffic-split"}},
		"multi-auth":    {estate.Consumer, `{"plugins":{"multi-auth":{"auth_plugins":[{"traffic-split":{}}]}}}`, []string{"/plugins/multi-auth/auth_plugins/0/traffic-split"}},
		"two places":    {estate.Route, `{"plugins":{"traffic-split":{},"workflow":{"rules":[{"actions":[["traffic-split"]]}]}}}`, []string{"/plugins/traffic-split", "/plugins/workflow/rules/0/actions/0/traffic-split"}},
		"metadata":      {estate.PluginMetadata, `{"plugins":{"traffic-split":{}}}`, nil},
		"empty as Lua":  {estate.Route, `{"plugins":[]}`, nil},
		"null":          {estate.Route, `{"plugins":null}`, nil},
		"name in value": {estate.Route, `{"plugins":{"cors":{"traffic-split":{}}},"desc":"\"traffic-split\":{}"}`, nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &estate.Resource{Kind: tt.kind, Body: []byte(tt.body)}
			if err := estate.NewReader([]string{"traffic-split"}).Read(r); err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, p := range r.Plugins() {
				got = append(got, p.Pointer)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("pointers differ (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAttachmentKnowsThePluginsThatItIsNestedIn(t *testing.T) {
	t.Parallel()
	const body = `{"plugins":{"p":{},"multi-auth":{"auth_plugins":[{"p":{}},{"workflow":{"rules":[{"actions":[["p",{}]]}]}}]}}}`
	r := &estate.Resource{Kind: estate.Route, Body: []byte(body)}
	if err := estate.NewReader([]string{"p"}).Read(r); err != nil {
		t.Fatal(err)
	}
	got := map[string][3]bool{}
	for _, p := range r.Plugins() {
		got[p.Pointer] = [3]bool{p.Nested(), p.In("multi-auth"), p.In("workflow")}
	}
	want := map[string][3]bool{
		"/plugins/p": {}, "/plugins/multi-auth/auth_plugins/0/p": {true, true, false},
		"/plugins/multi-auth/auth_plugins/1/workflow/rules/0/actions/0/p": {true, true, true},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("nested, in multi-auth, in workflow (-want +got):\n%s", diff)
	}
}

func TestReaderCallsDamagedWhatTwoParsersCouldReadDifferently(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"truncated":          `{"plugins":{"cors":{}`,
		"empty":              ``,
		"two values":         `{} {}`,
		"bad literal":        `{"a":tru}`,
		"bad number":         `{"a":01}`,
		"control character":  "{\"a\":\"\n\"}",
		"not UTF-8":          "{\"a\":\"\xff\"}",
		"duplicate field":    `{"plugins":{},"plugins":{"traffic-split":{}}}`,
		"duplicate plugin":   `{"plugins":{"cors":{},"cors":{}}}`,
		"plugins is text":    `{"plugins":"c2VjcmV0"}`,
		"not an object":      `[]`,
		"JSON in a string":   `"{\"plugins\":{}}"`,
		"null":               `null`,
		"rules by number":    `{"plugins":{"workflow":{"rules":{"1":{"actions":[["p",{}]]}}}}}`,
		"rules twice":        `{"plugins":{"workflow":{"rules":[{"actions":[["p",{}]]}],"rules":[]}}}`,
		"actions by number":  `{"plugins":{"workflow":{"rules":[{"actions":{"1":["p",{}]}}]}}}`,
		"action by name":     `{"plugins":{"workflow":{"rules":[{"actions":[{"p":{}}]}]}}}`,
		"workflow is text":   `{"plugins":{"workflow":"{}"}}`,
		"auth by number":     `{"plugins":{"multi-auth":{"auth_plugins":{"1":{"p":{}}}}}}`,
		"auth is a list":     `{"plugins":{"multi-auth":{"auth_plugins":[["p",{}]]}}}`,
		"nested without end": strings.Repeat(`{"plugins":{"workflow":`, 1) + strings.Repeat(`{"rules":[{"actions":[["workflow",`, 6) + `{}` + strings.Repeat(`]]}]}`, 6) + `}}`,
		"too deep":           strings.Repeat(`{"a":`, 2000) + "1" + strings.Repeat("}", 2000),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if err := estate.NewReader(nil).Read(&estate.Resource{Kind: estate.Route, Body: []byte(body)}); err == nil {
				t.Error("read without an error")
			}
		})
	}
}

func TestPluginIsDisabledByItselfOrByWhatIsAroundIt(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		body         string
		off, unclear bool
	}{
		"on":            {body: `{"plugins":{"p":{}}}`},
		"off":           {body: `{"plugins":{"p":{"_meta":{"disable":true}}}}`, off: true},
		"said to be on": {body: `{"plugins":{"p":{"_meta":{"disable":false}}}}`},
		"around":        {body: `{"plugins":{"workflow":{"_meta":{"disable":true},"rules":[{"actions":[["p",{}]]}]}}}`, off: true},
		"unclear":       {body: `{"plugins":{"p":{"_meta":{"disable":"yes"}}}}`, unclear: true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &estate.Resource{Kind: estate.Route, Body: []byte(tt.body)}
			if err := estate.NewReader([]string{"p"}).Read(r); err != nil {
				t.Fatal(err)
			}
			got := r.Plugins()[0].Disabled()
			if off, _ := got.Known(); off != tt.off || (got.Unreadable() != "") != tt.unclear {
				t.Errorf("off = %v, unreadable = %q", off, got.Unreadable())
			}
		})
	}
}

// FuzzReader proves that Reader accepts exactly what encoding/json accepts, and finds the same plugins.
func FuzzReader(f *testing.F) {
	for _, seed := range []string{
		`{"id":"r","uris":["/a"],"plugins":{"cors":{"a":[1,2.5e+3,-0]},"p":{"x":null}},"t":true}`,
		`{"plug\u0069ns":{"p":{}},"\ud83d\ude00":"\\\"\/\b"}`, `[]`, `null`, ` {"plugins" : [ ] } `, `{"a":{"a":{}}}`, `"x`, "{\"é\":\"日本\"}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		r := &estate.Resource{Kind: estate.Route, Body: body}
		err := estate.NewReader([]string{"p"}).Read(r)
		if err == nil && !json.Valid(body) {
			t.Fatalf("accepted what encoding/json refuses: %q", body)
		}
		if err != nil && json.Valid(body) && utf8.Valid(body) && !explained(err) {
			t.Fatalf("refused what encoding/json accepts: %q: %v", body, err)
		}
		if err != nil {
			return
		}
		var want struct {
			Plugins json.RawMessage `json:"plugins"`
		}
		var fields map[string]json.RawMessage
		if json.Unmarshal(body, &fields) != nil {
			return // not an object
		}
		want.Plugins = fields["plugins"]
		var plugins map[string]json.RawMessage
		if json.Unmarshal(want.Plugins, &plugins) != nil {
			plugins = nil
		}
		conf, attached := plugins["p"]
		direct := 0
		for _, p := range r.Plugins() {
			if p.Pointer == "/plugins/p" {
				direct++
				if !bytes.Equal(p.Conf.Raw(), conf) {
					t.Fatalf("configuration differs: %q, want %q", p.Conf.Raw(), conf)
				}
			}
		}
		if attached != (direct == 1) {
			t.Fatalf("attached %v, found %d times: %q", attached, direct, body)
		}
	})
}

// explained reports whether err is one of the refusals that go beyond JSON's grammar.
func explained(err error) bool {
	for _, why := range []string{"written twice", "deeper than", "plugins is not an object", "not a JSON object", "workflow", "multi-auth", "is not a list", "is not an object"} {
		if strings.Contains(err.Error(), why) {
			return true
		}
	}
	return false
}

func BenchmarkReader(b *testing.B) {
	body := []byte(`{"id":"r1","name":"list","service_id":"orders","uris":["/api/v1/orders","/api/v1/orders/*"],"methods":["GET","POST"],` +
		`"labels":{"team":"checkout","env":"prod"},"plugins":{"cors":{"allow_origins":"https://example.org","max_age":600},` +
		`"limit-count":{"count":200,"time_window":60,"key":"remote_addr","rejected_code":429},"proxy-rewrite":{"headers":{"X-A":"b\tc"}},` +
		`"key-auth":{},"prometheus":{"prefer_name":true}},"vars":[["arg_v","==","2"]],"desc":"` + strings.Repeat("route of a service; ", 18) + `","status":1}`)
	r := &estate.Resource{Kind: estate.Route, Body: body}
	rd := estate.NewReader([]string{"traffic-split", "api7-traffic-split"})
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if err := rd.Read(r); err != nil {
			b.Fatal(err)
		}
	}
}
