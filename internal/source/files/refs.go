package files

import (
	"regexp"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/yamlfile"
)

// dialect is how a program reads its file: which texts it replaces, and which words are truth values.
type dialect uint8

// The dialects.
const (
	ofGateway      dialect = iota + 1 // the gateway replaces ${{VARIABLE}} before it parses the file
	ofControlPlane                    // deployments replace ${VARIABLE} and $VARIABLE
	ofHelm                            // Helm reads YAML 1.1; templates and deployment tools replace parts
)

var (
	gatewayVariable  = regexp.MustCompile(`\$\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*(:=)?`)
	storedElsewhere  = regexp.MustCompile(`(?i)^\$(env|secret)://([A-Za-z0-9_]*)`)
	bracedVariable   = regexp.MustCompile(`\$\{([A-Za-z_][A-Za-z0-9_]*)`)
	bracedUpper      = regexp.MustCompile(`\$\{([A-Z_][A-Z0-9_]*)`)
	nakedVariable    = regexp.MustCompile(`(?:^|[:/@=," ])\$([A-Z_][A-Z0-9_]*)(?:$|[:/@=?," ])`)
	templatedText    = regexp.MustCompile(`\{\{.*\}\}`)
	truth11          = map[string]string{"on": "true", "yes": "true", "y": "true", "off": "false", "no": "false", "n": "false"} //nolint:gochecknoglobals // a table of facts
	letterCases11    = regexp.MustCompile(`^([a-z]+|[A-Z][a-z]*|[A-Z]+)$`)
	unknownVariables = map[dialect][]*regexp.Regexp{ //nolint:gochecknoglobals // a table of facts
		ofControlPlane: {gatewayVariable, bracedVariable, nakedVariable},
		ofHelm:         {bracedUpper, nakedVariable},
	}
)

// interpret returns n as the program behind d reads it: values that it takes from elsewhere become unknown.
func interpret(n *node, d dialect) *node {
	if n == nil {
		return nil
	}
	out := *n
	if n.kind == yamlfile.Scalar {
		if out.unknown == "" {
			out.unknown, out.needs = elsewhere(n.text, d)
		}
		if word := strings.ToLower(n.text); d == ofHelm && n.plain && truth11[word] != "" && letterCases11.MatchString(n.text) {
			out.json = truth11[word]
		}
		return &out
	}
	out.kids = make([]*node, len(n.kids))
	for i, kid := range n.kids {
		out.kids[i] = interpret(kid, d)
	}
	return &out
}

// elsewhere says where a text comes from that is not in the file, and which variables it cannot do without; why is empty
// if it is.
func elsewhere(text string, d dialect) (why string, needs []string) {
	if !strings.ContainsAny(text, "${") || d != ofGateway && strings.Contains(text, "\n") {
		return "", nil
	}
	if d != ofControlPlane {
		if all := gatewayVariable.FindAllStringSubmatch(text, -1); all != nil {
			return ofTheGateway(all)
		}
	}
	for _, form := range unknownVariables[d] {
		if found := form.FindStringSubmatch(text); found != nil {
			return "environment variable " + found[1], nil
		}
	}
	if found := storedElsewhere.FindStringSubmatch(text); found != nil {
		if strings.EqualFold(found[1], "secret") {
			return "a secret store", nil
		}
		return "environment variable " + found[2], nil
	}
	if d != ofGateway && templatedText.MatchString(text) {
		return "a template", nil
	}
	return "", nil
}

// ofTheGateway names the variables that a gateway replaces in one text, and those that it cannot do without: of no other
// variable that is known.
func ofTheGateway(found [][]string) (why string, needs []string) {
	said := make([]string, len(found))
	for i, f := range found {
		said[i] = "environment variable " + f[1] + ", or its default"
		if f[2] == "" {
			said[i] = "environment variable " + f[1] + ", without a default"
			needs = append(needs, f[1])
		}
	}
	return strings.Join(said, "; "), needs
}
