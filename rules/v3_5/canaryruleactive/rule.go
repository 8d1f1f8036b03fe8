// Package canaryruleactive finds Canary Rules, which release 3.5.0 took away.
package canaryruleactive

import (
	_ "embed"
	"fmt"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/remedy"
	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/rules/internal/traffic"
)

//go:embed doc.md
var doc string

// Rule finds Canary Rules.
var Rule = rule.Rule{
	ID:         "canary-rule-active",
	Title:      "A Canary Rule is in place; Canary Rules are gone from 3.5.0 on",
	Action:     "save it, finish the Canary Rule",
	Severity:   rule.Breaking,
	Applies:    rule.Reaching,
	Change:     version.Since("3.5.0"),
	Catalogue:  []string{"R-3.5.0-1"},
	Confidence: rule.Confirmed,
	Doc:        doc,
	Start:      start,
}

// plugin is the form in which the control plane stores a Canary Rule.
const plugin = "api7-traffic-split"

// canary is one Canary Rule.
type canary struct {
	at    estate.Plugin
	off   bool
	rules []traffic.Rule
}

func (c canary) active() bool { return !c.off && len(c.rules) > 0 }

func start(p *rule.Pass) {
	crossing := rule.Ask(p, func(path version.Path) bool { return path.Gains(version.Since("3.5.0")) })
	now, then := remedy.APIs(p)
	p.OnResourceWith(plugin, func(r *estate.Resource, places []estate.Plugin) {
		var worst *canary
		for _, at := range places {
			c, err := read(at)
			if err != nil {
				p.Doubt(r, at.Pointer, err.Error())
				continue
			}
			if worst == nil || severity(r.Kind, c, crossing) > severity(r.Kind, *worst, crossing) {
				worst = &c
			}
		}
		if worst != nil {
			p.Report(rule.Finding{
				Subject: r.Subject(), Pointer: worst.at.Pointer, Severity: severity(r.Kind, *worst, crossing),
				Message: message(r.Kind, *worst, crossing), Evidence: evidence(r, *worst, places),
				Action: action(r.Kind, *worst, crossing), Remediation: remediation(r, *worst, crossing, now, then),
			})
		}
	})
}

func read(at estate.Plugin) (canary, error) {
	off := at.Disabled()
	if why := off.Unreadable(); why != "" {
		return canary{}, fmt.Errorf("whether it is switched off (_meta.disable) cannot be read: %s", why)
	}
	rules, err := traffic.Read(at.Conf, traffic.Shape{Shares: "canary_upstreams", Conditions: "exprs"})
	if err != nil {
		return canary{}, fmt.Errorf("the Canary Rule cannot be read: %w", err)
	}
	c := canary{at: at, rules: rules}
	c.off, _ = off.Known()
	return c, nil
}

// severity is breaking only for what changes traffic or locks someone out: a live rule at the moment of the upgrade.
func severity(k estate.Kind, c canary, crossing bool) rule.Severity {
	switch {
	case len(c.rules) == 0:
		return rule.Notice
	case k != estate.Service && c.active():
		return rule.Warning
	case k != estate.Service:
		return rule.Notice
	case c.active() && crossing:
		return rule.Breaking
	case c.active() || crossing:
		return rule.Warning
	}
	return rule.Notice
}

func message(k estate.Kind, c canary, crossing bool) string {
	text := traffic.Summary(c.rules)
	if len(c.rules) == 0 {
		text = "no rules, splits nothing"
	}
	if c.off {
		text = "switched off: " + text
	}
	if k == estate.Service && !crossing {
		text = "left over, cannot be managed any more: " + text
	}
	return text
}
