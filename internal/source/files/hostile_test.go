package files_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/files"
	"github.com/api7-preflight/api7-preflight/internal/test/faulttest"
)

func bomb() string {
	var b strings.Builder
	b.WriteString("nginx_config:\n  a: &a [x]\n")
	for c := 'b'; c < 'k'; c++ {
		fmt.Fprintf(&b, "  %c: &%c [%s]\n", c, c, strings.Join(slices.Repeat([]string{"*" + string(c-1)}, 10), ", "))
	}
	return b.String()
}

func TestBrokenFilesAreRefusedWithTheirPlace(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ in, want, hint string }{
		"syntax":            {"a:\n  - b\n c: [CANARY\n", "conf.yaml:2:3: not valid YAML at about this line", "fix the file"},
		"tab":               {"nginx_config:\n\terror_log: CANARY\n", "conf.yaml:2:1: a tab indents the line", "spaces"},
		"tab behind spaces": {"nginx_config:\n  a: b\n  \tc: CANARY\n", "conf.yaml:3:3: a tab indents the line", "spaces"},
		"//": {
			"deployment:\n  role: traditional\n  // the fallback: CANARY\n  // of S3\n  fallback_cp:\n    mode: write\n",
			"conf.yaml:4:3: not valid YAML: // begins no comment", "begin with #",
		},
		"duplicate key":     {"nginx_config:\n  a: 1\n  a: CANARY\n", `conf.yaml:3:3: key "a" is written twice, first in line 2`, "fix"},
		"twice by a merge":  {"x: &x {a: 1}\ny:\n  <<: *x\n  b: 1\n  b: 2\n", `conf.yaml:5:3: key "b" is written twice`, "fix"},
		"alias bomb":        {bomb(), "aliases stand for more", "fix"},
		"cycle":             {"nginx_config: &a [*a]\n", "contains itself", "fix"},
		"deep":              {"a: " + strings.Repeat("[", 300) + strings.Repeat("]", 300), "nested deeper", "fix"},
		"unknown alias":     {"a: *CANARY\n", "an alias names an anchor that is not there", "fix"},
		"NUL":               {"a: \x00CANARY\n", "conf.yaml:1:4: a NUL byte", "fix"},
		"control character": {"a: b\nc: \"\x01CANARY\"\n", "conf.yaml:2:5: a control character", "fix"},
		"not UTF-8":         {"a: \xe9CANARY\n", "conf.yaml:1:4: not UTF-8", "UTF-8"},
		"UTF-16":            {"\xff\xfea\x00", "conf.yaml is UTF-16", "UTF-8"},
		"template":          {"{{- if .Values.x }}\na: CANARY\n{{- end }}\n", "not valid YAML", "render it first"},
		"nothing known":     {"mysecret: CANARY\n", "none of the files is configuration of API7", "doctor"},
		"a list":            {"- CANARY\n", "it is no map of keys", "doctor"},
		"empty":             {"# nothing\n", "it is empty", "name configuration files"},
		"Apache APISIX":     {"apisix: {image: {repository: apache/apisix}}\ngateway: {}\n", "values of Apache APISIX's chart", "doctor"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			faulttest.Tried(t, faulttest.HostileYAML, 1)
			dir := t.TempDir()
			path := filepath.Join(dir, "conf.yaml")
			if err := os.WriteFile(path, []byte(tt.in), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := files.Open(t.Context(), files.Options{Paths: []string{path}})
			if e := refused(t, err); !strings.Contains(e.Message, tt.want) || !strings.Contains(e.Hint, tt.hint) || !strings.Contains(e.Message, path) {
				t.Errorf("error is %q with hint %q, want %q and %q", e.Message, e.Hint, tt.want, tt.hint)
			}
		})
	}
}

