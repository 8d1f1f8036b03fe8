// Package telemetryoptoutlost finds gateways that switch telemetry off while the control plane, which decides from 3.9.10
// on, does not.
package telemetryoptoutlost

import (
	_ "embed"

	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

//go:embed doc.md
var doc string

// Rule finds gateways that switch telemetry off while the Dashboard does not.
var Rule = rule.Rule{
	ID:         "telemetry-opt-out-lost",
	Title:      "Telemetry is off in a gateway's file, but the control plane switches it on",
	Action:     "switch telemetry off in the Dashboard",
	Severity:   rule.Warning,
	Applies:    rule.Crossing,
	Change:     version.Since("3.9.10"),
	Catalogue:  []string{"R-3.9.10-1"},
	Confidence: rule.Inferred,
	Doc:        doc,
	Start:      start,
}
