package runbook_test

import (
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/runbook"
	"github.com/api7-preflight/api7-preflight/internal/test/reporttest"
)

// TestEachWayToStartAnInstallationHasItsCommands makes a runbook for Helm, Docker Compose and manifests.
func TestEachWayToStartAnInstallationHasItsCommands(t *testing.T) {
	t.Parallel()
	container := func(component, found, tag string) runbook.Container {
		return runbook.Container{
			Component: component, Found: found, File: "deploy/" + found + ".yaml", Service: "the-" + component, Repository: "mirror.example.org/" + component, Tag: tag,
			Workload: runbook.Workload{Kind: "Deployment", Namespace: "gateways", Name: component, Container: "main"}, Group: map[bool]string{true: "edge"}[component == "gateway"],
		}
	}
	for way, c := range map[string]struct {
		facts    runbook.Facts
		commands map[string][]string
	}{
		"helm": {
			runbook.Facts{Releases: []runbook.Release{
				{Chart: "api7ee3", Version: "0.17.4", Files: []string{"base.yaml", "production values.yaml"}}, {Chart: "gateway", Files: []string{"edge.yaml"}, Group: "edge"},
			}},
			map[string][]string{
				"upgrade-control-plane":  {"api7/api7ee3 --version 0.17.13 -f base.yaml -f 'production values.yaml'", "--set dashboard.livenessProbe.initialDelaySeconds=7500", "--timeout 45m"},
				"upgrade-gateways-edge":  {"api7/gateway --version 0.2.14 -f edge.yaml"},
				"make-ready":             {"helm template", "--version 0.17.13 -f base.yaml", "--version 0.2.14 -f edge.yaml | grep 'image:'"},
				"backup-files":           {"base.yaml 'production values.yaml' edge.yaml", "helm get values"},
				"rollback-control-plane": {"revision=$(cat \"$BACKUP_DIR\"/revision-control-plane-3.4.1)\nhelm rollback", "\"$revision\" -n", "--replicas=0"},
				"rollback-gateways-edge": {"revision=$(cat \"$BACKUP_DIR\"/revision-gateways-edge-3.4.1)\nhelm rollback"},
			},
		},
		"compose": {
			runbook.Facts{Containers: []runbook.Container{container("dashboard", "compose", "v3.4.1"), container("dp_manager", "compose", "v3.4.1"), container("gateway", "compose", "3.4.1")}},
			map[string][]string{
				"upgrade-control-plane":  {"docker compose -f deploy/compose.yaml up -d --no-deps the-dashboard\n#", "end=$(($(date +%s) + 2700))\nuntil curl", "done\ndocker compose -f deploy/compose.yaml up -d --no-deps the-dp_manager"},
				"upgrade-gateways-edge":  {"docker compose -f deploy/compose.yaml up -d --no-deps the-gateway"},
				"make-ready":             {"test ! -e deploy/compose.yaml.3.4.1.bak || grep -qF v3.7.3 deploy/compose.yaml || cmp deploy/compose.yaml deploy/compose.yaml.3.4.1.bak\ntest -e deploy/compose.yaml.3.4.1.bak || cp -p deploy/compose.yaml deploy/compose.yaml.3.4.1.bak\n", "docker compose -f deploy/compose.yaml pull"},
				"rollback-control-plane": {"docker compose -f deploy/compose.yaml stop the-dashboard", "docker compose -f deploy/compose.yaml.3.4.1.bak up -d --no-deps the-dashboard"},
				"rollback-gateways-edge": {"docker compose -f deploy/compose.yaml.3.4.1.bak up -d --no-deps the-gateway"},
			},
		},
		"manifest": {
			runbook.Facts{Containers: []runbook.Container{container("dashboard", "manifest", "v3.4.1"), container("gateway", "manifest", "3.4.1")}},
			map[string][]string{
				"upgrade-control-plane":  {"kubectl -n gateways set image deployment/dashboard main=mirror.example.org/dashboard:v3.7.3", "rollout status deployment/dashboard --timeout=45m"},
				"upgrade-gateways-edge":  {"kubectl -n gateways set image deployment/gateway main=mirror.example.org/gateway:3.7.3"},
				"rollback-control-plane": {"scale --replicas=0 deployment/dashboard", "main=mirror.example.org/dashboard:v3.4.1\nkubectl -n gateways scale --replicas=<FILL IN: replicas of dashboard> deployment/dashboard\nkubectl -n gateways rollout status"},
				"rollback-gateways-edge": {"main=mirror.example.org/gateway:3.4.1"},
			},
		},
	} {
		c.facts.Groups = []runbook.Group{{ShortID: "edge", Name: "edge"}}
		o := runbook.Options{Times: runbook.GuideTimes()}
		o.Times.ControlPlane = 45
		b := runbook.Make(reporttest.Ready(), &c.facts, o)
		for id, words := range c.commands {
			for _, w := range words {
				if s := b.Step(id); s == nil || !strings.Contains(s.Command, w) {
					t.Errorf("%s: %s lacks %q:\n%s", way, id, w, s.Command)
				}
			}
		}
	}
}

