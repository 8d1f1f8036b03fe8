// Package defaultgatewaygrouprecreated finds installations without the gateway group default, which comes back.
package defaultgatewaygrouprecreated

import (
	_ "embed"
	"strconv"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

//go:embed doc.md
var doc string

// Rule finds installations without the gateway group default. No source says which release began to create it again;
// 3.2.9.0 is the oldest target that is known.
var Rule = rule.Rule{
	ID:         "default-gateway-group-recreated",
	Title:      "The gateway group default was deleted, and the Dashboard of the target creates it again",
	Action:     "delete it again after each start",
	Severity:   rule.Warning,
	Applies:    rule.Reaching,
	Timing:     rule.After,
	Confidence: rule.Confirmed,
	Doc:        doc,
	Facts:      rule.Facts(deleted{}),
}

// deleted is the one fact.
type deleted struct{}

// About returns the case.
func (deleted) About() rule.Case {
	return rule.Case{Entry: "R-3.7.2-2", Change: version.Since("3.2.9.0"), Until: version.Since("3.7.2")}
}

const name = "default"

// Watch looks for the gateway group.
func (d deleted) Watch(p *rule.Pass) {
	path := p.Path()
	groups, found := map[string]bool{}, false
	p.On(estate.GatewayGroup, func(r *estate.Resource) {
		s := r.Subject()
		groups[s.Ref.ID] = true
		found = found || r.ID == name || r.Group.ShortID == name
	})
	p.AtEnd(func() {
		if found || len(groups) == 0 || !p.Absent(estate.GatewayGroup, "") {
			return
		}
		f := p.PathFinding("there is no gateway group default; every start of the Dashboard creates it again",
			[]rule.Evidence{{Name: "gateway groups", Value: strconv.Itoa(len(groups))}},
			[]rule.Step{
				{When: rule.Before, Text: d.About().FixedFor(path.To)},
				{When: rule.After, Text: "Delete the gateway group default again after each start of the Dashboard. Make sure that no script, ADC call or Ingress Controller without a gateway group writes to it in the meantime."},
			})
		f.Case = d.About()
		p.Report(f)
	})
}
