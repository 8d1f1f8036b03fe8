package remedy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// Chart is the version of a vendor's chart that installs a release. Every command names it: without --version, Helm
// takes the newest chart, which installs the newest release line.
type Chart struct {
	name     string
	version  string
	installs string   // the image tag in its default values
	tags     []string // tags of the release to set, by the keys of the values; none if the chart installs the release by default
}

// ChartOf returns the version of a chart that installs release v. If none does, it returns the one for the nearest
// earlier release that has a chart, with the image tags to set. It is zero for a chart that is not the vendor's.
func ChartOf(name string, v version.Version) Chart {
	charts := version.ChartsFor(name, v.Release())
	if len(charts) == 0 {
		return Chart{}
	}
	last := charts[len(charts)-1]
	c := Chart{name: name, version: last.Chart, installs: last.Tag}
	keys, tag := []string{"apisix.image.tag"}, v.Release().String()
	if name == version.ControlPlaneChart {
		base, _, _ := strings.Cut(tag, "-patch.") // of which there are images of gateways alone
		tag, keys = "v"+base, []string{"dashboard.image.tag", "dp_manager.image.tag"}
		if version.Since("3.3.0").In(v.Release()) { // before, the Developer Portal has versions of its own
			keys = append(keys, "developer_portal.image.tag")
		}
		if version.Since("3.9.8").In(v.Release()) {
			keys = append(keys, "file_server.image.tag")
		}
	}
	if tag != last.Tag {
		for _, key := range keys {
			c.tags = append(c.tags, key+"="+tag)
		}
	}
	return c
}

// Exact reports whether the chart installs the release by default.
func (c Chart) Exact() bool { return c.version != "" && len(c.tags) == 0 }

// Upgrade returns the command that upgrades a Helm release with the values in a file; more are options of helm
// upgrade. All arguments are written unchanged, so they may contain placeholders.
func (c Chart) Upgrade(release, values string, more ...string) rule.Command {
	words := slices.Concat([]string{"helm", "upgrade"}, more, []string{release, "api7/" + c.name})
	if c.version != "" {
		words = append(words, "--version", c.version)
	}
	words = append(words, "-f", values)
	if len(c.tags) > 0 {
		words = append(words, "--set", strings.Join(c.tags, ","))
	}
	return rule.Run(strings.Join(words, " "))
}

// String names the chart to take: "chart api7ee3 0.17.36" or, for a release that no chart installs, "chart api7ee3
// 0.17.37, which installs v3.8.21 by default, with dashboard.image.tag and … set to v3.8.23".
func (c Chart) String() string {
	switch {
	case c.version == "":
		return "a chart that installs it: none is known"
	case len(c.tags) == 0:
		return "chart " + c.name + " " + c.version
	}
	var keys []string
	tag := ""
	for _, set := range c.tags {
		key, value, _ := strings.Cut(set, "=")
		keys, tag = append(keys, key), value
	}
	return fmt.Sprintf("chart %s %s, which installs %s by default, with %s set to %s: no chart installs that", c.name, c.version, c.installs, strings.Join(keys, ", "), tag)
}
