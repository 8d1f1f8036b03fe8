package adminapitest

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// site answers as a given release does.
type site struct {
	*http.ServeMux
	*content
	in      Installation
	release string
	churn   churn
}

func newSite(in Installation) *site { return newSiteOf(in, newContent(in)) }

// newSiteOf serves content that there is.
func newSiteOf(in Installation, c *content) *site {
	s := &site{ServeMux: http.NewServeMux(), content: c, in: in, release: in.Version}
	if in.Version != "" && has(in.Version, "3.2.13.0") {
		s.HandleFunc("GET /api/version", func(w http.ResponseWriter, _ *http.Request) {
			_ = json.NewEncoder(w).Encode(fields{"value": in.Version})
		})
	}
	s.list("GET /api/gateway_groups", s.gatewayGroups)
	s.list("GET /api/gateway_groups/{gg}/instances", func(r *http.Request) []fields {
		return s.each(s.lists[estate.Instance][r.PathValue("gg")], s.instance)
	})
	s.list("GET /api/custom_plugins", func(*http.Request) []fields { return s.lists[estate.CustomPlugin][""] })
	if has(in.Version, "3.2.13.0") {
		s.partedServices()
	} else {
		s.oldServices()
	}
	s.history()
	s.grouped("GET /apisix/admin/consumers", func(group string, _ *http.Request) []fields { return s.lists[estate.Consumer][group] })
	if has(in.Version, "3.2.15.0") {
		s.grouped("GET /apisix/admin/consumers/{name}/credentials", func(group string, r *http.Request) []fields {
			return s.credentials(group, r.PathValue("name"))
		})
	}
	s.grouped("GET /apisix/admin/global_rules", func(group string, _ *http.Request) []fields { return s.globalRules(group) })
	s.grouped("GET /apisix/admin/ssls", func(group string, _ *http.Request) []fields { return s.lists[estate.SSL][group] })
	if has(in.Version, "3.4.0") {
		s.grouped("GET /apisix/admin/snis", func(string, *http.Request) []fields { return in.snis() })
	}
	s.grouped("GET /apisix/admin/protos", func(group string, _ *http.Request) []fields { return s.lists[estate.Proto][group] })
	s.organisation()
	s.HandleFunc("GET /apisix/admin/plugin_metadata", s.pluginMetadata)
	s.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { refuse(w, http.StatusNotFound) })
	return s
}

func (s *site) gatewayGroups(*http.Request) []fields {
	var out []fields
	for _, g := range s.groups {
		for _, f := range s.lists[estate.GatewayGroup][g.ID] {
			out = append(out, s.group(f, g.ShortID))
		}
	}
	return out
}

// partedServices serves templates and published services as releases from 3.2.13 on do.
func (s *site) partedServices() {
	s.list("GET /api/services/template", func(*http.Request) []fields {
		return s.each(s.lists[estate.ServiceTemplate][""], s.template)
	})
	s.list("GET /api/routes/template", func(r *http.Request) []fields { return s.ofService(estate.RouteTemplate, "", r) })
	s.list("GET /api/stream_routes/template", func(r *http.Request) []fields { return s.ofService(estate.StreamRouteTemplate, "", r) })
	s.grouped("GET /apisix/admin/services", func(group string, _ *http.Request) []fields {
		return s.each(s.lists[estate.Service][group], func(f fields) {
			if has(s.release, "3.9.0") { // public code says so of 3.9
				delete(f, "upstream")
			}
		})
	})
	s.grouped("GET /apisix/admin/routes", func(group string, r *http.Request) []fields { return s.ofService(estate.Route, group, r) })
	s.grouped("GET /apisix/admin/stream_routes", func(group string, r *http.Request) []fields {
		return s.ofService(estate.StreamRoute, group, r)
	})
	if has(s.release, "3.5.0") {
		s.grouped("GET /apisix/admin/services/{sid}/upstreams", s.upstreams)
	}
}

// oldServices serves them as releases before 3.2.13 did.
func (s *site) oldServices() {
	s.list("GET /apisix/admin/services", func(*http.Request) []fields { return s.each(s.lists[estate.ServiceTemplate][""], s.template) })
	s.list("GET /apisix/admin/routes", func(r *http.Request) []fields { return s.ofService(estate.RouteTemplate, "", r) })
	s.list("GET /apisix/admin/stream_routes", func(r *http.Request) []fields { return s.ofService(estate.StreamRouteTemplate, "", r) })
	s.list("GET /api/gateway_groups/{gg}/services", func(r *http.Request) []fields { return s.lists[estate.Service][r.PathValue("gg")] })
}

