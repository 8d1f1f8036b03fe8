// Package gatewaynewerthancontrolplane finds gateway instances that run a newer release than the control plane.
package gatewaynewerthancontrolplane

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/redact"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/rules/internal/instance"
)

//go:embed doc.md
var doc string

// Rule finds gateway instances that run a newer release than the control plane.
var Rule = rule.Rule{
	ID:         "gateway-newer-than-control-plane",
	Title:      "A gateway instance is newer than the control plane",
	Action:     "choose a newer target or replace the gateway",
	Severity:   rule.Breaking,
	Applies:    rule.Always,
	Catalogue:  []string{"G3b", "R-3.9.2-1"},
	Confidence: rule.Confirmed,
	Doc:        doc,
	Start:      start,
}

func start(p *rule.Pass) {
	path := p.Path()
	instance.On(p, func(i instance.Instance) {
		switch {
		case i.Doubt == "":
			judge(p, path, i)
		case i.Offline:
			report(p, path, i.Resource, rule.Notice, "offline; "+i.Doubt)
		}
	})
	p.On(estate.Image, func(r *estate.Resource) {
		if r.Field("component").TextOrEmpty() == "gateway" {
			image(p, path, r)
		}
	})
}

// image judges a gateway that files name. One that is newer than the control plane of today is one to start later.
func image(p *rule.Pass, path version.Path, r *estate.Resource) {
	v, ok := instance.Image(p, r)
	if severity, message := compare(path, v); ok && severity != 0 {
		report(p, path, r, severity, message)
	}
}

func judge(p *rule.Pass, path version.Path, i instance.Instance) {
	severity, message := compare(path, i.Version)
	if severity == 0 {
		return
	}
	if i.Offline {
		severity, message = min(severity, rule.Warning), "offline; "+message
	}
	report(p, path, i.Resource, severity, message)
}

func compare(path version.Path, runs version.Version) (rule.Severity, string) {
	switch {
	case path.To.Less(runs) && path.Reaches(version.Since("3.9.2")):
		return rule.Breaking, fmt.Sprintf("runs %s; a control plane %s refuses newer gateways", runs, path.To)
	case path.To.Less(runs):
		return rule.Warning, fmt.Sprintf("runs %s, newer than the control plane even after the upgrade to %s", runs, path.To)
	case path.From.Less(runs):
		return rule.Notice, fmt.Sprintf("runs %s, newer than the control plane %s today", runs, path.From)
	}
	return 0, ""
}

func report(p *rule.Pass, path version.Path, r *estate.Resource, severity rule.Severity, message string) {
	step := rule.Step{When: rule.Before, Text: fmt.Sprintf("Choose a target that is not older than this gateway, or replace the gateway with one of release %s "+
		"before the control plane is upgraded.", path.To)}
	action := ""
	if severity == rule.Notice {
		action = "upgrade the control plane first"
		step = rule.Step{When: rule.During, Text: fmt.Sprintf("Upgrade the control plane to %s, then this gateway to the same release.", path.To)}
	}
	pointer := "/version"
	if r.Kind == estate.Image {
		pointer = "/tag"
	}
	evidence := []rule.Evidence{
		{Name: "gateway", Value: redact.Found(r.Field(pointer[1:]).TextOrEmpty())},
		{Name: "control plane", Value: path.From.String() + " to " + path.To.String()},
	}
	if names, _ := r.Field("defaults").Strings().Known(); len(names) > 0 {
		evidence = append(evidence, rule.Evidence{Name: "image", Value: "the default of the variable " + strings.Join(names, " and of ") + " in the compose file"})
	}
	p.Report(rule.Finding{
		Subject: r.Subject(), Pointer: pointer, Severity: severity, Message: message, Evidence: evidence,
		Action: action, Remediation: []rule.Step{step},
	})
}
