package runbook_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/runbook"
	"github.com/api7-preflight/api7-preflight/internal/test/reporttest"
)

// has fails unless a step's command, text or failure has all of some texts.
func has(t *testing.T, b *runbook.Runbook, id string, texts ...string) {
	t.Helper()
	s := b.Step(id)
	if s == nil {
		t.Errorf("there is no step %s", id)
		return
	}
	all := s.Title + "\n" + s.Text + "\n" + s.Command + "\n" + s.OnFailure
	for _, text := range texts {
		if !strings.Contains(all, text) {
			t.Errorf("%s lacks %q:\n%s", id, text, all)
		}
	}
}

func made(f *runbook.Facts) *runbook.Runbook {
	return runbook.Make(reporttest.Ready(), f, runbook.Options{Times: runbook.GuideTimes()})
}

// TestADeploymentToolDeploysByItself looks for what would start a chart with its defaults: files of a tool as values of Helm.
func TestADeploymentToolDeploysByItself(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		release  runbook.Release
		up, back []string
	}{
		"Argo CD": {
			runbook.Release{Tool: runbook.Tool{Kind: "Application", Namespace: "gitops", Name: "cp"}},
			[]string{"argocd app sync cp --app-namespace gitops --timeout 1200\n", "argocd app wait cp --app-namespace gitops --health", "self-heal"},
			[]string{"argocd app set cp --app-namespace gitops --sync-policy none\n", "git revert ", "argocd app sync cp"},
		},
		"a set of Argo CD": {
			runbook.Release{Tool: runbook.Tool{Kind: "ApplicationSet", Name: "all"}},
			[]string{"argocd app sync <FILL IN: Argo CD Application of the control plane> --timeout"},
			[]string{"git revert "},
		},
		"Flux": {
			runbook.Release{Tool: runbook.Tool{Kind: "HelmRelease", Namespace: "api7", Name: "cp"}},
			[]string{"flux reconcile helmrelease cp -n api7 --with-source", "remediation"},
			[]string{"flux suspend helmrelease cp -n api7", "git revert ", "flux resume helmrelease cp -n api7"},
		},
		"a chart around": {
			runbook.Release{Under: "sub", Folder: "platform"},
			[]string{"set the version of dependency sub to 0.17.13", "sub.dashboard.image.tag", "helm dependency update platform\nhelm upgrade", " platform -f cp.yaml --set sub.dashboard.livenessProbe"},
			[]string{"helm dependency update platform\nhelm upgrade", "-(dashboard|dp-manager|developer-portal|file-server|api-usage)$"},
		},
		"another tool": {
			runbook.Release{Tool: runbook.Tool{Kind: "helmfile", Name: "cp"}},
			[]string{"<FILL IN: command that deploys the control plane by helmfile> cp.yaml"},
			[]string{"<FILL IN: command that deploys the control plane by helmfile> cp.yaml"},
		},
	} {
		r := c.release
		r.Chart, r.From, r.Files = "api7ee3", "cp.yaml", []string{"cp.yaml"}
		b := made(&runbook.Facts{Releases: []runbook.Release{r}})
		has(t, b, "upgrade-control-plane", c.up...)
		has(t, b, "rollback-control-plane", c.back...)
		for _, id := range []string{"upgrade-control-plane", "rollback-control-plane", "make-ready"} {
			if command := b.Step(id).Command; strings.Contains(command, "api7/api7ee3") || strings.Contains(command, "\nhelm rollback") {
				t.Errorf("%s: %s gives its files to Helm:\n%s", name, id, command)
			}
		}
	}
}

func TestAGroupThatIsNotBehindIsLeftAlone(t *testing.T) {
	t.Parallel()
	group := func(id string, versions ...string) runbook.Group {
		g := runbook.Group{ShortID: id, Name: id}
		for _, v := range versions {
			g.Instances = append(g.Instances, runbook.Instance{Name: id + v, Version: v, Live: true})
		}
		return g
	}
	b := made(&runbook.Facts{
		Groups: []runbook.Group{group("ready"), group("new", "3.8.1", "3.4.1"), group("done", "3.7.3"), group("old", "3.3.0"), group("mixed", "3.4.1", "3.7.3"), group("silent")},
		Containers: []runbook.Container{
			{Component: "gateway", Found: "manifest", File: "m.yaml", Workload: runbook.Workload{Kind: "Deployment", Namespace: "n", Name: "gw", Container: "main"}, Repository: "r/gw", Tag: "3.3.0", Group: "old"},
			{Component: "gateway", Found: "compose", File: "c.yaml", Service: "gw", Repository: "r/gw", Tag: "3.7.3", Group: "ready"},
		},
	})
	for id, minutes := range map[string]int{"new": 0, "done": 0, "old": 30, "mixed": 30, "silent": 30, "ready": 30} {
		s := b.Step("upgrade-gateways-" + id)
		if s == nil || s.Minutes != minutes || (s.Command == "") != (minutes == 0) || (b.Step("rollback-gateways-"+id) == nil) != (minutes == 0) {
			t.Errorf("%s: %+v", id, s)
		}
	}
	has(t, b, "upgrade-gateways-new", "3.4.1 and 3.8.1", "must not be older than its gateways", "3.9.2")
	has(t, b, "upgrade-gateways-done", "Nothing to do")
	has(t, b, "rollback-gateways-old", "back to 3.3.0", "main=r/gw:3.3.0\n")
	has(t, b, "rollback-gateways-ready", "back to 3.4.1")
	has(t, b, "rollback-gateways-mixed", "back to 3.4.1 and 3.7.3")
	if len(b.Notes) != 1 || !strings.Contains(b.Notes[0], "group new runs 3.4.1 and 3.8.1") {
		t.Errorf("notes: %q", b.Notes)
	}
}

