package chartinstallsanotherrelease

import (
	"fmt"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/settings"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// release compares what the chart installs with the path. A gateway may be behind the control plane: whether it goes
// back can be told only where its version is known.
func (n *named) release() {
	path := n.path
	from, known := path.From, true
	if n.name == version.GatewayChart {
		from, known = path.Gateways, !path.Gateways.IsZero()
	}
	switch {
	case known && n.installs.Less(from.Release()) && n.trap(from.Release()):
		n.report("HELM-DOWNGRADE", rule.Breaking, fmt.Sprintf("installs %s, older than the running %s, although an older chart installs a newer release: helm upgrade would put an old program on migrated data", n.installs, from),
			"name another chart: this one goes back", "Do not install this chart. Take "+n.take()+".")
	case known && n.installs.Less(from.Release()):
		n.report("HELM-DOWNGRADE", rule.Warning, fmt.Sprintf("installs %s, but %s runs: helm upgrade with these files goes back", n.installs, from),
			"check the files, then name another chart", "Make sure that these are the files of this installation. Then take "+n.take()+".")
	case path.To.Release().Less(n.installs):
		n.report("HELM-DOWNGRADE", rule.Warning, fmt.Sprintf("installs %s, newer than %s, the target of this report", n.installs, path.To),
			"", "Take "+n.take()+"; or assess the upgrade to what this chart installs.")
	}
}

// trap reports whether the number of the chart misleads: one with a lower number installs a newer release, which is not
// newer than what runs.
func (n *named) trap(from version.Version) bool {
	return slices.ContainsFunc(version.Charts(n.name), func(c version.ChartRelease) bool {
		chart, err := version.Parse(c.Chart)
		installs, tagErr := version.Parse(c.Tag)
		return err == nil && tagErr == nil && chart.Less(n.chart) && n.installs.Less(installs.Release()) && !from.Less(installs.Release())
	})
}

// appVersion says that what Helm lists of a release of this chart is not what runs.
func (n *named) appVersion() {
	var says string
	switch {
	case n.name == version.GatewayChart && n.text == "0.2.35":
		says = "3.8.17"
	case n.name == version.GatewayChart && n.text == "0.2.36":
		says = "3.8.18"
	case n.name == version.GatewayChart && n.chart.Less(version.MustParse("0.1.11")):
		says = "3.2.0"
	case n.name == version.ControlPlaneChart && n.chart.Less(version.MustParse("0.16.0")):
		says = "3.0.0"
	default:
		return
	}
	n.report("HELM-APPV-MISMATCH", rule.Notice, fmt.Sprintf("says appVersion %s but installs %s: helm list shows a release that does not run", says, n.installs),
		"read the version from the images", "Read the version from the images: kubectl get pods -o yaml, or the Dashboard.")
}

// fileServer judges the one chart that takes the file server from an image that is no release.
func (n *named) fileServer() {
	if n.name != version.ControlPlaneChart || n.text != "0.17.49" {
		return
	}
	v := settings.Of(n.r).Get("file_server")
	enabled := v.Get("enabled").Bool()
	if why := enabled.Unreadable(); why != "" {
		n.pass.Doubt(n.r, settings.Place(n.r, "/file_server/enabled"), "whether the file server is installed, whose image this chart takes from the tag dev, is not known: "+why)
		return
	}
	if on, _ := enabled.Known(); !on || !v.Get("image").Get("tag").Empty() {
		return
	}
	severity := rule.Breaking
	if n.path.To.Release().Compare(version.MustParse("3.9.8")) != 0 {
		severity = rule.Notice // it installs no other target
	}
	n.report("HELM-FS-DEV", severity, "starts the file server from the image tag dev, which is not a release",
		"name chart 0.17.50+, or set the image tag", "Name chart 0.17.50 or later, or set file_server.image.tag to that of the Dashboard.")
}
