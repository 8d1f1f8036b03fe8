// Package gatewaybehindtarget finds gateway instances that are behind the installed control plane already.
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

// Rule finds gateway instances that are behind the installed control plane already.
var Rule = rule.Rule{
	ID:         "gateway-behind-target",
	Title:      "A gateway instance is a release line or more behind the installed control plane already",
	Action:     "upgrade the gateway to today's release",
	Severity:   rule.Warning,
	Applies:    rule.Always,
	Catalogue:  []string{"G3a"},
	Timing:     rule.During,
	Confidence: rule.Confirmed,
	Doc:        doc,
	Start:      start,
}

// start looks for instances that are behind the control plane of today already. That the others are behind while the
// upgrade lasts is part of every upgrade.
func start(p *rule.Pass) {
	path := p.Path()
	instance.On(p, func(i instance.Instance) {
		if i.Doubt == "" && !i.Offline && i.Version.Line().Compare(path.From.Line()) < 0 {
			late(p, path, i)
		}
	})
}

// late reports an instance that is behind the control plane of today already.
func late(p *rule.Pass, path version.Path, i instance.Instance) {
	severity, lines := rule.Notice, "one release line"
	if behind := len(version.Path{From: i.Version, To: path.To}.Lines()); behind > 1 {
		severity, lines = rule.Warning, fmt.Sprintf("%d release lines", behind)
	}
	p.Report(rule.Finding{
		Subject: i.Resource.Subject(), Pointer: "/version", Severity: severity,
		Message: fmt.Sprintf("runs %s, %s behind a control plane %s, and already behind today's", i.Version, lines, path.To),
		Evidence: []rule.Evidence{
			{Name: "gateway", Value: i.Version.String()},
			{Name: "control plane", Value: path.From.String() + " to " + path.To.String()},
		},
		Remediation: append([]rule.Step{
			{When: rule.Before, Text: "Upgrade this gateway to the release of today's control plane first."},
		}, after(path)...),
	})
}

func after(p version.Path) []rule.Step {
	return []rule.Step{
		{When: rule.During, Text: "Upgrade these gateways to " + p.To.String() + " right after the control plane, one gateway group after the other."},
		{When: rule.After, Text: "Check on the Gateway Instances page that each is compatible and has the version of the control plane."},
	}
}
