package yamlfile_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/yamlfile"
)

// marked returns text with brackets around the part between two positions.
func marked(text string, line, column, endLine, endColumn int) string {
	if endLine == 0 {
		return "not known"
	}
	cut := func(line, column int) int {
		lines := strings.SplitAfter(text, "\n")
		return len(strings.Join(lines[:line-1], "")) + len(string([]rune(lines[line-1])[:column-1]))
	}
	from, to := cut(line, column), cut(endLine, endColumn)
	return text[from:to]
}

func TestKeysAndScalarsEndWhereTheyAreWritten(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{ // to the key and the value
		"key: value # comment\n":           "key value",
		"key: a, b: c\n":                   "", // not YAML
		"key: 'it''s'\n":                   "key 'it''s'",
		`"k\"ey": "va\"lue"`:               `"k\"ey" "va\"lue"`,
		"clé: été à côté\n":                "clé été à côté",
		"{key: value, other: 1}\n":         "key value",
		`{"key":"value","other":1}`:        `"key" "value"`,
		"key: 1.50\n":                      "key 1.50",
		"key: two\n  lines\n":              "key not known",
		"key: \"two\n  lines\"\n":          "key \"two\n  lines\"",
		"key: |\n  block\n":                "key not known",
		"key: !!str tagged\n":              "key not known",
		"key: &anchor anchored\n":          "key not known",
		"? key\n: value\n":                 "key value",
		"key: [1, 2]\n":                    "key not known",
		strings.Repeat(" ", 5000) + "a: b": "not known not known",
	} {
		docs, err := yamlfile.ParseAll("x.yaml", []byte(text))
		if err != nil {
			if want != "" {
				t.Errorf("%q: %v", text, err)
			}
			continue
		}
		m, lines := docs[0].Members()[0], yamlfile.NewText([]byte(text))
		endLine, endColumn := lines.End(m.KeyLine, m.KeyColumn, m.Key)
		key := marked(text, m.KeyLine, m.KeyColumn, endLine, endColumn)
		endLine, endColumn = lines.End(m.Value.Line(), m.Value.Column(), m.Value.Text())
		if got := key + " " + marked(text, m.Value.Line(), m.Value.Column(), endLine, endColumn); got != want {
			t.Errorf("%q: %s", text, cmp.Diff(want, got))
		}
	}
}

func TestPlacesThatATextDoesNotHaveEndNowhere(t *testing.T) {
	t.Parallel()
	for _, lines := range []*yamlfile.Text{nil, yamlfile.NewText(nil), yamlfile.NewText([]byte("a: 'b\n"))} {
		for _, at := range [][2]int{{0, 0}, {1, 0}, {0, 1}, {1, 4}, {1, 9}, {2, 1}, {7, 1}} {
			if line, column := lines.End(at[0], at[1], "x"); line != 0 || column != 0 {
				t.Errorf("what begins at %v ends at %s", at, fmt.Sprint(line, ":", column))
			}
		}
	}
}

// FuzzEnd proves that the text from the beginning to the end of a key or scalar is how it is written.
func FuzzEnd(f *testing.F) {
	for _, seed := range []string{"a: b", "'a''b': \"c\\\"d\" # e", "[é, {ü: 'x'}]", "a: |\n b\n", "? k\n: v", "- \"a\n  b\"", "\ufeffa: b", "a:\tb\r\nc: d"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		docs, err := yamlfile.ParseAll("x.yaml", data)
		if err != nil || !utf8.Valid(data) {
			return
		}
		lines := yamlfile.NewText(data)
		check := func(line, column int, text string) {
			endLine, endColumn := lines.End(line, column, text)
			if endLine == 0 {
				return
			}
			written := marked(string(data), line, column, endLine, endColumn)
			if quoted := written[0] == '"' || written[0] == '\''; !quoted && written != text || quoted && written[len(written)-1] != written[0] {
				t.Errorf("%q at %d:%d ends at %d:%d: %q", text, line, column, endLine, endColumn, written)
			}
		}
		var walk func(n yamlfile.Node)
		walk = func(n yamlfile.Node) {
			if n.Kind() == yamlfile.Scalar {
				check(n.Line(), n.Column(), n.Text())
			}
			for _, m := range n.Members() {
				check(m.KeyLine, m.KeyColumn, m.Key)
				walk(m.Value)
			}
			for _, item := range n.Items() {
				walk(item)
			}
		}
		for _, doc := range docs {
			walk(doc)
		}
	})
}

func TestLinesComeWithoutTheirEnds(t *testing.T) {
	t.Parallel()
	text := yamlfile.NewText([]byte("a: 1\n\n  b\r\nlast"))
	for number, want := range map[int]string{1: "a: 1", 2: "", 3: "  b\r", 4: "last"} {
		if got := text.Line(number); string(got) != want || got == nil {
			t.Errorf("line %d is %q, want %q", number, got, want)
		}
	}
	var none *yamlfile.Text
	if text.Line(0) != nil || text.Line(5) != nil || none.Line(1) != nil {
		t.Error("a line that is not there is one")
	}
}
