// Package policysslactionsrenamed finds permission policies with the actions of certificates that have other names now.
package policysslactionsrenamed

import (
	_ "embed"
	"regexp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/rules/internal/policy"
)

//go:embed doc.md
var doc string

// Rule finds permission policies with the actions of certificates that have other names now.
var Rule = rule.Rule{
	ID:         "policy-ssl-actions-renamed",
	Title:      "A permission policy names SSL certificate actions that are renamed in the target",
	Action:     "note its roles now, add new actions after",
	Severity:   rule.Warning,
	Applies:    rule.Crossing,
	Change:     version.Since("3.4.0"),
	Catalogue:  []string{"R-3.4.0-2"},
	Confidence: rule.Inferred,
	Doc:        doc,
	Start: func(p *rule.Pass) {
		if policy.Exist(p.From()) {
			p.On(estate.PermissionPolicy, func(r *estate.Resource) { judge(p, r) })
		}
	},
}

var renamed = regexp.MustCompile(`^gateway:(Get|Create|Update|Delete)SSLCertificate$`)

func judge(p *rule.Pass, r *estate.Resource) {
	var old []policy.Term
	for _, word := range policy.Terms(p, r) {
		if word.List == policy.Actions && renamed.MatchString(word.Text) {
			old = append(old, word)
		}
	}
	if len(old) == 0 {
		return
	}
	p.Report(rule.Finding{
		Subject: r.Subject(), Pointer: old[0].Pointer, Message: "its statements name SSL certificate actions by names that 3.4.0 replaces",
		Evidence: []rule.Evidence{policy.Evidence("actions", old)}, Remediation: steps,
	})
}

var steps = []rule.Step{
	{When: rule.Before, Text: "Write down which roles have the policy, and who needs certificates."},
	{When: rule.After, Text: "Beside each old action, add to the statement the same one of gateway:{Get,Create,Update,Delete}Certificate and, for domain names, of gateway:{Get,Create,Update,Delete}SNI. A statement that denies needs them too: otherwise it no longer denies."},
	{When: rule.After, Text: "Have somebody with the role open and change a certificate and an SNI."},
}
