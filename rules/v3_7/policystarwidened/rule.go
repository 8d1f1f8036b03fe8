// Package policystarwidened finds permission policies in which a star is no pattern yet.
package policystarwidened

import (
	_ "embed"
	"regexp"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/rules/internal/policy"
)

//go:embed doc.md
var doc string

// Rule finds permission policies in which a star is no pattern yet.
var Rule = rule.Rule{
	ID:         "policy-star-widened",
	Title:      "A permission policy has a literal star, which matches anything in the target",
	Action:     "read the star as a wildcard",
	Severity:   rule.Warning,
	Applies:    rule.Crossing,
	Change:     version.Since("3.7.3", "3.8.0"),
	Catalogue:  []string{"R-3.7.3-1"},
	Confidence: rule.Confirmed,
	Doc:        doc,
	Start: func(p *rule.Pass) {
		if policy.Exist(p.From()) {
			p.On(estate.PermissionPolicy, func(r *estate.Resource) { judge(p, r) })
		}
	},
}

// pattern is an expression in angle brackets, in which a star has meant repetition all along.
var pattern = regexp.MustCompile(`<[^<>]*>`)

func judge(p *rule.Pass, r *estate.Resource) {
	var stars []policy.Term
	for _, word := range policy.Terms(p, r) {
		if strings.Contains(pattern.ReplaceAllString(word.Text, ""), "*") {
			stars = append(stars, word)
		}
	}
	if len(stars) == 0 {
		return
	}
	p.Report(rule.Finding{
		Subject: r.Subject(), Pointer: stars[0].Pointer, Message: "its statements have a star that means only itself until the upgrade and matches anything after it",
		Evidence: []rule.Evidence{policy.Evidence("with a star", stars)}, Remediation: steps,
	})
}

var steps = []rule.Step{
	{When: rule.Before, Text: "Read the statement as if the star were <.*>: that is what it permits, or denies, after the upgrade. If you want that, write <.*> now; if not, name the actions and resources one by one."},
	{When: rule.After, Text: "Have somebody with a role that has the policy try what must be permitted and what must not."},
}
