package adc_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/infile"
	"github.com/api7-preflight/api7-preflight/internal/source/adc"
	"github.com/api7-preflight/api7-preflight/internal/test/alloctest"
	"github.com/api7-preflight/api7-preflight/internal/test/faulttest"
	"github.com/api7-preflight/api7-preflight/internal/test/sourcetest"
)

func bomb(text string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "global_rules:\n  a: &a [%s]\n", text)
	for c := 'b'; c < 'k'; c++ {
		fmt.Fprintf(&b, "  %c: &%c [%s]\n", c, c, strings.Join(slices.Repeat([]string{"*" + string(c-1)}, 10), ", "))
	}
	return b.String()
}

func TestBrokenFilesAreNamedWithThePlace(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ in, want string }{
		"empty":               {"", "adc.yaml is empty"},
		"only space":          {" \n\n", "adc.yaml is empty"},
		"only a comment":      {"# nothing\n", "adc.yaml is not an ADC dump: it has none of the keys services, "},
		"a list":              {"- a\n- b\n", "adc.yaml is not an ADC dump: it holds no map"},
		"a text":              {"CANARY", "adc.yaml is not an ADC dump: it holds no map"},
		"other YAML":          {"apiVersion: v1\nkind: Secret\ndata: {a: CANARY}\n", "adc.yaml is not an ADC dump: it has none of the keys"},
		"compose file":        {"services:\n  web: {image: x}\n", "adc.yaml:1:1: not an ADC dump: services is not a list"},
		"rules are a list":    {"services: []\nglobal_rules:\n- {id: a}\n", "adc.yaml:2:1: not an ADC dump: global_rules is not a map"},
		"rules are in flow":   {"global_rules: [{id: a}]\n", "adc.yaml:1:1: not an ADC dump: global_rules is not a map"},
		"tab":                 {"services:\n  - id: a\n\tname: CANARY\n", "adc.yaml:3:1: a tab indents the line"},
		"tab behind spaces":   {"services:\n  - id: a\n   \tname: CANARY\n    b: c\n", "adc.yaml:3:4: a tab indents the line"},
		"duplicate key":       {"services:\n  - id: a\n    id: CANARY\n", `adc.yaml:3:5: key "id" is written twice, first in line 2`},
		"duplicate section":   {"services: []\nconsumers: []\nservices: []\n", `adc.yaml:3:1: key "services" is written twice, first in line 1`},
		"duplicate in JSON":   {`{"services": [{"id": "a", "id": "CANARY"}]}`, `adc.yaml:1:27: key "id" is written twice, first in line 1`},
		"section twice, JSON": {"{\"services\": [],\n \"services\": []}", `adc.yaml:2:11: a top-level key appears twice`},
		"comment in JSON":     {"{\"services\": [\n  // CANARY\n  {\"id\": \"a\"}]}", "adc.yaml:2:3: broken JSON: it has no comments"},
		"broken JSON":         {`{"services": [{"id": "CANARY" "x"}]}`, "adc.yaml:1:31: broken JSON"},
		"JSON ends":           {"{\"services\": [{\"id\": \"a\"},\n", "adc.yaml:2:1: the JSON ends too early"},
		"JSON is a list":      {`[{"id": "a"}]`, "adc.yaml is not an ADC dump: it holds no object"},
		"NUL":                 {"services: []\na: \x00CANARY", "adc.yaml:2:4: a NUL byte"},
		"control character":   {"services:\n- id: \"a\x01\"\n", "adc.yaml:2:9: a control character"},
		"not UTF-8":           {"services:\n- id: é\xe9\n", "adc.yaml:2:8: not UTF-8"},
		"UTF-16":              {"\xff\xfes\x00e\x00r\x00", "adc.yaml is UTF-16"},
		"UTF-16, big endian":  {"\xfe\xff\x00s\x00e", "adc.yaml is UTF-16"},
		"UTF-16 without mark": {"s\x00e\x00r\x00", "adc.yaml is UTF-16"},
		"open quote":          {"services:\n- id: \"a\n- id: b\n", "adc.yaml:"},
		"unquoted asterisk":   {"consumers:\n- username: a\n  credentials:\n  - {id: c, type: key-auth, config: {key: *CANARY}}\n", "an alias names an anchor that is not there"},
		"bomb":                {bomb("x"), "adc.yaml:"},
		"bomb of text":        {bomb(strings.Repeat("x", 1<<20)), "or aliases stand for more"},
		"cycle":               {"services: &a [*a]\n", "contains itself"},
		"deep":                {"services: " + strings.Repeat("[", 200_000) + strings.Repeat("]", 200_000), "nested deeper"},
		"deep and open":       {"services: " + strings.Repeat("[", 200_000), "nested deeper"},
		"deep JSON":           {strings.Repeat("[", 200_000) + strings.Repeat("]", 200_000), "adc.yaml:1:10001: nested too deep"},
		"deeper than ours":    {`{"services":[{"a":` + strings.Repeat("[", 300) + strings.Repeat("]", 300) + `}]}`, "adc.yaml:1:219: nested deeper than 200 levels"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			faulttest.Tried(t, faulttest.HostileYAML, 1)
			_, err := text(t, "adc.yaml", tt.in)
			e := sourcetest.Refused(t, err)
			got := e.Message[strings.Index(e.Message, "adc.yaml"):]
			if !strings.Contains(got, tt.want) || strings.Contains(e.Message+e.Hint, "\r") {
				t.Errorf("error is %q with hint %q, want %q", e.Message, e.Hint, tt.want)
			}
			if strings.Contains(e.Message+e.Hint, "CANARY") {
				t.Errorf("error quotes a value: %q", e.Message)
			}
		})
	}
}

