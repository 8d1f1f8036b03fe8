package dialect

import (
	"regexp"
	"strings"
)

// gap is where a part of a text is not known; between the marks stands why.
var gap = regexp.MustCompile("\x00([^\x01]*)\x01")

// Gap returns what stands in a text for a part that is not known. [Missing] gets why out of the text again.
func Gap(why string) string { return "\x00" + why + "\x01" }

// Missing says why a part of a text is not known; empty if all of it is.
func Missing(text string) string {
	if found := gap.FindStringSubmatch(text); found != nil {
		return found[1]
	}
	return ""
}

// Shown returns a text with an ellipsis where a part is not known.
func Shown(text string) string { return gap.ReplaceAllString(text, "…") }

var composeVariable = regexp.MustCompile(`\$(\$|[A-Za-z_][A-Za-z0-9_]*|\{([A-Za-z_][A-Za-z0-9_]*)[^}]*\})`)

// Compose replaces variables in a text of a docker-compose file. What is not in values is a [Gap]: the environment may
// hold it, and then its default does not count.
func Compose(text string, values map[string]string) string {
	return composeVariable.ReplaceAllStringFunc(text, func(found string) string {
		name := strings.Trim(found, "${}")
		if found == "$$" {
			return "$"
		}
		if at := strings.IndexAny(name, ":-?+"); at >= 0 {
			name = name[:at]
		}
		if value, there := values[name]; there {
			return value
		}
		return Gap(Variable(name))
	})
}
