package adminapitest

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// Edit makes the server serve single objects and take changes of them, in the shapes that public sources document from
// 3.2.13 on: GET, PUT and DELETE, PATCH with a JSON Patch for services, routes and templates, and the publication of
// templates. Without it, every request that would change something is refused.
func (s *Server) Edit() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.editable = true
}

// Upgrade makes the server another release. What the installation holds stays as it is, except that releases from 3.6.0
// on have no runtime configuration in templates.
func (s *Server) Upgrade(release string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	in := s.site.in
	in.Version = release
	s.site = newSiteOf(in, s.site.content)
}

// Objects returns what the server holds of what can be changed, by kind, gateway group and id, as JSON.
func (s *Server) Objects() map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := map[string]string{}
	for _, k := range append(slices.Collect(collections()), estate.Upstream) {
		for group, list := range s.site.lists[k] {
			for _, f := range list {
				body, err := json.Marshal(f)
				if err != nil {
					panic(err) // never happens: it was decoded from JSON
				}
				out[k.String()+" "+group+" "+text(f, "id")] = string(body)
			}
		}
	}
	return out
}

var editableKinds = map[string]estate.Kind{
	"apisix/admin/services": estate.Service, "apisix/admin/routes": estate.Route, "apisix/admin/stream_routes": estate.StreamRoute,
	"apisix/admin/consumers": estate.Consumer, "apisix/admin/global_rules": estate.GlobalRule,
	"api/services/template": estate.ServiceTemplate, "api/routes/template": estate.RouteTemplate, "api/stream_routes/template": estate.StreamRouteTemplate,
	"api/gateway_groups": estate.GatewayGroup,
}

func collections() func(func(estate.Kind) bool) {
	return func(yield func(estate.Kind) bool) {
		for _, k := range editableKinds {
			if k != estate.GatewayGroup && !yield(k) {
				return
			}
		}
	}
}

// edit answers a request for a single object, or a change; false: it is neither.
func (s *site) edit(w http.ResponseWriter, r *http.Request) bool {
	var segments []string
	for raw := range strings.SplitSeq(strings.TrimPrefix(r.URL.EscapedPath(), "/"), "/") {
		segment, err := url.PathUnescape(raw)
		if err != nil {
			refuse(w, http.StatusBadRequest)
			return true
		}
		segments = append(segments, segment)
	}
	group := r.URL.Query().Get("gateway_group_id")
	switch n := len(segments); {
	case r.Method == http.MethodPost && r.URL.Path == "/api/services/publish":
		s.publish(w, r)
	case n == 6 && segments[4] == "upstreams" && editableKinds[strings.Join(segments[:3], "/")] == estate.Service && has(s.release, "3.5.0"):
		s.editUpstream(w, r, group, segments[3], segments[5])
	case n == 4 || n == 3 && segments[1] == "gateway_groups":
		k := editableKinds[strings.Join(segments[:n-1], "/")]
		if k == 0 {
			return false
		}
		if k.State() == estate.Template || k == estate.GatewayGroup {
			group = ""
		}
		s.editObject(w, r, k, group, segments[n-1])
	default:
		return false
	}
	return true
}

func value(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(fields{"value": v})
}

func reject(w http.ResponseWriter, why string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusBadRequest)
	_ = json.NewEncoder(w).Encode(fields{"error_msg": why})
}

func (s *site) editObject(w http.ResponseWriter, r *http.Request, k estate.Kind, group, id string) {
	if k == estate.GlobalRule {
		s.editGlobalRule(w, r, group, id)
		return
	}
	if k == estate.GatewayGroup { // whose list is by id
		group = id
	}
	list := s.lists[k][group]
	i := slices.IndexFunc(list, func(f fields) bool { return text(f, "id") == id })
	if i < 0 {
		refuse(w, http.StatusNotFound)
		return
	}
	if r.Method == http.MethodGet {
		value(w, s.shown(k, list[i]))
		return
	}
	changed, why := s.changed(k, list[i], r)
	if why == "" {
		why = s.unacceptable(k, group, changed)
	}
	if why != "" {
		reject(w, why)
		return
	}
	changed["updated_at"] = text(changed, "updated_at") + "+"
	list[i] = changed
	value(w, s.shown(k, changed))
}

// shown returns an object as it is answered.
func (s *site) shown(k estate.Kind, f fields) fields {
	return s.with(f, func(f fields) {
		switch k { //nolint:exhaustive // the others are answered as they are
		case estate.Service:
			if has(s.release, "3.9.0") {
				delete(f, "upstream")
			}
		case estate.ServiceTemplate:
			s.template(f)
		case estate.Route:
			if uris, ok := f["uris"]; ok {
				f["paths"] = uris
				delete(f, "uris")
			}
		}
	})
}

