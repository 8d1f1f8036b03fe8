package tree_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/files/tree"
	"github.com/api7-preflight/api7-preflight/internal/test/treetest"
)

func TestATreeIsTheJSONThatItsFileStandsFor(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"a: 1\nb: [x, 'y', \"1\", true, 'true', null, ~, ]": `{"a":1,"b":["x","y","1",true,"true",null,null]}`,
		"a: 0x10\nb: 1_000\nc: 1e3\nd: .inf\ne: 007":        `{"a":16,"b":1000,"c":1e3,"d":".inf","e":7}`,
		"a: TRUE\nb: on\nc: 2024-01-01\nd:":                 `{"a":true,"b":"on","c":"2024-01-01","d":null}`,
		"x: &x {a: 1, b: 2}\ny: {<<: *x, b: 3}\nz: *x":      `{"x":{"a":1,"b":2},"y":{"b":3,"a":1},"z":{"a":1,"b":2}}`,
		"a: |\n  b\n  c\nd: >\n  e\n  f\n":                  `{"a":"b\nc\n","d":"e f\n"}`,
		"[]":                                                `[]`,
	} {
		if got := string(treetest.Parse(t, text).AppendJSON(nil)); got != want {
			t.Errorf("%q is %s, want %s", text, got, want)
		}
	}
}

func TestEveryValueKeepsItsPlace(t *testing.T) {
	t.Parallel()
	n := treetest.Parse(t, `server: {listen: {host: 0.0.0.0, "port": 7080}}
hosts:
  - été: 1
  - two words
text: |
  several
  lines
`)
	for pointer, want := range map[string]estate.Position{
		"":                    {Line: 1, Column: 1},
		"/server":             {Line: 1, Column: 1, EndLine: 1, EndColumn: 7},
		"/server/listen/port": {Line: 1, Column: 34, EndLine: 1, EndColumn: 46},
		"/hosts/0/été":        {Line: 3, Column: 5, EndLine: 3, EndColumn: 11},
		"/hosts/1":            {Line: 4, Column: 5, EndLine: 4, EndColumn: 14},
		"/hosts/7":            {Line: 2, Column: 1, EndLine: 2, EndColumn: 6}, // the innermost that is there
		"/text":               {Line: 5, Column: 1, EndLine: 5, EndColumn: 5},
	} {
		want.File = "a.yaml"
		if got := n.Find(pointer); got != want {
			t.Errorf("%q is at %+v, want %+v", pointer, got, want)
		}
	}
}

func TestAFileInsideAFileStandsWhereItIsWritten(t *testing.T) {
	t.Parallel()
	n := treetest.Parse(t, "data:\n  block: |\n\n    a: 1\n    b: {c: 2}\n  quoted: \"a: 1\\nb: {c: 2}\\n\"\n  folded: >\n    a: 1\n")
	for key, want := range map[string]string{"block": "a.yaml:5:9", "quoted": "a.yaml:6:3"} {
		docs, err := n.Get("data." + key).Within()
		if err != nil || len(docs) != 1 {
			t.Fatalf("%s: %d documents, %v", key, len(docs), err)
		}
		if at := docs[0].Find("/b/c").String(); at != want || string(docs[0].AppendJSON(nil)) != `{"a":1,"b":{"c":2}}` {
			t.Errorf("%s: c is at %s, want %s", key, at, want)
		}
	}
}

func TestWhatIsBrokenInsideAFileIsAtItsPlace(t *testing.T) {
	t.Parallel()
	n := treetest.Parse(t, "block: |\n  a: 1\n  a: CANARY\nquoted: \"a: [\"\n")
	for key, want := range map[string]string{"block": `a.yaml:3:3: key "a" is written twice, first in line 1`, "quoted": "a.yaml:4:1: not valid YAML"} {
		_, err := n.Get(key).Within()
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v, want %s", key, err, want)
		}
	}
}

func TestFilesThatAreNoTextAreRefusedWithTheirPlace(t *testing.T) {
	t.Parallel()
	for data, want := range map[string]string{
		"a: \x00CANARY\n":     "x.yaml:1:4: a NUL byte: this is not text",
		"a: 1\nb: \xe9CANARY": "x.yaml:2:4: not UTF-8",
		"\xff\xfea\x00":       "x.yaml is UTF-16",
		"a\x00\x00\x00":       "x.yaml is UTF-32",
		"\xff\xfe\x00\x00":    "x.yaml is UTF-32",
		"\x00\x00\xfe\xff":    "x.yaml is UTF-32",
	} {
		_, err := tree.Decode("x.yaml", []byte(data))
		var refusal *estate.OpenError
		if !errors.As(err, &refusal) || refusal.Message != want || refusal.Hint == "" {
			t.Errorf("%q: %v, want %s", data, err, want)
		}
	}
	if data, err := tree.Decode("x.yaml", []byte("\xef\xbb\xbfa: 1")); string(data) != "a: 1" || err != nil {
		t.Errorf("with a byte order mark: %q, %v", data, err)
	}
}

