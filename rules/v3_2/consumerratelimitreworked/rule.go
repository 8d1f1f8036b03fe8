// Package consumerratelimitreworked finds rate limits on consumers, which release 3.2.16.3 reworked.
package consumerratelimitreworked

import (
	_ "embed"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

//go:embed doc.md
var doc string

// Rule finds rate limits on consumers.
var Rule = rule.Rule{
	ID:         "consumer-rate-limit-reworked",
	Title:      "Rate limits of consumers may count differently in the target",
	Action:     "test the limit before and after",
	Severity:   rule.Warning,
	Applies:    rule.Crossing,
	Timing:     rule.After,
	Confidence: rule.Confirmed,
	Doc:        doc,
	Facts: rule.Facts(rows.Attached{
		Case:    rule.Case{Entry: "R-3.2.16.3-3", Change: version.Since("3.2.16.3")},
		Plugins: []string{"limit-count", "limit-req"},
		On:      []estate.Kind{estate.Consumer},
		Says:    "limits this consumer; from 3.2.16.3 on limits of a consumer can differ by service and route",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Record with a test client when this consumer is limited: on one route, and across two routes of different services."},
			{When: rule.After, Text: "Repeat the test, and correct the limit where it counts differently."},
		},
	}),
}