func (s *site) template(f fields) {
	f["published_gateway_groups_count"] = s.published(text(f, "id"))
	if len(where(s.lists[estate.ServiceVersion][""], "service_id", text(f, "id"))) > 0 {
		f["last_published"] = s.now.Unix()
	}
	if has(s.release, "3.6.0") {
		for _, key := range []string{"hosts", "path_prefix", "strip_path_prefix", "upstream"} {
			delete(f, key)
		}
	}
}

// history serves the versions that services can be rolled back to. Public sources do not say whether its address has
// the id of the service or of its template, nor what the version's id is called: here releases before 3.5 have the
// one, later ones the other.
func (s *site) history() {
	late := has(s.release, "3.5.0")
	s.HandleFunc("GET /api/gateway_groups/{gg}/services/{sid}/versions", func(w http.ResponseWriter, r *http.Request) {
		key := "service_id"
		if late {
			key = "id"
		}
		services := where(s.lists[estate.Service][r.PathValue("gg")], key, r.PathValue("sid"))
		if len(services) == 0 {
			refuse(w, http.StatusNotFound)
			return
		}
		s.answer(w, r, func(*http.Request) []fields {
			list := where(s.lists[estate.ServiceVersion][""], "service_id", text(services[0], "service_id"))
			return s.each(list, func(f fields) {
				if late {
					f["service_version_id"], f["id"] = f["id"], services[0]["id"]
				}
			})
		})
	})
	routes := func(kind string) func(r *http.Request) []fields {
		return func(r *http.Request) []fields {
			list := where(s.lists[estate.RouteVersion][""], "service_version_id", r.PathValue("svid"))
			return slices.DeleteFunc(list, func(f fields) bool { return (f["server_port"] != nil) != (kind == "stream") })
		}
	}
	s.list("GET /api/service_versions/{svid}/routes", routes("http"))
	s.list("GET /api/service_versions/{svid}/stream_routes", routes("stream"))
}

// upstreams serves a service's own upstream, under the service's id, and those that name the service.
func (s *site) upstreams(group string, r *http.Request) []fields {
	sid := r.PathValue("sid")
	var out []fields
	for _, service := range where(s.lists[estate.Service][group], "id", sid) {
		if own, ok := service["upstream"].(fields); ok {
			out = append(out, s.with(own, func(f fields) { f["id"] = sid }))
		}
	}
	return append(out, where(s.lists[estate.Upstream][group], "service_id", sid)...)
}

func (s *site) pluginMetadata(w http.ResponseWriter, r *http.Request) {
	value := fields{}
	for _, f := range s.lists[estate.PluginMetadata][r.URL.Query().Get("gateway_group_id")] {
		value[text(f, "id")] = s.with(f, func(f fields) { delete(f, "id") })
	}
	_ = json.NewEncoder(w).Encode(fields{"value": value})
}

func (s *site) ofService(k estate.Kind, group string, r *http.Request) []fields {
	return s.each(where(s.lists[k][group], "service_id", r.URL.Query().Get("service_id")), func(f fields) {
		if uris, ok := f["uris"]; ok {
			f["paths"] = uris
			delete(f, "uris")
		}
	})
}

// list serves a list that belongs to no gateway group.
func (s *site) list(pattern string, of func(*http.Request) []fields) {
	s.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) { s.answer(w, r, of) })
}

// grouped serves a list of the gateway group in the query.
func (s *site) grouped(pattern string, of func(group string, r *http.Request) []fields) {
	s.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		group := r.URL.Query().Get("gateway_group_id")
		if !slices.ContainsFunc(s.groups, func(g estate.Group) bool { return g.ID == group }) {
			refuse(w, http.StatusBadRequest)
			return
		}
		s.answer(w, r, func(r *http.Request) []fields { return of(group, r) })
	})
}

// answer sends a page of a list, or all of it if no page is requested.
func (s *site) answer(w http.ResponseWriter, r *http.Request, of func(*http.Request) []fields) {
	list, change := s.churn.arrange(r, of)
	defer change()
	total := len(list)
	if size, err := strconv.Atoi(r.URL.Query().Get("page_size")); err == nil && size > 0 {
		page, _ := strconv.Atoi(r.URL.Query().Get("page"))
		start := min(max(page-1, 0)*size, total)
		list = list[start:min(start+size, total)]
	}
	w.Header().Set("Content-Type", "application/json")
	if list == nil {
		list = []fields{}
	}
	_ = json.NewEncoder(w).Encode(fields{"list": list, "total": total})
}
