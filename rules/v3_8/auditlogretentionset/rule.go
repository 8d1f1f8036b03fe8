// Package auditlogretentionset reminds of the audit log, whose old rows the target deletes.
package auditlogretentionset

import (
	_ "embed"

	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

//go:embed doc.md
var doc string

// Rule reminds of the audit log, whose old rows the target deletes.
var Rule = rule.Rule{
	ID:         "audit-log-retention-set",
	Title:      "The target deletes audit-log rows older than 60 days unless told otherwise",
	Severity:   rule.Breaking,
	Applies:    rule.Crossing,
	Timing:     rule.Before,
	Confidence: rule.Confirmed,
	Doc:        doc,
	Facts:      rule.Facts(table()...),
}

func table() []rule.Reminder {
	return []rule.Reminder{{
		Case:  rule.Case{Entry: "R-3.8.9-1", Change: version.Since("3.8.9")},
		Title: "Data loss: set audit.retention_days before the first start, or audit-log rows older than 60 days are deleted",
		Why:   "The audit log has an expiry from 3.8.9 on, 60 days where the Dashboard's conf.yaml does not name another; what is deleted comes back from a backup alone.",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Find out how long audit records must be kept, and since when there are some."},
			{When: rule.Before, Text: "Set audit.retention_days (days) in dashboard_conf/conf.yaml, with Helm dashboard_configuration.audit.retention_days of the chart api7ee3, before a Dashboard of the target starts for the first time. Older Dashboards do not know the key; whether one starts with it is not known, so write it into the file of the target only."},
			{When: rule.Before, Text: "Export the audit log as well if records must outlive the database."},
			{When: rule.After, Text: "Make sure that the Dashboard still lists the oldest record that must be kept."},
		},
	}}
}
