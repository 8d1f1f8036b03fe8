package telemetryoptoutlost

import (
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/settings"
	"github.com/api7-preflight/api7-preflight/rules/internal/samefolder"
)

// The keys. That of gateways is also a value of their Helm chart.
const (
	ofGateway   = "/api7ee/telemetry/enable"
	ofDashboard = "/telemetry/enable"
)

// file is what a file says about telemetry.
type file struct {
	subject estate.Subject
	from    string
	place   string // pointer to the key, or to the nearest place above it
	off     bool
	doubt   string // why that is not known
}

// join is what the files of one run say.
type join struct{ gateways, dashboards []file }

func start(p *rule.Pass) {
	j := &join{}
	p.Needs(estate.GatewayConfig, estate.DashboardConfig)
	p.On(estate.GatewayConfig, func(r *estate.Resource) {
		if f := read(r, ofGateway); f.off || f.doubt != "" {
			j.gateways = append(j.gateways, f)
		}
	})
	p.On(estate.DashboardConfig, func(r *estate.Resource) { j.dashboards = append(j.dashboards, read(r, ofDashboard)) })
	p.AtEnd(func() { j.judge(p) })
}

func read(r *estate.Resource, key string) file {
	enable, place := settings.Get(r, key).Bool(), settings.Place(r, key)
	on, known := enable.Known()
	return file{subject: r.Subject(), from: samefolder.From(r), place: place, off: known && !on, doubt: enable.Unreadable()}
}

// judge says which gateways lose what they set. Without the file of a Dashboard nothing is said: it may switch telemetry
// off. A repository may hold several installations: the Dashboards nearest to a gateway count.
func (j *join) judge(p *rule.Pass) {
	for _, g := range j.gateways {
		var on []file
		doubt := ""
		for _, d := range samefolder.To(g.from, j.dashboards, func(f file) string { return f.from }) {
			switch {
			case d.doubt != "":
				doubt = d.doubt
			case !d.off:
				on = append(on, d)
			}
		}
		switch {
		case g.off && len(on) > 0:
			p.Report(finding(g, on))
		case g.doubt != "" && len(on) > 0:
			p.Unknown(g.subject, g.place, "whether it switches telemetry off, which the control plane would undo, is not known: "+g.doubt)
		case doubt != "":
			p.Unknown(g.subject, g.place, "whether the control plane also switches telemetry off is not known: "+doubt)
		}
	}
}

func finding(g file, on []file) rule.Finding {
	names := make([]string, len(on))
	for i, d := range on {
		names[i] = d.subject.Name
	}
	slices.Sort(names)
	return rule.Finding{
		Subject: g.subject, Pointer: g.place,
		Message: "api7ee.telemetry.enable: false is probably not read from 3.9.10 on; the Dashboard's telemetry.enable decides, and it is not false, so gateways send telemetry again",
		Evidence: []rule.Evidence{
			{Name: "the Dashboard's configuration", Value: strings.Join(names, ", ")},
			{Name: "default of telemetry.enable", Value: "true, by the chart"},
		},
		Remediation: []rule.Step{
			{When: rule.Before, Text: "Set telemetry.enable: false in the Dashboard's file of the target, with Helm dashboard_configuration.telemetry.enable of the chart api7ee3. Keep the gateway's key until all gateways are upgraded."},
			{When: rule.After, Text: "Make sure that gateways send no telemetry: the monitoring of the Dashboard stays as it was."},
		},
	}
}
