package settings

import (
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// Installed reports whether the installed release or chart has a change, and names it. charts and releases are the
// first with the change; r are Helm values. If the files name the version of the chart, that version decides.
// Otherwise every chart that installs release from is possible, and one of them without the change is enough for
// false. If no chart is known to install that release, the release itself decides.
func Installed(r *estate.Resource, from version.Version, charts, releases version.Change) (what string, has bool) {
	name, text := r.Field("chart").TextOrEmpty(), r.Field("chart_version").TextOrEmpty()
	if text != "" && !planned(name, text, from) {
		chart, err := version.Parse(text)
		return "chart " + name + " " + text, err == nil && charts.In(chart)
	}
	for _, text := range version.ChartsOf(name, from) {
		if chart, err := version.Parse(text); err == nil && !charts.In(chart) {
			return from.String(), false
		}
	}
	return from.String(), releases.In(from)
}

// planned reports whether the chart is the target's already: files prepared for an upgrade name a chart that installs
// a newer release than the path starts from.
func planned(name, chart string, from version.Version) bool {
	tag, known := version.ChartImage(name, chart)
	v, err := version.Parse(tag)
	return known && err == nil && from.Less(v.Release())
}
