package adminapi

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// Where the control plane keeps templates and published services. Release 3.2.13.0 separated them.
const (
	templatesPath    = "/api/services/template"
	servicesPath     = "/apisix/admin/services"
	routesPath       = "/apisix/admin/routes"
	streamRoutesPath = "/apisix/admin/stream_routes"
	versionsPath     = "/api/service_versions"
	parted           = "3.2.13.0"
)

const (
	readTemplates = "gateway:GetServiceTemplate"
	readPublished = "gateway:GetPublishedService"
)

// owner is a service or template whose parts will be read.
type owner struct {
	id, template string
	stream       bool
}

// templates reads service templates and their routes.
func (r *reading) templates(ctx context.Context) error {
	parts := []estate.Kind{estate.RouteTemplate, estate.StreamRouteTemplate}
	if !r.wants(estate.ServiceTemplate, parts[0], parts[1]) {
		return nil
	}
	services, routes, streams := templatesPath, "/api/routes/template", "/api/stream_routes/template"
	if !r.src.release.has(parted) {
		services, routes, streams = servicesPath, routesPath, streamRoutesPath
	}
	a := about{kinds: append(parts, estate.ServiceTemplate), action: readTemplates}
	return r.paged(ctx, a, list{path: services}, func(item json.RawMessage) (owner, error) {
		o, id := r.identify(item, "id")
		r.promise(id, o)
		return owner{id: id, stream: o.word("type") == "stream"}, r.emit(estate.ServiceTemplate, estate.Group{}, id, services, item, "")
	}, func(owners []owner) error {
		return r.routes(ctx, about{action: readTemplates}, owners, [2]estate.Kind{estate.RouteTemplate, estate.StreamRouteTemplate},
			func(o owner) list {
				l := list{path: routes, query: url.Values{"service_id": {o.id}}}
				if o.stream {
					l.path = streams
				}
				return l
			})
	})
}

// services reads what is published on each gateway group.
func (r *reading) services(ctx context.Context) error {
	parts := []estate.Kind{estate.Route, estate.StreamRoute, estate.Upstream, estate.ServiceVersion, estate.RouteVersion}
	kinds := append(parts, estate.Service, estate.Publication)
	if !r.wants(kinds...) {
		return nil
	}
	if !r.src.release.has("3.5.0") { // upstreams are not resources yet
		kinds = []estate.Kind{estate.Route, estate.StreamRoute, estate.ServiceVersion, estate.RouteVersion, estate.Service, estate.Publication}
	}
	return r.grouped(func(g estate.Group) error {
		a := about{kinds: kinds, action: readPublished, group: g}
		l := inGroup(servicesPath, g)
		if !r.src.release.has(parted) {
			l = list{path: groupsPath + "/" + url.PathEscape(g.ID) + "/services"}
		}
		err := r.paged(ctx, a, l, func(item json.RawMessage) (owner, error) { return r.service(g, l.path, item) },
			func(owners []owner) error { return r.parts(ctx, g, owners) })
		return err
	})
}

// service yields a published service, and which template it was published from.
func (r *reading) service(g estate.Group, path string, item json.RawMessage) (owner, error) {
	o, id := r.identify(item, "id")
	own := owner{id: id, template: o.word("service_id"), stream: o.word("type") == "stream"}
	if err := r.emit(estate.Service, g, id, path, item, ""); err != nil || own.template == "" {
		return own, err
	}
	r.publish(own.template, g)
	body := object{}.set("template_id", own.template).set("service_id", id).set("version", o.word("version"))
	return own, r.emit(estate.Publication, g, id, path, body.json(), "")
}

// parts reads what belongs to some published services of a gateway group.
func (r *reading) parts(ctx context.Context, g estate.Group, owners []owner) error {
	published := about{action: readPublished, group: g}
	if !r.src.release.has(parted) {
		published.kinds = []estate.Kind{estate.Route, estate.StreamRoute}
		const why = "the Admin API before 3.2.13.0 serves them as parts of a historic version only"
		r.gap(published, estate.Gap{
			ID: estate.APILimits, What: "routes of published services in gateway group " + g.Label(), Why: why,
			Names: []string{g.Label()}, Plain: why,
		})
	} else if err := r.routes(ctx, published, owners, [2]estate.Kind{estate.Route, estate.StreamRoute}, func(o owner) list {
		if o.stream {
			return inGroup(streamRoutesPath, g, "service_id", o.id)
		}
		return inGroup(routesPath, g, "service_id", o.id)
	}); err != nil {
		return err
	}
	if err := r.upstreams(ctx, g, owners); err != nil {
		return err
	}
	return r.history(ctx, g, owners)
}

