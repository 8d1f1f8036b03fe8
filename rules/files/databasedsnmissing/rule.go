// Package databasedsnmissing finds components of the control plane whose files name no database.
package databasedsnmissing

import (
	_ "embed"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/rules/internal/connection"
)

//go:embed doc.md
var doc string

// Rule finds components of the control plane whose files name no database.
var Rule = rule.Rule{
	ID:         "database-dsn-missing",
	Title:      "A component of the control plane has no database.dsn, or the chart's instead of yours",
	Action:     "set database.dsn, the same everywhere",
	Severity:   rule.Breaking,
	Applies:    rule.Reaching,
	Change:     version.Since("3.2.8.1"),
	Catalogue:  []string{"CP-DB-DSN-MISSING", "CP-DB-PORTAL-DSN"},
	Confidence: rule.Confirmed,
	Doc:        doc,
	Start:      start,
}

func start(p *rule.Pass) {
	ownDatabase := rule.Ask(p, func(path version.Path) bool { return path.Reaches(version.Since("3.2.16.6")) }) // of the Developer Portal
	var dashboards, others []*connection.Connection
	p.Uses(connection.Kinds()...) // each file is judged by itself; those of a Helm release are compared, and come together
	connection.On(p, func(c *connection.Connection) {
		switch {
		case c.Doubt != "":
			p.Unknown(c.Subject, c.Pointer, c.Doubt)
		case c.Component == "portal" && !ownDatabase:
		case c.Missing && !c.Helm:
			report(p, c, c.KeyPath+": not set, but it is the one key that every component needs", nil)
		case c.Component == "dashboard":
			dashboards = append(dashboards, c)
		case c.Helm:
			others = append(others, c)
		}
	})
	p.AtEnd(func() {
		for _, c := range others {
			for _, d := range connection.Near(c, dashboards) {
				judge(p, c, d)
			}
		}
	})
}

// judge compares which of two components of one release leave their database to the chart: both may.
func judge(p *rule.Pass, c, d *connection.Connection) {
	if !d.Helm || c.Missing == d.Missing || c.From != d.From {
		return
	}
	if d.Missing {
		c, d = d, c
	}
	if d.String() == connection.OfChart {
		return
	}
	report(p, c, c.KeyPath+": not set, so the chart writes its own database, not the one of "+d.KeyPath,
		[]rule.Evidence{{Name: d.KeyPath, Value: d.String() + " at " + d.Subject.Origin.Where(d.Pointer)}})
}

func report(p *rule.Pass, c *connection.Connection, message string, evidence []rule.Evidence) {
	evidence = append(slices.Clone(evidence), rule.Evidence{Name: "default", Value: "none"})
	if c.Helm {
		evidence[len(evidence)-1].Value = connection.OfChart + " (from the chart)"
	}
	p.Report(rule.Finding{
		Subject: c.Subject, Pointer: c.Pointer, Message: message, Evidence: evidence,
		Remediation: []rule.Step{{
			When: rule.Before,
			Text: "Set database.dsn, the same for Dashboard, DP Manager, Developer Portal and file server: postgres://user:password@host:port/database with the password URL-encoded. " +
				"If it is set in another file that Helm also gets, give that one too: --config values.yaml,other.yaml.",
		}},
	})
}
