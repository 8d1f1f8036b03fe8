// Package texttoolong finds names and descriptions that are longer than the target takes.
package texttoolong

import (
	_ "embed"
	"fmt"
	"strconv"
	"unicode/utf8"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

//go:embed doc.md
var doc string

// Rule finds names and descriptions that are longer than the target takes.
var Rule = rule.Rule{
	ID:         "text-too-long",
	Title:      "A name or description is longer than the target accepts",
	Action:     "shorten the name or description",
	Severity:   rule.Warning,
	Applies:    rule.Crossing,
	Change:     version.Since("3.7.2"),
	Catalogue:  []string{"R-3.7.2-1"},
	Confidence: rule.Confirmed,
	Doc:        doc,
	Start:      start,
}

// longest is how many characters the target takes: the published description of the Admin API has it as maxLength.
const longest = 65536

func start(p *rule.Pass) {
	for _, k := range []estate.Kind{
		estate.Service, estate.Route, estate.StreamRoute, estate.Upstream, estate.Consumer,
		estate.ServiceTemplate, estate.RouteTemplate, estate.StreamRouteTemplate,
	} {
		p.OnSieved(k, estate.Sieve{Longer: longest}, func(r *estate.Resource) {
			judge(p, r, "name")
			judge(p, r, "desc")
		})
	}
}

func judge(p *rule.Pass, r *estate.Resource, field string) {
	v := r.Field(field)
	if len(v.Raw()) <= longest {
		return
	}
	text, ok := v.Text().Known()
	if !ok {
		p.Doubt(r, "/"+field, field+" cannot be read: "+v.Text().Unreadable())
	}
	n := utf8.RuneCountInString(text)
	if n <= longest {
		return
	}
	s := r.Subject()
	if field == "name" { // that of the finding has to fit into a report
		s.Name = s.Ref.ID
	}
	p.Report(rule.Finding{
		Subject: s, Part: field, Pointer: "/" + field,
		Message:  fmt.Sprintf("%s has %d characters; the target accepts %d", field, n, longest),
		Evidence: []rule.Evidence{{Name: "characters", Value: strconv.Itoa(n)}},
		Remediation: []rule.Step{
			{When: rule.Before, Text: "Shorten it, also in ADC files and scripts that write the object: the target refuses the next change of it."},
		},
	})
}