func TestMapsAreMergedAndAllElseIsReplaced(t *testing.T) {
	t.Parallel()
	base := treetest.Parse(t, "a: {b: 1, c: [1, 2]}\nd: 1\n")
	over := treetest.Document(t, "over.yaml", "a: {c: [3], e: null}\nd: {f: 1}\n").Root
	merged := tree.Merge(base, over)
	if got, want := string(merged.AppendJSON(nil)), `{"a":{"b":1,"c":[3],"e":null},"d":{"f":1}}`; got != want {
		t.Errorf("merged %s, want %s", got, want)
	}
	for pointer, want := range map[string]string{"/a/b": "a.yaml:1:5", "/a/c": "over.yaml:1:5", "/d/f": "over.yaml:2:5"} {
		if at := merged.Find(pointer).String(); at != want {
			t.Errorf("%s is at %s, want %s", pointer, at, want)
		}
	}
	if got, want := string(base.AppendJSON(nil)), `{"a":{"b":1,"c":[1,2]},"d":1}`; got != want {
		t.Errorf("what lies below has changed: %s", got)
	}
}

func TestAValueIsPutIntoACopy(t *testing.T) {
	t.Parallel()
	set := tree.Text("x", estate.Position{File: "b.yaml", Line: 9, Column: 9})
	for text, want := range map[string]string{
		"a: {b: 1}":      `{"a":{"b":{"c":"x"}}}`,
		"a: {b: {c: 1}}": `{"a":{"b":{"c":"x"}}}`,
		"z: 1":           `{"z":1,"a":{"b":{"c":"x"}}}`,
	} {
		n := treetest.Parse(t, text)
		before := string(n.AppendJSON(nil))
		with := n.With([]string{"a", "b", "c"}, set)
		if got := string(with.AppendJSON(nil)); got != want || string(n.AppendJSON(nil)) != before {
			t.Errorf("%s becomes %s, want %s; it is %s", text, got, want, n.AppendJSON(nil))
		}
		if at := with.Find("/a/b/c"); at.File != "b.yaml" || with.Find("/a").File != "a.yaml" {
			t.Errorf("%s: the value is at %s, what is around it at %s", text, at, with.Find("/a"))
		}
	}
	if with := treetest.Parse(t, "a: [1]").With([]string{"a", "b"}, set); string(with.AppendJSON(nil)) != `{"a":{"b":"x"}}` {
		t.Errorf("what is no map stays: %s", with.AppendJSON(nil))
	}
	unknown := treetest.Parse(t, "a: $X").Read(func(string, bool) tree.Reading { return tree.Reading{Unknown: "X"} })
	if got := unknown.With([]string{"a", "b"}, set).Get("a").Unknown(); got != "X" {
		t.Errorf("what is unknown is now known: %q", got)
	}
}

func TestWhatIsReadOtherwiseSharesTheRest(t *testing.T) {
	t.Parallel()
	n := treetest.Parse(t, "a: {b: $X}\nc: {d: [1]}\n")
	read := n.Read(func(text string, _ bool) tree.Reading {
		if text == "$X" {
			return tree.Reading{Unknown: "variable X", Needs: []string{"X"}}
		}
		return tree.Reading{}
	})
	if read.Get("a.b").Unknown() != "variable X" || read.Get("a.b").Text() != "" || n.Get("a.b").Text() != "$X" {
		t.Errorf("read as %s", read.AppendJSON(nil))
	}
	if read.Get("c") != n.Get("c") {
		t.Error("what is read as it is written is copied")
	}
}

func TestANodeThatIsNotThereHasNothing(t *testing.T) {
	t.Parallel()
	var n *tree.Node
	if n.Get("a.b") != nil || n.Either("a", "b") != nil || n.Read(nil) != nil || len(n.Elements())+len(n.Keys())+len(n.Kids()) > 0 {
		t.Error("it has parts")
	}
	if n.IsMap() || n.IsList() || n.IsScalar() || n.IsTrue() || n.IsFalse() || !n.Null() || !n.Bare() {
		t.Error("it is something")
	}
	if n.Text()+n.Written()+n.Unknown() != "" || n.At() != (estate.Position{}) || string(n.AppendJSON(nil)) != "null" {
		t.Error("it says something")
	}
}

func TestDocumentsAreNamedByFileLayersAndNumber(t *testing.T) {
	t.Parallel()
	for want, d := range map[string]tree.Document{
		"a/b.yaml":            {Layers: []string{"a/b.yaml"}},
		"a/b.yaml#2":          {Layers: []string{"a/b.yaml"}, Index: 2},
		"a/b.yaml,c/d.yaml":   {Layers: []string{"a/b.yaml", "c/d.yaml"}},
		"a/b.yaml,c/d.yaml#1": {Layers: []string{"a/b.yaml", "c/d.yaml"}, Index: 1},
	} {
		if got := d.ID(); got != want || d.Folder() != "a" {
			t.Errorf("%s in %s, want %s", got, d.Folder(), want)
		}
	}
}

func TestTypedTextsAreWhatHelmSetMakesOfThem(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"'true'": "true", "'12'": "12", "'null'": "null", "'a b'": `"a b"`, "'[a]'": `"[a]"`, "''": `""`, "[a]": `["a"]`} {
		if got := string(treetest.Parse(t, "a: "+text).Get("a").Typed().AppendJSON(nil)); got != want {
			t.Errorf("%s is %s, want %s", text, got, want)
		}
	}
}
