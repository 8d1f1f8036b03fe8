package window_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/engine"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/test/adminapitest"
	"github.com/api7-preflight/api7-preflight/internal/test/memory"
	"github.com/api7-preflight/api7-preflight/internal/test/secretstest"
	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/internal/window"
	"github.com/api7-preflight/api7-preflight/rules"
)

var hostile = []string{
	"$(touch pwned)`touch pwned`", "a\nb; touch pwned", `'"; touch pwned; "'`, "-rf", "../../x", "..", "a/b?c=d#%2e%2e[1-9]{a,b}",
	`\(input)`, "\x1b[2J\u202e\u0085" + strings.Repeat("é", 250), "a b * \\ $API7_TOKEN",
}

// TestNamesAreDataAndNeverCode deletes and restores objects whose ids, names and gateway group are written to break out.
func TestNamesAreDataAndNeverCode(t *testing.T) {
	t.Parallel()
	const group = "g'$(touch pwned)/.."
	resources := groups(group)
	var all []report.Finding
	for _, id := range hostile {
		body, err := json.Marshal(map[string]any{"id": id, "name": id, "plugins": map[string]any{"traffic-split": json.RawMessage(inline)}})
		if err != nil {
			t.Fatal(err)
		}
		resources = append(resources, object(estate.Service, group, id, string(body)))
		f := *attached(id).Findings[0].Open()
		f.Object.Name, f.Object.GatewayGroup, f.Object.GatewayGroupID = id, group, group
		all = append(all, f)
	}
	s := controlPlane(t, resources...)
	r := attached()
	r.Findings = report.FindingsOf(all...)
	dir := folder(t, r)
	was := state(s)
	said := execute(t, s, dir, "before.sh", "--apply")
	said.wants(t, 0, fmt.Sprintf("Changes made: %d.", len(hostile)))
	if strings.ContainsAny(said.out, "\x1b\u202e\u0085") {
		t.Errorf("a name reaches the terminal: %q", said.out)
	}
	for name, body := range state(s) {
		if strings.Contains(body, "traffic-split") {
			t.Errorf("%s still has it", name)
		}
	}
	s.Upgrade("3.7.3")
	execute(t, s, dir, "after.sh", "--apply").wants(t, 0, fmt.Sprintf("Changes made: %d.", len(hostile)))
	if diff := cmp.Diff(was, state(s)); diff != "" {
		t.Errorf("the end is not the start (-start +end):\n%s", diff)
	}
	if got := names(t, filepath.Dir(dir)); len(got) != 1 {
		t.Errorf("something was written beside the folder: %v", got)
	}
	if err := filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		if strings.Contains(path, "pwned") && !strings.Contains(path, "%20pwned") {
			t.Errorf("there is %s", path)
		}
		return err
	}); err != nil {
		t.Error(err)
	}
}

