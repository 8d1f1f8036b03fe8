// Package helmimagemoved finds images in Helm values that the vendor no longer uses.
package helmimagemoved

import (
	_ "embed"

	"github.com/api7-preflight/api7-preflight/internal/rule"
)

//go:embed doc.md
var doc string

// Rule finds images in Helm values that the vendor no longer uses.
var Rule = rule.Rule{
	ID:         "helm-image-moved",
	Title:      "Helm values name an image that the target's chart takes from elsewhere",
	Action:     "delete repository and tag, or mirror it",
	Severity:   rule.Breaking,
	Applies:    rule.Reaching,
	Confidence: rule.Confirmed,
	Doc:        doc,
	Facts:      rule.Facts(table()...),
}
