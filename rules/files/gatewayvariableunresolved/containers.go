package gatewayvariableunresolved

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/rules/internal/samefolder"
)

// container is what one container of a gateway has in its environment.
type container struct {
	from, found string
	names       []string
	open        string // why it may have more than is known; empty if it has not
}

func read(r *estate.Resource) container {
	c := container{from: samefolder.From(r), found: strings.Clone(r.Field("found").TextOrEmpty())}
	members, _ := r.Field("environment").Members().Known()
	for _, m := range members {
		c.names = append(c.names, strings.Clone(m.Key))
		if m.Key == "*" {
			c.open = m.Value.Unreadable()
		}
	}
	return c
}

// open returns why one of the containers may have more variables than is known; empty if none has.
func open(all []container) string {
	why := ""
	for _, c := range all { // the least, so that the order of containers does not matter
		if c.open != "" {
			why = min(cmp.Or(why, c.open), c.open)
		}
	}
	return why
}

var (
	// everywhere are variables that a container has without being given them.
	everywhere = regexp.MustCompile(`^(HOME|HOSTNAME|PATH|PWD)$`)
	// byTheChart are variables that the template of the gateway's chart sets, some depending on values
	// (github.com/api7/api7-helm-chart:charts/gateway/templates/_pod.tpl).
	byTheChart = regexp.MustCompile(`^(TZ|APISIX_(ADMIN|VIEWER)_KEY)$`)
	// byKubernetes are variables that pods get for the API server and for each service of their namespace.
	byKubernetes = regexp.MustCompile(`^KUBERNETES_|_SERVICE_HOST$|_SERVICE_PORT(_[A-Z0-9_]+)?$|_PORT(_[0-9]+_(TCP|UDP)(_(PROTO|PORT|ADDR))?)?$`)
)

// have reports whether a container has a variable.
func (c *container) have(name string) bool {
	return slices.Contains(c.names, name) || everywhere.MatchString(name) || c.found == "helm" && byTheChart.MatchString(name) ||
		(c.found == "helm" || c.found == "manifest") && byKubernetes.MatchString(name)
}
