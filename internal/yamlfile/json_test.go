package yamlfile_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/yamlfile"
)

// parseJSON parses a text that may not be JSON.
func parseJSON(text string) (yamlfile.Node, error) {
	if err := yamlfile.CheckJSON("x.json", []byte(text)); err != nil {
		return yamlfile.Node{}, err
	}
	return yamlfile.ParseCheckedJSON("x.json", []byte(text))
}

func TestJSONNodesKeepTheirPlace(t *testing.T) {
	t.Parallel()
	n, err := parseJSON("{\"é\": [1,\r\n  {\"b\": \"\\u00e9\\ud83d\\ude00\\/\\\"\", \"k\": null}],\n\"c\" : 1.50e3}")
	if err != nil {
		t.Fatal(err)
	}
	list := n.Get("é")
	second := list.Items()[1]
	if list.Line() != 1 || list.Column() != 7 || second.Line() != 2 || second.Column() != 3 {
		t.Errorf("places %d:%d and %d:%d", list.Line(), list.Column(), second.Line(), second.Column())
	}
	if m := second.Members()[1]; m.Key != "k" || m.KeyLine != 2 || m.KeyColumn != 35 || !m.Value.Null() {
		t.Errorf("member is %+v", m)
	}
	if diff := cmp.Diff(`{"é":[1,{"b":"é😀/\"","k":null}],"c":1.50e3}`, string(n.JSON())); diff != "" {
		t.Errorf("JSON differs (-want +got):\n%s", diff)
	}
}

func TestJSONIsRefusedWithThePlace(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		in   string
		want yamlfile.Error
	}{
		"duplicate": {"{\"a\": 1,\n \"a\": 2}", yamlfile.Error{Line: 2, Column: 2, Reason: `key "a" is written twice, first in line 1`}},
		"syntax":    {"[1,\n é]", yamlfile.Error{Line: 2, Column: 2, Reason: "broken JSON"}},
		"comment":   {"[ // x\n]", yamlfile.Error{Line: 1, Column: 3, Reason: "broken JSON: it has no comments"}},
		"end":       {"[1,\n2", yamlfile.Error{Line: 2, Column: 2, Reason: "the JSON ends too early"}},
		"nothing":   {"", yamlfile.Error{Line: 1, Column: 1, Reason: "the JSON ends too early"}},
		"depth":     {strings.Repeat("[", 300) + strings.Repeat("]", 300), yamlfile.Error{Line: 1, Column: 202, Reason: "nested deeper than 200 levels"}},
		"two":       {"{} {}", yamlfile.Error{Line: 1, Column: 4, Reason: "broken JSON"}},
		"size":      {strings.Repeat(" ", 17<<20) + "1", yamlfile.Error{Reason: "17825793 bytes, more than the limit of 16777216"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := parseJSON(tt.in)
			e, ok := errors.AsType[*yamlfile.Error](err)
			if !ok {
				t.Fatalf("error is %v", err)
			}
			tt.want.Name = "x.json"
			if diff := cmp.Diff(tt.want, *e); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAliasesOfLongTextsCostWhatTheyStandFor(t *testing.T) {
	t.Parallel()
	_, err := yamlfile.ParseAll("x.yaml", []byte("a: &a "+strings.Repeat("x", 1<<20)+"\nb: [*a"+strings.Repeat(", *a", 100)+"]"))
	if err == nil || !strings.Contains(err.Error(), "aliases stand for more") {
		t.Errorf("error is %v", err)
	}
}

func TestAnAliasNamesNothingOfAnotherDocument(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"a: &x 1\n---\nb: *x\n":              "2:4: an alias names an anchor of another document",
		"a: &x {c: 1}\n---\nb:\n- <<: *x\n":  "an alias names an anchor of another document",
		"a: &x 1\n---\nb: &x 2\nc: *x\n":     "",
		"---\n---\na: &x {b: &y 1}\nc: *y\n": "",
	} {
		_, err := yamlfile.ParseAll("a.yaml", []byte(text))
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), strings.TrimPrefix(want, "2:4: ")) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func TestAnAliasThatNamesNothingIsNotQuoted(t *testing.T) {
	t.Parallel()
	_, err := yamlfile.ParseAll("x.yaml", []byte("password: *CANARY\n"))
	if err == nil || strings.Contains(err.Error(), "CANARY") {
		t.Errorf("error is %v", err)
	}
}

// FuzzJSON proves that a tree holds what encoding/json reads.
func FuzzJSON(f *testing.F) {
	for _, seed := range []string{`{"a":[1,-2.5e+3,true,false,null,"x\n\ud83d\ude00"],"b":{}}`, "[]", " \"\\ud800\" ", "[1,\n é]", "{\"<<\":{\"a\":1}}"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		n, err := parseJSON(string(data))
		if err != nil {
			return
		}
		var want, got any
		if err := json.Unmarshal(data, &want); err != nil {
			return // a number that no float holds
		}
		if err := json.Unmarshal(n.JSON(), &got); err != nil {
			t.Fatalf("%q became %q: %v", data, n.JSON(), err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%q (-encoding/json +tree):\n%s", data, diff)
		}
	})
}
