package traffic

import "github.com/api7-preflight/api7-preflight/internal/estate"

// Owner returns the id of the published service that a resource belongs to, empty if it belongs to none. A row of the
// control plane's own tables names its template in service_id.
func Owner(r *estate.Resource) string {
	switch r.Kind { //nolint:exhaustive // nothing else belongs to a published service
	case estate.Service:
		return r.ID
	case estate.Route, estate.StreamRoute:
		for _, field := range []string{"apisix_service_id", "service_id"} {
			if id, ok := r.Field(field).Text().Known(); ok && id != "" {
				return id
			}
		}
	}
	return ""
}
