package helmvaluesrefused

import (
	"strconv"

	"github.com/api7-preflight/api7-preflight/internal/jsonptr"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/rules/internal/helmvalues"
)

// probes judges the probes of components; each is named with the key that switches it on or off, if there is one. The
// portal is on by default, the file server is not.
func probes(components map[string][]string) func(*helmvalues.Values) {
	return func(v *helmvalues.Values) {
		for component, key := range components {
			if len(key) == 0 {
				probesOf(v, component)
			} else if on, _ := v.Switch(component == "developer_portal", key...); on {
				probesOf(v, component)
			}
		}
	}
}

func probesOf(v *helmvalues.Values, component string) {
	for _, probe := range []string{"livenessProbe", "readinessProbe"} {
		if string(v.At(component, probe).Raw()) != "null" {
			continue
		}
		v.Report(rule.Breaking, jsonptr.Append("", component, probe), "null deletes what the chart has there; its template reads fields of it, so Helm refuses the release", nil,
			"delete the null, or set the probe",
			rule.Step{When: rule.Before, Text: "Delete the line, or set initialDelaySeconds, periodSeconds and failureThreshold: the chart has no switch for probes."})
	}
}

// number reads a number; otherwise stands for one that is not there, and 0 for null, as in templates. What cannot be read
// is in doubt.
func number(v *helmvalues.Values, otherwise float64, keys ...string) (n float64, known bool) {
	given := v.At(keys...)
	if string(given.Raw()) == "null" {
		return 0, true
	}
	if why := given.Number().Unreadable(); why != "" {
		v.Doubt(jsonptr.Append("", keys...), why)
		return 0, false
	}
	text, set := given.Number().Known()
	if !set {
		return otherwise, true
	}
	n, err := text.Float64()
	return n, err == nil
}

func plain(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

// usual is the port of the sidecar where nothing else is said.
const usual = 3000

// sidecarPort judges the port of the sidecar openapi-to-mcp, which is said in two places.
func sidecarPort(v *helmvalues.Values) {
	if on, known := v.Switch(false, "openapiToMcp", "enabled"); !known || !on {
		return
	}
	given, known := number(v, usual, "openapiToMcp", "port")
	asked, knownAsked := number(v, usual, "pluginAttrs", "openapi-to-mcp", "port")
	if asked == 0 {
		asked = usual
	}
	if !known || !knownAsked || given == asked {
		return
	}
	v.Report(rule.Breaking, "/openapiToMcp", "Helm refuses the release: openapiToMcp.port and pluginAttrs.openapi-to-mcp.port, 3000 by default, must be the same",
		[]rule.Evidence{{Name: "openapiToMcp.port", Value: plain(given)}, {Name: "pluginAttrs.openapi-to-mcp.port", Value: plain(asked)}},
		"set both ports to the same number",
		rule.Step{When: rule.Before, Text: "Set both to one port that is free in the pod."})
}

// sidecarOff judges a configuration of the plugin without the sidecar that it calls.
func sidecarOff(v *helmvalues.Values) {
	on, known := v.Switch(false, "openapiToMcp", "enabled")
	if attributes := v.At("pluginAttrs", "openapi-to-mcp"); !known || on || attributes.Empty() {
		return
	}
	v.Report(rule.Warning, "/pluginAttrs/openapi-to-mcp", "the plugins openapi-to-mcp and mcp-tools-acl call a sidecar, which the chart starts with openapiToMcp.enabled: true only", nil,
		"set openapiToMcp.enabled: true",
		rule.Step{When: rule.Before, Text: "Set openapiToMcp.enabled: true and the same port, or make sure that no object attaches these plugins. The image is api7/openapi-to-mcp: mirror it where nodes cannot pull from Docker Hub."})
}

// before is how many seconds pods had to end by default, and are to sleep by default now.
const before = 30

// grace judges how long a gateway's pod may take to end.
func grace(v *helmvalues.Values) {
	given := v.At("apisix", "terminationGracePeriodSeconds")
	if given.Absent() {
		return
	}
	seconds, known := number(v, 0, "apisix", "terminationGracePeriodSeconds")
	sleep, knownSleep := number(v, before, "apisix", "preStopSleepSeconds")
	if !known || !knownSleep || sleep == 0 || seconds > sleep {
		return
	}
	report := v.Report
	if seconds == before && sleep == before {
		report = v.ReportDefault
	}
	report(rule.Warning, "/apisix/terminationGracePeriodSeconds", "pods are killed before they have slept for preStopSleepSeconds, so open requests are cut off; the default is 180 from charts 3.10.12 and 3.9.10 on",
		[]rule.Evidence{{Name: "terminationGracePeriodSeconds", Value: plain(seconds)}, {Name: "preStopSleepSeconds", Value: plain(sleep)}},
		"delete it, or set more than the sleep",
		rule.Step{When: rule.Before, Text: "Delete it, so that the chart's 180 seconds count, or set more than preStopSleepSeconds and the longest request together."})
}
