// Package gatewayloadsstaledata finds gateways that may begin with old routes after a restart.
package gatewayloadsstaledata

import (
	_ "embed"
	"fmt"

	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/rules/internal/instance"
)

//go:embed doc.md
var doc string

// Rule finds gateways that may begin with old routes after a restart.
var Rule = rule.Rule{
	ID:         "gateway-loads-stale-data",
	Title:      "Gateways below 3.8.10 may use old routes for a while after a restart",
	Action:     "restart no old gateway during the upgrade",
	Severity:   rule.Notice,
	Applies:    rule.Always,
	Catalogue:  []string{"R-3.8.10-3"},
	Timing:     rule.During,
	Confidence: rule.Confirmed,
	Doc:        doc,
	Start:      start,
}

func start(p *rule.Pass) {
	path := p.Path()
	var old instance.List
	fixed := version.MustParse("3.8.10")
	instance.On(p, func(i instance.Instance) {
		if i.Doubt == "" && !i.Offline && i.Version.Release().Less(fixed) {
			old.Add(i)
		}
	})
	p.AtEnd(func() {
		if old.Len() == 0 {
			return
		}
		p.ReportPath(fmt.Sprintf("%s below 3.8.10: after a restart new and changed routes may answer 404 for a while", instance.Count(old.Len())),
			[]rule.Evidence{{Name: "gateways", Value: old.String()}}, remediation(path))
	})
}

func remediation(p version.Path) []rule.Step {
	steps := []rule.Step{
		{When: rule.During, Text: "Do not restart gateways of the old release while the control plane is upgraded, and change no routes shortly before."},
		{When: rule.During, Text: "If one must be restarted: take it out of the load balancer until its routes answer as on the others."},
	}
	if p.To.Release().Less(version.MustParse("3.8.10")) {
		steps = append(steps, rule.Step{When: rule.After, Text: "The same holds for gateways of " + p.To.String() + ": they are below 3.8.10 too."})
	}
	return steps
}
