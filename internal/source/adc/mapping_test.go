package adc_test

import (
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/adc"
	"github.com/api7-preflight/api7-preflight/internal/test/sourcetest"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

func id(name string) string {
	sum := sha1.Sum([]byte(name))
	return hex.EncodeToString(sum[:])
}

func TestResourcesHaveTheFieldsOfTheStore(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		in   string
		want []string
	}{
		"service": {
			"services: [{name: pets, description: d, labels: {a: [x, y], b: z}, hosts: [h], path_prefix: /p, strip_path_prefix: true, plugins: {cors: {}}}]",
			[]string{`service default/` + id("pets") + ` {"id":"` + id("pets") + `","type":"http","name":"pets","desc":"d","labels":{"a":"[\"x\",\"y\"]","b":"z"},"hosts":["h"],"path_prefix":"/p","strip_path_prefix":true,"plugins":{"cors":{}}}`},
		},
		"upstreams": {
			"services: [{id: s, upstream: {name: default, scheme: tcp}, upstreams: [{id: u, name: next}, {name: other}], name: n}]",
			[]string{
				`service default/s {"id":"s","type":"stream","upstream":{"name":"default","scheme":"tcp"},"name":"n"}`,
				`upstream default/s {"id":"s","service_id":"s","name":"default","scheme":"tcp"}`,
				`upstream default/u {"id":"u","service_id":"s","name":"next"}`,
				`upstream default/` + id("n.other") + ` {"id":"` + id("n.other") + `","service_id":"s","name":"other"}`,
			},
		},
		"routes": {
			"services: [{id: s, name: n, routes: [{name: r, uris: [/a], description: d}, {id: r2, vars: [[a, ==, '1']]}]}]",
			[]string{
				`service default/s {"id":"s","type":"http","name":"n"}`,
				`route default/` + id("n.r") + ` {"id":"` + id("n.r") + `","service_id":"s","name":"r","uris":["/a"],"desc":"d"}`,
				`route default/r2 {"id":"r2","service_id":"s","vars":[["a","==","1"]]}`,
			},
		},
		"stream routes": {
			"services: [{name: n, stream_routes: [{id: s1, server_port: 9100}]}]",
			[]string{
				`service default/` + id("n") + ` {"id":"` + id("n") + `","type":"stream","name":"n"}`,
				`stream_route default/s1 {"id":"s1","service_id":"` + id("n") + `","server_port":9100}`,
			},
		},
		"consumers": {
			"consumers: [{username: rose, plugins: {a: {}}, credentials: [{id: c, name: k, type: key-auth, config: {key: x}}, {name: n, type: t}]}]",
			[]string{
				`consumer default/rose {"id":"rose","username":"rose","plugins":{"a":{}}}`,
				`credential default/rose/credentials/c {"id":"rose/credentials/c","plugins":{"key-auth":{"key":"x"}},"name":"k"}`,
				`credential default/rose/credentials/` + id("rose.n") + ` {"id":"rose/credentials/` + id("rose.n") + `","plugins":{"t":null},"name":"n"}`,
			},
		},
		"consumer groups": {
			"consumer_groups: [{name: gold, plugins: {a: {}}, consumers: [{username: rose}]}]",
			[]string{
				`consumer_group default/` + id("gold") + ` {"id":"` + id("gold") + `","name":"gold","plugins":{"a":{}}}`,
				`consumer default/rose {"id":"rose","username":"rose","group_id":"` + id("gold") + `"}`,
			},
		},
		"maps of plugins": {
			"global_rules: {a: {x: 1}, b/c: {}}\nplugin_metadata: {d: {y: 2, id: z}, e: }",
			[]string{
				`global_rule default/api7ee-global-rule {"id":"api7ee-global-rule","plugins":{"a":{"x":1},"b/c":{}}}`,
				`plugin_metadata default/d {"id":"d","y":2}`, `plugin_metadata default/e {"id":"e"}`,
			},
		},
		"certificates": {
			"ssls: [{snis: [a, b], certificates: [{certificate: SECRET, key: SECRET}], client: {ca: SECRET}, key: SECRET, labels: {x: y}}]",
			[]string{`ssl default/` + id("a,b") + ` {"id":"` + id("a,b") + `","snis":["a","b"],"labels":{"x":"y"},"client":{"ca":"<redacted>"}}`},
		},
		"forms that ADC has inside": {
			"routes: [{id: r, service_id: s}]\nstream_routes: [{name: n}]\nupstreams: [{id: u}]\nconsumer_credentials: [{id: c, type: t, config: {}}]",
			[]string{
				`route default/r {"id":"r","service_id":"s"}`, `stream_route default/` + id("n") + ` {"id":"` + id("n") + `","name":"n"}`,
				`upstream default/u {"id":"u"}`, `credential default/c {"id":"c","plugins":{"t":{}}}`,
			},
		},
		"names that are numbers": {
			"services: [{id: 7, name: 12}, {name: null, id: ~}]",
			[]string{`service default/7 {"id":"7","type":"http","name":"12"}`, `service default/ it has neither id nor name`},
		},
		"documents": {
			"---\nservices:\n- id: a\n---\n# nothing\n---\nservices:\n- id: b\nconsumers:\n- {username: c}\n",
			[]string{`service default/a {"id":"a","type":"http"}`, `service default/b {"id":"b","type":"http"}`, `consumer default/c {"id":"c","username":"c"}`},
		},
		"aliases": {
			"services:\n- &a {id: a, plugins: &p {cors: {}}}\n- id: b\n  plugins: *p\n- {<<: *a, id: c}\n",
			[]string{
				`service default/a {"id":"a","type":"http","plugins":{"cors":{}}}`, `service default/b {"id":"b","type":"http","plugins":{"cors":{}}}`,
				`service default/c {"id":"c","type":"http","plugins":{"cors":{}}}`,
			},
		},
		"what is no resource": {
			"services: [x, {routes: [[], {id: r}]}]\nconsumers: [{credentials: [{id: c, type: t}, {id: c}, {type: t}]}]\nplugin_metadata: {a: 1}\nssls: [{}]",
			[]string{
				`service default/ not a map of fields`, `service default/ it has neither id nor name`,
				`route default/ not a map of fields`, `route default/r {"id":"r"}`,
				`consumer default/ it has no username`, `credential default/c {"id":"c","plugins":{"t":null}}`,
				`credential default/ it has no type`, `credential default/ it has neither id nor name`,
				`plugin_metadata default/a its settings are not a map of fields`, `ssl default/ it has neither id nor snis`,
			},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := mustText(t, tt.in)
			s.MadeBy(newest, version.MustParse("3.3.2")) // which has no SNIs
			got, c := stream(t, s)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("resources (-want +got):\n%s", diff)
			}
			for _, k := range c.Kinds {
				if len(k.Gaps) > 0 {
					t.Errorf("gaps %v", k.Gaps)
				}
			}
		})
	}
}

