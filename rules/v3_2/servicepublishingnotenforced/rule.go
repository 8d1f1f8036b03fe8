// Package servicepublishingnotenforced finds gateway groups whose services can be changed without publishing.
package servicepublishingnotenforced

import (
	_ "embed"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

//go:embed doc.md
var doc string

// Rule finds gateway groups whose services can be changed without publishing.
var Rule = rule.Rule{
	ID:         "service-publishing-not-enforced",
	Title:      "Services of a gateway group can be changed without publishing them",
	Action:     "enforce publishing after, if you need it",
	Severity:   rule.Notice,
	Applies:    rule.Crossing,
	Change:     version.Since("3.2.13.0"),
	Catalogue:  []string{"R-3.2.13.0-3"},
	Timing:     rule.After,
	Confidence: rule.Inferred,
	Doc:        doc,
	Start:      start,
}

const field = "enforce_service_publishing"

func start(p *rule.Pass) {
	p.On(estate.GatewayGroup, func(r *estate.Resource) {
		enforced := r.Field(field).Bool()
		if why := enforced.Unreadable(); why != "" {
			p.Doubt(r, "/"+field, "whether publishing is enforced cannot be read: "+why)
			return
		}
		if on, _ := enforced.Known(); on {
			return
		}
		p.Report(rule.Finding{
			Subject: r.Subject(), Message: "after the upgrade services here can be changed without publishing a version",
			Remediation: []rule.Step{
				{When: rule.After, Text: "Switch on \"enforce service publishing\" in the settings of the gateway group if changes must go through versions, for example in production. Until 3.2.12 there was no other way."},
			},
		})
	})
}
