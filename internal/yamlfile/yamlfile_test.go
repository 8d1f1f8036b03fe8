package yamlfile_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/yamlfile"
)

func TestDecodeRefusesWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"unknown field": "a: 1\nb: 2\n",
		"two documents": "a: 1\n---\na: 2\n",
		"not YAML":      "a: [\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var into struct{ A int }
			err := yamlfile.Decode("x.yaml", []byte(text), &into)
			if err == nil || !strings.HasPrefix(err.Error(), "x.yaml:") {
				t.Errorf("error %v does not name the file", err)
			}
		})
	}
}

func TestNodesKeepTheirPlace(t *testing.T) {
	t.Parallel()
	n, err := yamlfile.Parse("x.yaml", []byte("# comment\nlist:\n  - name: one\n    tags: [a, b]\n"))
	if err != nil {
		t.Fatal(err)
	}
	one := n.Get("list").Items()[0]
	if one.Line() != 3 || one.Column() != 5 {
		t.Errorf("place %d:%d, want 3:5", one.Line(), one.Column())
	}
	members := one.Members()
	if len(members) != 2 || members[1].KeyLine != 4 {
		t.Errorf("members %+v, want the second one in line 4", members)
	}
	if absent := n.Get("no").Get("such"); absent.Kind() != yamlfile.Nothing || absent.Line() != 0 || !absent.Null() {
		t.Error("a missing node is not absent")
	}
}

func TestScalarsKnowHowTheyAreWritten(t *testing.T) {
	t.Parallel()
	n, err := yamlfile.Parse("x.yaml", []byte("plain: on\nquoted: \"on\"\nliteral: |\n  a\nfolded: >\n  a\nmap: {}\n"))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range n.Members() {
		if m.Value.Plain() != (m.Key == "plain") || m.Value.Literal() != (m.Key == "literal") {
			t.Errorf("%s: plain %v, literal %v", m.Key, m.Value.Plain(), m.Value.Literal())
		}
	}
}

func TestJSONIsWhatTheTextSays(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ in, want string }{
		"order":       {"b: 1\na: {d: x, c: [true, no, null, ~]}", `{"b":1,"a":{"d":"x","c":[true,"no",null,null]}}`},
		"big numbers": {"[12345678901234567890123, 1.50, 0x10, .inf]", `[12345678901234567890123,1.50,16,".inf"]`},
		"strings":     {"a: \"q\\\"\\n\"\n2: '1'\nt: 2026-01-02", `{"a":"q\"\n","2":"1","t":"2026-01-02"}`},
		"aliases":     {"x: &x {p: 1}\ny: *x", `{"x":{"p":1},"y":{"p":1}}`},
		"merge":       {"x: &x {p: 1, q: 1}\ny: {<<: *x, q: 2}", `{"x":{"p":1,"q":1},"y":{"q":2,"p":1}}`},
		"nothing":     {"", `null`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n, err := yamlfile.Parse("x.yaml", []byte(tt.in))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, string(n.JSON())); diff != "" {
				t.Errorf("JSON differs (-want +got):\n%s", diff)
			}
		})
	}
}

// bomb returns a text with the given number of lists, each with ten aliases of the one before.
func bomb(lists int) string {
	var b strings.Builder
	b.WriteString("a: &a [x]\n")
	for c := 'b'; c < 'b'+rune(lists); c++ {
		fmt.Fprintf(&b, "%c: &%c [%s]\n", c, c, strings.Join(slices.Repeat([]string{"*" + string(c-1)}, 10), ", "))
	}
	return b.String()
}

// TestAliasesStandForNoMoreThanTheTextAllows describes the same values with little text and with much.
func TestAliasesStandForNoMoreThanTheTextAllows(t *testing.T) {
	t.Parallel()
	if _, err := yamlfile.Parse("x.yaml", []byte(bomb(4))); err != nil {
		t.Errorf("22,000 values: %v", err)
	}
	little := bomb(5)
	if _, err := yamlfile.Parse("x.yaml", []byte(little)); err == nil || !strings.Contains(err.Error(), "or aliases stand for more") {
		t.Errorf("222,000 values in %d bytes: %v", len(little), err)
	}
	if _, err := yamlfile.Parse("x.yaml", []byte(little+strings.Repeat("#", 20_000))); err != nil {
		t.Errorf("the same in more text: %v", err)
	}
}

func TestParseRefusesWithTheLine(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ in, want string }{
		"duplicate": {"a: 1\nb: 2\na: 3\n", `x.yaml:3: key "a" is written twice, first in line 1`},
		"two":       {"a: 1\n---\nb: 1\n", "more than one YAML document"},
		"bomb":      {bomb(9), "values"},
		"cycle":     {"a: &a [*a]\n", ""},
		"depth":     {strings.Repeat("[", 300) + strings.Repeat("]", 300), "nested deeper"},
		"size":      {strings.Repeat("#", 17<<20), "more than the limit"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := yamlfile.Parse("x.yaml", []byte(tt.in))
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.HasPrefix(err.Error(), "x.yaml:") {
				t.Errorf("error is %v, want %q", err, tt.want)
			}
		})
	}
}

// FuzzParse proves that no text makes a reader of the tree panic or run forever.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"a: &a [*a]", "<<: [{a: 1}, {b: 2}]", "? [a]\n: b", "!!binary x", "--- |\n x\n...\n---\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(_ *testing.T, data []byte) {
		docs, err := yamlfile.ParseAll("x.yaml", data)
		if err != nil {
			return
		}
		for _, d := range docs {
			d.JSON()
		}
	})
}
