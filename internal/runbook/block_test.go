package runbook_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/runbook"
	"github.com/api7-preflight/api7-preflight/internal/test/reporttest"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// programs are those that commands of runbooks call.
var programs = []string{
	"pg_dump", "pg_restore", "psql", "helm", "kubectl", "docker", "api7-preflight", "curl", "adc", "tar", "cp", "diff", "sleep", "grep", "sed", "cat", "date", "xargs", "find", "cmp",
	"git", "flux", "argocd", "before.sh", "after.sh", "sh",
}

// answers are what programs print: curl says that it is every release, so that nothing waits.
func answers() string {
	var all []string
	for _, r := range version.Releases() {
		all = append(all, r.Version.String())
	}
	return `case "$0" in */curl) echo "` + strings.Join(all, " ") + `";; *) echo 1;; esac`
}

// stub writes programs into a folder that write their names and arguments into a file and do what lines of a shell say.
func stub(t *testing.T, lines string) (dir, calls string) {
	t.Helper()
	dir = t.TempDir()
	calls = filepath.Join(dir, "calls")
	for _, name := range programs {
		script := "#!/bin/sh\necho " + name + ` "$@" >>'` + calls + "'\n" + lines + "\n"
		if err := os.WriteFile(filepath.Join(dir, name), []byte(script), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return dir, calls
}

// shells are how a command is run: by a script, and pasted into a shell that somebody works in.
var shells = map[string][]string{"script": {"/bin/sh"}, "pasted": {"/bin/bash", "--norc", "--noprofile", "-i"}}

// paste runs a command with programs of a folder alone, and returns what it printed.
func paste(t *testing.T, shell []string, dir, command string) string {
	t.Helper()
	sh := exec.CommandContext(context.WithoutCancel(t.Context()), shell[0], shell[1:]...)
	sh.Dir = t.TempDir()
	sh.Stdin = strings.NewReader(command + "\necho the shell lives\n")
	sh.Env = []string{"PATH=" + dir, "HISTFILE=", "PS1=", "PS2="}
	for _, name := range []string{"BACKUP_DIR", "API7_TOKEN", "API7_ADMIN", "DSN", "PGPASSFILE"} {
		sh.Env = append(sh.Env, name+"="+sh.Dir)
	}
	out, _ := sh.CombinedOutput() // the exit code is that of the last command
	return string(out)
}

// waysToStart are installations that are started in every way that runbooks know, and one of which nothing is known.
func waysToStart() map[string]*runbook.Facts {
	groups := []runbook.Group{{ShortID: "edge", Name: "edge"}, {ShortID: "other", Name: "other"}}
	release := func(tool runbook.Tool, under string) *runbook.Facts {
		return &runbook.Facts{Groups: groups, Releases: []runbook.Release{
			{Chart: "api7ee3", From: "cp.yaml", Files: []string{"cp.yaml"}, Tool: tool, Under: under},
			{Chart: "gateway", From: "gw.yaml", Files: []string{"gw.yaml"}, Group: "edge", Tool: tool, Under: under},
		}}
	}
	return map[string]*runbook.Facts{
		"nothing": {}, "values": release(runbook.Tool{}, ""), "umbrella": release(runbook.Tool{}, "sub"),
		"argo": release(runbook.Tool{Kind: "Application", Name: "app"}, ""), "argo set": release(runbook.Tool{Kind: "ApplicationSet"}, ""),
		"flux": release(runbook.Tool{Kind: "HelmRelease", Name: "hr"}, ""), "kustomize": release(runbook.Tool{Kind: "Kustomization", Name: "x"}, ""),
		"mysql":     {Database: runbook.Connection("mysql://owner@tcp(db:3306)/gw")},
		"manifests": {Groups: groups, Containers: []runbook.Container{{Component: "dashboard", Found: "manifest", File: "m.yaml", Workload: runbook.Workload{Kind: "Deployment", Name: "dash", Container: "main"}}}},
		"two":       {Groups: groups, Releases: []runbook.Release{{Chart: "api7ee3", From: "prod/cp.yaml", Files: []string{"prod/cp.yaml"}}, {Chart: "api7ee3", From: "stage/cp.yaml", Files: []string{"stage/cp.yaml"}}}},
	}
}

// TestAForgottenBlankRunsNothing runs every command with its blanks as they are. No program may get one as an argument, or be called
// after a line with a blank.
func TestAForgottenBlankRunsNothing(t *testing.T) {
	t.Parallel()
	books, seen := map[string]*runbook.Runbook{"example": demo(t)}, map[string]bool{}
	for name, f := range waysToStart() {
		books[name] = made(f)
	}
	for name, b := range books {
		for how, shell := range shells {
			if _, err := exec.LookPath(shell[0]); err != nil {
				t.Skip("there is no " + shell[0])
			}
			dir, calls := stub(t, answers())
			for i := range b.Steps {
				s := &b.Steps[i]
				if !strings.Contains(s.Command, "<FILL IN") || seen[how+s.Command] {
					continue
				}
				seen[how+s.Command] = true
				_ = os.Remove(calls)
				out := paste(t, shell, dir, s.Command)
				ran, _ := os.ReadFile(calls)
				if strings.Contains(string(ran), "FILL") || !strings.Contains(out, "the shell lives") {
					t.Errorf("%s, %s, %s: called\n%s\nprinted\n%s", name, how, s.ID, ran, out)
				}
				if after := afterBlank(s.Command); after != "" && strings.Contains(string(ran), after) {
					t.Errorf("%s, %s, %s: %q was called behind a blank:\n%s\n%s", name, how, s.ID, after, ran, s.Command)
				}
			}
		}
	}
}

// afterBlank returns the last line of a command that runs something behind a line with a blank, if no blank is in it.
func afterBlank(command string) string {
	_, after, _ := strings.Cut(command, "<FILL IN")
	lines := strings.Split(after, "\n")
	for i := len(lines) - 1; i > 0; i-- {
		if line := lines[i]; line != ")" && line != "" && !strings.HasPrefix(line, "#") && !strings.ContainsAny(line, `"'$<`) {
			return line
		}
	}
	return ""
}

// TestACommandOfSeveralLinesStopsAtTheFirstError lets each program fail in turn.
func TestACommandOfSeveralLinesStopsAtTheFirstError(t *testing.T) {
	t.Parallel()
	b := runbook.Make(reporttest.Ready(), &runbook.Facts{Database: runbook.Connection("postgres://owner@db/gw"), Containers: []runbook.Container{
		{Component: "dashboard", Found: "compose", File: "c.yaml", Service: "dash", Repository: "r/d", Tag: "v3.4.1"},
		{Component: "dp_manager", Found: "compose", File: "c.yaml", Service: "dpm", Repository: "r/m", Tag: "v3.4.1"},
	}}, runbook.Options{Times: runbook.GuideTimes()})
	for how, shell := range shells {
		dir, calls := stub(t, answers()+`; case "$0 $*" in */psql*|*" stop dash") exit 1;; esac`)
		out := paste(t, shell, dir, b.Step("rollback-control-plane").Command)
		ran, _ := os.ReadFile(calls)
		if strings.Contains(string(ran), "stop dpm") || strings.Contains(string(ran), "psql") || strings.Contains(string(ran), "up -d") {
			t.Errorf("%s: went on after an error:\n%s", how, ran)
		}
		if !strings.Contains(out, "the shell lives") || !strings.Contains(string(ran), "stop dash") {
			t.Errorf("%s: %s\n%s", how, out, ran)
		}
	}
}
