package runbook

import (
	"fmt"
	"strings"

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
			p.order() + p.patience(),
		Command:   p.controlPlaneCommand(),
		Expect:    fmt.Sprintf("new Dashboard and DP Manager run, the old ones are gone, and the Dashboard shows %s; all within %d minutes", to, p.o.Times.ControlPlane),
		Check:     `curl -fsS -H "X-API-KEY: $API7_TOKEN" "$API7_ADMIN"/api/version`,
		OnFailure: "look at the log of the Dashboard. If it is migrating, wait until the time to turn back; if it ends in an error, go back to " + from, GoTo: "rollback-control-plane",
		Undo: "cannot be undone without the backup: the migrated database is not for " + from,
	})
	p.add(Step{
		ID: "verify-control-plane", Title: "Verify the new control plane", Owner: controlPlane,
		Text: "Log in to the Dashboard. Every gateway group is there with its services, and its gateway instances are online with the old version: a newer control plane works with older gateways. Look at the logs of Dashboard and DP Manager.",
		Command: lines(`curl -fsS -H "X-API-KEY: $API7_TOKEN" "$API7_ADMIN"/api/version`,
			`curl -fsS -H "X-API-KEY: $API7_TOKEN" "$API7_ADMIN"/api/gateway_groups`),
		Expect:    "version " + to.String() + ", and " + many(len(p.groups), "gateway group", "gateway groups") + p.groupNames(),
		Check:     "Errors in the logs come from before the start or not at all.",
		OnFailure: "instances that stay offline: look at the log of DP Manager before any gateway is touched", GoTo: "rollback-control-plane",
		Undo: "nothing is changed",
	})
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

// patience says how a long migration is not killed by a probe.
func (p *plan) patience() string {
	if len(p.releases(version.ControlPlaneChart, "")) == 0 && (p.composedControlPlane() || len(p.f.Containers) > 0) {
		return ""
	}
	if !probes.In(p.hop.path.To.Release()) {
		return " The chart's liveness probe restarts a Dashboard that does not answer after about a minute, and the chart has no value for that: raise initialDelaySeconds in the Deployment right after the upgrade if the rehearsal took longer."
	}
	return " The chart's liveness probe would restart the Dashboard in the middle of a long migration (after 180 seconds and 30 failures 10 seconds apart): the command gives it the whole time of this step. No --atomic: it would bring the old release back on a migrated database."
}

// controlPlaneCommand returns the commands for every way in which the control plane is started.
func (p *plan) controlPlaneCommand() string {
	var all []string
	releases := p.releases(version.ControlPlaneChart, "")
	for i := range releases {
		all = append(all, p.helmControlPlane(&releases[i]))
	}
	all = append(all, p.containersOfControlPlane()...)
	if len(all) == 0 {
		all = append(all, "# how this control plane is started is not known: this is the way of the vendor's guide, with Helm", p.helmControlPlane(&Release{}))
	}
	return lines(all...)
}

func (p *plan) helmControlPlane(r *Release) string {
	h := p.helm(r, "the control plane")
	minutes := p.o.Times.ControlPlane
	more := []string{"--wait", fmt.Sprintf("--timeout %dm", minutes)}
	if probes.In(p.hop.path.To.Release()) {
		more = append(more, fmt.Sprintf("--set dashboard.livenessProbe.initialDelaySeconds=%d", minutes*60))
	}
	c := p.chart(version.ControlPlaneChart)
	return lines("# "+c.String(), h.upgrade(c, more...), "kubectl -n "+h.namespace+" get pods")
}

// containersOfControlPlane returns the commands for containers, component by component in the order of the upgrade.
func (p *plan) containersOfControlPlane() []string {
	var all []string
	for _, part := range controlPlaneParts {
		for _, c := range p.containers(part, "") {
			if c.composed() {
				all = append(all, "docker compose "+composeFile(&c)+" up -d --no-deps "+word(c.Service))
			} else {
				all = append(all, p.setImage(&c, tag(part, p.hop.path.To), p.o.Times.ControlPlane))
			}
			if part == dashboard {
				all = append(all, waitForDashboard())
			}
		}
	}
	return all
}

// waitForDashboard returns the command that waits until the Dashboard answers. It does not go on without: DP Manager needs the
// migrated database.
func waitForDashboard() string {
	return `until curl -fsS -H "X-API-KEY: $API7_TOKEN" "$API7_ADMIN"/api/version; do sleep 10; done # stop it when it is time to turn back`
}
