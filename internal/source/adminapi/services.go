package adminapi

import (
	"context"
	"encoding/json"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// parted is the release that separated templates and published services.
const parted = "3.2.13.0"

// owner is a service, template or version whose parts will be read.
type owner struct {
	id, template string
	group        estate.Group
	stream       bool
	versioned    bool // it says that it was published as a version
}

// templates reads service templates and their routes.
func (r *reading) templates(ctx context.Context) error {
	kinds := []estate.Kind{estate.ServiceTemplate, estate.RouteTemplate, estate.StreamRouteTemplate}
	if !r.wants(kinds...) {
		return nil
	}
	services, routes, streams := templatesAt, templateRoutesAt, templateStreamRoutesAt
	if !r.src.release.has(parted) {
		services, routes, streams = servicesAt, routesAt, streamRoutesAt
	}
	var owners []owner
	err := r.each(ctx, kinds, []list{services.with()}, func(_ int, l list, item json.RawMessage) error {
		o, id := identify(item, "id")
		r.promise(id, o)
		if plainID(id) {
			owners = append(owners, owner{id: id, stream: o.word("type") == "stream"})
		}
		return r.emit(estate.ServiceTemplate, estate.Group{}, id, l.path, item, "")
	})
	if err != nil {
		return err
	}
	return r.routes(ctx, owners, estate.RouteTemplate, estate.StreamRouteTemplate, func(o owner) list {
		if o.stream {
			return streams.with().only("service_id", o.id)
		}
		return routes.with().only("service_id", o.id)
	})
}

// services reads what is published on each gateway group.
func (r *reading) services(ctx context.Context) error {
	kinds := []estate.Kind{estate.Route, estate.StreamRoute, estate.ServiceVersion, estate.RouteVersion, estate.Service, estate.Publication}
	if r.src.release.has("3.5.0") { // before, upstreams are no resources
		kinds = append(kinds, estate.Upstream)
	}
	if !r.wants(append(kinds, estate.Upstream)...) {
		return nil
	}
	var lists []list
	for _, g := range r.groups() {
		if r.src.release.has(parted) {
			lists = append(lists, servicesAt.in(g))
		} else {
			lists = append(lists, oldServicesAt.below(g))
		}
	}
	var owners []owner
	err := r.each(ctx, kinds, lists, func(_ int, l list, item json.RawMessage) error {
		o, err := r.service(l, item)
		if plainID(o.id) {
			owners = append(owners, o)
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, parts := range []func(context.Context, []owner) error{r.publishedRoutes, r.upstreams, r.history} {
		if err := parts(ctx, owners); err != nil {
			return err
		}
	}
	return nil
}

// service yields a published service, and which template it was published from.
func (r *reading) service(l list, item json.RawMessage) (owner, error) {
	o, id := identify(item, "id")
	own := owner{
		id: id, template: o.word("service_id"), group: l.group, stream: o.word("type") == "stream",
		versioned: o.word("service_version_id", "version") != "",
	}
	if err := r.emit(estate.Service, l.group, id, l.path, item, ""); err != nil || own.template == "" {
		return own, err
	}
	r.publish(own.template, l.group)
	body := object{}.set("template_id", own.template).set("service_id", id).set("version", o.word("version"))
	return own, r.emit(estate.Publication, l.group, id, l.path, body.json(), "")
}

// publishedRoutes reads the routes of published services.
func (r *reading) publishedRoutes(ctx context.Context, owners []owner) error {
	if r.src.release.has(parted) {
		return r.routes(ctx, owners, estate.Route, estate.StreamRoute, func(o owner) list {
			if o.stream {
				return streamRoutesAt.in(o.group).only("service_id", o.id)
			}
			return routesAt.in(o.group).only("service_id", o.id)
		})
	}
	const why = "the Admin API before 3.2.13.0 serves them as parts of a historic version only"
	told := map[string]bool{}
	for _, o := range owners {
		if label := o.group.Label(); !told[label] {
			told[label] = true
			r.gap([]estate.Kind{estate.Route, estate.StreamRoute}, estate.Gap{
				ID: estate.APILimits, What: "routes of published services in gateway group " + label, Why: why,
				Names: []string{label}, Plain: why,
			})
		}
	}
	return nil
}

// routes reads the routes and the stream routes of services, templates or versions. Those of a version say which one:
// an answer need not repeat it.
func (r *reading) routes(ctx context.Context, owners []owner, route, streamRoute estate.Kind, at func(owner) list) error {
	for _, stream := range []bool{false, true} {
		kind := route
		if stream {
			kind = streamRoute
		}
		var lists []list
		var of []owner
		for _, o := range owners {
			if o.stream == stream && r.need.Wants(kind) {
				lists, of = append(lists, at(o)), append(of, o)
			}
		}
		err := r.each(ctx, []estate.Kind{kind}, lists, func(i int, l list, item json.RawMessage) error {
			o, id := identify(item, "id", "route_id", "stream_route_id")
			body := []byte(item)
			if kind == estate.RouteVersion && id != "" && o.word("service_version_id") != of[i].id {
				body = o.without("service_version_id").set("service_version_id", of[i].id).json()
			}
			return r.emit(kind, l.group, id, l.path, body, "")
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// upstreams reads the upstreams of each published service. They are resources from 3.5.0 on, when a service can have
// several.
func (r *reading) upstreams(ctx context.Context, owners []owner) error {
	if !r.need.Wants(estate.Upstream) || !r.src.release.has("3.5.0") {
		return nil
	}
	lists := make([]list, len(owners))
	for i, o := range owners {
		lists[i] = upstreamsAt.in(o.group, o.id)
	}
	return r.each(ctx, []estate.Kind{estate.Upstream}, lists, func(i int, l list, item json.RawMessage) error {
		o, id := identify(item, "id")
		body := []byte(item)
		if id != "" { // an answer need not repeat which service it belongs to
			body = o.without("service_id").set("service_id", owners[i].id).json()
		}
		return r.emit(estate.Upstream, l.group, id, l.path, body, "")
	})
}

// history reads the versions that published services can be rolled back to, and their routes.
//
// A service that was created on its gateway group has no template and no versions. One that says neither its version
// nor its version's id was not published as a version: from 3.2.13.0 on a template is not needed for publishing. But
// the fields may be left out of the list as well, so one such service is asked for its versions, and if it has any,
// all are.
func (r *reading) history(ctx context.Context, owners []owner) error {
	if !r.wants(estate.ServiceVersion, estate.RouteVersion) {
		return nil
	}
	var sure, unsure []owner
	for _, o := range owners {
		switch {
		case o.template == "":
		case o.versioned:
			sure = append(sure, o)
		default:
			unsure = append(unsure, o)
		}
	}
	found, err := r.versionsOf(ctx, sure)
	if err == nil && len(unsure) > 0 {
		var more []owner
		more, err = r.versionsOf(ctx, unsure[:1])
		if found = append(found, more...); err == nil && len(more) > 0 {
			more, err = r.versionsOf(ctx, unsure[1:])
			found = append(found, more...)
		}
	}
	if err != nil {
		return err
	}
	return r.routes(ctx, found, estate.RouteVersion, estate.RouteVersion, func(o owner) list {
		if o.stream {
			return versionStreamRoutesAt.with(o.id)
		}
		return versionRoutesAt.with(o.id)
	})
}

// versionsOf reads the versions of services. Public sources disagree whether their address has the id of the service
// or of its template, so both are tried.
func (r *reading) versionsOf(ctx context.Context, owners []owner) (found []owner, _ error) {
	lists := make([]list, len(owners))
	for i, o := range owners {
		lists[i] = versionsAt.below(o.group, o.id)
		if o.id != o.template && plainID(o.template) {
			other := versionsAt.below(o.group, o.template)
			lists[i].or = &other
		}
	}
	err := r.each(ctx, []estate.Kind{estate.ServiceVersion, estate.RouteVersion}, lists, func(i int, _ list, item json.RawMessage) error {
		v, err := r.serviceVersion(owners[i], item)
		if v.id != "" {
			found = append(found, v)
		}
		return err
	})
	return found, err
}

// versionPath is where a version is, whichever service has it.
const versionPath = "/api/service_versions"

// serviceVersion yields a version once, however many gateway groups have it. It says which template it is a version of:
// an answer need not repeat that, and published services have ids of their own.
func (r *reading) serviceVersion(of owner, item json.RawMessage) (owner, error) {
	o, id := identify(item, "service_version_id", "id")
	if id != "" && r.versions[id] {
		return owner{}, nil
	}
	r.versions[id] = true
	v := owner{id: id, stream: of.stream}
	if !plainID(id) {
		v.id = ""
	}
	body := []byte(item)
	if id != "" && (o.word("id") != id || o.word("service_id") != of.template) {
		body = append(object{}.set("id", id).set("service_id", of.template), o.without("id", "service_id")...).json()
	}
	return v, r.emit(estate.ServiceVersion, estate.Group{}, id, versionPath, body, "")
}

// identify returns the fields of an item, and the first of the given fields as its id.
func identify(item json.RawMessage, keys ...string) (object, string) {
	o, _ := take(item)
	return o, o.word(keys...)
}
