package bench_test

import (
	"path/filepath"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/test/pgtest"
)

// BenchmarkTargets prints how long it takes to judge the upgrade of a million routes to every known release, as a multiple
// of one check of the same database, and the most memory that it needs. It fails above 64 MiB. Both run in turn.
func BenchmarkTargets(b *testing.B) {
	const limit = 64
	dsn := million(b, pgtest.Start(b))
	binary := filepath.Join(b.TempDir(), "api7-preflight")
	run(b, 0, []string{"go", "build", "-o", binary, "../../../cmd/api7-preflight"})
	source := []string{"--dsn", dsn, "--from", "3.4.1", "--scope", "given", "--fail-on", "never", "--format", "json"}
	check, targets := append([]string{binary, "check", "--to", "3.7.3"}, source...), append([]string{binary, "targets"}, source...)
	for b.Loop() {
		if peak := compare(b, 0, "x-one-target", check, targets); peak>>10 > limit {
			b.Errorf("all targets need %d MiB", peak>>10)
		}
	}
}
