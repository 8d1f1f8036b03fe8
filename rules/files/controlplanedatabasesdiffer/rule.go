// Package controlplanedatabasesdiffer finds components of the control plane whose files name another database than the
// Dashboard's.
package controlplanedatabasesdiffer

import (
	"cmp"
	_ "embed"
	"fmt"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/rules/internal/connection"
)

//go:embed doc.md
var doc string

// Rule finds components of the control plane whose files name another database than the Dashboard's.
var Rule = rule.Rule{
	ID:         "control-plane-databases-differ",
	Title:      "Components of the control plane are configured with different databases",
	Action:     "name the same database in every file",
	Severity:   rule.Breaking,
	Applies:    rule.Always,
	Catalogue:  []string{"CP-DB-DSN-DRIFT"},
	Confidence: rule.Confirmed,
	Doc:        doc,
	Start:      start,
}

func start(p *rule.Pass) {
	var dashboards, others []*connection.Connection
	p.Needs(estate.DashboardConfig)
	p.NeedsSome(1, estate.DPManagerConfig, estate.PortalConfig, estate.FileServerConfig)
	connection.On(p, func(c *connection.Connection) {
		if c.Doubt != "" {
			p.Unknown(c.Subject, c.Pointer, c.Doubt)
		}
		switch {
		case c.Component == "dashboard" && c.Doubt != "": // it may be the one that a component belongs to
			dashboards = append(dashboards, c)
		case c.Missing || c.Scheme == "": // in doubt, another rule's, or from Vault
		case c.Component == "dashboard":
			dashboards = append(dashboards, c)
		default:
			others = append(others, c)
		}
	})
	p.AtEnd(func() {
		for _, c := range others {
			compare(p, c, connection.Near(c, dashboards))
		}
	})
}

// compare reports a component whose database is that of no Dashboard near it. Where that of one is in doubt, it is not known.
func compare(p *rule.Pass, c *connection.Connection, near []*connection.Connection) {
	same := func(d *connection.Connection) bool { return d.Doubt != "" || d.String() == c.String() }
	if len(near) == 0 || slices.ContainsFunc(near, same) {
		return
	}
	slices.SortFunc(near, func(a, b *connection.Connection) int { return cmp.Compare(a.Subject.Ref.ID, b.Subject.Ref.ID) })
	d := near[0]
	severity, what, action := rule.Breaking, "another database than the Dashboard's", ""
	if d.Hosts != c.Hosts && d.Scheme == c.Scheme && d.Name == c.Name {
		severity, what, action = rule.Warning, "another database server than the Dashboard's", "check that both names lead to one database"
	}
	p.Report(rule.Finding{
		Subject: c.Subject, Pointer: c.Pointer, Severity: severity,
		Message: fmt.Sprintf("%s: %s", c.KeyPath, what),
		Evidence: []rule.Evidence{
			{Name: "this file", Value: c.String()},
			{Name: "the Dashboard's", Value: d.String() + " at " + d.Subject.Origin.Where(d.Pointer)},
		},
		Action: action, Remediation: steps(severity),
	})
}

func steps(severity rule.Severity) []rule.Step {
	text := "Make database.dsn of Dashboard, DP Manager, Developer Portal and file server name the same database. The Dashboard migrates its own: a component that is left with another finds an old schema, or none."
	if severity == rule.Warning {
		text = "Make sure that both names lead to the same database: a pooler in between, or another name for the same server, is fine. " + text
	}
	return []rule.Step{{When: rule.Before, Text: text}}
}
