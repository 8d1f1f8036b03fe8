package settings_test

import (
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule/settings"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

func TestInstalledAsksTheChartThenTheReleasesOfCharts(t *testing.T) {
	t.Parallel()
	charts, releases := version.Since("0.2.18"), version.Since("3.8.5") // charts 0.2.17 and 0.2.18 both install 3.8.5
	tests := map[string]struct {
		body, from, what string
		has              bool
	}{
		"the chart has it":                         {`{"chart":"gateway","chart_version":"0.2.18"}`, "3.8.5", "chart gateway 0.2.18", true},
		"the chart does not have it":               {`{"chart":"gateway","chart_version":"0.2.17"}`, "3.8.5", "chart gateway 0.2.17", false},
		"an unknown version of the chart":          {`{"chart":"gateway","chart_version":"0.2.99"}`, "3.8.5", "chart gateway 0.2.99", true},
		"no version: one of two charts has it":     {`{"chart":"gateway"}`, "3.8.5", "3.8.5", false},
		"no version: all charts have it":           {`{"chart":"gateway"}`, "3.8.7", "3.8.7", true},
		"no version, no chart installs an older":   {`{"chart":"gateway"}`, "3.2.15.0", "3.2.15.0", false},
		"no version, no chart installs a later":    {`{"chart":"gateway"}`, "3.8.6", "3.8.6", true},
		"the chart is that of the target":          {`{"chart":"gateway","chart_version":"3.10.12"}`, "3.8.4", "3.8.4", false},
		"the chart is that of a target, both have": {`{"chart":"gateway","chart_version":"3.10.12"}`, "3.9.4", "3.9.4", true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &estate.Resource{Kind: estate.HelmValues, Body: []byte(tt.body)}
			if err := estate.NewReader(nil).Read(r); err != nil {
				t.Fatal(err)
			}
			what, has := settings.Installed(r, version.MustParse(tt.from), charts, releases)
			if what != tt.what || has != tt.has {
				t.Errorf("%s, %v, want %s, %v", what, has, tt.what, tt.has)
			}
		})
	}
}