func TestAnotherDatabaseIsBackedUpWithItsOwnTools(t *testing.T) {
	t.Parallel()
	d := runbook.Connection("mysql://owner:secret@tcp(db:3306)/gateways")
	b := runbook.Make(reporttest.Ready(), &runbook.Facts{Database: d}, runbook.Options{Times: runbook.GuideTimes()})
	if s := b.Step("backup-database"); d.Other != "mysql" || strings.Contains(s.Command, "pg_dump") || !strings.Contains(s.Text, "mysql") || !strings.Contains(s.Command, "FILL IN") {
		t.Errorf("%+v: %s", d, s.Command)
	}
	if b.Step("check-rehearsal") != nil {
		t.Error("it is to be assessed as a backup of PostgreSQL")
	}
}

// TestWhatScriptsDoIsOneStepAndWhatTheyLeaveIsDoneByHand gives scripts all findings of a report but a Canary Rule.
func TestWhatScriptsDoIsOneStepAndWhatTheyLeaveIsDoneByHand(t *testing.T) {
	t.Parallel()
	r := reporttest.Blocked()
	o := runbook.Options{Times: runbook.GuideTimes(), Out: "scripts of the night/", Does: map[runbook.Task]bool{}, Left: map[runbook.Task]string{}}
	alone := ""
	for f := range r.Findings.All() {
		if f.Rule == "canary-rule-active" {
			alone = f.Fingerprint
			o.Left[runbook.Task{Fingerprint: alone, When: "before"}] = "history cannot be edited"
			continue
		}
		o.Does[runbook.Task{Fingerprint: f.Fingerprint, When: "before"}] = true
		o.Does[runbook.Task{Fingerprint: f.Fingerprint, When: "after"}] = true
	}
	b := runbook.Make(r, &runbook.Facts{}, o)
	for id, command := range map[string]string{
		"try-before": "'scripts of the night/before.sh'", "run-before": "'scripts of the night/before.sh' --apply", "run-after": "'scripts of the night/after.sh' --apply",
		"undo-before": "'scripts of the night/after.sh' --undo --apply", "record-answers": "sh 'scripts of the night/acceptance.sh' >", "see-that-all-is-done": "'scripts of the night/runbook.json'",
	} {
		if s := b.Step(id); s == nil || !strings.Contains(s.Command, command) {
			t.Errorf("%s does not run %s: %+v", id, command, s)
		}
	}
	if backup, run, upgrade := b.Number("backup-database"), b.Number("run-before"), b.Number("upgrade-control-plane"); run < backup || run > upgrade {
		t.Errorf("before.sh is step %d, the backup %d, the upgrade %d", run, backup, upgrade)
	}
	byHand := map[string]string{}
	for i := range b.Steps {
		for _, object := range b.Steps[i].Objects {
			if strings.HasPrefix(b.Steps[i].ID, "prepare-") {
				byHand[object.Fingerprint] = object.Note
			}
		}
	}
	if diff := cmp.Diff(map[string]string{alone: "history cannot be edited"}, byHand); diff != "" {
		t.Errorf("by hand (-want +got):\n%s", diff)
	}
	r.Findings = report.FindingsOf()
	if b.Observe([]*report.Report{r}, &runbook.Facts{}); b.Step("run-before").Status == runbook.Open || b.Progress.Findings.Open > 0 {
		t.Errorf("nothing is found any more: %+v, %+v", b.Step("run-before"), b.Progress)
	}
}

