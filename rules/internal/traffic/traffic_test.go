package traffic_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/rules/internal/traffic"
)

func value(s string) estate.Value { return estate.NewValue([]byte(s)) }

func shape() traffic.Shape { return traffic.Shape{Shares: "weighted_upstreams", Conditions: "vars"} }

func TestSummarySaysWhoGetsHowMuchAndWhen(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ conf, want string }{
		"nothing":       {`{}`, "no rules"},
		"as Lua":        {`[]`, "no rules"},
		"rules as Lua":  {`{"rules":{}}`, "no rules"},
		"no shares":     {`{"rules":[{}]}`, "all to the service's own upstream"},
		"thirds":        {`{"rules":[{"weighted_upstreams":[{"upstream_id":"a"},{"upstream_id":"b","weight":2}]}]}`, "33.3 % to upstream a, 66.7 % to upstream b"},
		"all zero":      {`{"rules":[{"weighted_upstreams":[{"upstream_id":7,"weight":0}]}]}`, "0 % to upstream 7"},
		"large":         {`{"rules":[{"weighted_upstreams":[{"upstream_id":"a","weight":999999},{"weight":1}]}]}`, "100 % to upstream a"},
		"inline":        {`{"rules":[{"weighted_upstreams":[{"upstream":{"nodes":{"a:80":1,"b":2}}}]}]}`, "100 % to inline a:80 (weight 1), b (weight 2)"},
		"inline, empty": {`{"rules":[{"weighted_upstreams":[{"upstream":{"scheme":"http"}}]}]}`, "100 % to an inline upstream"},
		"either":        {`{"rules":[{"match":[{"vars":[["a","==","1"],["b","in",[1,2]]]},{"vars":[["c","!","==",true]]}],"weighted_upstreams":[{}]}]}`, "all to the service's own upstream if a == 1 and b in [1,2] or c ! == true"},
		"always":        {`{"rules":[{"match":[{"vars":[["a","==","1"]]},{}],"weighted_upstreams":[]}]}`, "all to the service's own upstream"},
		"odd condition": {`{"rules":[{"match":[{"vars":[{"a":1},"x"]}]}]}`, `all to the service's own upstream if {"a":1} and x`},
		"credential":    {`{"rules":[{"match":[{"vars":[["http_x_api_key","==","k"],["cookie_s","~~","k"]]}]}]}`, "all to the service's own upstream if http_x_api_key == <redacted> and cookie_s ~~ <redacted>"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rules, err := traffic.Read(value(tt.conf), shape())
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, traffic.Summary(rules)); diff != "" {
				t.Errorf("summary differs (-want +got):\n%s", diff)
			}
		})
	}
}

func TestReadNamesTheFieldThatItCannotRead(t *testing.T) {
	t.Parallel()
	for want, conf := range map[string]string{
		"not an object":                                  `"x"`,
		"rules: not a list":                              `{"rules":{"a":1}}`,
		"rules[0]: weighted_upstreams: not":              `{"rules":["x"]}`,
		"rules[1]: weighted_upstreams[0]: weight: not a": `{"rules":[{},{"weighted_upstreams":[{"weight":"7"}]}]}`,
		"upstream_id: not a string":                      `{"rules":[{"weighted_upstreams":[{"upstream_id":{}}]}]}`,
		"upstream_name: not a string":                    `{"rules":[{"weighted_upstreams":[{"upstream_name":[]}]}]}`,
		"upstream: not an object":                        `{"rules":[{"weighted_upstreams":[{"upstream":"x"}]}]}`,
		"match[0]: vars: not a list":                     `{"rules":[{"match":[{"vars":"x"}]}]}`,
		"match[0]: vars: not an object":                  `{"rules":[{"match":["x"]}]}`,
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			if _, err := traffic.Read(value(conf), shape()); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("error is %v, want %q", err, want)
			}
		})
	}
}

