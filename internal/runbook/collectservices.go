package runbook

import (
	"cmp"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/redact"
)

// authenticating are plugins that ask who sends a request.
var authenticating = []string{"key-auth", "basic-auth", "jwt-auth", "hmac-auth", "ldap-auth", "openid-connect", "multi-auth", "forward-auth", "opa", "cas-auth", "saml-auth", "authz-keycloak", "authz-casdoor", "wolf-rbac", "portal-auth", "ip-restriction"}

// asks reports whether a plugin on r asks who sends a request, or whether that cannot be read.
func asks(r *estate.Resource) bool {
	plugins := r.Field("plugins")
	members, known := plugins.Members().Known()
	if !known {
		return !plugins.Absent()
	}
	return slices.ContainsFunc(members, func(m estate.Member) bool { return slices.Contains(authenticating, m.Key) })
}

// texts returns the texts of the first of some fields that has one; hidden is true if the source hides one of them.
func texts(r *estate.Resource, fields ...string) (all []string, hidden bool) {
	for _, field := range fields {
		v := r.Field(field)
		list, _ := v.Strings().Known()
		if one, ok := v.Text().Known(); ok && one != "" {
			list = []string{one}
		}
		for _, text := range list {
			clean := redact.Path(strings.Clone(text))
			if estate.HiddenIn(clean) {
				return nil, true
			}
			all = append(all, clean)
		}
		if len(all) > 0 {
			return all, false
		}
	}
	return nil, false
}

// service keeps a published service. What gateways run counts more than what a table of the control plane says.
func (c *Collector) service(r *estate.Resource) {
	if by := r.Field("labels").Labels()["managed-by"]; by != "" {
		c.managers[redact.Label("managed-by", by)] = true
	}
	ref := r.Ref()
	known := c.services[ref]
	if known != nil && known.running && !r.Origin.Running {
		return
	}
	one := &service{running: r.Origin.Running}
	one.Group, one.ID, one.Name = strings.Clone(r.Group.ShortID), strings.Clone(r.ID), shown(r.Name())
	one.Stream = r.Field("type").TextOrEmpty() == "stream"
	if status, ok := r.Field("status").Number().Known(); ok {
		one.Status = strings.Clone(status.String())
	}
	one.Hosts, one.Route.Hidden = texts(r, "hosts")
	prefix, hidden := texts(r, "path_prefix")
	if len(prefix) > 0 {
		one.prefix = prefix[0]
	}
	one.Route.Hidden = one.Route.Hidden || hidden
	one.Open = !asks(r)
	c.in(r.Group)
	c.services[estate.Ref{Kind: ref.Kind, Group: one.Group, ID: one.ID}] = one
}

// route keeps a route if it shows better than those before whether its service answers.
func (c *Collector) route(r *estate.Resource) {
	id := r.Field("service_id").Word()
	if id == "" {
		return
	}
	of := estate.Ref{Kind: estate.Service, Group: strings.Clone(r.Group.ShortID), ID: strings.Clone(id)}
	best := c.routes[of]
	if best == nil {
		best = &candidate{rank: -1}
		c.routes[of] = best
	}
	best.count(r.Origin)
	best.remember(r.ID)
	one := candidate{counts: best.counts, ids: best.ids, id: strings.Clone(r.ID), open: !asks(r)}
	one.Name = shown(r.Name())
	var hidden [3]bool
	var paths []string
	one.Methods, hidden[0] = texts(r, "methods")
	one.Hosts, hidden[1] = texts(r, "hosts", "host")
	paths, hidden[2] = texts(r, "uris", "uri", "paths", "path")
	one.Hidden = slices.Contains(hidden[:], true)
	one.Vars = !r.Field("vars").Empty()
	status, _ := r.Field("status").Number().Known()
	one.Off = status == "0"
	one.Path = plainest(paths)
	one.rank = one.worth()
	if one.rank > best.rank || one.rank == best.rank && cmp.Or(cmp.Compare(one.id, best.id), cmp.Compare(len(best.Path), len(one.Path))) < 0 {
		*best = one
	}
}

// count counts a route of the service. Several tables may have the same routes, and the ids of a million are not kept.
func (c *candidate) count(at estate.Origin) {
	for i := range c.counts {
		if c.counts[i].source == at.Source && c.counts[i].table == at.Table {
			c.counts[i].n++
			return
		}
	}
	c.counts = append(c.counts, tableCount{at.Source, strings.Clone(at.Table), 1})
}

// mostRoutes is the number of routes of a service whose ids are kept: the first by their order.
const mostRoutes = 20

func (c *candidate) remember(id string) {
	at, known := slices.BinarySearch(c.ids, id)
	if known || at == mostRoutes {
		return
	}
	c.ids = slices.Insert(c.ids, at, strings.Clone(id))
	c.ids = c.ids[:min(len(c.ids), mostRoutes)]
}

// routes returns how many routes the service has.
func (c *candidate) routes() int {
	most := 0
	for _, t := range c.counts {
		most = max(most, t.n)
	}
	return most
}

// plainest returns the path that is the best to send: one without a pattern, else the shortest.
func plainest(paths []string) string {
	best := ""
	for _, path := range paths {
		switch {
		case best == "", patterned(best) && !patterned(path), patterned(best) == patterned(path) && len(path) < len(best):
			best = path
		}
	}
	return best
}

// prefixed returns the path of a route with the prefix of its service, which some sources write into it already.
func prefixed(prefix, path string) string {
	prefix = strings.TrimSuffix(prefix, "/")
	if prefix == "" || path == prefix || strings.HasPrefix(path, prefix+"/") {
		return path
	}
	return prefix + path
}

func patterned(path string) bool { return strings.ContainsAny(path, "*:") }

// worth tells how well one request to a route shows that its service answers.
func (c *candidate) worth() int {
	worth := 0
	for _, good := range []struct {
		is    bool
		worth int
	}{{!c.Off, 32}, {c.harmless() != "", 16}, {!c.Vars, 8}, {c.Path != "" && !c.Hidden, 4}, {!patterned(c.Path), 2}, {c.open, 1}} {
		if good.is {
			worth += good.worth
		}
	}
	return worth
}

// harmless returns a method of the route that changes nothing; empty: it takes none.
func (r *Route) harmless() string {
	if len(r.Methods) == 0 || slices.Contains(r.Methods, "GET") {
		return "GET"
	}
	if slices.Contains(r.Methods, "HEAD") {
		return "HEAD"
	}
	return ""
}

// published returns the published services, and how many more there are.
func (c *Collector) published() (all []Service, more int) {
	for ref, s := range c.services {
		one := s.Service
		if best := c.routes[ref]; best != nil {
			hidden := one.Route.Hidden
			one.Route, one.Routes, one.RouteIDs, one.Open = best.Route, best.routes(), best.ids, one.Open && best.open
			one.Route.Hidden = one.Route.Hidden || hidden
			one.Route.Path = prefixed(s.prefix, one.Route.Path)
		}
		all = append(all, one)
	}
	slices.SortFunc(all, func(a, b Service) int {
		return cmp.Or(cmp.Compare(a.Group, b.Group), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	if len(all) > mostServices {
		return all[:mostServices:mostServices], len(all) - mostServices
	}
	return all, 0
}
