package cli_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/runbook"
)

// split writes a dump of ADC with three services, of which some have a Traffic Split.
func split(t *testing.T, file string, names ...string) {
	t.Helper()
	var text strings.Builder
	text.WriteString("services:\n")
	for _, name := range []string{"a", "b", "c"} {
		plugins := "{}"
		for _, s := range names {
			if s == name {
				plugins = "{traffic-split: {rules: [{weighted_upstreams: [{weight: 1}]}]}}"
			}
		}
		text.WriteString("  - {name: " + name + ", hosts: [" + name + ".example.org], plugins: " + plugins + ", routes: [{name: r, uris: [/" + name + "]}]}\n")
	}
	if err := os.WriteFile(file, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
}

// stateOf returns what runbook --status says.
func stateOf(t *testing.T, saved string, sources ...string) *runbook.Runbook {
	t.Helper()
	_, stdout, stderr := call(t, append([]string{"runbook", "--status", saved, "--format", "json"}, sources...)...)
	var now runbook.Runbook
	if err := json.Unmarshal([]byte(stdout), &now); err != nil {
		t.Fatal(err, stderr)
	}
	return &now
}

// edited changes a JSON file.
func edited(t *testing.T, file string, change func(map[string]any)) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var document map[string]any
	if err := json.Unmarshal(data, &document); err != nil {
		t.Fatal(err)
	}
	change(document)
	if data, err = json.Marshal(document); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// members returns a list of objects in a JSON document.
func members(in map[string]any, name string) (all []map[string]any) {
	list, _ := in[name].([]any)
	for _, one := range list {
		if object, ok := one.(map[string]any); ok {
			all = append(all, object)
		}
	}
	return all
}

// TestADumpTicksWhatItHolds reads the dump again, an earlier runbook of it that has less fields, the dump of another
// group, and another dump.
func TestADumpTicksWhatItHolds(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	dump, other, saved := filepath.Join(dir, "default.yaml"), filepath.Join(dir, "other", "default.yaml"), filepath.Join(dir, "runbook.json")
	if err := os.Mkdir(filepath.Dir(other), 0o700); err != nil {
		t.Fatal(err)
	}
	split(t, dump, "a", "b", "c")
	if code, _, stderr := call(t, "runbook", "--from", "3.4.1", "--to", "3.7.3", "--format", "json="+saved, "--adc", "default="+dump, "--scope", "given"); code != 0 {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	split(t, dump, "c")
	split(t, other)
	seen := func() {
		t.Helper()
		if got, want := stateOf(t, saved, "--adc", "default="+dump, "--scope", "given").Progress.Findings, (runbook.Tally{Done: 2, Open: 1}); got != want {
			t.Errorf("the dump: %+v, want %+v", got, want)
		}
		for _, source := range []string{"default=" + other, "edge=" + dump} {
			if got, want := stateOf(t, saved, "--adc", source, "--scope", "given").Progress.Findings, (runbook.Tally{Unseen: 3}); got != want {
				t.Errorf("%s: %+v, want %+v", source, got, want)
			}
		}
	}
	seen()
	edited(t, saved, func(b map[string]any) {
		for _, name := range []string{"terms", "sources", "gateway_groups", "files", "doubt"} {
			delete(b, name)
		}
		for _, s := range members(b, "steps") {
			for _, o := range members(s, "objects") {
				for _, name := range []string{"kind", "gateway_group", "gateway_group_id", "file", "why"} {
					delete(o, name)
				}
			}
		}
	})
	seen()
}

// TestTheRunbookOfAnotherInstallationTicksNothing gives the gateway groups of a runbook other ids, with and without the
// fields that say so outright.
func TestTheRunbookOfAnotherInstallationTicksNothing(t *testing.T) {
	t.Parallel()
	saved := filepath.Join(t.TempDir(), "runbook.json")
	source := []string{"--snapshot", "../../fixtures/demo.snapshot", "--scope", "given", "--from", "3.4.1"}
	if code, _, stderr := call(t, append([]string{"runbook", "--to", "3.7.3", "--format", "json=" + saved}, source...)...); code != 0 {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	refused := func(what string) {
		t.Helper()
		code, stdout, stderr := call(t, append([]string{"runbook", "--status", saved}, source...)...)
		if code != 2 || stdout != "" || !strings.Contains(stderr, "the runbook is of another installation") {
			t.Errorf("%s: exit code %d: %s", what, code, stderr)
		}
	}
	edited(t, saved, func(b map[string]any) {
		for i, g := range members(b, "gateway_groups") {
			if i > 0 {
				g["id"], g["short_id"] = "other", "other"
			}
		}
		for _, s := range members(b, "steps") {
			if s["gateway_group"] != "" && s["gateway_group"] != "default" {
				s["gateway_group"] = "other"
			}
		}
	})
	refused("other gateway groups")
	edited(t, saved, func(b map[string]any) {
		delete(b, "gateway_groups")
		delete(b, "sources")
	})
	refused("an older runbook")
}

// TestARunbookSaysWhatWasLeftOut narrows the assessment in every way, and reads every format.
func TestARunbookSaysWhatWasLeftOut(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	waivers, settings := filepath.Join(dir, "waivers.yaml"), filepath.Join(dir, "settings.yaml")
	for file, text := range map[string]string{
		waivers:  "waivers: [{rule: policy-star-widened, object: {id: pp-auditors}, reason: rehearsed, owner: ops, until: 2099-12-31}]\n",
		settings: "only: [traffic-split-attached]\n",
	} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	source := []string{"--snapshot", "../../fixtures/demo.snapshot", "--from", "3.4.1", "--to", "3.7.3"}
	for what, test := range map[string]struct {
		flags []string
		says  []string
		ready bool
	}{
		"only":           {[]string{"--only", "policy-star-widened"}, []string{"rules left out (--only policy-star-widened)"}, true},
		"skip":           {[]string{"--skip", "traffic-split-attached=later"}, []string{"1 rule left out (--skip traffic-split-attached: later)"}, false},
		"accept-unknown": {[]string{"--accept-unknown", "configuration-files=elsewhere"}, []string{"1 doubt accepted (--accept-unknown configuration-files: elsewhere)"}, false},
		"scope":          {[]string{"--scope", "given"}, []string{"without an answer (--scope given: given sources only"}, false},
		"waivers":        {[]string{"--only", "policy-star-widened", "--waivers", waivers}, []string{"1 finding waived (--waivers ", "rehearsed (ops, until 2099-12-31)"}, true},
		"settings":       {[]string{"--settings", settings}, []string{"rules left out (--only traffic-split-attached)", "set elsewhere: only from " + settings}, false},
	} {
		for _, format := range []string{"markdown", "html", "json", "change-request"} {
			_, stdout, stderr := call(t, append(append([]string{"runbook", "--format", format}, source...), test.flags...)...)
			text := strings.ReplaceAll(strings.ReplaceAll(stdout, "`", ""), `", "why": "`, " (")
			if format == "json" {
				var b runbook.Runbook
				if err := json.Unmarshal([]byte(stdout), &b); err != nil {
					t.Fatal(err, stderr)
				}
				var words []string
				for _, one := range b.Terms {
					words = append(words, one.Words())
				}
				text = strings.Join(words, "\n")
			}
			for _, want := range test.says {
				if !strings.Contains(text, want) {
					t.Errorf("%s, %s: there is no %q", what, format, want)
				}
			}
			if format == "markdown" && (test.ready != strings.Contains(text, "READY as far as it was judged") || strings.Contains(text, "READY: ")) {
				t.Errorf("%s: the lead claims too much or too little: %s", what, text[:min(len(text), 200)]+stderr)
			}
		}
	}
	if _, stdout, _ := call(t, append([]string{"runbook"}, source...)...); strings.Contains(stdout, "Judged under") {
		t.Error("there are terms where nothing was narrowed")
	}
}

// TestNoNameOfARunbookShowsASecret puts secrets of several shapes where names are, beside names that people give.
func TestNoNameOfARunbookShowsASecret(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	shapes := []string{
		"7f80e222f828767efc2f91624a8940f1", "Rj40Ffx5mTjNKfEXPbpxQBcw2UqX+HbM9GzFWB+s", "CayaY0kgzylzBnTbbhtNBZNtg+/OWNVckbXgeduG", "ghp_BkdfQ1y3GQsMpSscDlkrCaqx9vJupc94tnwl",
		"AKIASPUQ2IDW52IJB4LA", "hvs.CAESIJKabcDEF123ghiJKL456", "eyJhbGciOiJIUzI1NiJ9.eyJljENUhJduRHHJEYXg4JdpmrcXgGCJb.W56eCuNGMGmSrCGIZEG8pSH4487q7J58m1CiAhzCueQ",
	}
	var dump, compose strings.Builder
	dump.WriteString("services:\n")
	compose.WriteString("services:\n")
	for i, name := range append([]string{"Payment API", "支付服务", "orders/v1"}, shapes...) {
		if i > 2 {
			compose.WriteString("  '" + name + "':\n    image: api7/api7-ee-dp-manager:v3.4.1\n")
			name = "svc " + name
		}
		dump.WriteString("  - {name: '" + name + "', hosts: [h.example.org], plugins: {traffic-split: {rules: [{weighted_upstreams: [{weight: 1}]}]}}, routes: [{name: 'r " + name + "', uris: [/x]}]}\n")
	}
	for file, text := range map[string]string{"default.yaml": dump.String(), "docker-compose.yaml": compose.String()} {
		if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	flags := []string{"--from", "3.4.1", "--to", "3.7.3", "--adc", "default=" + filepath.Join(dir, "default.yaml"), "--config", filepath.Join(dir, "docker-compose.yaml")}
	texts := runbookFolder(t, flags...)
	for _, format := range []string{"markdown", "html", "json", "change-request"} {
		_, texts[format], _ = call(t, append([]string{"runbook", "--format", format}, flags...)...)
	}
	for what, text := range texts {
		for _, secret := range shapes {
			if strings.Contains(text, secret) {
				t.Errorf("%s shows %s", what, secret)
			}
		}
	}
	for _, name := range []string{"Payment API", "支付服务", "orders/v1"} {
		for _, what := range []string{"markdown", "json", "acceptance.sh"} {
			if !strings.Contains(texts[what], name) {
				t.Errorf("%s hides %s", what, name)
			}
		}
	}
}
