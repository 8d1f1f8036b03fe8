// Package idcontainsstar finds ids with a star, which permission policies of the target cannot name.
package idcontainsstar

import (
	_ "embed"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/remedy"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

//go:embed doc.md
var doc string

// Rule finds ids with a star.
var Rule = rule.Rule{
	ID:         "id-contains-star",
	Title:      "An id contains *, which is a wildcard in the permission policies of the target",
	Action:     "create it again under an id without *",
	Severity:   rule.Warning,
	Applies:    rule.Crossing,
	Change:     version.Since("3.7.3", "3.8.0"),
	Catalogue:  []string{"R-3.7.3-1"},
	Confidence: rule.Confirmed,
	Doc:        doc,
	Start:      start,
}

func start(p *rule.Pass) {
	now, _ := remedy.APIs(p)
	for _, k := range []estate.Kind{
		estate.GatewayGroup, estate.ServiceTemplate, estate.RouteTemplate, estate.StreamRouteTemplate, estate.Service,
		estate.Route, estate.StreamRoute, estate.Upstream, estate.Consumer, estate.Credential, estate.SSL,
	} {
		p.OnSieved(k, estate.Sieve{ID: "*"}, func(r *estate.Resource) {
			id := r.ID
			if k == estate.Credential { // its consumer's name stands before it
				id = id[strings.LastIndexByte(id, '/')+1:]
			}
			if strings.Contains(id, "*") {
				report(p, r.Subject(), now)
			}
		})
	}
}

func report(p *rule.Pass, s estate.Subject, api remedy.API) {
	now := remedy.EndpointOf(s, api)
	p.Report(rule.Finding{
		Subject: s, Message: "the id contains *; the target refuses such ids, and its policies may not allow work on this object",
		Remediation: []rule.Step{
			{When: rule.Before, Text: "Save the object.", Command: now.Save(remedy.FileFor("star", s))},
			{When: rule.Before, Text: "Create it again under an id without *, with everything that belongs to it. Change what refers to it to the new id, also in ADC files and scripts, and delete the old one."},
		},
	})
}
