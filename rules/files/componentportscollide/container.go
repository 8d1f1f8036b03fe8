package componentportscollide

import (
	"path"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/rules/internal/nearby"
)

// container is how a component is started.
type container struct {
	component, found string
	file, object     string // the parts of its id
	subject          estate.Subject
	hostNetwork      bool
}

// network names the network that a container shares with others; empty if it shares none.
func (c container) network() (name string) {
	parts := strings.Split(c.object, "/")
	switch {
	case c.found == "compose" && c.hostNetwork:
		return "the network of the host, by " + c.file
	case len(parts) != 4: // kind, namespace, name and container of a manifest
		return ""
	case c.hostNetwork && parts[1] != "":
		return "the network of a node, by the pods of namespace " + parts[1] + within(c.file)
	case c.hostNetwork:
		return "the network of a node, by the pods" + within(c.file)
	}
	return "the pod of " + strings.TrimSuffix(c.object, "/"+parts[3]) + " in " + c.file
}

func folder(file string) string { return path.Dir(nearby.Release(file)) }

// within says in which folder a file is, where that is another one than that in which the assessment runs.
func within(file string) string {
	if dir := folder(file); dir != "." {
		return " in " + dir
	}
	return ""
}

// started is a container of a component.
func started(r *estate.Resource) container {
	id := strings.Clone(r.ID)
	end := strings.LastIndexByte(id, '#')
	shared, _ := r.Field("host_network").Bool().Known()
	return container{
		component: strings.Clone(rule.Words(r.Field("component"))), found: strings.Clone(rule.Words(r.Field("found"))),
		file: id[:max(end, 0)], object: id[end+1:], subject: r.Subject(), hostNetwork: shared,
	}
}

// known reports whether the container is of a component, not of a database or the like beside it.
func (c container) known() bool {
	return slices.ContainsFunc(components(), func(one component) bool { return one.id == c.component })
}

// several reports whether containers are of more than one component.
func several(containers []container) bool {
	return slices.ContainsFunc(containers, func(c container) bool { return c.component != containers[0].component })
}
