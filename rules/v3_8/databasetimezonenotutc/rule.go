// Package databasetimezonenotutc reminds of wrong instance states under a database that is not in UTC.
package databasetimezonenotutc

import (
	_ "embed"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

//go:embed doc.md
var doc string

// Rule reminds of wrong instance states under a database that is not in UTC.
var Rule = rule.Rule{
	ID:         "database-timezone-not-utc",
	Title:      "The database is not in UTC: the target may show wrong states of gateway instances",
	Severity:   rule.Warning,
	Applies:    rule.Reaching,
	Confidence: rule.Confirmed,
	Doc:        doc,
	Facts:      rule.Facts(table...),
}

var table = []rows.Reminder{{
	Case:  rule.Case{Entry: "R-3.8.14-1", Change: version.Since("3.2.8.1"), Until: version.Since("3.8.14")},
	Title: "Set the database's time zone to UTC: before 3.8.14 states of gateway instances are wrong otherwise",
	Why:   "Control planes before 3.8.14 show wrong states of gateway instances where the time zone of the database is not UTC.",
	Steps: []rule.Step{
		{When: rule.Before, Text: "Check the time zone of the control plane's sessions, and set it to UTC for the control plane's role or database.", Command: rule.Command{Line: `psql "$DSN" -Atc 'SHOW timezone'`, Reads: []string{"DSN"}}},
		{When: rule.After, Text: "If it must stay different, do not trust the state on the Gateway Instances page before 3.8.14: look at the time of the last heartbeat."},
	},
	If: []rows.Sign{{Kind: estate.Database, Body: notUTC}},
}}

// notUTC reports whether a database does not say that its time zone is UTC, by any of the names that the server knows.
func notUTC(r *estate.Resource) bool {
	zone, known := r.Field("timezone").Text().Known()
	return !known || !slices.Contains([]string{
		"UTC", "Etc/UTC", "UCT", "Etc/UCT", "GMT", "Etc/GMT", "GMT0", "Etc/GMT0", "Zulu", "Etc/Zulu", "Universal", "Etc/Universal", "Greenwich", "Etc/Greenwich",
	}, zone)
}
