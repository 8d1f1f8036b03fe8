// Package certificatescompared reminds to compare certificates, SNIs and mutual TLS before and after.
package certificatescompared

import (
	_ "embed"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

//go:embed doc.md
var doc string

// Rule reminds to compare certificates, SNIs and mutual TLS before and after.
var Rule = rule.Rule{
	ID:         "certificates-compared",
	Title:      "Record certificates, SNIs and mutual TLS before the upgrade, and compare them after it",
	Severity:   rule.Warning,
	Applies:    rule.Crossing,
	Confidence: rule.Confirmed,
	Doc:        doc,
	Facts:      rule.Facts(table...),
}

var table = []rows.Reminder{{
	Case:  rule.Case{Entry: "R-3.4.0-1", Change: version.Since("3.4.0")},
	Title: "Record certificates with their SNIs and client verification before the upgrade, and compare them after it",
	Why:   "Certificates, CA certificates and SNIs become resources of their own; how existing SSL objects are converted is not documented.",
	Steps: []rule.Step{
		{When: rule.Before, Text: "List the SSL objects of each gateway group: SNIs, expiry, and for mutual TLS the client CA and its depth. Keep certificates and keys at hand outside the installation."},
		{When: rule.After, Text: "Check in the Dashboard that each SNI is there with its certificate, and with client verification where it had that."},
		{When: rule.After, Text: "Connect to each name, with openssl s_client -connect HOST:443 -servername NAME, and compare the certificate; where mutual TLS is on, try without a client certificate too: that must be refused."},
	},
	If: []rows.Sign{{Kind: estate.SSL}},
}}
