// Package recognise tells what a document is by what is in it. What there is to know is in tables: a new kind of file is
// a row of them.
package recognise

import (
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/few"
	"github.com/api7-preflight/api7-preflight/internal/source/files/image"
	"github.com/api7-preflight/api7-preflight/internal/source/files/tree"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// Match is what a document is taken for and why.
type Match struct {
	Form Form
	Why  string
	// What speaks against it, unless something of API7 reads the file. Empty: nothing does.
	Lacks string // what is missing, so that nobody knows whether it is API7's
	Alien string // why it is another program's
}

// tells reports whether it is the file of a component of the control plane, wherever it stands: nothing speaks against it,
// and no other program has files of the same form.
func (m Match) tells() bool {
	return m.Form.Settings() && m.Form != SomeControlPlaneFile && m.Form != GatewayFile && m.Lacks == "" && m.Alien == ""
}

// Document tells what a document is by its content. Its path counts where the content leaves a doubt.
func Document(n *tree.Node, path string) Match {
	if !n.IsMap() {
		return Match{Why: "it is no map of keys"}
	}
	for _, rows := range [][]row{foreign, toolFiles, dumps} {
		if m, ok := first(rows, n, path); ok {
			return m
		}
	}
	if m := Values(n); m.Why != "" {
		return m
	}
	if m := Settings(n, path); m.Form != Other {
		return m
	}
	return Match{Why: "its keys (" + few.Of(n.Keys()...).String() + ") match no known kind of file"}
}

// Values tells of a document whether it holds Helm values of one of the vendor's charts. Why is empty if nothing of it
// looks so.
func Values(n *tree.Node) Match {
	m, _ := first(valueRows, n, "")
	return m
}

// Settings tells of a document whether it is the file of a component. Its path counts where the content leaves a doubt.
func Settings(n *tree.Node, path string) Match {
	if !slices.ContainsFunc(controlPlane, func(m mark) bool { return m.in(n) }) {
		m, _ := first(others, n, path)
		if m.Form == GatewayFile {
			m.Alien = apacheFile(n)
		}
		return m
	}
	var best, second weight
	var found Match
	for _, c := range components {
		w, why := weigh(n, c.signs)
		if named(path, c.name) {
			w.all, w.named, why = w.all+byItsName, true, strings.TrimPrefix(why+" and its name", " and ")
		}
		if w.all > best.all {
			best, second, found = w, best, Match{Form: c.form, Why: "it has " + why}
		} else if w.all > second.all {
			second = w
		}
	}
	stored := noStore
	for _, m := range database {
		if m.in(n) {
			stored = max(stored, m.stores())
		}
	}
	against := best.tells(stored)
	switch {
	case best.all <= second.all, against == tooLittle && !best.listens:
	case against == tooLittle:
		found.Alien = "nothing but a port tells of API7"
		return found
	default:
		found.Lacks = against
		return found
	}
	if n.Get("database.dsn") != nil {
		return Match{Form: SomeControlPlaneFile, Why: "it has database.dsn, and no key or port that only one component has"}
	}
	return Match{}
}

// Under returns which of the vendor's charts values are for that stand under a key, by what is in them and by the name of
// the chart that they are for; empty for those of others.
func Under(values *tree.Node, name string) string {
	if !values.IsMap() {
		return ""
	}
	if weight, _ := score(values, controlPlaneValueSigns); weight >= ofUmbrella.least {
		return version.ControlPlaneChart
	}
	if gateway(values) && (name == version.GatewayChart || image.Component(values.Get("apisix.image.repository").Text()) == image.Gateway) {
		return version.GatewayChart
	}
	return ""
}

// Use is one of the vendor's charts and the key under which values for it stand; empty: they are its own.
type Use struct{ Chart, Key string }

// ChartOf returns the chart whose values have a form; empty for other forms.
func ChartOf(form Form) string {
	switch form { //nolint:exhaustive // the forms of values
	case ControlPlaneValues:
		return version.ControlPlaneChart
	case GatewayValues:
		return version.GatewayChart
	}
	return ""
}

// Charts lists the vendor's charts that a document of values is for.
func Charts(n *tree.Node, form Form) []Use {
	if chart := ChartOf(form); chart != "" {
		return []Use{{Chart: chart}}
	}
	if form == UmbrellaValues {
		return under(n)
	}
	return nil
}

func under(n *tree.Node) []Use {
	var all []Use
	for key, value := range n.Entries() {
		if chart := Under(value, ""); chart != "" {
			all = append(all, Use{chart, key})
		}
	}
	return all
}

func gateway(values *tree.Node) bool {
	m, _ := ofGateway.match(values, "")
	return m.Form == GatewayValues
}

// Chart returns which of the vendor's charts a name means; empty for those of others. Anybody may have a chart called
// gateway: where it comes from, or its values, must say that it is the vendor's.
func Chart(name string, values []*tree.Node, from ...string) string {
	switch path.Base(name) {
	case version.ControlPlaneChart:
		return version.ControlPlaneChart
	case version.GatewayChart:
		if strings.Contains(strings.ToLower(name+" "+strings.Join(from, " ")), "api7") || slices.ContainsFunc(values, gateway) {
			return version.GatewayChart
		}
	}
	return ""
}

// first returns what the first of the rows says that matches.
func first(rows []row, n *tree.Node, path string) (m Match, ok bool) {
	for i := range rows {
		if m, ok := rows[i].match(n, path); ok {
			return m, true
		}
	}
	return Match{}, false
}

// named reports whether a file or its folder has a name.
func named(path, name string) bool {
	parts := strings.Split(strings.ToLower(strings.ReplaceAll(filepath.ToSlash(path), "-", "_")), "/")
	return slices.ContainsFunc(parts[max(len(parts)-2, 0):], func(part string) bool {
		return strings.TrimSuffix(strings.TrimSuffix(part, ".yaml"), ".yml") == name
	})
}
