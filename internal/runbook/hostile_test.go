package runbook_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/runbook"
	"github.com/api7-preflight/api7-preflight/internal/test/reporttest"
)

// hostile are facts whose every text comes from an enemy.
func hostile() *runbook.Facts {
	const evil = "a'b\"c$(echo RUN >&2)`echo RUN >&2`;|&\n-n <x> #\\"
	return &runbook.Facts{
		Groups: []runbook.Group{
			{ID: evil, ShortID: evil, Name: evil, Instances: []runbook.Instance{{Name: evil, Version: evil, Live: true}}},
			{ID: "2", ShortID: "two", Name: evil},
		},
		Services:   []runbook.Service{{Group: evil, ID: evil, Name: evil, Routes: 1, Open: true, Hosts: []string{evil}, Route: runbook.Route{Name: evil, Path: "/" + evil, Vars: true}}},
		Releases:   []runbook.Release{{Chart: "api7ee3", Version: evil, Files: []string{evil, "-x.yaml"}}, {Chart: "gateway", Files: []string{evil}, Group: evil}},
		Containers: []runbook.Container{{Component: "dashboard", Found: "compose", File: evil, Service: evil, Repository: evil, Tag: evil}, {Component: "gateway", Found: "manifest", File: evil, Workload: runbook.Workload{Kind: evil, Namespace: evil, Name: evil, Container: evil}, Repository: evil, Tag: evil, Group: evil}},
		Files:      []runbook.File{{Path: evil}}, CustomPlugins: []string{evil}, Writers: runbook.Writers{Tokens: []string{evil}, Managers: []string{evil}},
		Database: runbook.Database{Host: evil, Port: evil, User: evil, Name: evil, Schema: evil, SSLMode: evil},
	}
}

// TestNothingFromAnInstallationRunsInAShell runs all commands of a hostile installation with programs that only say how they were
// called.
func TestNothingFromAnInstallationRunsInAShell(t *testing.T) {
	t.Parallel()
	b := runbook.Make(reporttest.Ready(), hostile(), options())
	programs := t.TempDir()
	for _, name := range []string{"pg_dump", "pg_restore", "psql", "helm", "kubectl", "docker", "api7-preflight", "curl", "adc", "tar", "cp", "sh", "diff", "sleep", "grep", "sed", "cat", "date", "xargs", "find", "cmp", "git", "flux", "argocd"} {
		if err := os.WriteFile(filepath.Join(programs, name), []byte("#!/bin/sh\necho 1\n"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	commands := map[string]string{"acceptance": b.Script()}
	for i := range b.Steps {
		commands[b.Steps[i].ID] = b.Steps[i].Command
	}
	for id, command := range commands {
		for _, blank := range b.Blanks {
			command = strings.ReplaceAll(command, "<FILL IN: "+blank.What+">", "filled")
		}
		sh := exec.CommandContext(t.Context(), "sh", "-c", command+"\n")
		sh.Dir = t.TempDir()
		sh.Env = []string{"PATH=" + programs, "GATEWAY_A_B_C__ECHO_RUN___2__ECHO_RUN___2_______N__X____=x"}
		for _, v := range b.Variables {
			sh.Env = append(sh.Env, v.Name+"="+sh.Dir)
		}
		out, err := sh.CombinedOutput()
		if err != nil || strings.Contains(string(out), "RUN") {
			t.Errorf("%s: %v: %s\n%s", id, err, out, command)
		}
	}
}
