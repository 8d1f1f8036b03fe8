//go:build linux

package bench_test

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"testing"

	"github.com/api7-preflight/api7-preflight/fixtures/installations"
	"github.com/api7-preflight/api7-preflight/internal/render"
	"github.com/api7-preflight/api7-preflight/internal/test/pgtest"
)

// splits adds %d routes to a gateway group, each with a Traffic Split of its own: a finding with a command in every step.
const splits = `
INSERT INTO kine (name, created, deleted, create_revision, prev_revision, lease, value)
SELECT '/gateway_groups/edge-7f3a/apisix/routes/' || md5(n::text), 1, 0, 0, 0, 0, convert_to(
  '{"id":"' || md5(n::text) || '","name":"route ' || n || '","service_id":"billing","uris":["/orders/' || n || '"],"status":1,'
  || '"labels":{"team":"team-' || n %% 40 || '","env":"prod"},'
  || '"plugins":{"traffic-split":{"rules":[{"match":[{"vars":[["arg_v","==","' || n || '"]]}],"weighted_upstreams":['
  || '{"upstream":{"name":"canary-' || n || '","type":"roundrobin","nodes":{"10.0.' || n %% 250 || '.7:8080":1}},"weight":' || 1 + n %% 99 || '},'
  || '{"weight":' || 100 - n %% 99 || '}]}]}}}', 'UTF8')
FROM generate_series(1, %d) AS n`

// affected returns the command that checks an installation with n findings more.
func affected(tb testing.TB, n int) []string {
	tb.Helper()
	dsn := pgtest.Start(tb).Database(tb, installations.SQL("3.4"), fmt.Sprintf(splits, n))
	binary := filepath.Join(tb.TempDir(), "api7-preflight")
	run(tb, 0, []string{"go", "build", "-o", binary, "../../../cmd/api7-preflight"})
	return []string{binary, "check", "--dsn", dsn, "--from", "3.4.1", "--to", "3.7.3"}
}

// TestFindingsCostLittleMemory measures the most memory that the program needs, with every way of writing, and with
// all formats in one run. 10,000 findings
// may cost what leaves a hundred thousand within 200 MiB.
func TestFindingsCostLittleMemory(t *testing.T) {
	t.Parallel()
	const n, base, each = 10_000, 56 << 10, 1.4 // KiB: of a program that finds next to nothing, and of a finding
	check := affected(t, n)
	dir := t.TempDir()
	every := []string{"--format", "json=/dev/null"}
	for _, format := range render.Formats() {
		every = append(every, "--format", format+"="+filepath.Join(dir, format))
	}
	for _, way := range [][]string{{"--all", "--format", "table"}, every} {
		peak := run(t, 1, append(check, way...)).peak
		t.Logf("%v: %d findings need %d MiB", way, n, peak>>10)
		if peak == 0 || float64(peak) > base+n*each {
			t.Error("that is too much")
		}
	}
}

// BenchmarkFindings prints the memory and the time of a check with a hundred thousand findings, and fails above 200 MiB.
func BenchmarkFindings(b *testing.B) {
	const n, limit = 100_000, 200
	check := affected(b, n)
	ways := map[string]string{"table-all": "--all", "json-to-device": "--format=json=/dev/null"}
	for _, format := range render.Formats() {
		ways[format] = "--format=" + format
	}
	for _, name := range slices.Sorted(maps.Keys(ways)) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				c := run(b, 1, append(check, ways[name]))
				b.ReportMetric(float64(c.peak)/1024, "MiB-RSS")
				b.ReportMetric(c.took.Seconds(), "s-check")
				if c.peak>>10 > limit {
					b.Errorf("%d findings need %d MiB", n, c.peak>>10)
				}
			}
		})
	}
}