// TestVeryManyFindingsStayAFewSteps has more findings than anybody handles by hand, each with a text of its own.
func TestVeryManyFindingsStayAFewSteps(t *testing.T) {
	t.Parallel()
	r := reporttest.Many(50_000)
	reporttest.ChangeEach(r, func(f *report.Finding) {
		f.Remediation = []report.Remediation{
			{When: "before", Text: "Save it.", Command: "curl -o " + f.Object.ID}, {When: "before", Text: "Look at " + f.Object.ID + ".", Command: "curl " + f.Object.ID},
		}
	})
	started := time.Now()
	b := runbook.Make(r, &runbook.Facts{}, runbook.Options{Times: runbook.GuideTimes()})
	if took := time.Since(started); took > 30*time.Second {
		t.Errorf("it took %v", took)
	}
	steps, longest := 0, 0
	for i := range b.Steps {
		if len(b.Steps[i].Objects) > 0 {
			steps++
		}
		longest = max(longest, strings.Count(b.Steps[i].Command, "\n"))
	}
	if steps > 200 || longest > 500 {
		t.Errorf("%d steps, the longest command of %d lines", steps, longest)
	}
	if b.Progress.Findings.Open != len(r.Findings) {
		t.Errorf("%d of %d findings are in a step", b.Progress.Findings.Open, len(r.Findings))
	}
}

// TestTheAcceptanceTestRuns sends the requests to a server, and reads what the script prints.
func TestTheAcceptanceTestRuns(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("curl is not on the PATH")
	}
	var seen []string
	answer := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := ""
		if r.TLS != nil {
			name = " as " + r.TLS.ServerName
		}
		seen = append(seen, r.Method+" "+r.Host+r.URL.EscapedPath()+name)
		if r.Host == "closed.example.org" {
			w.WriteHeader(http.StatusUnauthorized)
		}
	})
	srv, encrypted := httptest.NewServer(answer), httptest.NewTLSServer(answer)
	defer srv.Close()
	defer encrypted.Close()
	f := &runbook.Facts{
		Groups: []runbook.Group{{ShortID: "default", Name: "default"}, {ShortID: "down", Name: "down"}, {ShortID: "tls", Name: "tls"}},
		Services: []runbook.Service{
			{Group: "default", ID: "a", Name: "a", Open: true, Routes: 1, Hosts: []string{"*.example.org"}, Route: runbook.Route{Path: "/orders/*"}},
			{Group: "default", ID: "b", Name: "b", Routes: 2, Hosts: []string{"closed.example.org"}, Route: runbook.Route{Path: "/users/:id", Methods: []string{"HEAD"}}},
			{Group: "default", ID: "c", Name: "c", Routes: 1, Route: runbook.Route{Path: "/pay", Methods: []string{"POST"}}},
			{Group: "default", ID: "d", Name: "d", Routes: 1, Status: "0", Route: runbook.Route{Path: "/off"}},
			{Group: "default", ID: "o", Name: "o", Routes: 1, Status: "1", Route: runbook.Route{Path: "/", Off: true}},
			{Group: "tls", ID: "t", Name: "t", Routes: 1, Hosts: []string{"shop.example.org"}, Route: runbook.Route{Path: "/p/{id}/ü x[1-9]%2F"}},
			{Group: "down", ID: "e", Name: "e", Routes: 1, Open: true, Hosts: []string{"e.example.org"}, Route: runbook.Route{Path: "/"}},
		},
	}
	b := runbook.Make(reporttest.Ready(), f, runbook.Options{Times: runbook.GuideTimes()})
	sh := exec.CommandContext(t.Context(), "sh")
	sh.Stdin = strings.NewReader(b.Script())
	sh.Env = append(sh.Environ(), "GATEWAY_DEFAULT="+srv.URL, "GATEWAY_DOWN=http://127.0.0.1:1", "GATEWAY_TLS="+encrypted.URL+"/")
	out, err := sh.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if diff := cmp.Diff("200 default/a\n000 down/e\n401 default/b\n200 tls/t\n200 default/d\n", string(out)); diff != "" {
		t.Errorf("printed (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"GET any.example.org/orders/", "HEAD closed.example.org/users/1", "GET shop.example.org/p/%7Bid%7D/%C3%BC%20x%5B1-9%5D%2F as shop.example.org", "GET " + strings.TrimPrefix(srv.URL, "http://") + "/off"}, seen); diff != "" {
		t.Errorf("sent (-want +got):\n%s", diff)
	}
	byHand := 0
	for _, q := range b.Requests {
		if q.Method == "" {
			byHand++
		}
	}
	if byHand != 2 || len(b.Requests) != 7 {
		t.Errorf("%d requests, %d of them by hand", len(b.Requests), byHand)
	}
}
