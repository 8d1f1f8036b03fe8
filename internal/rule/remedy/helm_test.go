package remedy_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/rule/remedy"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

func TestHelmCommandsPinTheChartOfTheTargetOrTheNearestBeforeItWithTheTags(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ chart, to, command string }{
		{"api7ee3", "3.7.3", "helm upgrade api7ee3 api7/api7ee3 --version 0.17.13 -f values.yaml"},
		{"api7ee3", "3.8.23", "helm upgrade api7ee3 api7/api7ee3 --version 0.17.37 -f values.yaml " +
			"--set dashboard.image.tag=v3.8.23,dp_manager.image.tag=v3.8.23,developer_portal.image.tag=v3.8.23"},
		{"api7ee3", "3.2.16.4.1", "helm upgrade api7ee3 api7/api7ee3 --version 0.16.18 -f values.yaml " +
			"--set dashboard.image.tag=v3.2.16.4.1,dp_manager.image.tag=v3.2.16.4.1"},
		{"api7ee3", "3.9.10-patch.1", "helm upgrade api7ee3 api7/api7ee3 --version 0.17.53 -f values.yaml"},
		{"api7ee3", "3.10.5-rc.1", "helm upgrade api7ee3 api7/api7ee3 --version 3.10.5 -f values.yaml"},
		{"gateway", "3.10.5", "helm upgrade gateway api7/gateway --version 3.10.12 -f values.yaml"},
		{"gateway", "3.7.8", "helm upgrade gateway api7/gateway --version 0.2.14 -f values.yaml --set apisix.image.tag=3.7.8"},
	} {
		got := remedy.ChartOf(tt.chart, version.MustParse(tt.to)).Upgrade(tt.chart, "values.yaml").Line
		if diff := cmp.Diff(tt.command, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.to, diff)
		}
	}
	if got := remedy.ChartOf("gateway", version.MustParse("3.7.3")).Upgrade("<release>", "<values.yaml>", "--install", "-n", "<namespace>").Line; got !=
		"helm upgrade --install -n <namespace> <release> api7/gateway --version 0.2.14 -f <values.yaml>" {
		t.Error(got)
	}
}

func TestEveryKnownReleaseHasAChartToTake(t *testing.T) {
	t.Parallel()
	for _, r := range version.Releases() {
		for _, name := range []string{version.ControlPlaneChart, version.GatewayChart} {
			if len(version.ChartsFor(name, r.Version)) == 0 {
				t.Errorf("%s has none for %s", name, r.Version)
			}
		}
	}
}

func TestAChartIsNamedWithWhatIsToBeSetWhereNoneInstallsTheRelease(t *testing.T) {
	t.Parallel()
	for to, want := range map[string]string{
		"3.8.21": "chart gateway 0.2.41",
		"3.8.23": "chart gateway 0.2.41, which installs 3.8.21 by default, with apisix.image.tag set to 3.8.23: no chart installs that",
		"3.1.0":  "a chart that installs it: none is known",
	} {
		if got := remedy.ChartOf("gateway", version.MustParse(to)).String(); got != want {
			t.Errorf("%s: %q, want %q", to, got, want)
		}
	}
}