func TestNodesReadsBothFormsAndDiscovery(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ in, want, err string }{
		"list":      {`{"nodes":[{"host":"a","port":80,"weight":1},{"host":"b","port":81,"weight":1}]}`, "a:80, b:81", ""},
		"object":    {`{"nodes":{"a:80":1,"[::1]:81":1,"::1":1,"c:x":1}}`, "a:80, [::1]:81, ::1, <redacted>", ""},
		"discovery": {`{"nodes":[],"discovery_type":"nacos","service_name":"reg/a"}`, "nacos reg/a", ""},
		"neither":   {`{"scheme":"http"}`, "", ""},
		"null":      {`null`, "", ""},
		"text":      {`"x"`, "", "not an object"},
		"bad nodes": {`{"nodes":7}`, "", "nodes: not a list or an object"},
		"bad node":  {`{"nodes":[{"host":[]}]}`, "", "nodes[0]: host: not a string"},
		"no weight": {`{"nodes":{"a":"x","b":{}}}`, "", "nodes: b: weight"},
		"bad type":  {`{"discovery_type":{}}`, "", "discovery_type: not a string"},
		"bad name":  {`{"service_name":[1]}`, "", "service_name: not a string"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := traffic.Nodes(value(tt.in))
			if (err == nil) != (tt.err == "") || err != nil && !strings.Contains(err.Error(), tt.err) {
				t.Fatalf("error is %v, want %q", err, tt.err)
			}
			if got != tt.want {
				t.Errorf("nodes are %q, want %q", got, tt.want)
			}
		})
	}
}

func TestPortableIsWhatTheAdminAPITakes(t *testing.T) {
	t.Parallel()
	body, hidden := traffic.Portable(value(`{"id":"x","name":"n","scheme":"grpcs","nodes":{"b":1,"a:80":2},"key":"uri","hash_on":"vars"}`))
	want := `{"hash_on":"vars","key":"uri","name":"n","nodes":[{"host":"a","port":80,"weight":2},{"host":"b","port":443,"weight":1}],"scheme":"grpcs"}`
	if diff := cmp.Diff(want, rule.JSON(body)); diff != "" || hidden {
		t.Errorf("hidden %v, body differs (-want +got):\n%s", hidden, diff)
	}
	if body, _ := traffic.Portable(value(`"x"`)); body != nil {
		t.Errorf("a text became %v", body)
	}
	if _, hidden := traffic.Portable(value(`{"tls":{"client_key":"k"}}`)); !hidden {
		t.Error("a key was not hidden")
	}
}

func TestUpstreamIDsAreValidAndUnique(t *testing.T) {
	t.Parallel()
	taken := map[string]bool{}
	var got []string
	for _, name := range []string{"orders-next", "next", "a b", "a/b", "a'b", "é", "orders"} {
		got = append(got, traffic.UpstreamID("orders", name, taken))
	}
	want := []string{"orders-next", "orders-next-2", "orders-a-b", "orders-a-b-2", "orders-a-b-3", "orders--", "orders-orders"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("ids differ (-want +got):\n%s", diff)
	}
}

func TestNothingOfASecretIsInTheIDOfAnUpstream(t *testing.T) {
	t.Parallel()
	taken := map[string]bool{}
	for _, name := range []string{"https://svc:opensesame@up.example.org/x?key=opensesame", "svc:opensesame", "opensesame@h:1", "a?token=opensesame", "ghp_16C7e42F292c6912E7710opensesame", "https://<redacted>@up/opensesame"} {
		if got := traffic.UpstreamID("orders", name, taken); strings.Contains(got, "opensesame") || !strings.HasPrefix(got, "orders-upstream") {
			t.Errorf("%s gives %s", name, got)
		}
	}
	if len(taken) != 6 {
		t.Errorf("of six names there are %d ids", len(taken))
	}
}

func TestWhatStandsBetweenTargetsStaysWhereASecretIsHidden(t *testing.T) {
	t.Parallel()
	rules, err := traffic.Read(value(`{"rules":[{"weighted_upstreams":[{"upstream_id":"https://svc:opensesame@up.example.org/x?key=opensesame"},{}]},{"weighted_upstreams":[{"upstream_id":"b"}]}]}`), shape())
	if err != nil {
		t.Fatal(err)
	}
	if got, want := rules[0].Full(), "50 % to upstream https://<redacted>@up.example.org/x?key=<redacted>, 50 % to the service's own upstream"; got != want {
		t.Errorf("it says %s", got)
	}
	if got, want := traffic.Summary(rules), "50 % to upstream https://<redacted>@up.example.org/x?key=<redacted>; 100 % to upstream b"; got != want {
		t.Errorf("the summary is %s", got)
	}
}
