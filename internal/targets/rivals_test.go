package targets_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/targets"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// TestACheckComparesItsTargetWithTheNewestOfEachLine: from the line of the target on, and only with what has public notes.
func TestACheckComparesItsTargetWithTheNewestOfEachLine(t *testing.T) {
	t.Parallel()
	for path, want := range map[[2]string][]string{
		{"3.4.1", "3.7.3"}:   {"3.7.7", "3.7.8", "3.8.21", "3.8.22", "3.9.2", "3.9.3"},
		{"3.8.21", "3.8.22"}: {"3.8.22", "3.9.2", "3.9.3"},
		{"3.4.1", "3.8.23"}:  {"3.7.7", "3.7.8", "3.8.21", "3.8.22", "3.9.2", "3.9.3"},
		{"3.8.22", "3.10.5"}: {"3.9.2", "3.9.3"},
		{"3.9.3", "3.10.5"}:  nil,
	} {
		var got []string
		for _, p := range targets.Rivals(version.Path{From: version.MustParse(path[0]), To: version.MustParse(path[1])}) {
			got = append(got, p.To.String())
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%v (-want +got):\n%s", path, diff)
		}
	}
}
