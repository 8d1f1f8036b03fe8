package traffic

import "github.com/api7-preflight/api7-preflight/internal/estate"

// Owner returns the id of the published service that a resource belongs to, empty if it belongs to none.
func Owner(r *estate.Resource) string {
	switch r.Kind { //nolint:exhaustive // nothing else belongs to a published service
	case estate.Service:
		return r.ID
	case estate.Route, estate.StreamRoute:
		return r.Parent()
	}
	return ""
}
