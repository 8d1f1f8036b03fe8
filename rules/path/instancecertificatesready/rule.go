// Package instancecertificatesready reminds that gateways may need new certificates.
package instancecertificatesready

import (
	_ "embed"

	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/rules/internal/instance"
)

//go:embed doc.md
var doc string

// Rule reminds that gateways may need new certificates.
var Rule = rule.Rule{
	ID:         "instance-certificates-ready",
	Title:      "Gateways with certificates from before 3.2.14.0 may be refused",
	Severity:   rule.Warning,
	Applies:    rule.Crossing,
	Confidence: rule.Inferred,
	Doc:        doc,
	Facts:      rule.Facts(table...),
}

var table = []rows.Reminder{
	{
		Case:  rule.Case{Entry: "R-3.2.14.0-3", Change: version.Since("3.2.14.0")},
		Title: "Be ready to issue new certificates for gateway instances that cannot reconnect",
		Why:   "3.2.14.0 hardened TLS between gateways and control plane: certificates no longer share one CA, and one that does not fit ends the handshake.",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Try this in the rehearsal: restart a gateway that was enrolled before 3.2.14.0 against the upgraded control plane."},
			{When: rule.After, Text: "If an instance cannot connect, add it again on the Gateway Instances page, and deploy it with the new certificate."},
		},
		If: []rows.Sign{instance.Below(version.MustParse("3.2.14.0"))},
	},
}
