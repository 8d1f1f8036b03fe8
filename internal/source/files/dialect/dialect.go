// Package dialect knows which texts of a file the program that reads it replaces, and by what: a value that comes from
// elsewhere is unknown, and neither absent nor what is written.
package dialect

import (
	"regexp"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/source/files/tree"
)

// Dialect is how a program reads its file: which texts it replaces, and which words are truth values.
type Dialect uint8

// The dialects.
const (
	Gateway      Dialect = iota + 1 // the gateway replaces ${{VARIABLE}} before it parses the file
	ControlPlane                    // deployments replace ${VARIABLE} and $VARIABLE
	Helm                            // Helm reads YAML 1.1; templates and deployment tools replace parts
)

var (
	gatewayVariable  = regexp.MustCompile(`\$\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*(:=)?`)
	storedElsewhere  = regexp.MustCompile(`(?i)^\$(env|secret)://([A-Za-z0-9_]*)`)
	bracedVariable   = regexp.MustCompile(`\$\{([A-Za-z_][A-Za-z0-9_]*)`)
	bracedUpper      = regexp.MustCompile(`\$\{([A-Z_][A-Z0-9_]*)`)
	nakedVariable    = regexp.MustCompile(`(?:^|[:/@=," ])\$([A-Z_][A-Z0-9_]*)(?:$|[:/@=?," ])`)
	templatedText    = regexp.MustCompile(`\{\{.*\}\}`)
	truth11          = map[string]string{"on": "true", "yes": "true", "y": "true", "off": "false", "no": "false", "n": "false"}
	letterCases11    = regexp.MustCompile(`^([a-z]+|[A-Z][a-z]*|[A-Z]+)$`)
	unknownVariables = map[Dialect][]*regexp.Regexp{
		ControlPlane: {gatewayVariable, bracedVariable, nakedVariable},
		Helm:         {bracedUpper, nakedVariable},
	}
)

// Read returns n as the program reads it: values that it takes from elsewhere become unknown.
func (d Dialect) Read(n *tree.Node) *tree.Node { return d.ReadWith(n, nil) }

// Values looks up an environment variable. from says where its value comes from; it is empty if the value is not known.
// unset is true of a variable that is known not to be set: then its default counts.
type Values func(name string) (value, from string, unset bool)

// ReadWith is [Dialect.Read] with the environment of a gateway, whose variables in the file are replaced where all of a
// text is known then. Nil knows none.
func (d Dialect) ReadWith(n *tree.Node, values Values) *tree.Node {
	return n.Read(func(text string, plain bool) tree.Reading {
		var r tree.Reading
		if d == Gateway && values != nil {
			if r.Text, r.From = replaced(text, values); r.From != "" {
				r.JSON = typed(r.Text)
				return r
			}
		}
		r.Unknown, r.Needs = d.elsewhere(text)
		if r.Unknown != "" {
			r.Scheme = literalScheme(text)
		}
		if truth := truth11[strings.ToLower(text)]; d == Helm && plain && truth != "" && letterCases11.MatchString(text) {
			r.JSON = truth
		}
		return r
	})
}

// elsewhere says where a text comes from that is not in the file, and which variables it cannot do without; why is empty
// if it is.
func (d Dialect) elsewhere(text string) (why string, needs []string) {
	if why := kept(text); why != "" {
		return why, nil
	}
	if !strings.ContainsAny(text, "${") || d != Gateway && strings.Contains(text, "\n") {
		return "", nil
	}
	if d != ControlPlane {
		if all := gatewayVariable.FindAllStringSubmatch(text, -1); all != nil {
			return ofTheGateway(all)
		}
	}
	for _, form := range unknownVariables[d] {
		if found := form.FindStringSubmatch(text); found != nil {
			return Variable(found[1]), nil
		}
	}
	if found := storedElsewhere.FindStringSubmatch(text); found != nil {
		if strings.EqualFold(found[1], "secret") {
			return secretStore, nil
		}
		return Variable(found[2]), nil
	}
	if d != Gateway && templatedText.MatchString(text) {
		return "a template", nil
	}
	return "", nil
}

// ofTheGateway names the variables that a gateway replaces in one text, and those that it cannot do without: of no other
// variable that is known.
func ofTheGateway(found [][]string) (why string, needs []string) {
	said := make([]string, len(found))
	for i, f := range found {
		said[i] = Variable(f[1]) + ", or its default"
		if f[2] == "" {
			said[i] = Variable(f[1]) + ", without a default"
			needs = append(needs, f[1])
		}
	}
	return strings.Join(said, "; "), needs
}

// Variable says that a value comes from an environment variable.
func Variable(name string) string { return "environment variable " + name }
