package bench_test

import (
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
			[]string{binary, "check", "--config", repository, "--to", "3.10.5", "--scope", "given", "--format", "json"})
	}
}
