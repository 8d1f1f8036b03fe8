// Package auditlogretentionset finds Dashboards whose target deletes old rows of the audit log.
package auditlogretentionset

import (
	_ "embed"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/cond"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

//go:embed doc.md
var doc string

// Rule finds Dashboards whose target deletes old rows of the audit log.
var Rule = rule.Rule{
	ID:         "audit-log-retention-set",
	Title:      "The target deletes audit-log rows older than 60 days unless configured otherwise",
	Action:     "set how many days audit records are kept",
	Severity:   rule.Breaking,
	Applies:    rule.Crossing,
	Confidence: rule.Confirmed,
	Doc:        doc,
	Facts:      rule.Facts(table()...),
}

// days is the key of the Dashboard's file.
const days = "/audit/retention_days"

func table() []rule.Fact {
	change, in := version.Since("3.8.9"), []estate.Kind{estate.DashboardConfig}
	export := rule.Step{When: rule.Before, Text: "Export the audit log too if records must outlive the database: only a backup brings back what is deleted."}
	oldest := rule.Step{When: rule.After, Text: "Make sure that the Dashboard still lists the oldest record that must be kept."}
	positive := cond.Exceeds("", 0)
	return []rule.Fact{
		rows.KeyAbsent{
			Case:    rule.Case{Entry: "R-3.8.9-1", Change: change},
			In:      in,
			Key:     days,
			Default: rows.Default{Chart: "60", Program: "60"},
			Weigh:   weigh,
			Says:    "not set; the target deletes audit-log rows older than 60 days; releases before 3.8.9 kept all of them",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Decide how many days audit records must be kept, by law or contract."},
				{When: rule.Before, Text: "Write audit.retention_days with that number into the file that the target's Dashboard will start with, conf.yaml of dashboard_conf; with Helm, write dashboard_configuration.audit.retention_days into the values for the upgrade (chart api7ee3). Assess that file or those values: what remains is a notice."},
				export,
				{When: rule.During, Text: "Bring the file or the values in together with the target's images, not earlier: older Dashboards do not know the key, and whether one starts with it is not known."},
				oldest,
			},
		},
		rows.KeySet{
			Case:     rule.Case{Entry: "R-3.8.9-1", Change: change},
			In:       in,
			Keys:     []string{days},
			If:       positive,
			Severity: rule.Notice,
			Action:   "check that so many days are enough",
			Says:     "the target deletes audit-log rows that are older than this many days; releases before 3.8.9 kept all of them",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Compare the number with how long audit records must be kept by law or contract."},
				{When: rule.Before, Text: "Older Dashboards do not know the key; whether one starts with it is not known, so keep it in the file of the target only."},
				export, oldest,
			},
		},
		rows.KeySet{
			Case:     rule.Case{Entry: "R-3.8.9-1", Change: change, Confidence: rule.Inferred},
			In:       in,
			Keys:     []string{days},
			If:       cond.Not(positive),
			Severity: rule.Warning,
			Action:   "write the number of days to keep",
			Says:     "not a positive number of days; what the target does with it is not documented: it may keep all audit-log rows, the default of 60 days, or none",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Write the number of days that audit records must be kept, or a large one such as 3650 if they must never be deleted, into the file of the target only."},
				export, oldest,
			},
		},
	}
}
