// Package databasedsnunsupported finds connection strings that the target cannot use.
package databasedsnunsupported

import (
	_ "embed"
	"fmt"

	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/rules/internal/connection"
)

//go:embed doc.md
var doc string

// Rule finds connection strings that the target cannot use.
var Rule = rule.Rule{
	ID:         "database-dsn-unsupported",
	Title:      "The target may not be able to use the database that a file names",
	Action:     "choose another target or move to PostgreSQL",
	Severity:   rule.Breaking,
	Applies:    rule.Always,
	Catalogue:  []string{"CP-DB-DSN-SCHEME", "R-3.2.10.1-1", "R-3.8.21-3", "R-3.9.0-8"},
	Confidence: rule.Confirmed,
	Doc:        doc,
	Start:      start,
}

func start(p *rule.Pass) {
	path := p.Path()
	connection.On(p, func(c *connection.Connection) {
		if c.Doubt != "" {
			p.Unknown(c.Subject, c.Pointer, c.Doubt)
			return
		}
		if c.Scheme != "" {
			scheme(p, path, c)
			schema(p, path, c)
		}
	})
}

// scheme judges the type of the database.
func scheme(p *rule.Pass, path version.Path, c *connection.Connection) {
	sqlServer, mySQL := version.Since("3.8.21"), version.Since("3.2.10.1")
	choose := rule.Step{When: rule.Before, Text: "Choose a target that supports this database, or move to PostgreSQL."}
	switch {
	case c.Scheme == "postgres", c.Scheme == "mysql" && path.Reaches(mySQL), c.Scheme == "sqlserver" && path.Reaches(sqlServer):
	case c.Scheme == "sqlserver":
		report(p, c, "R-3.8.21-3", rule.Breaking, fmt.Sprintf("SQL Server is supported from %s on, but the target is %s", sqlServer, path.To), "", choose)
	case c.Scheme == "mysql":
		report(p, c, "R-3.2.10.1-1", rule.Breaking, fmt.Sprintf("MySQL is supported from %s on, but the target is %s", mySQL, path.To), "", choose)
	default:
		report(p, c, "CP-DB-DSN-SCHEME", rule.Warning, fmt.Sprintf("%q is not one of the publicly known database types: postgres, mysql, sqlserver", c.Scheme),
			"ask API7 whether the target supports it", rule.Step{When: rule.Before, Text: "Ask API7 whether the target supports this database."})
	}
}

// schema judges in which schema the tables are.
func schema(p *rule.Pass, path version.Path, c *connection.Connection) {
	anySchema := version.Since("3.9.0")
	switch {
	case c.Scheme != "postgres" || path.Reaches(anySchema) || c.Component != "dashboard":
		return
	case c.SearchPath == "" && c.Hidden:
		p.Unknown(c.Subject, c.Pointer, "which schema database.dsn asks for: its options are hidden in this source")
		return
	case c.SearchPath == "" || c.SearchPath == "public":
		return
	}
	report(p, c, "R-3.9.0-8", rule.Warning,
		fmt.Sprintf("asks for the schema %q, and the Dashboard of releases before %s can fail to start outside the schema public", c.SearchPath, anySchema),
		"rehearse the start on a copy first", rule.Step{When: rule.Before, Text: "Start the target against a copy of the database, with the same search_path, before the change window. If it does not start, this target is no choice. It is fixed in 3.9.0."})
}

func report(p *rule.Pass, c *connection.Connection, entry string, severity rule.Severity, message, action string, step rule.Step) {
	p.Report(rule.Finding{
		Subject: c.Subject, Case: rule.Case{Entry: entry}, Pointer: c.Pointer, Severity: severity,
		Message:  c.KeyPath + ": " + message,
		Evidence: []rule.Evidence{{Name: "database", Value: c.String()}}, Action: action, Remediation: []rule.Step{step},
	})
}
