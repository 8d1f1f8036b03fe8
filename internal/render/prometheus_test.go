package render_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/render"
	"github.com/api7-preflight/api7-preflight/internal/test/reporttest"
)

func TestPrometheusLooksAsItsGolden(t *testing.T) {
	t.Parallel()
	for name, sample := range reporttest.Samples(10_000) {
		golden(t, name+".prom", draw(t, "prometheus", sample(), render.Options{}))
	}
	golden(t, "hostile.prom", draw(t, "prometheus", reporttest.Hostile(reporttest.HostileNames()...), render.Options{}))
}

// TestNoSeriesIsAboutAnObject proves that the number of series does not grow with the findings, and that none has a time
// stamp, which the textfile collector refuses.
func TestNoSeriesIsAboutAnObject(t *testing.T) {
	t.Parallel()
	series := func(findings int) int {
		n := 0
		for line := range strings.Lines(draw(t, "prometheus", reporttest.Many(findings), render.Options{})) {
			if strings.HasPrefix(line, "#") {
				continue
			}
			if !regexp.MustCompile(`^api7_preflight_[a-z_]+(\{([a-z_]+="[^"]*",?)+\})? [0-9.]+\n$`).MatchString(line) {
				t.Errorf("a series is %q", line)
			}
			n++
		}
		return n
	}
	if few, many := series(1), series(10_000); few != many || many > 30 {
		t.Errorf("%d series for one finding, %d for ten thousand", few, many)
	}
}
