package runbook_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/runbook"
)

// TestWhatThePreparationTakesOffComesBackOnTheWayBack looks at the example, without scripts and with scripts for everything.
func TestWhatThePreparationTakesOffComesBackOnTheWayBack(t *testing.T) {
	t.Parallel()
	b := demo(t)
	s := b.Step("undo-preparation")
	if s == nil || s.Phase != runbook.Rollback || !strings.Contains(s.Text, "Whether or not the database was restored") {
		t.Fatalf("%+v", s)
	}
	for _, want := range []string{
		`jq '[{op: "add", path: "/plugins/traffic-split", value: (.value | getpath(["plugins","traffic-split"]))}]' 'traffic-split-route-r-orders-export@5d8c1f0a-3b7e-4f52-9a41-6c0d2e8b7f13.json' | ` +
			`curl -fsS -H "X-API-KEY: $API7_TOKEN" -X PATCH -H 'Content-Type: application/json' --data-binary @- "$API7_ADMIN"'/apisix/admin/routes/r-orders-export?gateway_group_id=5d8c1f0a-3b7e-4f52-9a41-6c0d2e8b7f13'`,
		`jq '{plugins: .value.plugins}' 'traffic-split-global_rule-api7ee-global-rule@91e6b4d7-c02a-48e8-8f35-2a7d5b9c0e64.json' | ` +
			`curl -fsS -H "X-API-KEY: $API7_TOKEN" -X PUT -H 'Content-Type: application/json' --data-binary @- "$API7_ADMIN"'/apisix/admin/global_rules/traffic-split?gateway_group_id=`,
	} {
		if !strings.Contains(s.Command, want) {
			t.Errorf("there is no %s in\n%s", want, s.Command)
		}
	}
	hand := map[string]bool{}
	for _, o := range s.Objects {
		hand[o.Name] = o.ByHand
	}
	if !hand["service orders in default"] || hand["route export in edge"] || len(hand) != len(s.Objects) {
		t.Errorf("by hand: %v", hand)
	}
	if all := b.Step("rollback-everything").Text; !strings.Contains(all, "then `rollback-control-plane`, then `undo-preparation`, then the acceptance requests") {
		t.Error(all)
	}
	r, f := assessed(t, "3.4.1", "3.7.3"), demoFacts(t)
	o := options()
	o.Out, o.Does = "window", map[runbook.Task]bool{}
	for one := range r.Findings.All() {
		o.Does[runbook.Task{Fingerprint: one.Fingerprint, When: "before"}] = true
	}
	b = runbook.Make(r, &f, o)
	if all := b.Step("rollback-everything").Text; b.Step("undo-preparation") != nil || !strings.Contains(all, "then `undo-before` where the database was not restored") {
		t.Errorf("with scripts: %s", all)
	}
}

// TestAnObjectIsSavedOnce runs the commands that save objects twice, with a curl that writes how often it ran.
func TestAnObjectIsSavedOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	curl := "#!/bin/sh\nwhile [ $# -gt 0 ]; do [ \"$1\" = -o ] && echo run >>\"$2\"; shift; done\n"
	if err := os.WriteFile(filepath.Join(dir, "curl"), []byte(curl), 0o700); err != nil {
		t.Fatal(err)
	}
	b := demo(t)
	for i := range b.Steps {
		s := &b.Steps[i]
		if !strings.HasPrefix(s.ID, "prepare-") || !strings.Contains(s.Command, " -o ") {
			continue
		}
		for range 2 {
			sh := exec.CommandContext(t.Context(), "sh", "-c", s.Command)
			sh.Dir, sh.Env = dir, []string{"PATH=" + dir + ":" + os.Getenv("PATH"), "API7_ADMIN=x", "API7_TOKEN=x"}
			if out, err := sh.CombinedOutput(); err != nil {
				t.Fatalf("%s: %v: %s", s.ID, err, out)
			}
		}
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(files) < 5 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		if text, err := os.ReadFile(file); err != nil || string(text) != "run\n" {
			t.Errorf("%s: %q, %v", file, text, err)
		}
	}
}

// TestWhatReadsTheInstallationAgainReadsItAsItIs makes a runbook of copies.
func TestWhatReadsTheInstallationAgainReadsItAsItIs(t *testing.T) {
	t.Parallel()
	f, o := demoFacts(t), options()
	o.Copies = []runbook.Copy{{Flag: "backup", File: "api7ee.dump"}, {Flag: "adc", File: "default dump.yaml", Group: "default"}, {Flag: "snapshot", File: "s.snapshot"}}
	b := runbook.Make(assessed(t, "3.4.1", "3.7.3"), &f, o)
	for _, id := range []string{"go-or-no-go", "see-that-all-is-done"} {
		s := b.Step(id)
		for _, want := range []string{
			"# first make anew", "# pg_dump -h pg.example.internal", "-f api7ee.dump\n", "# adc dump --backend api7ee --gateway-group default --with-id -o 'default dump.yaml'\n",
			"# s.snapshot: with api7-preflight snapshot",
		} {
			if !strings.Contains(s.Command, want) {
				t.Errorf("%s lacks %q:\n%s", id, want, s.Command)
			}
		}
		if !strings.HasPrefix(s.Command, "# first") {
			t.Errorf("%s begins otherwise:\n%s", id, s.Command)
		}
	}
	for i := range b.Steps {
		if s := &b.Steps[i]; s.Phase == runbook.Preparation && strings.Contains(s.Check, "api7-preflight check") && !strings.HasPrefix(s.Check, "make api7ee.dump, default dump.yaml, s.snapshot anew, then `api7-preflight check") {
			t.Errorf("%s: %s", s.ID, s.Check)
		}
	}
	o.Copies = nil
	if s := runbook.Make(assessed(t, "3.4.1", "3.7.3"), &f, o).Step("go-or-no-go"); !strings.HasPrefix(s.Command, "api7-preflight check") {
		t.Errorf("without copies: %s", s.Command)
	}
}
