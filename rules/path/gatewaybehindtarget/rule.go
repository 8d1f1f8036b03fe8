// Package gatewaybehindtarget tells how far gateway instances are behind the target.
package gatewaybehindtarget

import (
	_ "embed"
	"fmt"

	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/rules/internal/instance"
)

//go:embed doc.md
var doc string

// Rule tells how far gateway instances are behind the target.
var Rule = rule.Rule{
	ID:         "gateway-behind-target",
	Title:      "A gateway instance is release lines behind the target and stays so until it is upgraded",
	Severity:   rule.Warning,
	Applies:    rule.Always,
	Catalogue:  []string{"G3a"},
	Timing:     rule.During,
	Confidence: rule.Confirmed,
	Doc:        doc,
	Start:      start,
}

func start(p *rule.Pass) {
	instance.On(p, func(i instance.Instance) {
		if i.Doubt != "" || i.Offline {
			return
		}
		behind := version.Path{From: i.Version, To: p.Path.To}.Lines()
		if i.Version.Line().Compare(p.Path.To.Line()) >= 0 || len(behind) == 0 {
			return
		}
		severity, lines := rule.Notice, "one release line"
		if len(behind) > 1 {
			severity, lines = rule.Warning, fmt.Sprintf("%d release lines", len(behind))
		}
		p.Report(rule.Finding{
			Subject: i.Resource.Subject(), Pointer: "/version", Severity: severity,
			Message: fmt.Sprintf("runs %s, %s behind a control plane %s", i.Version, lines, p.Path.To),
			Evidence: []rule.Evidence{
				{Name: "gateway", Value: i.Version.String()},
				{Name: "control plane", Value: p.Path.From.String() + " to " + p.Path.To.String()},
			},
			Remediation: remedy(p.Path, i.Version, len(behind)),
		})
	})
}

func remedy(p version.Path, runs version.Version, behind int) []rule.Step {
	var steps []rule.Step
	switch {
	case runs.Line().Compare(p.From.Line()) < 0:
		steps = append(steps, rule.Step{When: rule.Before, Text: "Upgrade this gateway to the release of today's control plane first: it is behind that already."})
	case behind > 1:
		steps = append(steps, rule.Step{When: rule.Before, Text: "Rehearse a control plane of the target with a gateway of this release, or upgrade both line by line."})
	}
	return append(steps,
		rule.Step{When: rule.During, Text: "Upgrade this gateway to " + p.To.String() + " right after the control plane."},
		rule.Step{When: rule.After, Text: "Check on the Gateway Instances page that it is compatible and has the version of the control plane."})
}