func TestAComposeProjectIsUsedWhole(t *testing.T) {
	t.Parallel()
	service := func(component, name string) runbook.Container {
		return runbook.Container{
			Component: component, Found: "compose", File: "c/docker-compose.yaml", Project: []string{"c/docker-compose.yaml", "c/docker-compose.override.yaml"}, Dotenv: "c/.env",
			Variables: []string{"TAG"}, Service: name, Repository: "r/" + component, Group: map[bool]string{true: "edge"}[component == "gateway"],
		}
	}
	b := made(&runbook.Facts{
		Groups:     []runbook.Group{{ShortID: "edge", Name: "edge"}},
		Containers: []runbook.Container{service("dashboard", "dash"), service("gateway", "gw1"), service("gateway", "gw2")},
	})
	const both = "docker compose -f c/docker-compose.yaml -f c/docker-compose.override.yaml "
	has(t, b, "make-ready", "test ! -e c/.env.3.4.1.bak || grep -qF v3.7.3 c/.env || cmp c/.env c/.env.3.4.1.bak\ntest -e c/.env.3.4.1.bak || cp -p c/.env c/.env.3.4.1.bak\n", "takes its tag from TAG: set it to v3.7.3 in c/.env", both+"pull")
	has(t, b, "backup-files", "c/docker-compose.override.yaml c/docker-compose.override.yaml.3.4.1.bak c/.env c/.env.3.4.1.bak")
	has(t, b, "upgrade-gateways-edge", both+"up -d --no-deps --wait gw1\nsleep 60", "\n"+both+"up -d --no-deps --wait gw2")
	const old = "docker compose --env-file c/.env.3.4.1.bak -f c/docker-compose.yaml.3.4.1.bak -f c/docker-compose.override.yaml.3.4.1.bak up -d --no-deps "
	has(t, b, "rollback-control-plane", both+"stop dash\n", old+"dash\n")
	has(t, b, "rollback-gateways-edge", old+"--wait gw1\nsleep 60")
}

func TestAnImageGoesBackToWhatItWas(t *testing.T) {
	t.Parallel()
	for want, c := range map[string]runbook.Container{
		"main=r/d:v3.4.1\n": {Repository: "r/d", Tag: "v3.4.1"}, "main=r/d@sha256:ab\n": {Repository: "r/d", Digest: "sha256:ab"},
		"main=r/made-ready:v3.4.1\n": {Repository: "r/made-ready", Tag: "v3.7.3"}, "main=r/d:v3.4.1@sha256:ab\n": {Repository: "r/d", Tag: "v3.4.1", Digest: "sha256:ab"}, "main=r/d\n": {Repository: "r/d"},
		"main=<FILL IN: repository of the image of Dashboard in m.yaml>:v3.4.1\n": {Tag: "v3.4.1"},
	} {
		c.Component, c.Found, c.File, c.Workload = "dashboard", "manifest", "m.yaml", runbook.Workload{Kind: "Deployment", Namespace: "n", Name: "dash", Container: "main"}
		b := made(&runbook.Facts{Containers: []runbook.Container{c}})
		has(t, b, "rollback-control-plane", want)
		has(t, b, "make-ready", "in m.yaml set the image of container main of Deployment dash to ")
		has(t, b, "upgrade-control-plane", `"livenessProbe":{"initialDelaySeconds":`)
	}
}

