// Package clientchaindepthdefault finds mutual TLS that relies on the default depth of client chains.
package clientchaindepthdefault

import (
	_ "embed"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/cond"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

//go:embed doc.md
var doc string

// Rule finds mutual TLS that relies on the default depth of client chains.
var Rule = rule.Rule{
	ID:         "client-chain-depth-default",
	Title:      "Mutual TLS relies on the default depth of client chains, which is larger in the target",
	Action:     "set client.depth to what you allow",
	Severity:   rule.Notice,
	Applies:    rule.Crossing,
	Change:     version.Since("3.8.22", "3.9.2"),
	Catalogue:  []string{"R-3.9.2-5"},
	Confidence: rule.Confirmed,
	Doc:        doc,
	Start:      start,
}

func start(p *rule.Pass) {
	p.Reads(estate.SSL, "client")
	relies := cond.All(cond.Has("/ca"), cond.Lacks("/depth"))
	p.On(estate.SSL, func(r *estate.Resource) {
		client := r.Field("client")
		if client.Empty() { // Lua writes an empty table as [] as well as {}
			return
		}
		truth := relies(client)
		if why := truth.Doubt(); why != "" {
			p.Doubt(r, "/client", "how clients are verified: "+why)
		}
		if !truth.Yes() {
			return
		}
		p.Report(rule.Finding{
			Subject: r.Subject(), Pointer: "/client",
			Message: "clients are verified without client.depth; the target's default accepts longer chains",
			Remediation: []rule.Step{
				{When: rule.Before, Text: "Set client.depth to the number of certificates that a client's chain may have above its own: the old default was 1."},
				{When: rule.After, Text: "Try a client with a chain that is one longer than you allow: it must be refused."},
			},
		})
	})
}
