package jwtsigningremoved

import (
	"cmp"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

const (
	plugin   = "public-api"
	endpoint = "/apisix/plugin/jwt/sign"
)

// exposed looks for routes that lead to the endpoint where gateways sign tokens: by the uri of the plugin or, without
// one, by the path of the route.
type exposed struct{}

// About returns the case.
func (exposed) About() rule.Case {
	return rule.Case{Entry: entry, Change: version.Since("3.2.16.0")}
}

// Watch looks at every attachment of the plugin.
func (exposed) Watch(p *rule.Pass) {
	p.OnResourceWith(plugin, func(r *estate.Resource, places []estate.Plugin) {
		for _, at := range places {
			judge(p, r, at)
		}
	}, estate.Service, estate.Route, estate.ServiceTemplate, estate.RouteTemplate)
}

func judge(p *rule.Pass, r *estate.Resource, at estate.Plugin) {
	uri := at.Conf.Get("uri").Text()
	if why := uri.Unreadable(); why != "" && !at.Conf.Empty() {
		p.Doubt(r, at.Pointer, plugin+": uri cannot be read: "+why)
		return
	}
	if fixed, _ := uri.Known(); fixed != "" {
		if fixed == endpoint {
			report(p, r, at, rule.Breaking, "uri is "+endpoint)
		}
		return
	}
	if r.Kind == estate.Service || r.Kind == estate.ServiceTemplate {
		report(p, r, at, rule.Notice, "no uri: a route of this service whose path is "+endpoint+" signs tokens")
		return
	}
	paths, why := pathsOf(r)
	if why != "" {
		p.Doubt(r, at.Pointer, "the path of the route cannot be read: "+why)
	}
	for _, path := range paths {
		if begin, wild := strings.CutSuffix(path, "*"); wild && begin != "" && strings.HasPrefix(endpoint, begin) {
			report(p, r, at, rule.Warning, "path "+path+" covers "+endpoint)
			return
		} else if !wild && strings.HasSuffix(path, endpoint) {
			report(p, r, at, rule.Breaking, "path is "+path)
			return
		}
	}
}

// pathsOf returns the paths of a route, under all names that sources have for them.
func pathsOf(r *estate.Resource) (paths []string, why string) {
	for _, name := range []string{"uri", "path"} {
		one := r.Field(name).Text()
		if path, ok := one.Known(); ok {
			paths = append(paths, path)
		}
		why = cmp.Or(why, one.Unreadable())
	}
	for _, name := range []string{"uris", "paths"} {
		field := r.Field(name)
		if field.Empty() { // Lua writes an empty table as {} as well as []
			continue
		}
		list := field.Strings()
		some, _ := list.Known()
		paths, why = append(paths, some...), cmp.Or(why, list.Unreadable())
	}
	return paths, why
}

func report(p *rule.Pass, r *estate.Resource, at estate.Plugin, severity rule.Severity, how string) {
	message := plugin + ": " + how + "; the target has no such endpoint"
	if off, _ := at.Disabled().Known(); off {
		severity, message = severity.Milder(), "switched off: "+message
	}
	if r.Kind.State() != estate.Live {
		severity = severity.Milder()
	}
	p.Report(rule.Finding{
		Subject: r.Subject(), Case: exposed{}.About(), Part: plugin, Pointer: at.Pointer, Severity: severity, Message: message,
		Remediation: []rule.Step{
			{When: rule.Before, Text: "Move the clients that get tokens here to a service of your own that issues them: after the upgrade the request is answered with 404."},
			{When: rule.After, Text: "Delete the route, or take the plugin off."},
		},
	})
}
