// Package configurationkeymisplaced finds keys that belong to the file of another component.
package configurationkeymisplaced

import (
	_ "embed"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
)

//go:embed doc.md
var doc string

// Rule finds keys that belong to the file of another component.
var Rule = rule.Rule{
	ID:         "configuration-key-misplaced",
	Title:      "A configuration file has a key that belongs to the file of another component",
	Action:     "move the key to the right file",
	Severity:   rule.Notice,
	Applies:    rule.Always,
	Confidence: rule.Inferred,
	Doc:        doc,
	Facts:      rule.Facts(table...),
}

var table = []rows.KeySet{
	{
		Case: rule.Case{Entry: "CP-MISPLACED"}, In: []estate.Kind{estate.DPManagerConfig},
		Keys: []string{
			"/console", "/audit", "/telemetry", "/security", "/session_options_config", "/fallback_cp",
			"/prometheus/whitelist", "/prometheus/query_path_prefix",
		},
		Action: "move it to the Dashboard's file",
		Says:   "a key of the Dashboard's file; that of the DP Manager has no such key in the vendor's chart",
		Steps:  []rule.Step{{When: rule.Before, Text: "Check whether the Dashboard's file says the same, and delete it here."}},
	},
	{
		Case: rule.Case{Entry: "CP-MISPLACED"}, In: []estate.Kind{estate.DashboardConfig},
		Keys:   []string{"/consumer_cache", "/developer_cache", "/rate_limit", "/prometheus/remote_write_path"},
		Action: "move it to the DP Manager's file",
		Says:   "a key of the DP Manager's file; that of the Dashboard has no such key in the vendor's chart",
		Steps:  []rule.Step{{When: rule.Before, Text: "Check whether the DP Manager's file says the same, and delete it here."}},
	},
}
