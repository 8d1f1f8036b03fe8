package runbook

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/plural"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// upgradeControlPlane plans the upgrade of Dashboard, DP Manager and what else is started with them.
func (p *plan) upgradeControlPlane() {
	p.phase = ControlPlane
	p.findings("during", "with-upgrade")
	to := p.hop.path.To
	from := p.hop.path.From.String()
	p.add(Step{
		ID: "upgrade-control-plane", Title: "Upgrade the control plane to " + to.String(), Owner: controlPlane, Minutes: p.o.Times.ControlPlane,
		Text: "The Dashboard first: it migrates the database when it starts. Then DP Manager and the rest. Gateways keep serving requests with the configuration that they have; do not restart one meanwhile. " +
			p.order() + p.rolling() + p.patience() + toolNote(p.releases(version.ControlPlaneChart, "")) + p.several(),
		Command:   p.controlPlaneCommand(),
		Expect:    fmt.Sprintf("new Dashboard and DP Manager run, the old ones are gone, and the Dashboard shows %s; all within %d minutes", to, p.o.Times.ControlPlane),
		Check:     `curl -fsS -H "X-API-KEY: $API7_TOKEN" "$API7_ADMIN"/api/version`,
		OnFailure: "look at the log of the Dashboard. If it is migrating, wait, but not longer than to the time to turn back" + p.killed() + "; if it ends in an error, go back to " + from, GoTo: "rollback-control-plane",
		Undo: "cannot be undone without the backup: the migrated database is not for " + from,
	})
	p.add(Step{
		ID: "verify-control-plane", Title: "Verify the new control plane", Owner: controlPlane,
		Text: "Log in to the Dashboard. Every gateway group is there with its services, and its gateway instances are online with the old version: a newer control plane works with older gateways. Look at the logs of Dashboard and DP Manager.",
		Command: lines(`curl -fsS -H "X-API-KEY: $API7_TOKEN" "$API7_ADMIN"/api/version`,
			`curl -fsS -H "X-API-KEY: $API7_TOKEN" "$API7_ADMIN"/api/gateway_groups`),
		Expect:    "version " + to.String() + ", and " + plural.Of(len(p.groups), "gateway group", "gateway groups") + p.groupNames(),
		Check:     "Errors in the logs come from before the start or not at all.",
		OnFailure: "instances that stay offline: look at the log of DP Manager before any gateway is touched", GoTo: "rollback-control-plane",
		Undo: "nothing is changed",
	})
}

// killed says what a probe does to a migration that takes longer than the time to turn back.
func (p *plan) killed() string {
	switch services, _ := p.apart(dashboard, ""); {
	case len(services) > 0 && len(p.controlPlanes()) == 1:
		return ""
	case !probes.In(p.hop.path.To.Release()):
		return " (the probe of the chart restarts it 61 seconds after its start, unless it was given more)"
	}
	return " (" + probeMinutes + " minutes after its start, and a little later the probe restarts it)"
}

// several says that the files are of more than one control plane, here and on the first page.
func (p *plan) several() string {
	text := p.severalNote()
	if text == "" {
		return ""
	}
	p.note(text)
	return " " + text
}

func (p *plan) groupNames() string {
	var names []string
	for i := range p.groups {
		names = append(names, p.groups[i].Label())
	}
	if len(names) == 0 {
		return ""
	}
	return ": " + strings.Join(names, ", ")
}

// order says what the release needs of the order. Source: release notes of 3.8.7.
func (p *plan) order() string {
	if version.Since("3.8.7").In(p.hop.path.To.Release()) {
		return "DP Manager of this release waits until the migration is over."
	}
	return "DP Manager of this release does not wait for the migration: where both start together it may restart until the Dashboard is done."
}

// probes is the first release whose chart has values for the probes. Source: github.com/api7/api7-helm-chart, tag api7ee3-0.17.8.
var probes = version.Since("3.5.2")

// The marks in texts and commands of a window that stand for how long the Dashboard is left alone: until the time to turn back,
// which is known only when the window is laid out.
const (
	probeSeconds = "{{probe-seconds}}"
	probeMinutes = "{{probe-minutes}}"
)

// setPatience replaces those marks in the steps of the window that was laid out.
func (p *plan) setPatience() {
	w := &p.book.Windows[len(p.book.Windows)-1]
	minutes := p.o.Times.ControlPlane
	if s := p.book.Step(p.id("upgrade-control-plane")); s != nil {
		minutes = max(minutes, w.Length-p.o.Times.Restore-p.o.Times.ControlPlane-s.StartMinute)
	}
	marks := strings.NewReplacer(probeSeconds, strconv.Itoa(minutes*60), probeMinutes, strconv.Itoa(minutes))
	for i := range p.book.Steps {
		if s := &p.book.Steps[i]; s.Window == w.Number {
			s.Text, s.Command, s.OnFailure = marks.Replace(s.Text), marks.Replace(s.Command), marks.Replace(s.OnFailure)
		}
	}
}

// chartProbe is the liveness probe of the Dashboard in every chart that has values for it. Source:
// github.com/api7/api7-helm-chart:charts/api7/values.yaml, tags api7ee3-0.17.8 to api7ee3-3.10.5.
var chartProbe = Probe{Delay: 180, Period: 10, Failures: 30}