// TestACutDumpInJSONIsRefused cuts a dump everywhere. One in YAML, cut at the end of a line, is another dump.
func TestACutDumpInJSONIsRefused(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile(dumps + "edge.json")
	if err != nil {
		t.Fatal(err)
	}
	whole := bytes.TrimSpace(content)
	mustText(t, string(whole))
	faulttest.Tried(t, faulttest.DumpsCut, len(whole))
	for n := range whole {
		_, err := text(t, "adc.yaml", string(whole[:n]))
		if e := sourcetest.Refused(t, err); !strings.Contains(e.Message, "adc.yaml") || e.Hint == "" {
			t.Errorf("cut at %d: %q, %q", n, e.Message, e.Hint)
		}
	}
}

func TestFilesThatCannotBeRead(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for path, want := range map[string]string{
		"":                         "no file is named",
		dir:                        "it is a folder",
		filepath.Join(dir, "none"): "no such file",
	} {
		_, err := adc.Open(t.Context(), []adc.File{{Group: "default", Path: path}}, infile.Options{})
		if e, ok := errors.AsType[*estate.OpenError](err); !ok || !strings.Contains(e.Message, want) || e.Hint == "" {
			t.Errorf("error is %v, want %q", err, want)
		}
	}
}

// TestAFileThatIsTooLargeIsRefusedBeforeItIsRead uses a sparse file: it has no contents to read.
//
//nolint:paralleltest // counts what the whole process allocates
func TestAFileThatIsTooLargeIsRefusedBeforeItIsRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "adc.yaml")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, 300<<20); err != nil {
		t.Fatal(err)
	}
	alloctest.Within(t, 1<<20, func() {
		_, err := adc.Open(t.Context(), []adc.File{{Path: path}}, infile.Options{})
		if err == nil || !strings.Contains(err.Error(), "adc.yaml is larger than 256 MiB") {
			t.Errorf("error is %v", err)
		}
	})
}

//nolint:paralleltest // counts what the whole process allocates
func TestStandardInputThatIsTooLargeTakesNoMoreThanTheLimit(t *testing.T) {
	alloctest.Within(t, 300<<20, func() {
		_, err := adc.Open(t.Context(), []adc.File{{Path: "-"}}, infile.Options{Stdin: endless{}})
		if err == nil || !strings.Contains(err.Error(), "standard input is larger than 256 MiB") {
			t.Errorf("error is %v", err)
		}
	})
}

// endless is a stream that does not end.
type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

func TestADumpFromStandardInputIsReadLikeAFile(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile(dumps + "edge.yaml")
	if err != nil {
		t.Fatal(err)
	}
	want, _ := stream(t, open(t, adc.File{Group: "edge", Path: dumps + "edge.yaml"}))
	s, err := adc.Open(t.Context(), []adc.File{{Group: "edge", Path: "-"}}, infile.Options{Stdin: iotest.OneByteReader(bytes.NewReader(content))})
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := stream(t, s); !slices.Equal(got, want) {
		t.Error("standard input gives other resources than the file")
	}
	if name := s.Info().Name; name != "standard input" {
		t.Errorf("the source is called %s", name)
	}
	if _, err := adc.Open(t.Context(), []adc.File{{Path: "-"}}, infile.Options{Stdin: iotest.ErrReader(errors.New("gone"))}); err == nil || err.Error() != "cannot read standard input: gone" {
		t.Errorf("error is %v", err)
	}
}

func TestKeysThatBeginWithXAreComments(t *testing.T) {
	t.Parallel()
	services := "services:\n- {id: web, name: web, upstreams: []}\n"
	for _, tt := range []struct {
		content string
		comment bool
	}{
		{"x-owner: payments\n" + services, true},
		{services + "x-routes:\n- {name: template, uris: [/a]}\n", true},
		{"x-limits: &limits {limit-count: {count: 1}}\nservices:\n- {id: web, name: web, upstreams: [], plugins: *limits}\n", true},
		{`{"x-made-by": {"tool": ["a"]}, "services": [{"id": "web", "name": "web"}]}`, true},
		{"x_routes:\n- {name: template}\n" + services, false},
		{"extra:\n- {name: template}\n" + services, false},
	} {
		resources, c := stream(t, mustText(t, tt.content))
		silent := len(c.Kinds[0].Gaps) == 0 && !slices.ContainsFunc(c.Notes, func(n estate.Note) bool { return strings.Contains(n.Why, "ADC dumps do not have") })
		if silent != tt.comment || len(resources) != 1 {
			t.Errorf("%s: gaps %v, notes %v, resources %v", tt.content, c.Kinds[0].Gaps, c.Notes, resources)
		}
	}
}

