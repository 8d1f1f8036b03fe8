// Package portonseveraladdresses finds gateways that listen on one port of several addresses, whose heartbeats fail.
package portonseveraladdresses

import (
	_ "embed"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/settings"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

//go:embed doc.md
var doc string

// Rule finds gateways that listen on one port of several addresses, whose heartbeats fail.
var Rule = rule.Rule{
	ID:         "port-on-several-addresses",
	Title:      "A gateway listens on one port of several addresses, and in the target its heartbeats fail",
	Action:     "let it listen once; fixed in 3.8.21",
	Severity:   rule.Warning,
	Applies:    rule.Reaching,
	Confidence: rule.Inferred,
	Doc:        doc,
	Facts:      rule.Facts(defect{}),
}

// defect is the one fact.
type defect struct{}

// About returns the case. The notes tell of the repair only, so every release before it counts.
func (defect) About() rule.Case {
	return rule.Case{Entry: "R-3.8.21-4", Change: version.Since("3.2.8.1"), Until: version.Since("3.8.21"), Gateways: true}
}

// Watch looks at the gateway's own file and at the values of its chart, which makes that file.
func (d defect) Watch(p *rule.Pass) {
	p.On(estate.GatewayConfig, func(r *estate.Resource) {
		f := &file{pass: p, r: r}
		f.list("/apisix/node_listen")
		if f.on("/apisix/ssl/enable") {
			f.list("/apisix/ssl/listen")
		}
		d.report(f)
	})
	p.On(estate.HelmValues, func(r *estate.Resource) {
		if r.Field("chart").TextOrEmpty() != version.GatewayChart {
			return
		}
		f := &file{pass: p, r: r}
		f.listeners("/gateway/http", "9080")
		if f.on("/gateway/tls/enabled") {
			f.listeners("/gateway/tls", "9443")
		}
		d.report(f)
	})
}

// report tells of each port once. No path gains the defect, so the findings name no release that brings it.
func (d defect) report(f *file) {
	for i, first := range f.all {
		var with []listener
		seen := false
		for j, l := range f.all {
			seen = seen || j < i && l.port == first.port
			if j > i && l.port == first.port && l.address != first.address {
				with = append(with, l)
			}
		}
		if seen || len(with) == 0 {
			continue
		}
		f.pass.Report(rule.Finding{
			Subject: f.r.Subject(), Case: rule.Case{Entry: d.About().Entry, Gateways: true}, Part: first.port, Pointer: settings.Place(f.r, first.key),
			Message:  settings.Path(f.r, first.key) + ": port " + first.port + " on " + strconv.Itoa(1+len(with)) + " addresses; below 3.8.21 the heartbeats of such a gateway fail, so that the control plane takes it for lost",
			Evidence: append([]rule.Evidence{{Name: "listens", Value: f.name(first)}}, f.evidence(with)...),
			Remediation: []rule.Step{
				{When: rule.Before, Text: "Let the gateway listen on this port once: on 0.0.0.0 or [::], or on another port for each address. Or weigh it when you decide on the target: it is fixed in 3.8.21."},
				{When: rule.After, Text: "Look at the Gateway Instances page: the instance has to be shown as healthy."},
			},
		})
	}
}

func (f *file) evidence(some []listener) []rule.Evidence {
	var all []rule.Evidence
	for _, l := range some {
		all = append(all, rule.Evidence{Name: "and", Value: f.name(l)})
	}
	return all
}

// name says where a listener is written, and what it is.
func (f *file) name(l listener) string {
	address := l.address
	if strings.Contains(address, ":") {
		address = "[" + address + "]"
	}
	return address + ":" + l.port + " (" + settings.Path(f.r, l.key) + ")"
}
