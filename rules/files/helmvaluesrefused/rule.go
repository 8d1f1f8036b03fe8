// Package helmvaluesrefused finds Helm values with which the target's chart cannot be installed or its pods cannot work.
package helmvaluesrefused

import (
	_ "embed"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/cond"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/rules/internal/helmvalues"
)

//go:embed doc.md
var doc string

// Rule finds Helm values with which the target's chart cannot be installed or its pods cannot work.
var Rule = rule.Rule{
	ID:         "helm-values-refused",
	Title:      "The target's chart refuses Helm values, or its pods cannot work with them",
	Action:     "correct the values",
	Severity:   rule.Breaking,
	Applies:    rule.Reaching,
	Confidence: rule.Confirmed,
	Doc:        doc,
	Facts:      slices.Concat(rule.Facts(ports()), rule.Facts(judged()...)),
}

// ports are node ports of the DP Manager, which the template checks.
func ports() rows.ValueIs {
	const port, tls = "/dp_manager_service/port", "/dp_manager_service/tlsPort"
	return rows.ValueIs{
		Case: rule.Case{Entry: "HELM-NODEPORT", Change: version.Since("3.9.7")},
		In:   []estate.Kind{estate.HelmValues}, Chart: version.ControlPlaneChart, Charts: version.Since("0.17.48"),
		If: cond.All(
			cond.Any(cond.Not(cond.Exceeds(port, 29999)), cond.Exceeds(port, 32767), cond.Not(cond.Exceeds(tls, 29999)), cond.Exceeds(tls, 32767)),
			cond.Is("/dp_manager_service/type", "NodePort"), cond.True("/dp_manager_service/autoAssignNodePort"),
		),
		Action: "set autoAssignNodePort: false",
		Says:   "Helm refuses the release: with it dp_manager_service.port and tlsPort, 7900 and 7943 by default, must both be from 30000 to 32767",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Set autoAssignNodePort: false, and dp_manager_service.nodePort and tlsNodePort if the ports of the nodes must stay."},
		},
	}
}

// judged are values that are compared with each other.
func judged() []helmvalues.Fact {
	mcp := rule.Case{Entry: "GW-SIDECAR-MCP", Change: version.Since("3.9.10"), Gateways: true}
	guess := mcp
	guess.Confidence = rule.Inferred
	return []helmvalues.Fact{
		{
			Case: rule.Case{Entry: "HELM-PROBES", Change: version.Since("3.5.2")}, Chart: version.ControlPlaneChart, Charts: version.Since("0.17.8"),
			Judge: probes(map[string][]string{"dashboard": nil, "dp_manager": nil, "developer_portal": {"developer_portal_configuration", "enable"}}),
		},
		{
			Case: rule.Case{Entry: "HELM-PROBES-2", Change: version.Since("3.9.8")}, Chart: version.ControlPlaneChart, Charts: version.Since("0.17.49"),
			Judge: probes(map[string][]string{"file_server": {"file_server", "enabled"}}),
		},
		{Case: mcp, Chart: version.GatewayChart, Charts: version.Since("0.2.61"), Judge: sidecarPort},
		{Case: guess, Chart: version.GatewayChart, Charts: version.Since("0.2.61"), Judge: sidecarOff},
		{
			Case:  rule.Case{Entry: "R-3.10.5-2", Change: version.Since("3.9.18", "3.10.5"), Gateways: true},
			Chart: version.GatewayChart, Charts: version.Since("3.9.10", "3.10.12"), Judge: grace,
		},
	}
}
