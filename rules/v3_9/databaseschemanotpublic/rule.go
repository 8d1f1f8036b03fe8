// Package databaseschemanotpublic reminds of a Dashboard that does not start where the tables are in a schema of their own.
package databaseschemanotpublic

import (
	_ "embed"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

//go:embed doc.md
var doc string

// Rule reminds of a Dashboard that does not start where the tables are in a schema of their own.
var Rule = rule.Rule{
	ID:         "database-schema-not-public",
	Title:      "The tables are not in the schema public: the Dashboard of the target may not start",
	Severity:   rule.Breaking,
	Applies:    rule.Reaching,
	Confidence: rule.Confirmed,
	Doc:        doc,
	Facts:      rule.Facts(table...),
}

var table = []rows.Reminder{{
	Case:  rule.Case{Entry: "R-3.9.0-8", Change: version.Since("3.2.8.1"), Until: version.Since("3.9.0")},
	Title: "Rehearse the start of the Dashboard with tables outside the schema public",
	Why:   "The Dashboard of releases before 3.9.0 can fail to start where the connection string chooses another schema than public.",
	Steps: []rule.Step{
		{When: rule.Before, Text: "Start the target against a copy of the database, with the same search_path, before the change window."},
		{When: rule.Before, Text: "If it does not start, this target is no choice. It is fixed in 3.9.0."},
	},
	If: []rows.Sign{{Kind: estate.Database, Body: notPublic}},
}}

// notPublic reports whether a database does not say that its tables are in the schema public.
func notPublic(r *estate.Resource) bool {
	schema, known := r.Field("schema").Text().Known()
	return !known || schema != "public"
}
