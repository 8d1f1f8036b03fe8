// Package gatewaybehindtarget tells which gateway instances are behind the target, and which are behind already.
package gatewaybehindtarget

import (
	_ "embed"
	"fmt"
	"maps"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/rules/internal/instance"
)

//go:embed doc.md
var doc string

// Rule tells which gateway instances are behind the target.
var Rule = rule.Rule{
	ID:         "gateway-behind-target",
	Title:      "Gateway instances are a release line or more behind the target until they are upgraded",
	Severity:   rule.Warning,
	Applies:    rule.Always,
	Catalogue:  []string{"G3a"},
	Timing:     rule.During,
	Confidence: rule.Confirmed,
	Doc:        doc,
	Start:      start,
}

func start(p *rule.Pass) {
	upToDate := map[string]*instance.List{} // by release: those that are not behind the control plane of today
	instance.On(p, func(i instance.Instance) {
		switch {
		case i.Doubt != "" || i.Offline || i.Version.Line().Compare(p.Path.To.Line()) >= 0:
		case i.Version.Line().Compare(p.Path.From.Line()) < 0:
			late(p, i)
		default:
			runs := i.Version.String()
			if upToDate[runs] == nil {
				upToDate[runs] = &instance.List{}
			}
			upToDate[runs].Add(i)
		}
	})
	p.AtEnd(func() { window(p, upToDate) })
}

// late reports an instance that is behind the control plane of today already.
func late(p *rule.Pass, i instance.Instance) {
	severity, lines := rule.Notice, "one release line"
	if behind := len(version.Path{From: i.Version, To: p.Path.To}.Lines()); behind > 1 {
		severity, lines = rule.Warning, fmt.Sprintf("%d release lines", behind)
	}
	p.Report(rule.Finding{
		Subject: i.Resource.Subject(), Pointer: "/version", Severity: severity,
		Message: fmt.Sprintf("runs %s, %s behind a control plane %s, and already behind today's", i.Version, lines, p.Path.To),
		Evidence: []rule.Evidence{
			{Name: "gateway", Value: i.Version.String()},
			{Name: "control plane", Value: p.Path.From.String() + " to " + p.Path.To.String()},
		},
		Remediation: append([]rule.Step{
			{When: rule.Before, Text: "Upgrade this gateway to the release of today's control plane first."},
		}, after(p.Path)...),
	})
}

// window reports, all together, the instances that the upgrade leaves behind for as long as it lasts: every upgrade over
// a release line does, so it is no more than a notice.
func window(p *rule.Pass, upToDate map[string]*instance.List) {
	count, evidence := 0, []rule.Evidence{}
	for _, runs := range slices.Sorted(maps.Keys(upToDate)) {
		count += upToDate[runs].Len()
		evidence = append(evidence, rule.Evidence{Name: "gateways of " + runs, Value: upToDate[runs].String()})
	}
	if count == 0 {
		return
	}
	f := p.PathFinding(fmt.Sprintf("%s of an older release line than a control plane %s, until upgraded", instance.Count(count), p.Path.To), evidence, after(p.Path))
	f.Severity = rule.Notice
	p.Report(f)
}

func after(p version.Path) []rule.Step {
	return []rule.Step{
		{When: rule.During, Text: "Upgrade these gateways to " + p.To.String() + " right after the control plane, one gateway group after the other."},
		{When: rule.After, Text: "Check on the Gateway Instances page that each is compatible and has the version of the control plane."},
	}
}