// paged reads a list of owners page by page, and the parts of each page's owners before the next page.
func (r *reading) paged(ctx context.Context, a about, l list, item func(json.RawMessage) (owner, error), parts func([]owner) error) error {
	first, err := r.src.client.page(ctx, l, 1)
	var owners []owner
	flush := func() error {
		batch := owners
		if owners = nil; len(batch) == 0 {
			return nil
		}
		return parts(batch)
	}
	if err == nil {
		err = r.rest(ctx, a, l, first, func(raw json.RawMessage) error {
			o, err := item(raw)
			if err != nil {
				return err
			}
			if plainID(o.id) {
				owners = append(owners, o)
			}
			if len(owners) >= pageSize {
				return flush()
			}
			return nil
		})
	}
	if err := r.spoilt(a, l, err); err != nil {
		return err
	}
	return flush()
}

// routes reads the routes or stream routes of services or templates.
func (r *reading) routes(ctx context.Context, a about, owners []owner, kinds [2]estate.Kind, of func(owner) list) error {
	for _, stream := range []bool{false, true} {
		kind := kinds[0]
		if stream {
			kind = kinds[1]
		}
		var lists []list
		for _, o := range owners {
			if o.stream == stream && r.need.Wants(kind) {
				lists = append(lists, of(o))
			}
		}
		a.kinds = []estate.Kind{kind}
		err := r.each(ctx, a, lists, func(i int, item json.RawMessage) error {
			_, id := r.identify(item, "id", "route_id", "stream_route_id")
			return r.emit(kind, a.group, id, lists[i].path, item, "")
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// upstreams reads the upstreams of each published service. They are resources from 3.5.0 on, when a service can have
// several.
func (r *reading) upstreams(ctx context.Context, g estate.Group, owners []owner) error {
	if !r.need.Wants(estate.Upstream) || !r.src.release.has("3.5.0") {
		return nil
	}
	lists := below(servicesPath, owners, "upstreams", g)
	a := about{kinds: []estate.Kind{estate.Upstream}, action: readPublished, group: g}
	return r.each(ctx, a, lists, func(i int, item json.RawMessage) error {
		o, id := r.identify(item, "id")
		body := []byte(item)
		if id != "" { // an answer need not repeat which service it belongs to
			body = o.without("service_id").set("service_id", owners[i].id).json()
		}
		return r.emit(estate.Upstream, g, id, lists[i].path, body, "")
	})
}

// history reads the versions that published services can be rolled back to.
func (r *reading) history(ctx context.Context, g estate.Group, owners []owner) error {
	if !r.wants(estate.ServiceVersion, estate.RouteVersion) {
		return nil
	}
	a := about{kinds: []estate.Kind{estate.ServiceVersion, estate.RouteVersion}, action: readPublished, group: g}
	var found []owner
	for _, o := range owners {
		if o.template == "" || !r.healthy(a) { // created on its gateway group, so without versions
			continue
		}
		l, first, err := r.versionsOf(ctx, g, o)
		if err == nil {
			err = r.rest(ctx, a, l, first, func(item json.RawMessage) error {
				v, err := r.serviceVersion(o, item)
				if v.id != "" {
					found = append(found, v)
				}
				return err
			})
		}
		if err := r.spoilt(a, l, err); err != nil {
			return err
		}
	}
	a = about{action: readTemplates}
	return r.routes(ctx, a, found, [2]estate.Kind{estate.RouteVersion, estate.RouteVersion}, func(o owner) list {
		path := versionsPath + "/" + url.PathEscape(o.id) + "/routes"
		if o.stream {
			path = versionsPath + "/" + url.PathEscape(o.id) + "/stream_routes"
		}
		return list{path: path}
	})
}

// versionsOf gets the first page of a service's history. Public sources disagree whether its address has the id of
// the service or of its template, so both are tried.
func (r *reading) versionsOf(ctx context.Context, g estate.Group, o owner) (l list, first page, err error) {
	for _, id := range []string{o.id, o.template} {
		l = list{path: groupsPath + "/" + url.PathEscape(g.ID) + "/services/" + url.PathEscape(id) + "/versions"}
		first, err = r.src.client.page(ctx, l, 1)
		if no := refused(err); no == nil || no.status != http.StatusNotFound || o.id == o.template || !plainID(o.template) {
			return l, first, err
		}
	}
	return l, first, err
}

// serviceVersion yields a version once, however many gateway groups have it.
func (r *reading) serviceVersion(of owner, item json.RawMessage) (owner, error) {
	o, id := r.identify(item, "service_version_id", "id")
	if id != "" && r.versions[id] {
		return owner{}, nil
	}
	r.versions[id] = true
	v := owner{id: id, stream: of.stream}
	if !plainID(id) {
		v.id = ""
	}
	body := []byte(item)
	if own := o.word("id"); own != id {
		body = append(object{}.set("id", id), o.without("id")...).json()
	}
	return v, r.emit(estate.ServiceVersion, estate.Group{}, id, versionsPath, body, "")
}

// identify returns the fields of an item, and the first of the given fields as its id.
func (*reading) identify(item json.RawMessage, keys ...string) (object, string) {
	o, _ := take(item)
	return o, o.word(keys...)
}
