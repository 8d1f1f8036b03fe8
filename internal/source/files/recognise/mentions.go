package recognise

import (
	"path"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/lazyregexp"
	"github.com/api7-preflight/api7-preflight/internal/source/files/image"
	"github.com/api7-preflight/api7-preflight/internal/source/files/tree"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// Mentions finds something of API7 in a document that no part reads, such as a playbook, or an object of a kind that is not
// known: what a line of text would name, a chart beside where it comes from, and values or settings further inside.
// Pipelines of CI are none of an installation. It returns the first of them.
func Mentions(n *tree.Node, path string) Mention {
	kind := n.Get("kind").Text()
	if n.Get("apiVersion").Text() == "" {
		kind = ""
	}
	if passive[kind] || pipeline(n, path) {
		return Mention{}
	}
	if found, what := sealed(n, kind); found != nil {
		return Mention{found.At(), what, true}
	}
	found, what := (&mentions{stored: kind == "ConfigMap" || kind == "Secret"}).in(n, "", "")
	return Mention{At: found.At(), What: what}
}

// Mention is something of API7 in a document that no part reads; the zero Mention is none.
type Mention struct {
	At     estate.Position
	What   string
	Sealed bool // it cannot be looked into as it is here
}

// passive are kinds of objects that start nothing: they watch, guard or say where something is.
var passive = map[string]bool{
	"ImageRepository": true, "ImagePolicy": true, "ImageUpdateAutomation": true, "HelmRepository": true, "OCIRepository": true, "GitRepository": true,
	"AppProject": true, "ClusterPolicy": true, "Policy": true, "ClusterImagePolicy": true, "PrometheusRule": true, "ServiceMonitor": true,
	"PodMonitor": true, "CustomResourceDefinition": true, "NetworkPolicy": true,
}

// mentions looks for something of API7 in the values of a document.
type mentions struct {
	stored bool // its texts are files that others mount, and are judged with these
}

// in looks at a value, the key that it stands under and the one above that.
func (m *mentions) in(n *tree.Node, key, above string) (found *tree.Node, what string) {
	if found, what := m.mention(n, key, above); found != nil {
		return found, what
	}
	for i, kid := range n.Kids() {
		inner, outer := "", key // of an element
		if n.IsMap() {
			inner = n.Keys()[i]
		}
		if found, what := m.in(kid, inner, outer); found != nil {
			return found, what
		}
	}
	return nil, ""
}

// mention looks at one value alone.
func (m *mentions) mention(n *tree.Node, key, above string) (found *tree.Node, what string) {
	text := n.Written()
	switch {
	case n.IsMap():
		return m.mapped(n, key)
	case !n.IsScalar() || text == "":
	case strings.Contains(text, "\n"):
		return m.text(n, key)
	default:
		if key == "" || m.stored && image.OwnVariable(key) { // who takes it as a variable is judged with it
			key, above = above, ""
		}
		if what := said(key+": "+text, above); what != "" {
			return n, what
		}
	}
	return nil, ""
}

// mapped looks at a map as a whole.
func (m *mentions) mapped(n *tree.Node, key string) (found *tree.Node, what string) {
	for i, k := range n.Keys() {
		if what := said(k+":", ""); what != "" && !m.stored {
			return n.Kids()[i], what
		}
	}
	if chart, name := fromAPI7(n); chart != nil {
		return chart, "chart " + name + " of API7"
	}
	if key == "" {
		return nil, ""
	}
	if i := slices.IndexFunc(n.Keys(), func(k string) bool { return slices.Contains(configurations, k) }); i >= 0 {
		return n.Kids()[i], "values of chart " + version.ControlPlaneChart
	}
	if is := Settings(n, ""); is.tells() {
		return n, "a " + is.Form.String()
	}
	return nil, ""
}

var (
	chartName = lazyregexp.New(`(?i)^(chart|name$)`)
	chartFrom = lazyregexp.New(`(?i)repo|registry|url|source`)
)

// fromAPI7 returns the name of a chart that is called as one of the vendor's, or that nobody knows, in a map that says as
// well that it comes from API7; nil if there is none.
func fromAPI7(n *tree.Node) (chart *tree.Node, name string) {
	from := false
	for key, value := range n.Entries() {
		base := path.Base(value.Written())
		if chartName.MatchString(key) && (base == version.GatewayChart || base == version.ControlPlaneChart || chartKey.MatchString(key) && variable.MatchString(value.Written())) {
			chart, name = value, base
		}
		from = from || chartFrom.MatchString(key) && strings.Contains(strings.ToLower(value.Written()), "api7")
	}
	if !from {
		return nil, ""
	}
	return chart, name
}

// text looks at a text of several lines: what is YAML is looked at as a document is, all else as a text that cannot be
// parsed.
func (m *mentions) text(n *tree.Node, key string) (found *tree.Node, what string) {
	if prose.MatchString(key+":") || !Concerns(key, []byte(n.Written())) {
		return nil, ""
	}
	docs, err := n.Within()
	if err != nil && m.stored && yamlKey.MatchString(key) { // what reads it says so
		return nil, ""
	}
	if err != nil {
		if named := Names([]byte(n.Written())); named.What != "" {
			return n, named.What
		}
		return nil, ""
	}
	for _, d := range docs {
		if what := m.whole(d, key); what != "" {
			return n, what
		}
		if found, what := m.in(d, "", key); found != nil {
			return n, what
		}
	}
	return nil, ""
}

// whole says what a document is that stands in a text.
func (m *mentions) whole(d *tree.Node, key string) string {
	if valuesKey.MatchString(key) && Values(d).Form.Values() {
		return "values of one of API7's charts"
	}
	if is := Settings(d, key); !m.stored && is.tells() {
		return "a " + is.Form.String()
	}
	return ""
}

var yamlKey = lazyregexp.New(`\.ya?ml$`)

var valuesKey = lazyregexp.New(`(?i)values[A-Za-z]*(\.ya?ml)?$`)

// configurations are keys that nothing else has but values of the control plane's chart.
var configurations = []string{"dashboard_configuration", "dp_manager_configuration", "developer_portal_configuration"}