func TestJSONAndYAMLSayTheSame(t *testing.T) {
	t.Parallel()
	fromYAML, _ := stream(t, open(t, adc.File{Group: "edge", Path: dumps + "edge.yaml"}))
	fromJSON, _ := stream(t, open(t, adc.File{Group: "edge", Path: dumps + "edge.json"}))
	ids := func(list []string) map[string]bool {
		set := map[string]bool{}
		for _, r := range list {
			set[strings.SplitN(r, " {", 2)[0]] = true
		}
		return set
	}
	if diff := cmp.Diff(ids(fromYAML), ids(fromJSON)); diff != "" {
		t.Errorf("resources (-YAML +JSON):\n%s", diff)
	}
}

// places returns the positions of everything that rules may point to.
func places(t *testing.T, s *adc.Source) []string {
	t.Helper()
	var got []string
	_, err := s.Stream(t.Context(), sourcetest.Everything(), func(r *estate.Resource) error {
		for _, pointer := range []string{"", "/desc", "/plugins", "/plugins/traffic-split", "/plugins/api7-traffic-split/rules/0", "/plugins/key-auth/key", "/upstream/nodes/0/port", "/uris/0", "/none"} {
			_, at, _ := strings.Cut(r.Origin.Where(pointer), ".yaml:")
			got = append(got, r.Kind.String()+" "+r.ID+pointer+" "+at+" "+string(r.Body))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// TestPartsSayWhatTheWholeSays proves that cutting a file changes nothing. A quoted key prevents the cutting.
func TestPartsSayWhatTheWholeSays(t *testing.T) {
	t.Parallel()
	for _, group := range []string{"default", "edge", "staging"} {
		content, err := os.ReadFile(dumps + group + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		whole := strings.Replace(string(content), "\nservices:", "\n'services':", 1)
		if whole == string(content) {
			t.Fatal("the dump has no services")
		}
		want, got := places(t, mustText(t, whole)), places(t, mustText(t, string(content)))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-whole +parts):\n%s", group, diff)
		}
		crlf := places(t, mustText(t, "\ufeff"+strings.ReplaceAll(string(content), "\n", "\r\n")))
		if diff := cmp.Diff(want, crlf); diff != "" {
			t.Errorf("%s (-LF +CRLF with a byte order mark):\n%s", group, diff)
		}
	}
}

func TestWhereFollowsPointers(t *testing.T) {
	t.Parallel()
	const content = `# a comment
services:
  - name: ä
    description: d
    plugins: {"a/b": {x: [1, {y: 2}]}}
global_rules:
  a/b:
    x: 1
consumers:
  - username: rose
    credentials:
      - {id: c, type: t, config: {key: k}}
`
	s := mustText(t, content)
	want := map[string]string{
		"service": "3:5", "service/desc": "4:5", "service/plugins/a~1b/x/1/y": "5:31", "service/plugins/none/x": "5:5", "service/type": "3:5",
		"global_rule": "6:1", "global_rule/plugins": "6:1", "global_rule/plugins/a~1b": "7:3", "global_rule/plugins/a~1b/x": "8:5",
		"credential": "12:9", "credential/plugins/t": "12:26", "credential/plugins/t/key": "12:35", "credential/id": "12:10",
	}
	seen := 0
	if _, err := s.Stream(t.Context(), sourcetest.Everything(), func(r *estate.Resource) error {
		for at, place := range want {
			kind, pointer, _ := strings.Cut(at, "/")
			if pointer != "" {
				pointer = "/" + pointer
			}
			if kind != r.Kind.String() {
				continue
			}
			seen++
			if got := filepath.Base(r.Origin.Where(pointer)); got != "adc.yaml:"+place {
				t.Errorf("%s is at %s, want %s", at, got, place)
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if seen != len(want) {
		t.Errorf("looked at %d places, want %d", seen, len(want))
	}
}

func TestPlacesEndBehindTheKeyOrItsValue(t *testing.T) {
	t.Parallel()
	const inYAML = "services:\n  - name: ä\n    id: s\n    plugins:\n      p: {k: 'it''s', \"q\": é}\n      o: &x\n        k: 1\n"
	const inJSON = `{"services":[{"name":"a"}, {"id":"s","plugins":{"p":{"k":"é\"","q":7}}}]}`
	for _, tt := range []struct{ name, content, pointer, want string }{
		{"adc.yaml", inYAML, "/plugins/p/k", "5:11-5:21"},
		{"adc.yaml", inYAML, "/plugins/p/q", "5:23-5:29"},
		{"adc.yaml", inYAML, "/plugins/p", "5:7-5:8"},
		{"adc.yaml", inYAML, "/plugins/o/k", "7:9-7:13"},
		{"adc.yaml", inYAML, "", "2:5-0:0"},
		{"adc.json", inJSON, "/plugins/p/k", "1:54-1:63"},
		{"adc.json", inJSON, "/plugins/p/q", "1:64-1:69"},
	} {
		s, err := text(t, tt.name, tt.content)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Stream(t.Context(), sourcetest.Everything(), func(r *estate.Resource) error {
			at := r.Origin.At(tt.pointer)
			got := fmt.Sprintf("%d:%d-%d:%d", at.Line, at.Column, at.EndLine, at.EndColumn)
			if r.ID == "s" && (got != tt.want || filepath.Base(at.File) != tt.name) {
				t.Errorf("%s of %s is at %s in %s, want %s", tt.pointer, tt.name, got, at.File, tt.want)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestJSONInOneLineHasColumns(t *testing.T) {
	t.Parallel()
	s, err := text(t, "adc.json", `{"services":[{"id":"é"} , {"id":"b","plugins":{"p":{}}}],"global_rules":{"q":{}}}`)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	if _, err := s.Stream(t.Context(), sourcetest.Everything(), func(r *estate.Resource) error {
		got = append(got, filepath.Base(r.Origin.Where("")), filepath.Base(r.Origin.Where("/plugins/p")), filepath.Base(r.Origin.Where("/plugins/q")))
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"adc.json:1:14", "adc.json:1:14", "adc.json:1:14", "adc.json:1:27", "adc.json:1:48", "adc.json:1:37", "adc.json:1:73", "adc.json:1:73", "adc.json:1:74",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("places (-want +got):\n%s", diff)
	}
}

func TestWhatIsNotUnderstoodIsSaid(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ in, gap, note string }{
		"unknown list":          {"services: []\nplugin_configs:\n- {id: p, plugins: {a: {}}}\n- {}\n", "plugin_configs at adc.yaml:3:3", ""},
		"unknown map":           {"services: []\nprotos: {a: b}", "protos at adc.yaml:2:1", ""},
		"odd key":               {"services: []\nCANARY-9: {a: b}", "a key that is not a name at adc.yaml:2:1", ""},
		"unknown value":         {"services: []\nversion: 1", "", "version at adc.yaml:2:1"},
		"unknown and empty":     {"services: []\nprotos: []\nsecrets: {}\nplugins:", "", ""},
		"plugins elsewhere":     {"services: [{id: s, extra: [{plugins: {a: {}}}]}]", "adc.yaml:1:20", ""},
		"routes are a map":      {"services: [{id: s, routes: {a: b}}]", "routes at adc.yaml:1:28", ""},
		"an id twice":           {"services: [{id: s, name: a}, {id: s, name: b}]", "", "the service at adc.yaml:1:30 has the same id as the one at adc.yaml:1:12"},
		"a name twice":          {"services: [{id: s, name: a}, {id: t, name: a}]", "", "the service at adc.yaml:1:30 has the same name as the one at adc.yaml:1:12"},
		"computed ids":          {"services: [{name: a}]", "", "dumped without --with-id"},
		"keys that are missing": {"services: []", "", "has no ssls, consumers, global_rules, plugin_metadata"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, c := stream(t, mustText(t, tt.in))
			var gaps, notes strings.Builder
			for _, g := range c.Kinds[0].Gaps {
				gaps.WriteString(g.What + ": " + g.Why + "\n")
			}
			for _, n := range c.Notes {
				notes.WriteString(n.What + ": " + n.Why + "\n")
			}
			short := regexp.MustCompile(`/\S+/adc\.yaml`).ReplaceAllLiteralString
			if got := short(gaps.String(), "adc.yaml"); !strings.Contains(got, tt.gap) || tt.gap == "" && got != "" || strings.Count(got, "\n") > 1 {
				t.Errorf("gaps are %q, want %q", got, tt.gap)
			}
			if got := short(notes.String(), "adc.yaml"); !strings.Contains(got, tt.note) {
				t.Errorf("notes are %q, want %q", got, tt.note)
			}
		})
	}
}

func TestSeveralFilesOfOneGroupAreOne(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var files []adc.File
	for name, content := range map[string]string{"a.yaml": "services: [{id: s}]", "b.yaml": "services: [{id: s}, {id: t}]"} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, adc.File{Path: path})
	}
	_, c := stream(t, open(t, files...))
	if c.Kinds[0].Count != 2 {
		t.Errorf("%d services are counted, want 2", c.Kinds[0].Count)
	}
}
