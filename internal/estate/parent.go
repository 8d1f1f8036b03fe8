package estate

import "strings"

// Parent returns the kind of what resources of kind k belong to; 0 if they belong to nothing that has labels.
func (k Kind) Parent() Kind {
	switch k { //nolint:exhaustive // the others stand alone
	case Route, StreamRoute, Upstream:
		return Service
	case RouteTemplate, StreamRouteTemplate, ServiceVersion, RouteVersion:
		return ServiceTemplate
	case Credential:
		return Consumer
	}
	return 0
}

// Parent returns the id of what r belongs to, which is of the kind that [Kind.Parent] says and in the same gateway group.
// It is empty if r belongs to nothing, or does not say to what.
func (r *Resource) Parent() string {
	switch r.Kind.Parent() { //nolint:exhaustive // the others have no parts
	case Service:
		for _, field := range [...]string{"apisix_service_id", "published_service_id", "service_id"} { // the last may name a template
			if id := r.Field(field).Word(); id != "" {
				return id
			}
		}
	case ServiceTemplate:
		return r.Field("service_id").Word()
	case Consumer:
		if owner, _, below := strings.Cut(r.ID, "/credentials/"); below {
			return owner
		}
	}
	return ""
}
