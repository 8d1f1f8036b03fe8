// Package plugindefectintarget finds plugins that do not work as they should on the target.
package plugindefectintarget

import (
	_ "embed"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/cond"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

//go:embed doc.md
var doc string

// Rule finds plugins that do not work as they should on the target.
var Rule = rule.Rule{
	ID:         "plugin-defect-in-target",
	Title:      "A plugin has a known defect in the target; a later patch release fixes it",
	Action:     "weigh it when you decide on the target",
	Severity:   rule.Warning,
	Applies:    rule.Reaching,
	Confidence: rule.Confirmed,
	Doc:        doc,
	Facts:      slices.Concat(rule.Facts(table()...), rule.Facts(twice)),
}

func table() []rows.Attached {
	oidc := rule.Case{Entry: "R-3.5.5-1", Change: version.Since("3.2.8.1"), Until: version.Since("3.5.5", "3.6.1", "3.7.1")}
	validates := oidc
	validates.Confidence = rule.Inferred
	tokens := []rule.Step{{When: rule.Before, Text: "If tokens must be checked for issuer and audience, weigh it when you decide on the target: it is fixed in 3.5.5, 3.6.1 and 3.7.1, the first release with the fix in each line. The note of 3.6.1 mentions only the issuer."}}

	count := rule.Case{Entry: "R-3.8.19-6", Change: version.Since("3.8.19"), Until: version.Since("3.8.22", "3.9.2")}
	delayed := count
	delayed.Confidence = rule.Inferred
	late := cond.Any(cond.Exceeds("/sync_interval", 0), cond.Exceeds("/sync_rate", 0))
	limits := []rule.Step{{When: rule.Before, Text: "Weigh it when you decide on the target: it is fixed in 3.8.22 and 3.9.2, the first release with the fix in each line."}}

	return []rows.Attached{
		{
			Case: oidc, Plugins: []string{"openid-connect"}, If: cond.Lacks("/claim_validator"), Severity: rule.Notice,
			Says: "in the target it cannot be configured which issuers and which audience to accept", Weigh: true, Steps: tokens,
		},
		{
			Case: validates, Plugins: []string{"openid-connect"}, If: cond.Has("/claim_validator"),
			Says: "the target does not verify the issuer or audience that claim_validator asks for", Weigh: true, Steps: tokens,
		},
		{
			Case: count, Plugins: []string{"limit-count-advanced"}, If: cond.Not(late), Severity: rule.Notice,
			Says: "in the target the header with the reset time is wrong", Weigh: true, Steps: limits,
		},
		{
			Case: delayed, Plugins: []string{"limit-count-advanced"}, If: late,
			Says: "in the target counts that are written to Redis with a delay are lost, so more requests pass; the header with the reset time is wrong", Weigh: true, Steps: limits,
		},
	}
}

// twice is a defect that no configuration shows: any plugin of that phase, on whatever consumers can reach.
var twice = rows.Reminder{
	Case:  rule.Case{Entry: "R-3.3.1-1", Change: version.Since("3.2.8.1"), Until: version.Since("3.3.1")},
	Title: "Test plugins of the rewrite phase: before 3.3.1 they run twice once a consumer is found",
	Why:   "They run again once a consumer is recognised, so a limit counts double and a rewrite is applied twice. The notes do not say since when.",
	Steps: []rule.Step{{When: rule.Before, Text: "Weigh it when you decide on the target: it is fixed in 3.3.1, whose Dashboard does not start after an upgrade from 3.2.16.2 or older."}},
	If:    []rows.Sign{{Kind: estate.Consumer}},
}
