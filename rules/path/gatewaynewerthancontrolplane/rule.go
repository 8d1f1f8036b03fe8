// Package gatewaynewerthancontrolplane finds gateway instances that run a newer release than the control plane.
package gatewaynewerthancontrolplane

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

//go:embed doc.md
var doc string

// Rule finds gateway instances that run a newer release than the control plane.
var Rule = rule.Rule{
	ID:         "gateway-newer-than-control-plane",
	Title:      "A gateway instance is newer than the control plane",
	Severity:   rule.Breaking,
	Applies:    rule.Always,
	Catalogue:  []string{"G3b", "R-3.9.2-1"},
	Timing:     rule.Before,
	Confidence: rule.Confirmed,
	Doc:        doc,
	Start:      start,
}

// The control plane calls an instance offline after two hours without a heartbeat and removes it after seven days.
const (
	offlineAfter = 2 * 60 * 60
	removedAfter = 7 * 24 * 60 * 60
)

func start(p *rule.Pass) {
	p.On(estate.Instance, func(r *estate.Resource) {
		silence := r.Field("heartbeat_age_seconds").Number()
		age := 0.0
		if n, ok := silence.Known(); ok {
			age, _ = n.Float64()
		}
		if why := silence.Unreadable(); why != "" {
			p.Doubt(r, "/heartbeat_age_seconds", "whether the instance is alive cannot be read: "+why)
		}
		if age < removedAfter {
			judge(p, r, age >= offlineAfter)
		}
	})
}

func judge(p *rule.Pass, r *estate.Resource, offline bool) {
	text, known := r.Field("version").Text().Known()
	runs, err := parse(text)
	if !known || err != nil {
		why := fmt.Sprintf("version %q cannot be compared with that of the control plane", text)
		if !offline {
			p.Doubt(r, "/version", why)
			return
		}
		report(p, r, rule.Notice, "offline; "+why)
		return
	}
	severity, message := compare(p.Path, runs)
	if severity == 0 {
		return
	}
	if offline {
		severity, message = min(severity, rule.Warning), "offline; "+message
	}
	report(p, r, severity, message)
}

// parse reads the version of an instance. A gateway may run a patch of a release that the control plane has no patch
// of: 3.9.10-patch.1 belongs to 3.9.10.
func parse(text string) (version.Version, error) {
	base, _, _ := strings.Cut(text, "-patch.")
	return version.Parse(base)
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

func report(p *rule.Pass, r *estate.Resource, severity rule.Severity, message string) {
	step := rule.Step{When: rule.Before, Text: fmt.Sprintf("Choose a target that is not older than this gateway, or replace the gateway by one of release %s "+
		"before the control plane is upgraded.", p.Path.To)}
	if severity == rule.Notice {
		step = rule.Step{When: rule.During, Text: fmt.Sprintf("Upgrade the control plane to %s, then this gateway to the same release.", p.Path.To)}
	}
	p.Report(rule.Finding{
		Subject: r.Subject(), Pointer: "/version", Severity: severity, Message: message,
		Evidence: []rule.Evidence{
			{Name: "gateway", Value: plain(r.Field("version"))},
			{Name: "control plane", Value: p.Path.From.String() + " to " + p.Path.To.String()},
		},
		Remediation: []rule.Step{step},
	})
}

func plain(v estate.Value) string {
	text, _ := v.Text().Known()
	return text
}
