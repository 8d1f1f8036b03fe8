package render_test

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/render"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/test/reporttest"
)

func TestJSONLooksAsItsGolden(t *testing.T) {
	t.Parallel()
	for name, sample := range map[string]*report.Report{
		"ready": reporttest.Ready(), "blocked": reporttest.Blocked(), "incomplete": reporttest.Incomplete(), "decided": reporttest.Decided(),
		"hostile": reporttest.Hostile(reporttest.HostileNames()...),
	} {
		golden(t, name+".json", draw(t, "json", sample, render.Options{}))
		golden(t, name+".jsonl", draw(t, "jsonl", sample, render.Options{}))
	}
}

// TestTenThousandFindingsLookAsTheirGolden compares sizes and digests, because nobody reads megabytes of difference.
func TestTenThousandFindingsLookAsTheirGolden(t *testing.T) {
	t.Parallel()
	r := reporttest.Many(10_000)
	sums := map[string]string{}
	for _, format := range render.Formats() {
		for name, o := range map[string]render.Options{"": {}, " --all": whole(0)} {
			if name == "" || format == "table" {
				out := draw(t, format, r, o)
				sums[format+name] = fmt.Sprintf("%s%s: %d bytes, SHA-256 %x\n", format, name, len(out), sha256.Sum256([]byte(out)))
			}
		}
	}
	golden(t, "many.sums", strings.Join(slices.Sorted(maps.Values(sums)), ""))
}
