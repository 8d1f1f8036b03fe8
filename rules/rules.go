// Package rules lists every rule and every vendor change that is known. One folder holds one rule, grouped by the
// release line that brings the change.
package rules

import (
	"cmp"
	_ "embed"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/rule"
)

// All returns every rule, sorted by id.
func All() []*rule.Rule {
	return slices.SortedFunc(slices.Values(folders), func(a, b *rule.Rule) int { return cmp.Compare(a.ID, b.ID) })
}

//go:embed catalogue.yaml
var catalogueYAML []byte

// Catalogue returns catalogue.yaml: every vendor change that is known and how it is handled.
func Catalogue() []byte { return catalogueYAML }
