// Package trafficsplitattached finds Traffic Split plugins that have to be taken off before an upgrade to 3.5.0 or later.
package trafficsplitattached

import (
	"cmp"
	_ "embed"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/remedy"
	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/rules/internal/traffic"
)

//go:embed doc.md
var doc string

// Rule finds Traffic Split plugins.
var Rule = rule.Rule{
	ID:         "traffic-split-attached",
	Title:      "The Traffic Split plugin must be deleted before the upgrade and put back after it",
	Action:     "save, delete now, put back after",
	Severity:   rule.Breaking,
	Applies:    rule.Crossing,
	Change:     version.Since("3.5.0"),
	Catalogue:  []string{"R-3.5.0-2"},
	Confidence: rule.Confirmed,
	Doc:        doc,
	Start:      start,
}

const plugin = "traffic-split"

// split is one attachment.
type split struct {
	at    estate.Plugin
	state string
	rules []traffic.Rule
	why   string // why the configuration cannot be read
}

func start(p *rule.Pass) {
	var on apis
	on.now, on.then = remedy.APIs(p)
	p.OnResourceWith(plugin, func(r *estate.Resource, places []estate.Plugin) {
		splits := make([]split, len(places))
		for i, at := range places {
			splits[i] = read(p, r, at)
		}
		slices.SortStableFunc(splits, func(a, b split) int { // the one that requests can put back comes first
			return cmp.Compare(strings.Count(a.at.Pointer, "/"), strings.Count(b.at.Pointer, "/"))
		})
		o := traffic.Owner(r)
		p.Report(rule.Finding{
			Subject: r.Subject(), Pointer: splits[0].at.Pointer, Severity: severity(r.Kind),
			Message: message(splits[0], o), Evidence: evidence(splits), Action: action(r.Kind),
			Remediation: remediation(on, r, splits, o),
		})
	})
}

// read never fails: an attachment that cannot be read has to be deleted as well. What is in doubt is said.
func read(p *rule.Pass, r *estate.Resource, at estate.Plugin) split {
	s := split{at: at, state: "on"}
	rules, err := traffic.Read(at.Conf, traffic.Shape{Shares: "weighted_upstreams", Conditions: "vars"})
	if s.rules = rules; err != nil {
		s.why = err.Error()
		p.Doubt(r, at.Pointer, "the configuration cannot be read: "+s.why)
	}
	off := at.Disabled()
	if disabled, _ := off.Known(); disabled {
		s.state = "switched off by _meta.disable"
	}
	if why := off.Unreadable(); why != "" {
		s.state = "on or off: _meta.disable cannot be read"
		if err == nil {
			p.Doubt(r, at.Pointer, "whether it is switched off (_meta.disable) cannot be read: "+why)
		}
	}
	return s
}

// severity is lower for what gateways do not run.
func severity(k estate.Kind) rule.Severity {
	if k.State() == estate.Live {
		return rule.Breaking
	}
	return rule.Warning
}

func message(s split, owner string) string {
	text := traffic.Summary(s.rules)
	if s.why != "" {
		text = "its configuration cannot be read"
	}
	if len(foreign(s.rules, owner)) > 0 {
		text += "; the upstream id must be replaced"
	}
	if s.state != "on" {
		text = s.state + ": " + text
	}
	return text
}
