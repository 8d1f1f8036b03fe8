// Package dryrundone reminds of the rehearsal.
package dryrundone

import (
	_ "embed"
	"fmt"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
)

//go:embed doc.md
var doc string

// Rule reminds of the rehearsal.
var Rule = rule.Rule{
	ID:         "dry-run-done",
	Title:      "Rehearse the upgrade on a copy first",
	Severity:   rule.Warning,
	Applies:    rule.Always,
	Catalogue:  []string{"G11"},
	Confidence: rule.Confirmed,
	Doc:        doc,
	Facts:      rule.Facts(rehearsal{}),
}

// rehearsal is the one fact: how long the upgrade takes depends on the number of gateway groups.
type rehearsal struct{}

// About returns the case.
func (rehearsal) About() rule.Case { return rule.Case{Entry: "G11"} }

// Reminds returns the check for an installation with one gateway group.
func (rehearsal) Reminds() rule.Check { return check(1) }

// Watch reminds on every path.
func (rehearsal) Watch(p *rule.Pass) {
	groups := p.Count(estate.GatewayGroup)
	p.RemindAtEnd(func() (rule.Check, bool) { return check(groups()), true })
}

// check returns the check for a number of gateway groups; where it is not known there is at least one. The minutes are
// those of the vendor's guide.
func check(groups int64) rule.Check {
	groups = max(groups, 1)
	gateways := "the gateway group 30"
	if groups > 1 {
		gateways = fmt.Sprintf("each of the %d gateway groups 30", groups)
	}
	return rule.Check{Title: Rule.Title, Steps: []rule.Step{
		{
			When: rule.Before,
			Text: "Install the target release in a test environment, restore a backup of production into it, and carry out the whole upgrade " +
				"there: control plane, then one gateway group. Write down how long each part takes.",
		},
		{When: rule.Before, Text: "Rehearse the way back as well: redeploy the old release and restore the database."},
		{
			When: rule.During,
			Text: fmt.Sprintf("Plan at least %d minutes: backup of the database 10, of the configuration files 5, control plane 20, %s, acceptance 20.", 55+30*groups, gateways),
		},
		{When: rule.After, Text: "Carry out the acceptance tests of the rehearsal in production."},
	}}
}