func TestPathsThatAreNotThereAreRefused(t *testing.T) {
	t.Parallel()
	in := folderOf(t, "-- values.yaml --\ndp_manager: {}\n-- two.yaml --\na: 1\n---\nb: 1\n-- list.yaml --\n- a\n-- empty/x.txt --\n")
	for path, want := range map[string]string{
		"missing.yaml":             "cannot read missing.yaml: no such file",
		"values.yaml,missing.yaml": "cannot read missing.yaml: no such file",
		"values.yaml,empty":        "empty is a folder",
		"values.yaml,two.yaml":     "two.yaml holds several documents",
		"values.yaml,list.yaml":    "list.yaml:1:1: Helm values are a map",
		"empty":                    "the folder has no file whose name ends in .yaml, .yml or .json",
	} {
		_, err := in.open(t, path)
		if e := refused(t, err); !strings.Contains(in.plain(e.Message), want) {
			t.Errorf("%s: %q, want %q", path, e.Message, want)
		}
	}
	if _, err := files.Open(t.Context(), files.Options{Paths: []string{""}}); refused(t, err).Message != "no file is named" {
		t.Errorf("no name: %v", err)
	}
}

func TestWhatCannotBeReadInAFolderIsSaid(t *testing.T) {
	t.Parallel()
	in := folderOf(t, `
-- config.yaml --
nginx_config: {}
-- chart/Chart.yaml --
name: mine
version: 1.0.0
-- chart/templates/x.yaml --
{{- if .Values.x }}
-- jinja.yaml --
{% if x %}
a: b
{% endif %}
-- api7.yaml --
{% if x %}
image: api7/api7-ee-dashboard:{{ x }}
{% endif %}
`)
	if err := os.WriteFile(filepath.Join(in.dir, "big.yaml"), []byte("nginx_config: "+strings.Repeat("x", 9<<20)), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(in.dir, "nowhere"), filepath.Join(in.dir, "link.yaml")); err != nil {
		t.Fatal(err)
	}
	r := in.read(t)
	for _, want := range []string{"templates of Helm charts: they are rendered by Helm, and not read: chart/templates", "jinja.yaml", "link.yaml: a link to no file"} {
		if !strings.Contains(r.notes(), want) {
			t.Errorf("no note %q:\n%s", want, r.notes())
		}
	}
	var gaps []string
	for _, g := range r.coverage.Kinds[0].Gaps {
		gaps = append(gaps, r.plain(g.What)+": "+g.Why)
	}
	want := []string{"api7.yaml: a template, which is no YAML: not read; it contains image api7-ee-dashboard", "big.yaml: larger than 8 MiB: not read"}
	if !slices.Equal(gaps, want) {
		t.Errorf("gaps %q, want %q", gaps, want)
	}
}

