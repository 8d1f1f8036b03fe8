// Package trafficsplitforeignupstream finds Traffic Split plugins that name an upstream of another service.
package trafficsplitforeignupstream

import (
	"cmp"
	_ "embed"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

//go:embed doc.md
var doc string

// Rule finds Traffic Split plugins that name an upstream of another service.
var Rule = rule.Rule{
	ID:         "traffic-split-foreign-upstream",
	Title:      "The Traffic Split plugin names an upstream that does not belong to its service",
	Action:     "create an upstream in the plugin's service",
	Severity:   rule.Warning,
	Applies:    rule.Crossing,
	Confidence: rule.Confirmed,
	Doc:        doc,
	Facts:      rule.Facts(foreign{}),
}

// foreign is the one fact. From before 3.5.0 the plugin has to be deleted: traffic-split-attached says which ids to
// replace then.
type foreign struct{}

// About returns the case.
func (foreign) About() rule.Case {
	return rule.Case{Entry: "R-3.8.0-2", Change: version.Since("3.8.0"), FromAtLeast: version.Since("3.5.0")}
}

// Watch joins what plugins name with the upstreams of their services.
func (foreign) Watch(p *rule.Pass) {
	var named []mention
	known := newUpstreams()
	p.NeedsInGroup(estate.Upstream, estate.Service, estate.Route)
	p.On(estate.Upstream, known.add)
	p.OnResourceWith(plugin, func(r *estate.Resource, places []estate.Plugin) {
		for _, at := range places {
			named = append(named, mentions(p, r, at)...)
		}
	}, estate.Service, estate.Route)
	p.AtEnd(func() {
		doubted := map[[2]string]bool{}
		slices.SortFunc(named, func(a, b mention) int { return cmp.Compare(a.where(), b.where()) })
		for _, m := range named {
			judge(p, known, m, doubted)
		}
	})
}

// judge reports a doubt about an upstream of a service once, however many places and sources name it.
func judge(p *rule.Pass, known *upstreams, m mention, doubted map[[2]string]bool) {
	switch known.owner(m) {
	case own:
	case untold:
		of := [2]string{m.subject.Ref.Group + "/" + m.service, m.id}
		if doubted[of] {
			return
		}
		doubted[of] = true
		p.Unknown(m.subject, m.pointer, "which service upstream "+m.id+" belongs to is not known; the Admin API shows it: add --admin-api")
	case other:
		report(p, m, "upstream "+m.id+" belongs to another service than "+m.service)
	case nobody:
		if p.Absent(estate.Upstream, m.subject.Ref.Group) {
			report(p, m, "service "+m.service+" has no upstream "+m.id)
		}
	}
}

func report(p *rule.Pass, m mention, message string) {
	severity := rule.Warning
	if m.off {
		severity, message = rule.Notice, "switched off: "+message
	}
	p.Report(rule.Finding{
		Subject: m.subject, Case: foreign{}.About(), Part: m.id, Pointer: m.pointer, Severity: severity, Message: message,
		Evidence: []rule.Evidence{{Name: "service", Value: m.service}, {Name: "upstream", Value: m.id}},
		Remediation: []rule.Step{
			{When: rule.Before, Text: "Create an upstream with the same nodes in the service (service, Upstreams, Add), and put its id into the plugin, also in ADC files and scripts. Otherwise the target refuses the next change of the plugin."},
		},
	})
}
