package traffic

import (
	"fmt"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
)

// Upstream is one upstream, wherever it is written. It is valid as long as its resource.
type Upstream struct {
	Field   func(name string) estate.Value
	Pointer string // JSON pointer to it in its resource; empty for a resource that is one
}

// Holder is where upstreams are written: a resource itself, or a plugin on it.
type Holder struct {
	Plugin    string // that they are written in; empty: the resource
	Off       bool   // the plugin is switched off
	Upstreams []Upstream
}

// Severity returns s for upstreams that gateways use; one that is switched off or in a template is less grave.
func (h *Holder) Severity(r *estate.Resource, s rule.Severity) rule.Severity {
	if h.Off {
		s = s.Milder()
	}
	if r.Kind.State() != estate.Live {
		s = s.Milder()
	}
	return s
}

const splitter = "traffic-split"

// OnUpstreams calls f for every resource and every Traffic Split plugin that holds upstreams: upstreams, services,
// service templates, and the plugin on these and on routes. What cannot be read is in doubt.
func OnUpstreams(p *rule.Pass, f func(*estate.Resource, *Holder)) {
	p.On(estate.Upstream, func(r *estate.Resource) { f(r, &Holder{Upstreams: []Upstream{{Field: r.Field}}}) })
	for _, k := range []estate.Kind{estate.Service, estate.ServiceTemplate} {
		p.On(k, func(r *estate.Resource) {
			h := &Holder{}
			h.add(p, r, r.Field("upstream"), "/upstream")
			h.each(p, r, r.Field("upstreams"), "/upstreams")
			if len(h.Upstreams) > 0 {
				f(r, h)
			}
		})
	}
	p.OnResourceWith(splitter, func(r *estate.Resource, places []estate.Plugin) {
		for _, at := range places {
			if h := inline(p, r, at); len(h.Upstreams) > 0 {
				f(r, h)
			}
		}
	}, estate.Service, estate.Route, estate.ServiceTemplate, estate.RouteTemplate)
}

// add adds an object.
func (h *Holder) add(p *rule.Pass, r *estate.Resource, v estate.Value, pointer string) {
	if v.Empty() {
		return
	}
	if why := v.Members().Unreadable(); why != "" {
		p.Doubt(r, pointer, "the upstream cannot be read: "+why)
		return
	}
	h.Upstreams = append(h.Upstreams, Upstream{v.Get, pointer})
}

// each adds a list of objects, or one object in its place.
func (h *Holder) each(p *rule.Pass, r *estate.Resource, v estate.Value, pointer string) {
	list, ok := v.List().Known()
	if !ok {
		h.add(p, r, v, pointer)
		return
	}
	for i, one := range list {
		h.add(p, r, one, fmt.Sprintf("%s/%d", pointer, i))
	}
}

// inline returns the upstreams that are written into a Traffic Split plugin.
func inline(p *rule.Pass, r *estate.Resource, at estate.Plugin) *Holder {
	h := &Holder{Plugin: at.Name}
	rules, err := Read(at.Conf, Shape{Shares: "weighted_upstreams", Conditions: "vars"})
	if err != nil {
		p.Doubt(r, at.Pointer, at.Name+": the configuration cannot be read: "+err.Error())
		return h
	}
	off := at.Disabled()
	if why := off.Unreadable(); why != "" {
		p.Doubt(r, at.Pointer, at.Name+": whether it is switched off (_meta.disable) cannot be read: "+why)
	}
	h.Off, _ = off.Known()
	for i, one := range rules {
		for j, share := range one.Shares {
			h.add(p, r, share.Inline, fmt.Sprintf("%s/rules/%d/weighted_upstreams/%d/upstream", at.Pointer, i, j))
		}
	}
	return h
}