func TestTwoControlPlanesAreNotOne(t *testing.T) {
	t.Parallel()
	b := made(&runbook.Facts{Releases: []runbook.Release{
		{Chart: "api7ee3", From: "prod/cp.yaml", Files: []string{"prod/cp.yaml"}}, {Chart: "api7ee3", From: "stage/cp.yaml", Files: []string{"stage/cp.yaml"}},
	}, Containers: []runbook.Container{{Component: "dashboard", Found: "helm", File: "stage/cp.yaml", Tag: "v3.5.0"}}})
	has(t, b, "upgrade-control-plane", "more than one control plane", "<FILL IN: Helm release of the control plane in prod/cp.yaml>", "<FILL IN: Helm release of the control plane in stage/cp.yaml>")
	has(t, b, "rollback-control-plane", "revision-control-plane-1-3.4.1", "revision-control-plane-2-3.4.1")
	if all := strings.Join(b.Notes, "\n"); !strings.Contains(all, "more than one control plane: prod/cp.yaml; stage/cp.yaml") || !strings.Contains(all, "v3.5.0, which is newer than 3.4.1") {
		t.Errorf("notes: %s", all)
	}
	if c := b.Components[1]; !strings.Contains(c.Current, "v3.5.0, which is newer than 3.4.1") {
		t.Errorf("%+v", c)
	}
}

// TestTheProbeWaitsUntilTheTimeToTurnBack compares the delay with the time plan.
func TestTheProbeWaitsUntilTheTimeToTurnBack(t *testing.T) {
	t.Parallel()
	r := runbook.Release{Chart: "api7ee3", From: "cp.yaml", Files: []string{"cp.yaml"}, Probe: runbook.Probe{Delay: 60, Failures: 3}}
	b := made(&runbook.Facts{Releases: []runbook.Release{r}})
	if s := b.Step("upgrade-control-plane"); s.Start != "T+00:15" || s.TurnBackBy != "T+01:55" {
		t.Errorf("from %s to %s", s.Start, s.TurnBackBy)
	}
	has(t, b, "upgrade-control-plane", "--set dashboard.livenessProbe.initialDelaySeconds=6000\n", "longer than 90 seconds (60, and 3 failures 10 seconds apart: as in cp.yaml", "(100 minutes after its start")
}

// TestEachWindowGoesBackToItsOwnStart has a path of three windows.
func TestEachWindowGoesBackToItsOwnStart(t *testing.T) {
	t.Parallel()
	b := hopping(t, "3.4.1", "3.9.3")
	has(t, b, "rollback-control-plane", "docker-compose.yaml.3.4.1.bak up -d")
	has(t, b, "w2-make-ready", "cmp api7-ee/docker-compose.yaml api7-ee/docker-compose.yaml.3.7.8")
	has(t, b, "w2-rollback-control-plane", "docker-compose.yaml.3.7.8.bak up -d", "api7ee-3.7.8.dump")
	has(t, b, "w3-rollback-gateways-default", "docker-compose.yaml.3.8.22.bak up -d", "back to 3.8.22")
	rows := map[runbook.Component]bool{}
	for _, c := range b.Components {
		if rows[c] || c.Window == 0 {
			t.Errorf("twice, or without a window: %+v", c)
		}
		rows[c] = true
		if c.Window == 2 && !strings.Contains(c.Current, "3.7.8") {
			t.Errorf("%s is %s before the second window", c.Name, c.Current)
		}
	}
}

// TestTheEditOfAComposeFileChangesItsImagesAlone runs what make-ready does to a file, with a stub for Docker.
func TestTheEditOfAComposeFileChangesItsImagesAlone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	bin := filepath.Join(dir, "bin")
	if err := os.MkdirAll(bin, 0o700); err != nil {
		t.Fatal(err)
	}
	const file = "services:\n  ui:\n    image: \"api7/api7-ee-3-integrated:v3.4.1\" # as installed\n  old:\n    image: api7/api7-ee-3-integrated:v3.4.10\n  ui2:\n    image: api7/api7-ee-3-integrated:v3.4.1\n"
	for name, text := range map[string]string{filepath.Join(bin, "docker"): "#!/bin/sh\n", filepath.Join(dir, "compose.yaml"): file} {
		if err := os.WriteFile(name, []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	f := &runbook.Facts{Containers: []runbook.Container{{Component: "dashboard", Found: "compose", File: "compose.yaml", Service: "ui", Repository: "api7/api7-ee-3-integrated", Tag: "v3.4.1"}}}
	b := runbook.Make(reporttest.Blocked(), f, runbook.Options{Times: runbook.GuideTimes()})
	sh := exec.CommandContext(t.Context(), "sh", "-c", b.Step("make-ready").Command)
	sh.Dir, sh.Env = dir, append(os.Environ(), "PATH="+bin+":"+os.Getenv("PATH"))
	if out, err := sh.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for name, want := range map[string]string{"compose.yaml": strings.ReplaceAll(strings.ReplaceAll(file, "v3.4.1\"", "v3.7.3\""), "v3.4.1\n", "v3.7.3\n"), "compose.yaml.3.4.1.bak": file} {
		got, err := os.ReadFile(filepath.Join(dir, name))
		if diff := cmp.Diff(want, string(got)); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", name, err, diff)
		}
	}
}
