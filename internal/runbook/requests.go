package runbook

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/rule/remedy"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// requests returns a request for each published service: first those that findings name, because the upgrade changes them,
// then those that anybody can reach, then those with the most routes.
func (p *plan) requests() []Request {
	concerned := p.concerned()
	type ranked struct {
		Request

		rank, routes int
	}
	var all []ranked
	names := p.addresses()
	for i := range p.f.Services {
		s := &p.f.Services[i]
		group := p.groupOf(s.Group)
		one := ranked{Request: request(s), routes: s.Routes}
		one.GatewayGroup, one.Variable = group, names[s.Group]
		switch {
		case p.disabled(s):
			one.rank = 3
			one.Notes = append(one.Notes, "it is disabled: 404 is to be expected")
		case slices.ContainsFunc(append(s.RouteIDs, s.ID), func(id string) bool { return concerned[inGroup{group, id}] }):
			one.Notes = append(one.Notes, "the assessment has findings on it")
		case s.Open:
			one.rank = 1
		default:
			one.rank = 2
		}
		all = append(all, one)
	}
	slices.SortStableFunc(all, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(b.routes, a.routes), cmp.Compare(a.GatewayGroup, b.GatewayGroup), cmp.Compare(a.Service, b.Service))
	})
	out := make([]Request, len(all))
	for i := range all {
		out[i] = all[i].Request
	}
	return out
}

// inGroup is an id in a gateway group.
type inGroup struct{ group, id string }

// concerned returns the services and routes that findings are about.
func (p *plan) concerned() map[inGroup]bool {
	all := map[inGroup]bool{}
	for f := range p.r.Findings.All() {
		if f.Object.Kind == "service" || f.Object.Kind == "route" {
			all[inGroup{f.Object.GatewayGroup, f.Object.ID}] = true
		}
	}
	return all
}

func (p *plan) groupOf(short string) string {
	for i := range p.groups {
		if p.groups[i].ShortID == short {
			return p.groups[i].Label()
		}
	}
	return short
}

// addresses returns the variables with the addresses of gateways, by the short ids of groups.
func (p *plan) addresses() map[string]string {
	names, used := map[string]string{}, map[string]bool{}
	for i := range p.groups {
		g := &p.groups[i]
		var name strings.Builder
		name.WriteString("GATEWAY_")
		for _, c := range strings.ToUpper(g.Label()) {
			if c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' {
				name.WriteRune(c)
			} else {
				name.WriteByte('_')
			}
		}
		one := name.String()
		for n := 2; used[one]; n++ {
			one = fmt.Sprintf("%s_%d", name.String(), n)
		}
		used[one], names[g.ShortID] = true, one
	}
	return names
}

// request returns a harmless request to a service, or one without a method and why.
func request(s *Service) Request {
	one := Request{Service: s.Name, Route: s.Route.Name}
	host, stands := hostOf(s)
	switch {
	case s.Stream:
		one.Notes = append(one.Notes, "it takes TCP connections: test it with a client of its own")
	case s.Route.Off:
		one.Notes = append(one.Notes, "its routes are disabled")
	case s.Routes == 0:
		one.Notes = append(one.Notes, "no route of it was seen")
	case s.Route.Hidden || host == "" && len(s.Hosts)+len(s.Route.Hosts) > 0:
		one.Notes = append(one.Notes, "the source hides its host or path")
	case s.Route.harmless() == "":
		one.Notes = append(one.Notes, "its routes take only "+strings.Join(s.Route.Methods, ", ")+": test it with a request that may be sent")
	default:
		one.Method, one.Host, one.Path = s.Route.harmless(), host, encoded(cmp.Or(concrete(s.Route.Path), "/"))
		if one.Path != s.Route.Path {
			one.Notes = append(one.Notes, "for "+s.Route.Path)
		}
	}
	if one.Method == "" {
		return one
	}
	if stands {
		one.Notes = append(one.Notes, "its host is a pattern")
	}
	if s.Route.Vars {
		one.Notes = append(one.Notes, "the route has conditions besides: 404 is possible")
	}
	if !s.Open {
		one.Notes = append(one.Notes, "asks who sends the request: 401 or 403 is possible")
	}
	return one
}

