package settings

import (
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// Installed reports whether what is installed has a change that came with the given versions of the chart of Helm
// values, and what that is. The version of the chart counts where the files name it. Else each chart that installs
// release from may be the one, and one of them without the change is enough for no; where no chart is known to install
// it, what counts is whether the release is at or after the given ones, the first that a chart with the change installs.
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

// planned reports whether a chart is that of the target already: files that are made ready for an upgrade name a chart
// that installs a newer release than the path begins with.
func planned(name, chart string, from version.Version) bool {
	tag, known := version.ChartImage(name, chart)
	v, err := version.Parse(tag)
	return known && err == nil && from.Less(v.Release())
}
