package bench_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

// sites is the number of installations. Each has five files, which makes two thousand.
const sites = 400

// BenchmarkTwoThousandFiles prints the time of a check of an infrastructure repository, as a multiple of the time for
// reading its files: four hundred installations of five files, each file with something to find.
func BenchmarkTwoThousandFiles(b *testing.B) {
	dir := b.TempDir()
	binary, repository := filepath.Join(dir, "api7-preflight"), filepath.Join(dir, "repository")
	run(b, 0, []string{"go", "build", "-o", binary, "../../../cmd/api7-preflight"})
	for n := range sites {
		if err := os.CopyFS(filepath.Join(repository, strconv.Itoa(n)), os.DirFS("../../../fixtures/files/3.7")); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		compare(b, 1, "x-sha256sum", []string{"find", repository, "-type", "f", "-exec", "sha256sum", "{}", "+"},
			[]string{binary, "check", "--config", repository, "--to", "3.10.5", "--scope", "given", "--fail-on", "warning", "--format", "json"})
	}
}

// others is how many files of an infrastructure repository have nothing of API7, and workload is one of them.
const (
	others   = 19_995
	workload = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: app-%[1]d
  labels: {app.kubernetes.io/name: app-%[1]d}
spec:
  replicas: 2
  selector: {matchLabels: {app: app-%[1]d}}
  template:
    metadata: {labels: {app: app-%[1]d}}
    spec:
      containers:
        - name: app
          image: registry.example/team/app:1.%[1]d
          ports: [{containerPort: 8080}]
          env: [{name: LOG_LEVEL, value: info}]
          resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {memory: 256Mi}}
---
apiVersion: v1
kind: Service
metadata: {name: app-%[1]d}
spec: {selector: {app: app-%[1]d}, ports: [{port: 80, targetPort: 8080}]}
`
)

// BenchmarkFiveFilesOfTwentyThousand prints the same of a repository in which five files are API7's, as a multiple of what
// grep takes to find them.
func BenchmarkFiveFilesOfTwentyThousand(b *testing.B) {
	dir := b.TempDir()
	binary, repository := filepath.Join(dir, "api7-preflight"), filepath.Join(dir, "repository")
	run(b, 0, []string{"go", "build", "-o", binary, "../../../cmd/api7-preflight"})
	if err := os.CopyFS(filepath.Join(repository, "edge"), os.DirFS("../../../fixtures/files/3.7")); err != nil {
		b.Fatal(err)
	}
	for n := range others {
		folder := filepath.Join(repository, fmt.Sprintf("team-%d/app-%d", n%200, n/4))
		if err := os.MkdirAll(folder, 0o700); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("%d.yaml", n)), fmt.Appendf(nil, workload, n), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		compare(b, 1, "x-grep", []string{"grep", "-rl", "api7", repository},
			[]string{binary, "check", "--config", repository, "--to", "3.10.5", "--scope", "given", "--fail-on", "warning", "--format", "json"})
	}
}