// statuses begins the releases in which the status of an enabled service is 1. Before them it was 0. Source: release notes
// of 3.2.12.0.
var statuses = version.Since("3.2.12.0")

// disabled reports whether a service is known to be disabled.
func (p *plan) disabled(s *Service) bool {
	from, err := version.Parse(p.r.Path.From)
	if err != nil {
		return false
	}
	return s.Status == "0" && statuses.In(from.Release()) || s.Status == "1" && !statuses.In(from.Release())
}

// hostOf returns a host of the service; stands is true if it only stands for a pattern.
func hostOf(s *Service) (host string, stands bool) {
	hosts := s.Route.Hosts
	if len(hosts) == 0 {
		hosts = s.Hosts
	}
	for _, h := range hosts {
		if !strings.Contains(h, "*") {
			return h, false
		}
	}
	if len(hosts) > 0 {
		return strings.Replace(hosts[0], "*", "any", 1), true
	}
	return "", false
}

// concrete returns a path that a pattern matches: the stars at its end are left out, and parameters are 1.
func concrete(pattern string) string {
	parts := strings.Split(strings.ReplaceAll(pattern, "*", ""), "/")
	for i, part := range parts {
		if strings.HasPrefix(part, ":") {
			parts[i] = "1"
		}
	}
	return strings.Join(parts, "/")
}

// encoded writes a path as it is sent: what a path may not have is encoded, and what is encoded already stays.
func encoded(path string) string {
	var b strings.Builder
	for _, c := range []byte(path) {
		if c <= ' ' || c >= 0x7f || strings.IndexByte("\"<>\\^`{|}?#[]", c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}

// Script returns the acceptance test for a POSIX shell: it sends every request and prints the status of each, so that the
// output of before and after the upgrade can be compared.
func (r *Runbook) Script() string {
	var b strings.Builder
	b.WriteString(`#!/bin/sh
# One harmless request to each published service. Prints the status of each answer; 000: there was none.
# Run it before and after the upgrade, and compare. It needs curl 7.49 or later; certificates are not checked.
`)
	set := map[string]bool{}
	for _, q := range r.Requests {
		if q.Method != "" && !set[q.Variable] {
			set[q.Variable] = true
			fmt.Fprintf(&b, ": \"${%s:?address of a gateway of group %s, such as http://gateway:9080 or https://gateway:9443}\"\n", q.Variable, harmless(q.GatewayGroup))
		}
	}
	b.WriteString(`ask() { # ADDRESS METHOD HOST PATH NAME
	scheme=${1%%://*}
	at=${1#*://}
	at=${at%%/*}
	case ${at##*]} in
	*:*) ;;
	*) [ "$scheme" = https ] && at=$at:443 || at=$at:80 ;;
	esac
	head=
	[ "$2" = HEAD ] && head=-I
	# with a host: that name in the request and, with https, in TLS as well, and the gateway as where it goes to
	status=$(curl -gsSk $head -m 10 -o /dev/null -w '%{http_code}' ${3:+--connect-to} ${3:+"::$at"} "$scheme://${3:-$at}$4" 2>/dev/null) || status=000
	printf '%s %s\n' "$status" "$5"
}
`)
	for _, q := range r.Requests {
		if q.Method == "" {
			continue
		}
		if len(q.Notes) > 0 {
			b.WriteString(comment(strings.Join(q.Notes, "; ")) + "\n")
		}
		fmt.Fprintf(&b, "ask \"$%s\" %s %s %s %s\n", q.Variable, q.Method, remedy.Quote(q.Host), remedy.Quote(q.Path), remedy.Quote(q.GatewayGroup+"/"+q.Service))
	}
	return b.String()
}
