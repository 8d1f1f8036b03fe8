package recognise

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/source/files/tree"
)

// subjects are the paths by which names of files count.
var subjects = []string{"a.yaml", "Chart.yaml", "kustomization.yaml", "dashboard_conf/conf.yaml", "dp-manager-conf/conf.yaml", "developer_portal_conf.yml"}

// nested is a document that has values at paths.
type nested map[string]any

// put adds what a mark or a sign wants, under all keys of its path.
func (d nested) put(path, value string, s shape) {
	words := strings.Split(path, ".")
	in := map[string]any(d)
	for _, word := range words[:len(words)-1] {
		if word == "*" {
			word = "any"
		}
		next, ok := in[word].(map[string]any)
		if !ok {
			next = map[string]any{}
			in[word] = next
		}
		in = next
	}
	last := words[len(words)-1]
	if last == "*" {
		last = "any"
	}
	if _, there := in[last]; there {
		return
	}
	switch s {
	case list:
		in[last] = []any{"x"}
	case mapping, filled:
		in[last] = map[string]any{"x": map[string]any{"y": "z"}}
	case text, anything:
		in[last] = "x"
		if value != "" {
			in[last] = value
		}
	}
}

// escape writes some letters of a text as JSON lets them be written.
func escape(text string, some *rand.Rand) string {
	var b strings.Builder
	for _, c := range text {
		if c >= 'a' && c <= 'z' && some.IntN(40) == 0 {
			fmt.Fprintf(&b, `\u%04x`, c)
			continue
		}
		b.WriteRune(c)
	}
	return b.String()
}

// refuses reports a text of which a document is recognised and the bytes are said to concern nothing.
func refuses(t *testing.T, path, text string) {
	t.Helper()
	docs, err := tree.Parse(path, []byte(text))
	if err != nil {
		return
	}
	for _, n := range docs {
		m := Document(n, path)
		if m.Form != Other && m.Form != Manifest && !Concerns(path, []byte(text)) {
			t.Errorf("%s is recognised as %s (%s), and its bytes are refused:\n%s", path, m.Form, m.Why, text)
		}
		if m := Settings(n, path); m.Form != Other && !Worthwhile(text) {
			t.Errorf("the file in another one is recognised as %s, and its bytes are refused:\n%s", m.Form, text)
		}
	}
}

// TestNoFormIsRefusedByItsBytes makes documents of the signs and marks of every row, each sign with as many others as it
// takes, in random order and spelling.
func TestNoFormIsRefusedByItsBytes(t *testing.T) {
	t.Parallel()
	some := rand.New(rand.NewPCG(1, 2))
	rows := slices.Concat(toolFiles, dumps, valueRows, others)
	for _, c := range components {
		rows = append(rows, row{form: c.form, signs: c.signs, some: controlPlane, least: sure})
	}
	recognised := map[Form]int{}
	for _, r := range rows {
		for n := range max(40, 8*len(r.signs)) {
			d := nested{}
			for _, m := range r.all {
				d.put(m.path, "", m.shape)
			}
			if len(r.some) > 0 {
				m := r.some[n%len(r.some)]
				d.put(m.path, "", m.shape)
			}
			for weight, i := 0, n; len(r.signs) > 0 && weight < r.least+some.IntN(2); i += 1 + some.IntN(5) {
				s := r.signs[i%len(r.signs)]
				d.put(s.path, s.value, anything)
				weight += max(s.weight, 1)
			}
			root := any(d)
			if r.below {
				root = map[string]any{"under": d}
			}
			text, err := json.Marshal(root)
			if err != nil {
				t.Fatal(err)
			}
			path := subjects[n%len(subjects)]
			if docs, err := tree.Parse(path, text); err == nil {
				recognised[Document(docs[0], path).Form]++
			}
			refuses(t, path, string(text))
			refuses(t, path, escape(string(text), some))
			refuses(t, path, "# "+strings.Repeat("x", some.IntN(9))+"\r\n"+string(text))
		}
	}
	for _, text := range []string{`{"releases": [{"chart": "a/b"}]}`, `{"database": {"dsn": "x"}}`} {
		docs, err := tree.Parse("a.yaml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		recognised[Document(docs[0], "a.yaml").Form]++
		refuses(t, "a.yaml", text)
	}
	for form := DashboardFile; form <= ADCFile; form++ {
		if form != Manifest && recognised[form] == 0 {
			t.Errorf("no document of form %q was made", form)
		}
	}
}

// TestWordsMayStandBehindAnEscape has texts in quotes, as JSON has the values of a chart.
func TestWordsMayStandBehindAnEscape(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`{"apiVersion":"v1","kind":"ConfigMap","data":{"config.yaml":"a: 1\nnginx_config: {}"}}`,
		`{"apiVersion":"v1","kind":"ConfigMap","data":{"config.yaml":"\tnginx_config: {}"}}`,
		"apiVersion: v1\nkind: Secret\ndata: {x: bmdpbnhfY29uZmlnOiB7fQ==}\n",
		"\"nginx\\x5fconfig\": {}\n",
	} {
		if !Concerns("a.yaml", []byte(text)) {
			t.Errorf("refused: %s", text)
		}
	}
	for _, text := range []string{
		"", "apiVersion: apps/v1\nkind: Deployment\nspec: {template: {spec: {containers: [{image: nginx}]}}}\n", "jobs: {a: 1}\n",
		"image: {repository: nginx}\nservice: {type: ClusterIP, port: 80}\n", "kind: Secret\nstringData: {a: b}\n",
	} {
		if Concerns("a.yaml", []byte(text)) {
			t.Errorf("not refused: %q", text)
		}
	}
}

// TestALongTextIsLookedAtInParts cuts a text at every place.
func TestALongTextIsLookedAtInParts(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"x: 1\nnginx_config: {}\n", `{"a": "b\nnginx_config: 1"}`, "image: x/API7-y", `"\u0061": 1`} {
		data := []byte(text)
		for cut := range data {
			var s Scan
			s.Add(data[:cut])
			s.Add(data[max(cut-s.Kept(), 0):])
			if !s.Concerns("a.yaml") {
				t.Errorf("%q is refused when cut at %d", text, cut)
			}
		}
	}
}

// FuzzConcerns proves of any text that it is not refused where something of it is recognised.
func FuzzConcerns(f *testing.F) {
	for _, seed := range []string{
		"services: {a: {image: x}}", "nginx_config: {}", `{"database":{"dsn":"x"}}`, "dp_manager: {}\n---\nreleases: [{chart: a}]", "\"ngi\\\n  nx_config\": {}",
		"server: {listen: {port: 7080}}", "? nginx_config\n: 1\n", "<<: {plugin_attr: {}}\n", "&a plugin_attr: {}\n",
	} {
		for n := range subjects {
			f.Add(seed, n)
		}
	}
	f.Fuzz(func(t *testing.T, text string, n int) {
		if n >= 0 {
			refuses(t, subjects[n%len(subjects)], text)
		}
	})
}
