package componentportscollide

import (
	"path"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/rules/internal/samefolder"
)

// container is how a component is started.
type container struct {
	component, found string
	file, document   string // that it stands in; the second names the document as well
	pod              string // kind, namespace and name of what makes its pods; empty: it is in none
	namespace        string
	subject          estate.Subject
	hostNetwork      bool
}

// network names the network that a container shares with others; empty if it shares none.
func (c container) network() (name string) {
	switch {
	case c.found == "compose" && c.hostNetwork:
		return "the network of the host, by " + c.document
	case c.pod == "":
		return ""
	case c.hostNetwork && c.namespace != "":
		return "the network of a node, by the pods of namespace " + c.namespace + within(c.file)
	case c.hostNetwork:
		return "the network of a node, by the pods" + within(c.file)
	}
	return "the pod of " + c.pod + " in " + c.document
}

// within says in which folder a file is, where that is another one than that in which the assessment runs.
func within(file string) string {
	if dir := path.Dir(file); dir != "." {
		return " in " + dir
	}
	return ""
}

// started is a container of a component.
func started(r *estate.Resource) container {
	shared, _ := r.Field("host_network").Bool().Known()
	c := container{
		component: strings.Clone(r.Field("component").TextOrEmpty()), found: strings.Clone(r.Field("found").TextOrEmpty()),
		file: samefolder.From(r), subject: r.Subject(), hostNetwork: shared,
	}
	c.document = c.file
	if n, later := r.Field("document").Number().Known(); later {
		c.document += "#" + n.String()
	}
	if w := r.Field("workload"); !w.Absent() {
		c.namespace = strings.Clone(w.Get("namespace").TextOrEmpty())
		c.pod = w.Get("kind").TextOrEmpty() + "/" + c.namespace + "/" + w.Get("name").TextOrEmpty()
	}
	return c
}

// known reports whether the container is of a component, not of a database or the like beside it.
func (c container) known() bool {
	return slices.ContainsFunc(components(), func(one component) bool { return one.id == c.component })
}

// several reports whether containers are of more than one component.
func several(containers []container) bool {
	return slices.ContainsFunc(containers, func(c container) bool { return c.component != containers[0].component })
}
