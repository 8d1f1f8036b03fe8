// Package rules lists every rule and every vendor change that is known. One folder holds one rule, grouped by the
// release line that brings the change.
package rules

import _ "embed"

//go:embed catalogue.yaml
var catalogueYAML []byte

// Catalogue returns catalogue.yaml: every vendor change that is known and how it is handled.
func Catalogue() []byte { return catalogueYAML }