// TestTextInAnotherEncodingIsADoubtWhereItNamesAPI7 proves the same of what is no text at all.
func TestTextInAnotherEncodingIsADoubtWhereItNamesAPI7(t *testing.T) {
	t.Parallel()
	in := folderOf(t, "-- config.yaml --\nnginx_config: {}\n")
	wide := func(text string) string { return "\xff\xfe" + strings.Join(strings.Split(text, ""), "\x00") + "\x00" }
	for name, text := range map[string]string{
		"wide.yaml": wide("dp_manager_configuration:\r\n  log: x\r\n"), "wide-other.yaml": wide("services: {a: {image: nginx}}"),
		"latin.yaml": "image: api7/api7-ee-3-gateway # caf\xe9\n", "latin-other.yaml": "services: {a: {image: nginx}} # caf\xe9\n",
		"firmware.blob": "\x7fX\x00 api7-ee-3-gateway\n", "large.blob": "\x00" + strings.Repeat("\\u api7", 2<<20),
		"large.json": `{"a": "` + strings.Repeat(`\u00e9 `, 2<<20) + `"}`,
		"nul.json":   "{\"nginx_config\": {\"a\": \"\x00\"}}", "nul-other.json": "\x00\x01\x02",
	} {
		if err := os.WriteFile(filepath.Join(in.dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r := in.read(t)
	var gaps []string
	for _, g := range r.coverage.Kinds[0].Gaps {
		gaps = append(gaps, r.plain(g.What+": "+g.Why))
	}
	want := []string{
		"latin.yaml:1:36: not UTF-8: not read; it contains image api7-ee-3-gateway",
		"nul.json:1:25: a NUL byte: this is not text: not read; it contains keys of gateway configuration (nginx_config)",
		"wide.yaml: wide.yaml is UTF-16: not read; it contains keys of Helm values of chart api7ee3 (dp_manager_configuration)",
	}
	if !slices.Equal(gaps, want) {
		t.Errorf("gaps\n%s\nwant\n%s", strings.Join(gaps, "\n"), strings.Join(want, "\n"))
	}
	if !strings.Contains(r.notes(), "files that cannot be read and name nothing of API7: latin-other.yaml (not UTF-8: not read), wide-other.yaml (") {
		t.Errorf("notes:\n%s", r.notes())
	}
}

func TestAManifestFullOfOtherThingsCostsLittle(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	text := "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata:\n" + strings.Repeat("  - a\n", 300)
	for i := range 2000 {
		folder := filepath.Join(dir, fmt.Sprintf("app-%d", i%50))
		if err := os.MkdirAll(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("%d.yaml", i)), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "zz.yaml"), []byte("nginx_config: {}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := files.Open(t.Context(), files.Options{Paths: []string{dir}})
	if err != nil {
		t.Fatal(err)
	}
	d, err := s.Diagnose(t.Context(), estate.Need{})
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Files) != 2001 || len(d.Kinds) != 1 || !s.Holds(estate.GatewayConfig) {
		t.Errorf("%d files, kinds %v", len(d.Files), d.Kinds)
	}
}

func TestSlashesThatYAMLReadsAsTextAreSaid(t *testing.T) {
	t.Parallel()
	r := folderOf(t, "-- config.yaml --\nnginx_config:\n  error_log_level: warn\n    // CANARY\n  url: http://a//b\n").read(t)
	if notes := r.notes(); !strings.Contains(notes, "config.yaml:2:3: // begins no comment") || strings.Count(notes, "//") != 1 || strings.Contains(notes, "CANARY") {
		t.Errorf("notes are:\n%s", notes)
	}
}

func TestADoneContextEndsTheReading(t *testing.T) {
	t.Parallel()
	in := folderOf(t, bundle)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := files.Open(ctx, files.Options{Paths: []string{in.dir}}); !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v", err)
	}
}

// FuzzOpen proves that no file makes the reader panic, and that what it yields is JSON with places in the file.
func FuzzOpen(f *testing.F) {
	for _, seed := range []string{
		bundle, layers, rendered, bomb(), "services: {a: {image: 'x:${Y'}}", "dashboard_configuration: 1\ndp_manager: []",
		"services: {a: {image: 'api7/api7-ee-3-gateway:3.4.1', env_file: values.yaml, configs: [c]}}\nconfigs: {c: {content: 'a: 1'}}",
		"kind: Application\nspec: {source: {chart: api7ee3, helm: {values: 'a: 1', valueFiles: [values.yaml], parameters: [{name: a.b, value: c}]}}}",
		"kind: HelmRelease\nspec: {chart: {spec: {chart: api7ee3}}, values: {dashboard: {image: {tag: v3.4.1}}}}",
		"releases: [{name: a, chart: api7/gateway, values: [values.yaml, {b: 1}], set: [{name: c, value: 1}]}]",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(t.TempDir(), "values.yaml")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := files.Open(t.Context(), files.Options{Paths: []string{path}})
		if err != nil {
			refusal, ok := errors.AsType[*estate.OpenError](err)
			if !ok || refusal.Hint == "" {
				t.Fatalf("error is %v", err)
			}
			return
		}
		reader := estate.NewReader(nil)
		_, err = s.Stream(t.Context(), everything(), func(r *estate.Resource) error {
			if at := r.Origin.Where("/settings/a/0"); !strings.HasPrefix(at, path+":") {
				t.Errorf("place %q", at)
			}
			return reader.Read(r)
		})
		if err != nil {
			t.Error(err)
		}
	})
}
