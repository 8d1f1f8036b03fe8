package dialect

import (
	"regexp"
	"strings"
)

// wholeVariable is gatewayVariable up to its end, with its default.
var wholeVariable = regexp.MustCompile(`\$\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*(?::=\s*([^}]*?)\s*)?\}\}`)

// replaced returns a text with its variables replaced, and where their values come from; empty unless all are known.
func replaced(text string, values Values) (reads, from string) {
	if !strings.Contains(text, "${{") {
		return "", ""
	}
	var sources []string
	known := true
	reads = wholeVariable.ReplaceAllStringFunc(text, func(found string) string {
		parts := wholeVariable.FindStringSubmatch(found)
		value, where, unset := values(parts[1])
		if where == "" && unset && parts[2] != "" {
			value, where = parts[2], "its default"
		}
		known = known && where != ""
		sources = append(sources, parts[1]+", "+where)
		return value
	})
	if !known || len(sources) == 0 || strings.Contains(reads, "${{") {
		return "", ""
	}
	return reads, strings.Join(sources, "; ")
}

var numberOrTruth = regexp.MustCompile(`^(-?(0|[1-9][0-9]*)(\.[0-9]+)?|true|false)$`)

// typed returns the text as JSON if the gateway makes a number or a truth value of what it replaced; empty for texts
// (github.com/apache/apisix:apisix/cli/file.lua).
func typed(text string) string {
	if numberOrTruth.MatchString(text) {
		return text
	}
	return ""
}

// literalScheme returns the scheme, in lower case, with which a text begins that is not known as a whole; empty if it
// begins with none.
func literalScheme(text string) string {
	if found := schemeOf.FindStringSubmatch(text); found != nil {
		return strings.ToLower(found[1])
	}
	return ""
}