// probe returns when Kubernetes restarts the Dashboard of a release, and where that is said.
func (p *plan) probe(r *Release) (probe Probe, from string) {
	own := r.Probe
	probe = Probe{cmp.Or(own.Delay, chartProbe.Delay), cmp.Or(own.Period, chartProbe.Period), cmp.Or(own.Failures, chartProbe.Failures)}
	chart := strings.TrimSpace("chart " + version.ControlPlaneChart + " " + pinned(p.chart(version.ControlPlaneChart)))
	switch own {
	case Probe{}:
		return probe, "the default of " + chart
	case probe:
		return probe, "as in " + r.place()
	}
	return probe, "as in " + r.place() + " and, where that says nothing, by default of " + chart
}

// patience says how a long migration is not killed by a probe.
func (p *plan) patience() string {
	var all []string
	releases := p.releases(version.ControlPlaneChart, "")
	services, objects := p.apart(dashboard, "")
	if len(releases)+len(services)+len(objects) == 0 {
		releases = []Release{{}}
	}
	for i := range releases {
		probe, from := p.probe(&releases[i])
		if !probes.In(p.hop.path.To.Release()) {
			all = append(all, " The chart's liveness probe restarts a Dashboard that has not answered 61 seconds after its start, and this chart has no value for that: if the migration took longer in the rehearsal, raise initialDelaySeconds in the Deployment of the Dashboard right after helm has changed it.")
			continue
		}
		all = append(all, fmt.Sprintf(" The liveness probe would restart the Dashboard in the middle of a migration that takes longer than %d seconds (%d, and %d failures %d seconds apart: %s). So its delay is set to "+probeSeconds+" seconds: until the time to turn back it is left alone.",
			probe.Delay+probe.Period*probe.Failures, probe.Delay, probe.Failures, probe.Period, from))
	}
	if len(releases) > 0 {
		all = append(all, " No --atomic: it would bring the old release back on a migrated database. If helm gives up waiting, the migration still goes on.")
	}
	if len(objects) > 0 {
		all = append(all, " Where the container of the Dashboard has a livenessProbe, it would restart the Dashboard in the middle of a long migration: the command has a line that gives it "+probeSeconds+" seconds, until the time to turn back.")
	}
	if len(services) > 0 {
		all = append(all, " Docker Compose restarts no container because its health check fails: a long migration goes on.")
	}
	return strings.Join(sorted(all), "")
}

// rolling says how the new control plane takes the place of the old one.
func (p *plan) rolling() string {
	if services, objects := p.apart(dashboard, ""); len(services) > 0 && len(objects)+len(p.releases(version.ControlPlaneChart, "")) == 0 {
		return " Docker Compose ends the old container of a service and starts the new one in its place, one service after the other."
	}
	return " Kubernetes starts the new pods of Dashboard, DP Manager and the rest, and replaces the old ones one after the other (rolling)."
}

// controlPlaneCommand returns the commands for every way in which the control plane is started.
func (p *plan) controlPlaneCommand() string {
	var all []string
	releases := p.releases(version.ControlPlaneChart, "")
	for i := range releases {
		all = append(all, p.deploy(&releases[i], p.o.Times.ControlPlane)...)
	}
	all = append(all, p.containersOfControlPlane()...)
	if len(all) == 0 {
		all = append([]string{"# how this control plane is started is not known: this is the way of the vendor's guide, with Helm"}, p.deploy(&Release{}, p.o.Times.ControlPlane)...)
	}
	return lines(all...)
}

// containersOfControlPlane returns the commands for containers, component by component in the order of the upgrade.
func (p *plan) containersOfControlPlane() []string {
	var all []string
	for _, part := range controlPlaneParts {
		services, objects := p.apart(part, "")
		for _, files := range services {
			all = append(all, up(compose(&files[0]), files, false)...)
		}
		for i := range objects {
			c := &objects[i]
			if part == dashboard {
				all = append(all, p.patch(c)...)
			}
			all = append(all, p.setImage(c, p.newImage(c)), p.rollout(c, p.o.Times.ControlPlane))
		}
		if part == dashboard && len(services)+len(objects) > 0 {
			all = append(all, p.waitForDashboard(p.hop.path.To)...)
		}
	}
	return all
}

// patch returns, as comments, the command that gives a migration time where a probe may cut it short. It is a comment because
// Kubernetes refuses a delay for a probe that is not there.
func (*plan) patch(c *Container) []string {
	return []string{
		comment("if container " + c.Workload.Container + " has a livenessProbe, first:"),
		comment("kubectl -n " + cmp.Or(c.Workload.Namespace, "NAMESPACE") + " patch " + c.Workload.object() + ` -p '{"spec":{"template":{"spec":{"containers":[{"name":"` + harmless(c.Workload.Container) +
			`","livenessProbe":{"initialDelaySeconds":` + probeSeconds + `}}]}}}}'`),
	}
}

// waitForDashboard returns the commands that wait until the Dashboard answers, at most for the minutes of the step. They do not go
// on without: DP Manager needs the migrated database.
func (p *plan) waitForDashboard(is version.Version) []string {
	return []string{
		"# 401 or 403: the token in API7_TOKEN is not right; curl: (60): the certificate is not known, export CURL_CA_BUNDLE=FILE with the one that signed it",
		fmt.Sprintf("end=$(($(date +%%s) + %d))", p.o.Times.ControlPlane*60),
		`until curl -fsS -m 10 -H "X-API-KEY: $API7_TOKEN" "$API7_ADMIN"/api/version | grep -F ` + is.Release().String() + `; do test "$(date +%s)" -lt "$end" || exit 1; sleep 10; done`,
	}
}
