package redact

import (
	"maps"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// Vocabulary is what this package knows of names, for code elsewhere that hides by names alone: SQL that strips secrets
// before they leave the database.
type Vocabulary struct {
	// SecretWords are the words in the name of a field that suggest a secret, unless it ends in one of AboutSecrets.
	SecretWords, AboutSecrets []string
	// VariableParts are words in the names of variables, headers, parameters and labels that suggest a secret there. So does
	// code, but for the codes behind one of PlainCodes.
	VariableParts, PlainCodes []string
	// VariableSettings are the endings of names of variables that hold a setting, PlainCookies the words in names of cookies
	// that hold no secret.
	VariableSettings, PlainCookies []string
	// Given are fields with headers, parameters or arguments, by name or in a list, Written those with texts that somebody
	// wrote. Both are hidden whole.
	Given, Written []string
	// Operators are those of conditions, in lower case.
	Operators []string
	// Published are passwords that everybody knows. They stay.
	Published []string
	// Plugins are the plugins whose field names say what the fields hold, sorted.
	Plugins []string
	// Proving are those by which consumers authenticate, sorted.
	Proving []string
	// Peculiar are the fields, by plugin, whose names mislead: true for a secret, false for none.
	Peculiar map[string]map[string]bool
	// LongestText is the number of characters beyond which the length of a text is no secret.
	LongestText int
}

// Words returns the vocabulary.
func Words() Vocabulary {
	v := Vocabulary{
		SecretWords: slices.Clone(secretWords), AboutSecrets: slices.Clone(aboutSecrets),
		VariableParts: sorted(secretParts), PlainCodes: sorted(codes), VariableSettings: slices.Clone(variableSettings), PlainCookies: sorted(plainCookies), Given: sorted(given), Written: sorted(written),
		Operators: sorted(operators), Published: sorted(published), Plugins: sorted(shipped), Peculiar: map[string]map[string]bool{}, LongestText: longest,
	}
	for _, name := range v.Plugins {
		if proves(name) {
			v.Proving = append(v.Proving, name)
		}
		if fields := peculiar(name); fields != nil {
			v.Peculiar[name] = fields
		}
	}
	return v
}

func sorted(set map[string]bool) []string { return slices.Sorted(maps.Keys(set)) }

// Treatment is what becomes of a top-level field of a resource.
type Treatment string

// The treatments of the fields of resources. Those of configuration files are not among them.
const (
	Hidden    Treatment = ""          // only whether it is empty stays
	Shown     Treatment = "shown"     // names, addresses and numbers stay
	Searched  Treatment = "searched"  // the secrets in it are hidden
	Plugins   Treatment = "plugins"   // plugins with their configurations
	Enabled   Treatment = "enabled"   // a list of plugins
	Statement Treatment = "statement" // of a permission policy
	Tagged    Treatment = "tagged"    // only image_tag stays
	Verified  Treatment = "verified"  // only the depth of a chain of certificates stays
	Measured  Treatment = "measured"  // hidden, but for the length of what is too long
)

// Fields returns the treatment of the top-level fields of a kind that are not hidden whole.
func Fields(k estate.Kind) map[string]Treatment {
	all := map[string]Treatment{}
	for name, how := range byKind[k] {
		all[name] = treatments[how]
	}
	return all
}

var treatments = map[form]Treatment{
	shown: Shown, named: Shown, findable: Shown, searched: Searched, plugins: Plugins, enabled: Enabled, statement: Statement, tagged: Tagged,
	verified: Verified, measured: Measured, settings: Hidden, variables: Hidden,
}
