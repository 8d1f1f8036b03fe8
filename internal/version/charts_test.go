package version_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/version"
)

func TestImageTagsOfChartsAreReleases(t *testing.T) {
	t.Parallel()
	for _, name := range []string{version.ControlPlaneChart, version.GatewayChart} {
		seen := map[string]bool{}
		for _, c := range version.Charts(name) {
			v, err := version.Parse(c.Tag)
			switch _, known := version.Known(v); {
			case errors.Is(err, version.ErrNoRelease) && c.Tag == "dev":
			case err != nil:
				t.Errorf("%s %s: %v", name, c.Chart, err)
			case !known && !v.Less(version.Oldest()):
				t.Errorf("%s %s installs %s, which is not in the release table", name, c.Chart, v)
			}
			if seen[c.Chart] || len(c.Commit) != 7 {
				t.Errorf("%s %s is listed twice or without its commit", name, c.Chart)
			}
			seen[c.Chart] = true
		}
		if len(seen) < 100 {
			t.Errorf("%d versions of %s", len(seen), name)
		}
	}
}

func TestChartsNameTheImageThatTheyInstall(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, chart, tag string }{
		{"api7ee3", "0.17.3", "v3.4.0"},
		{"api7ee3", "0.17.34", "v3.8.18"},
		{"api7ee3", "3.9.0", "v3.9.14"},
		{"gateway", "0.2.36", "3.8.16"},
		{"gateway", "0.2.63", "3.9.10-patch.1"},
		{"gateway", "3.10.0", "3.10.1"},
		{"api7ee3", "0.99.0", ""},
		{"apisix", "2.0.0", ""},
	} {
		if tag, known := version.ChartImage(tt.name, tt.chart); tag != tt.tag || known != (tt.tag != "") {
			t.Errorf("%s %s: %q, %v", tt.name, tt.chart, tag, known)
		}
	}
}

func TestTheChartForAReleaseIsTheLastThatInstallsItOrTheNearestBeforeIt(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, release, chart, installs string }{
		{"api7ee3", "3.8.21", "0.17.37", "v3.8.21"},
		{"api7ee3", "3.8.23", "0.17.37", "v3.8.21"},
		{"api7ee3", "3.8.19", "0.17.35", "v3.8.19"}, // 0.17.34 stands between the two that install it
		{"api7ee3", "3.7.8", "0.17.13", "v3.7.3"},
		{"api7ee3", "3.8.2", "0.17.13", "v3.7.3"}, // no chart of the line installs an older one
		{"api7ee3", "3.9.14", "3.9.0", "v3.9.14"},
		{"api7ee3", "3.10.1", "3.10.0", "v3.10.1"},
		{"api7ee3", "3.2.16.4.1", "0.16.18", "v3.2.16.4"},
		{"gateway", "3.9.10-patch.1", "0.2.63", "3.9.10-patch.1"},
		{"gateway", "3.9.10", "0.2.62", "3.9.10"},
		{"gateway", "3.2.5", "", ""},
		{"apisix", "3.8.21", "", ""},
	} {
		var last version.ChartRelease
		if charts := version.ChartsFor(tt.name, version.MustParse(tt.release)); len(charts) > 0 {
			last = charts[len(charts)-1]
		}
		if last.Chart != tt.chart || last.Tag != tt.installs {
			t.Errorf("%s for %s: %s, which installs %s", tt.name, tt.release, last.Chart, last.Tag)
		}
	}
}

func TestSeveralChartsInstallOneRelease(t *testing.T) {
	t.Parallel()
	for release, want := range map[string]string{"3.8.5": "0.2.17 0.2.18", "3.8.16": "0.2.31 0.2.32 0.2.33 0.2.34 0.2.35 0.2.36", "3.8.22": ""} {
		if got := strings.Join(version.ChartsOf(version.GatewayChart, version.MustParse(release)), " "); got != want {
			t.Errorf("%s is installed by %q, want %q", release, got, want)
		}
	}
}

func TestDataPlaneMayStartFromAnotherVersion(t *testing.T) {
	t.Parallel()
	p := version.Path{From: version.MustParse("3.4.1"), To: version.MustParse("3.7.3")}
	if got := p.OfGateways(); got != p {
		t.Errorf("without a version of their own gateways go from %s to %s", got.From, got.To)
	}
	p.Gateways = version.MustParse("3.3.2")
	if got := p.OfGateways(); got.From != p.Gateways || got.To != p.To {
		t.Errorf("gateways of 3.3.2 go from %s to %s", got.From, got.To)
	}
}