func TestLargeFilesMustBeReadInParts(t *testing.T) {
	t.Parallel()
	filler := strings.Repeat("x", 17<<20)
	for name, tt := range map[string]struct{ in, want string }{
		"one service":    {"services:\n- id: a\n- id: b\n  name: " + filler + "\n", "adc.yaml:3:1: an element of this list is larger than 16 MiB"},
		"in JSON":        {`{"services":[{"id":"a"},{"id":"` + filler + `"}]}`, "adc.yaml:1:25: an element of this list is larger than 16 MiB"},
		"another layout": {"'services':\n- id: a\n- id: b\n  name: " + filler + "\n", "adc.yaml is larger than 16 MiB and not laid out as adc dump writes it"},
		"broken":         {"services:\n- id: a\n# " + filler[:15<<20] + "\n- id: b\n# " + filler[:15<<20] + "\n- id: b\n  id: c\n", `adc.yaml:7:3: key "id" is written twice`},
		"with an alias":  {"services:\n- id: a\n# " + filler[:15<<20] + "\n- id: b\n# " + filler[:15<<20] + "\n- id: *b\n", `adc.yaml:6: broken YAML at about this line: an alias`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			faulttest.Tried(t, faulttest.HostileYAML, 1)
			_, err := text(t, "adc.yaml", tt.in)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error is %.200v, want %q", err, tt.want)
			}
		})
	}
}

func TestYAMLInTheStyleOfJSONIsRead(t *testing.T) {
	t.Parallel()
	got, _ := stream(t, mustText(t, "{services: [{id: a,},], # a comment\n}"))
	if len(got) != 1 {
		t.Errorf("resources are %q", got)
	}
}

func TestBracketsInTextsOfJSONCutNothing(t *testing.T) {
	t.Parallel()
	in := "{\"x\": \"]}\", \"services\" : [ {\"id\": \"a]}\\\"{[\", \"name\": \"\\\\\"},\n  {\"id\": \"é\", \"labels\": {\"k\": [[]]}}, {\"id\":\"c\"} ] ,\"consumers\":[ ],\"ssls\":[]}"
	var got []string
	if _, err := mustText(t, in).Stream(t.Context(), sourcetest.Everything(), func(r *estate.Resource) error {
		where := r.Origin.Where("/labels/k")
		got = append(got, r.ID+" "+where[strings.LastIndex(where, "adc.yaml:"):])
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if want := []string{"a]}\"{[ adc.yaml:1:28", "é adc.yaml:2:26", "c adc.yaml:2:39"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// FuzzOpen proves that no text makes the reader panic or run forever, and that all positions are in the file.
func FuzzOpen(f *testing.F) {
	for _, name := range []string{"default.yaml", "edge.yaml", "edge.json", "staging.yaml"} {
		seed, err := os.ReadFile(dumps + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(seed)
	}
	for _, seed := range []string{
		bomb("x"), "services: &a [*a]", "{\"services\": [1, {}], \"x\": [[]]}", "\ufeffservices:\r\n- id: a\r\n...\r\n---\r\n", "services:\n- |\n - x\n- {a: \"\n- b\"}\n",
		"services:\n  - a: |2\n  x\n  - b\n", "{services: [{id: a}]}", "? [a]\n: b\nservices: !!binary x", "services:\n- routes:\n  - <<: [{id: a}]\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		alloctest.Within(t, mostMemory+1000*uint64(len(data)), func() { fuzz(t, data) })
	})
}

// fuzz reads a dump and asks for the position of everything in it.
func fuzz(t *testing.T, data []byte) {
	t.Helper()
	s, err := text(t, "adc.yaml", string(data))
	if err != nil {
		if e, ok := errors.AsType[*estate.OpenError](err); !ok || e.Hint == "" {
			t.Fatalf("%v is not an OpenError with a hint", err)
		}
		return
	}
	lines := bytes.Count(data, []byte("\n")) + bytes.Count(data, []byte("\r")) + bytes.Count(data, []byte("\u2028")) +
		bytes.Count(data, []byte("\u2029")) + bytes.Count(data, []byte("\u0085")) + 1
	if _, err := s.Stream(t.Context(), sourcetest.Everything(), func(r *estate.Resource) error {
		if r.Damage == "" {
			if err := estate.NewReader([]string{"p"}).Read(r); err != nil && !strings.Contains(err.Error(), "plugins is not") && !strings.Contains(err.Error(), "twice") {
				t.Fatalf("body %q: %v", r.Body, err)
			}
		}
		for _, pointer := range []string{"", "/plugins/p", "/labels", "/uris/0"} {
			where := r.Origin.Where(pointer)
			var line, column int
			if _, err := fmt.Sscanf(where[strings.LastIndex(where, "adc.yaml:"):], "adc.yaml:%d:%d", &line, &column); err != nil || line < 1 || line > lines || column < 1 {
				t.Fatalf("%s%s is at %s of %d lines", r.Kind, pointer, where, lines)
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}
