// Package gatewaygroupwithoutpluginlist finds gateway groups whose gateways get no list of plugins.
package gatewaygroupwithoutpluginlist

import (
	_ "embed"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

//go:embed doc.md
var doc string

// Rule finds gateway groups without a plugin list.
var Rule = rule.Rule{
	ID:         "gateway-group-without-plugin-list",
	Title:      "A gateway group has no list of plugins for its gateways",
	Action:     "start no gateway before the new Dashboard",
	Severity:   rule.Notice,
	Applies:    rule.Crossing,
	Timing:     rule.During,
	Confidence: rule.Inferred,
	Doc:        doc,
	Facts:      rule.Facts(missing{}),
}

// missing is the one fact. Before 3.2.16.3 gateways have the list in files of their own.
type missing struct{}

// About returns the case.
func (missing) About() rule.Case {
	return rule.Case{Entry: "R-3.8.11-1", Change: version.Since("3.8.11"), FromAtLeast: version.Since("3.2.16.3")}
}

// Watch looks for groups without a list.
func (missing) Watch(p *rule.Pass) {
	var groups []estate.Subject
	listed := map[string]bool{}
	p.NeedsInGroup(estate.GatewayGroup, estate.PluginList)
	p.On(estate.GatewayGroup, func(r *estate.Resource) { groups = append(groups, r.Subject()) })
	p.On(estate.PluginList, func(r *estate.Resource) {
		g := r.Subject().Group
		listed[g.ShortID], listed[g.ID] = true, true // a source may know the group by one of them only
	})
	p.AtEnd(func() {
		delete(listed, "")
		for _, g := range groups {
			if listed[g.Group.ShortID] || listed[g.Group.ID] || !p.Absent(estate.PluginList, g.Group.ShortID) {
				continue
			}
			p.Report(rule.Finding{
				Subject: g, Case: missing{}.About(), Message: "has no list of plugins; gateways that join it now run without any",
				Remediation: []rule.Step{
					{When: rule.During, Text: "Start no new gateway in this group before the Dashboard of the target runs: its start writes the list."},
					{When: rule.After, Text: "Check in the log of the first new gateway of this group that it loaded its plugins."},
				},
			})
		}
	})
}
