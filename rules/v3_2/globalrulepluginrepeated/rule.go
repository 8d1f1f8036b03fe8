// Package globalrulepluginrepeated finds plugins that several global rules of a gateway group configure.
package globalrulepluginrepeated

import (
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/jsonptr"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

//go:embed doc.md
var doc string

// Rule finds plugins that several global rules of a gateway group configure.
var Rule = rule.Rule{
	ID:         "global-rule-plugin-repeated",
	Title:      "Several global rules of a gateway group configure the same plugin; the target merges them",
	Action:     "keep the plugin in one global rule only",
	Severity:   rule.Warning,
	Applies:    rule.Crossing,
	Change:     version.Since("3.2.11.1"),
	Catalogue:  []string{"R-3.2.11.1-2"},
	Confidence: rule.Confirmed,
	Doc:        doc,
	Start:      start,
}

// place is a plugin on a gateway group, as one source shows it: sources give the same rules different ids.
type place struct{ source, group, plugin string }

func start(p *rule.Pass) {
	rules := map[place]map[string]estate.Subject{} // by the global rule's id
	p.On(estate.GlobalRule, func(r *estate.Resource) {
		members, _ := r.Field("plugins").Members().Known()
		for _, m := range members {
			if estate.HiddenIn(m.Key) {
				p.Doubt(r, jsonptr.Append("/plugins", m.Key), "whether other global rules have this plugin cannot be told: its name "+estate.Hidden)
				continue
			}
			at := place{r.Origin.Source + " " + r.Origin.Table, strings.Clone(r.Group.ShortID), strings.Clone(m.Key)}
			if rules[at] == nil {
				rules[at] = map[string]estate.Subject{}
			}
			s := r.Subject()
			rules[at][s.Ref.ID] = s
		}
	})
	p.AtEnd(func() {
		for at, all := range rules {
			if len(all) > 1 {
				report(p, at.plugin, all)
			}
		}
	})
}

func report(p *rule.Pass, plugin string, all map[string]estate.Subject) {
	ids := strings.Join(slices.Sorted(maps.Keys(all)), ", ")
	for _, s := range all {
		p.Report(rule.Finding{
			Subject: s, Part: plugin, Pointer: jsonptr.Append("/plugins", plugin),
			Message:  fmt.Sprintf("%s: configured by %d global rules of this gateway group", plugin, len(all)),
			Evidence: []rule.Evidence{{Name: "global rules", Value: ids}},
			Remediation: []rule.Step{
				{When: rule.Before, Text: "Decide which configuration you want, and take the plugin out of the other global rules. Today one global rule holds one plugin; which configuration the merge keeps is not documented."},
				{When: rule.After, Text: "Check in the Dashboard that the plugin is there once, with that configuration."},
			},
		})
	}
}