// TestTheTokenIsOnNoCommandLine records the command lines of curl and jq, which every user of the machine can see.
func TestTheTokenIsOnNoCommandLine(t *testing.T) {
	t.Parallel()
	need(t, "curl", "jq")
	shims, log := t.TempDir(), filepath.Join(t.TempDir(), "log")
	for _, tool := range []string{"curl", "jq", "mktemp", "mv", "cp", "printf", "cat", "sed", "grep"} {
		program, err := exec.LookPath(tool)
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(shims, tool), fmt.Sprintf("#!/bin/sh\nprintf '%%s\\n' \"$0 $*\" >>'%s'\nexec '%s' \"$@\"\n", log, program))
		if err := os.Chmod(filepath.Join(shims, tool), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	s := controlPlane(t, append(groups("default"), service("a"))...)
	dir := folder(t, attached("a"))
	environ := []string{"API7_ADMIN=" + s.URL, "API7_TOKEN=" + adminapitest.Token, "PATH=" + shims + ":" + os.Getenv("PATH")}
	command := []string{"sh"}
	if _, err := exec.LookPath("mksh"); err == nil {
		command = []string{"mksh"} // its printf is a program
	}
	ran(t, environ, append(command, filepath.Join(dir, "before.sh"), "--apply")...).wants(t, 0, "Changes made: 1.")
	if text := content(t, log); strings.Contains(text, adminapitest.Token) || !strings.Contains(text, "--request PATCH") {
		t.Errorf("the command lines are\n%s", text)
	}
	for _, r := range s.Requests() {
		if !r.Token {
			t.Errorf("%s %s had no token", r.Method, r.Path)
		}
	}
}

// TestTheScriptsAreTheSameForEveryone proves that nothing of an installation is in them.
func TestTheScriptsAreTheSameForEveryone(t *testing.T) {
	t.Parallel()
	one, other := contents(demo(t)), contents(attached(hostile...))
	for _, name := range []string{"before.sh", "after.sh", "adc.sh", "window.jq"} {
		if one[name] == "" || one[name] != other[name] {
			t.Errorf("%s differs", name)
		}
		if strings.ContainsFunc(one[name], func(c rune) bool { return c > unicode.MaxASCII }) { // some shells do not read it
			t.Errorf("%s is not ASCII", name)
		}
	}
	for name, text := range other {
		for _, c := range text {
			if c < ' ' && c != '\n' && c != '\t' || c >= 0x7f && c < 0xa0 || c == '\u202e' {
				t.Fatalf("%s has %q in it", name, c)
			}
		}
	}
	if got := strings.Count(other["objects.jsonl"], "\n"); got != len(hostile) {
		t.Errorf("%d lines for %d objects", got, len(hostile))
	}
}

func contents(r *report.Report) map[string]string {
	out := map[string]string{}
	files, _ := window.Files(r)
	for _, f := range files {
		out[f.Name] = string(f.Content)
	}
	return out
}

// TestNoSecretIsInAnyFile plants hundreds of secrets in objects with a Traffic Split.
func TestNoSecretIsInAnyFile(t *testing.T) {
	t.Parallel()
	plugins := maps.Clone(secretstest.Plugins())
	plugins["api7-traffic-split"] = json.RawMessage(`{"rules":[{"canary_upstreams":[{"upstream_name":"` + secretstest.Canary + `","weight":1}]}],"upstreams":[{"name":"` + secretstest.Canary + `","tls":{"client_key":"` + secretstest.Canary + `"}}]}`)
	var body map[string]any
	if err := json.Unmarshal(secretstest.Body(), &body); err != nil {
		t.Fatal(err)
	}
	body["plugins"] = plugins
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(text), secretstest.Canary); n < 75 {
		t.Fatalf("only %d secrets", n)
	}
	resources := groups("default")
	for _, id := range []string{"a", "b", "c", "https://svc:" + secretstest.Canary + "@up.example.org/x?token=" + secretstest.Canary} {
		for _, k := range []estate.Kind{estate.Service, estate.Route, estate.Consumer, estate.GlobalRule} {
			resources = append(resources, object(k, "default", id, string(text)))
		}
		resources = append(resources, object(estate.ServiceTemplate, "", id, string(text)), object(estate.RouteTemplate, "", id, string(text)))
	}
	r, err := engine.Run(t.Context(), engine.Options{
		Sources: []estate.Source{&memory.Source{Resources: resources}}, Rules: rules.All(), Path: version.Path{From: version.MustParse("3.4.1"), To: version.MustParse("3.7.3")}, Now: moment,
	})
	if err != nil {
		t.Fatal(err)
	}
	files, left := window.Files(r)
	if len(files) == 0 || len(left) == 0 {
		t.Fatalf("%d files, %d left", len(files), len(left))
	}
	for _, f := range files {
		if strings.Contains(string(f.Content), secretstest.Canary) {
			t.Errorf("%s has a secret:\n%s", f.Name, f.Content)
		}
	}
	if slices.ContainsFunc(left, func(l window.Left) bool { return strings.Contains(fmt.Sprint(l), secretstest.Canary) }) {
		t.Errorf("a secret is left: %+v", left)
	}
}