// changed returns an object after a change, or why it cannot be done.
func (s *site) changed(k estate.Kind, f fields, r *http.Request) (after fields, why string) {
	var body any
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil || r.Header.Get("Content-Type") != "application/json" {
		return nil, "the body is no JSON"
	}
	patchable := k != estate.StreamRoute && k != estate.StreamRouteTemplate && k != estate.GlobalRule
	switch ops, isPatch := body.([]any); {
	case r.Method == http.MethodPatch && patchable && isPatch:
		return patched(f, ops)
	case r.Method == http.MethodPut && !isPatch:
		sent, _ := body.(fields)
		after = s.with(sent, func(after fields) { after["id"] = f["id"] })
		return after, ""
	}
	return nil, "this method cannot be used here"
}

// unacceptable says why a release does not take an object. That foreign upstream ids are refused is public for 3.8.0; this
// one refuses them from 3.5.0 on, the first release in which a service owns upstreams.
func (s *site) unacceptable(k estate.Kind, group string, f fields) string {
	published := k == estate.Service || k == estate.Route || k == estate.StreamRoute
	for _, g := range s.lists[estate.GatewayGroup][group] {
		if g["enforce_service_publishing"] == true && published {
			return "publishing is enforced"
		}
	}
	if !has(s.release, "3.5.0") {
		return ""
	}
	plugins, _ := f["plugins"].(fields)
	if plugins["api7-traffic-split"] != nil {
		return "unknown plugin api7-traffic-split"
	}
	owner := text(f, "service_id")
	if k == estate.Service {
		owner = text(f, "id")
	}
	for _, id := range upstreamIDs(plugins) {
		if !published || id != owner && len(where(where(s.lists[estate.Upstream][group], "service_id", owner), "id", id)) == 0 {
			return "upstream " + id + " is not one of service " + owner
		}
	}
	return ""
}

// upstreamIDs returns the upstream ids anywhere inside a value.
func upstreamIDs(v any) (ids []string) {
	switch v := v.(type) {
	case fields:
		for key, inside := range v {
			if id, ok := inside.(string); ok && key == "upstream_id" {
				ids = append(ids, id)
			}
			ids = append(ids, upstreamIDs(inside)...)
		}
	case []any:
		for _, inside := range v {
			ids = append(ids, upstreamIDs(inside)...)
		}
	}
	return ids
}

func (s *site) editUpstream(w http.ResponseWriter, r *http.Request, group, service, id string) {
	body := fields{}
	if r.Method != http.MethodPut || json.NewDecoder(r.Body).Decode(&body) != nil || text(body, "name") == "" {
		reject(w, "not an upstream with a name")
		return
	}
	if _, isList := body["nodes"].([]any); !isList || len(where(s.lists[estate.Service][group], "id", service)) == 0 {
		reject(w, "no nodes or no service")
		return
	}
	if s.lists[estate.Upstream] == nil {
		s.lists[estate.Upstream] = map[string][]fields{}
	}
	others := slices.DeleteFunc(s.lists[estate.Upstream][group], func(f fields) bool { return text(f, "id") == id })
	body["id"], body["service_id"] = id, service
	s.lists[estate.Upstream][group] = append(others, body)
	value(w, body)
}

// editGlobalRule serves one plugin of the global rules.
func (s *site) editGlobalRule(w http.ResponseWriter, r *http.Request, group, plugin string) {
	var all fields
	for _, f := range s.lists[estate.GlobalRule][group] {
		all, _ = f["plugins"].(fields)
	}
	body := fields{}
	switch {
	case r.Method == http.MethodPut && all != nil && json.NewDecoder(r.Body).Decode(&body) == nil:
		sent, _ := body["plugins"].(fields)
		if len(sent) != 1 || sent[plugin] == nil {
			reject(w, "a global rule has the one plugin that it is named after")
			return
		}
		all[plugin] = sent[plugin]
	case all[plugin] == nil:
		refuse(w, http.StatusNotFound)
		return
	case r.Method == http.MethodDelete:
		delete(all, plugin)
		value(w, fields{})
		return
	}
	value(w, fields{"id": plugin, "plugins": fields{plugin: all[plugin]}})
}

// publish publishes service templates to a gateway group.
func (s *site) publish(w http.ResponseWriter, r *http.Request) {
	var body struct {
		GatewayGroupID string `json:"gateway_group_id"`
		Services       []struct {
			ServiceID string `json:"service_id"`
		} `json:"services"`
	}
	if json.NewDecoder(r.Body).Decode(&body) != nil {
		reject(w, "the body is no JSON")
		return
	}
	for _, published := range body.Services {
		s.publishTo(body.GatewayGroupID, published.ServiceID)
	}
	value(w, fields{})
}

// Publish publishes a service template to a gateway group, as a person does in the Dashboard.
func (s *Server) Publish(group, template string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.site.publishTo(group, template)
}

// publishTo gives the published services and routes of a gateway group the plugins of the templates that they came from.
func (s *site) publishTo(group, template string) {
	take := func(to fields, from []fields) {
		for _, f := range from {
			to["plugins"] = f["plugins"]
		}
	}
	for _, service := range where(s.lists[estate.Service][group], "service_id", template) {
		take(service, where(s.lists[estate.ServiceTemplate][""], "id", template))
		for _, route := range where(s.lists[estate.Route][group], "service_id", text(service, "id")) {
			take(route, where(s.lists[estate.RouteTemplate][""], "id", text(route, "route_id")))
		}
	}
}
