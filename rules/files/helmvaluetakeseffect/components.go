package helmvaluetakeseffect

import (
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/settings"
	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/rules/internal/helmvalues"
)

// borrowed judges the mounts of the DP Manager, which were those of the Dashboard in charts 0.16.1 to 0.17.55.
func borrowed(v *helmvalues.Values) {
	if _, has := settings.Installed(v.Resource, v.From, version.Since("0.16.1"), version.Since("3.2.14.1")); !has {
		return // nothing was mounted, so nothing is lost
	}
	given, known := mountsOf(v, "dashboard")
	own, knownOwn := mountsOf(v, "dp_manager")
	volumes, knownVolumes := listOf(v, "dp_manager", "extraVolumes")
	if !known || !knownOwn || !knownVolumes {
		return
	}
	lost := slices.DeleteFunc(given, func(m mount) bool { return covers(own, m.path) })
	key := user(v.At("dp_manager_configuration"), "/dp_manager_configuration", lost)
	const action, step = "copy the mounts to dp_manager", "Copy from dashboard.extraVolumes and extraVolumeMounts to dp_manager.extraVolumes and extraVolumeMounts what the DP Manager needs, such as certificates of its database."
	switch {
	case key != "":
		v.Report(rule.Breaking, "/dashboard/extraVolumeMounts", "up to chart 0.17.55 the DP Manager also has these mounts, from 0.18.0 on only its own; "+settings.Path(v.Resource, key)+
			" names a file that is no longer there", []rule.Evidence{{Name: "file", Value: settings.Path(v.Resource, key)}}, action, before(step))
	case len(lost) > 0 && len(own)+len(volumes) == 0:
		v.Report(rule.Warning, "/dashboard/extraVolumeMounts", "up to chart 0.17.55 the DP Manager also has these mounts, from 0.18.0 on only those of dp_manager.extraVolumeMounts, and there are none",
			[]rule.Evidence{{Name: "file", Value: "no key of dp_manager_configuration names one of these paths"}}, action, before(step))
	}
	if len(own) > 0 {
		awakes(v, "/dp_manager/extraVolumeMounts", "0.18.0", unmatched(own, volumes, "config", "prometheus_ssl"))
	}
}

// portal judges the mounts of the Developer Portal, which the chart did not read.
func portal(v *helmvalues.Values) {
	if on, known := v.Switch(true, "developer_portal_configuration", "enable"); !known || !on {
		return
	}
	given, known := mountsOf(v, "developer_portal")
	volumes, knownVolumes := listOf(v, "developer_portal", "extraVolumes")
	if !known || !knownVolumes || len(given) == 0 {
		return
	}
	own := []string{"config"}
	if !v.At("developer_portal", "keyCertSecret").Empty() {
		own = append(own, "ssl")
	}
	awakes(v, "/developer_portal/extraVolumeMounts", "0.17.43", unmatched(given, volumes, own...))
}

// awakes says that mounts come into being, and that Kubernetes refuses the pod if one has no volume.
func awakes(v *helmvalues.Values, pointer, chart, missing string) {
	if missing != "" {
		v.Report(rule.Breaking, pointer, "ignored so far, mounted from chart "+chart+" on; Kubernetes refuses a Deployment with a mount whose volume is not there",
			[]rule.Evidence{{Name: "volume that is not there", Value: missing}}, "add the volume, or delete the mount", before("Add the volume to extraVolumes of the same component, or delete the mount."))
		return
	}
	v.Report(rule.Notice, pointer, "ignored so far, mounted from chart "+chart+" on", nil,
		"check the volumes and the mounts", before("Make sure that the Secrets and ConfigMaps of extraVolumes exist, and that no mount hides a folder of the image."))
}
