// Package migrationcutshort reminds that Kubernetes can restart the Dashboard in the middle of a migration.
package migrationcutshort

import (
	_ "embed"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

//go:embed doc.md
var doc string

// Rule reminds that Kubernetes can restart the Dashboard in the middle of a migration.
var Rule = rule.Rule{
	ID:         "migration-cut-short",
	Title:      "Kubernetes restarts the Dashboard when its migration of the database takes too long",
	Severity:   rule.Warning,
	Applies:    rule.Always,
	Confidence: rule.Confirmed,
	Doc:        doc,
	Facts:      rule.Facts(table...),
}

var table = []rows.Reminder{{
	Case:  rule.Case{Entry: "HELM-LIVENESS"},
	Title: "Helm: give the Dashboard more time than the migration of the database needs",
	Why:   "The liveness probe of the chart restarts a Dashboard that does not answer after 180 seconds and 30 failures 10 seconds apart (8 minutes), with charts below 0.17.8 after 61 seconds: a long migration is killed in the middle.",
	Steps: []rule.Step{
		{When: rule.Before, Text: "Measure the migration on a copy of the database."},
		{When: rule.Before, Text: "If it takes more than a few minutes, raise dashboard.livenessProbe.initialDelaySeconds above it for the upgrade. Charts below 0.17.8 have no value for this: change the Deployment of the Dashboard."},
		{When: rule.After, Text: "Set the old value again."},
	},
	If: []rows.Sign{{Kind: estate.HelmValues, Body: func(r *estate.Resource) bool {
		return r.Field("chart").TextOrEmpty() == version.ControlPlaneChart
	}}},
}}
