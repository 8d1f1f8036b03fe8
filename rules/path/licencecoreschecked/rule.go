// Package licencecoreschecked reminds to compare the licence with what gateways use.
package licencecoreschecked

import (
	_ "embed"

	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

//go:embed doc.md
var doc string

// Rule reminds to compare the licence with what gateways use.
var Rule = rule.Rule{
	ID:         "licence-cores-checked",
	Title:      "The licence must cover the CPU cores of all gateway instances",
	Severity:   rule.Warning,
	Applies:    rule.Crossing,
	Confidence: rule.Confirmed,
	Doc:        doc,
	Facts:      rule.Facts(table...),
}

var table = []rows.Reminder{
	{
		Case:  rule.Case{Entry: "R-3.5.0-4", Change: version.Since("3.5.0")},
		Title: "Compare the CPU cores of the licence with those of all gateway instances",
		Why:   "From 3.5.0 on nothing can be created any more while gateways have more cores than the licence allows; the licence itself is not read.",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Look up the cores of the licence in the Dashboard. If the gateways have more, extend the licence or remove instances."},
			{When: rule.During, Text: "Count both generations: while gateways are replaced one by one, old and new instances run at the same time."},
		},
		Show: usage,
	},
	{
		Case:  rule.Case{Entry: "R-3.2.16.6-2", Change: version.Since("3.2.16.6")},
		Title: "Count gateway containers: each is an instance of its own, with its own CPU cores on the licence",
		Why:   "Before 3.2.16.6 several containers with the same id counted as one instance, so the licence may have covered more than it does now.",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Compare the number of gateway containers that run with that of the instances listed here, and their cores with the licence."},
			{When: rule.Before, Text: "Give no two gateways the same apisix.uid or the same conf/apisix.uid file."},
		},
		Show: usage,
	},
}
