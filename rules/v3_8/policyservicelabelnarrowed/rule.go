// Package policyservicelabelnarrowed finds permission policies whose labels no longer reach templates by accident.
package policyservicelabelnarrowed

import (
	"bytes"
	_ "embed"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

//go:embed doc.md
var doc string

// Rule finds permission policies whose labels no longer reach templates by accident.
var Rule = rule.Rule{
	ID:         "policy-service-label-narrowed",
	Title:      "A permission policy is limited by service labels, which no longer count for templates with the id of a service",
	Action:     "label the templates like their services",
	Severity:   rule.Notice,
	Applies:    rule.Crossing,
	Change:     version.Since("3.8.12"),
	Catalogue:  []string{"R-3.8.12-2"},
	Confidence: rule.Inferred,
	Doc:        doc,
	Start:      start,
}

// label is the condition of a statement that limits it to services with a label.
const label = `"service_label"`

func start(p *rule.Pass) {
	p.On(estate.PermissionPolicy, func(r *estate.Resource) {
		statement := r.Field("statement")
		if why := statement.Unreadable(); why != "" {
			p.Doubt(r, "/statement", "what the policy is limited to cannot be read: "+why)
			return
		}
		if !bytes.Contains(statement.Raw(), []byte(label)) {
			return
		}
		p.Report(rule.Finding{
			Subject: r.Subject(), Pointer: "/statement",
			Message: "limited by service_label: users no longer see service templates that have no such label, where a published service with the same id has it",
			Remediation: []rule.Step{
				{When: rule.Before, Text: "Give the templates that these users work on the label that their published services have."},
				{When: rule.After, Text: "Have a user with this policy list and edit a service template."},
			},
		})
	})
}
