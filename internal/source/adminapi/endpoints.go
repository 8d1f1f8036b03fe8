package adminapi

import (
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// endpoint is one address of the Admin API.
type endpoint struct {
	path   string // {id} stands for an id
	action string // what a permission policy must allow
	// order is the field by which the list can be ordered so that changes move no object: new ones come last. Empty: no
	// public source documents one, and the list comes in an order of the server's choice, the last change first.
	order string
	of    string // the only field that is unknown without the list; empty: whole resources are
}

// The addresses. The order comes from the vendor's OpenAPI document 0.11.0, which lists the values of order_by and
// direction of each address: api7/docs.apiseven.com:enterprise_versioned_docs/version-3.2.14.6/reference/admin-api.json@faf96f0.
// The actions come from its table of permission policies: version-3.2.14.6 and version-3.8.x of
// reference/permission-policy-action-and-resource.md@faf96f0. It names listInstances, and so its parameters, for the
// instances of one gateway group. What is in neither comes from api7/adc:libs/backend-api7/src@1c37ce4 and
// api7/api7-mcp:src/tools/common.ts@9cc5cdf, which show no order.
var (
	versionAt   = &endpoint{path: "/api/version"}
	groupsAt    = &endpoint{path: "/api/gateway_groups", action: "gateway:GetGatewayGroup", order: "created_at"}
	instancesAt = &endpoint{path: "/api/gateway_groups/{id}/instances", action: readInstances, order: "created_at"}
	fleetAt     = &endpoint{path: "/api/instances", action: readInstances, order: "created_at"}

	templatesAt            = &endpoint{path: "/api/services/template", action: readTemplates}
	templateRoutesAt       = &endpoint{path: "/api/routes/template", action: readTemplates}
	templateStreamRoutesAt = &endpoint{path: "/api/stream_routes/template", action: readTemplates}

	servicesAt     = &endpoint{path: "/apisix/admin/services", action: readPublished, order: "created_at"}
	oldServicesAt  = &endpoint{path: "/api/gateway_groups/{id}/services", action: readPublished, order: "created_at"}
	routesAt       = &endpoint{path: "/apisix/admin/routes", action: readPublished, order: "created_at"}
	streamRoutesAt = &endpoint{path: "/apisix/admin/stream_routes", action: readPublished}
	upstreamsAt    = &endpoint{path: "/apisix/admin/services/{id}/upstreams", action: readPublished}

	versionsAt            = &endpoint{path: "/api/gateway_groups/{id}/services/{id}/versions", action: readPublished, order: "publish_time"}
	versionRoutesAt       = &endpoint{path: "/api/service_versions/{id}/routes", action: readTemplates, order: "created_at"}
	versionStreamRoutesAt = &endpoint{path: "/api/service_versions/{id}/stream_routes", action: readTemplates}

	consumersAt      = &endpoint{path: "/apisix/admin/consumers", action: readConsumers, order: "created_at"}
	credentialsAt    = &endpoint{path: "/apisix/admin/consumers/{id}/credentials", action: readConsumers}
	globalRulesAt    = &endpoint{path: "/apisix/admin/global_rules", action: "gateway:GetGlobalPluginRule", order: "created_at"}
	pluginMetadataAt = &endpoint{path: "/apisix/admin/plugin_metadata", action: "gateway:GetPluginMetadata"}
	sslsAt           = &endpoint{path: "/apisix/admin/ssls", action: "gateway:GetCertificate (before 3.4.0 gateway:GetSSLCertificate)", order: "created_at"}
	snisAt           = &endpoint{path: "/apisix/admin/snis", action: "gateway:GetSNI", of: "client"}
	protosAt         = &endpoint{path: "/apisix/admin/protos", action: "the Get action for protos"}
	customPluginsAt  = &endpoint{path: "/api/custom_plugins", action: "gateway:GetCustomPlugin"}

	tokensAt    = &endpoint{path: "/api/tokens", action: "the Get action for API tokens"}
	oldTokensAt = &endpoint{path: "/api/settings/tokens", action: "the Get action for API tokens", order: "created_at"}
	policiesAt  = &endpoint{path: "/api/permission_policies", action: "iam:GetPermissionPolicy"}
	productsAt  = &endpoint{path: "/api/api_products", action: "portal:GetAPIProduct"}
	devsAt      = &endpoint{path: "/api/developers", action: "portal:GetDeveloper"}
	portalsAt   = &endpoint{path: "/api/portals", action: "portal:GetPortal"}
)

const (
	readInstances = "gateway:GetGatewayInstance"
	readTemplates = "gateway:GetServiceTemplate"
	readPublished = "gateway:GetPublishedService"
	readConsumers = "gateway:GetConsumer"
)

// list is one list of the Admin API: an address with its ids filled in.
type list struct {
	at    *endpoint
	path  string
	query url.Values
	ids   []string // the ids in path and query
	group estate.Group
	or    *list // asked for instead if the control plane does not have this one; nil: nothing
}

// with returns the list at an address with these ids.
func (e *endpoint) with(ids ...string) list {
	path := e.path
	for _, id := range ids {
		path = strings.Replace(path, "{id}", url.PathEscape(id), 1)
	}
	return list{at: e, path: path, ids: ids}
}

// in returns the list of the objects of a gateway group, which is told in the query.
func (e *endpoint) in(g estate.Group, ids ...string) list {
	l := e.with(ids...).only("gateway_group_id", g.ID)
	l.group = g
	return l
}

// below returns the list of the objects of a gateway group whose id is the first in the path.
func (e *endpoint) below(g estate.Group, ids ...string) list {
	l := e.with(append([]string{g.ID}, ids...)...)
	l.group = g
	return l
}

// only returns the list with a condition.
func (l list) only(key, value string) list {
	query := url.Values{key: {value}}
	maps.Copy(query, l.query)
	l.query, l.ids = query, append(slices.Clone(l.ids), value)
	return l
}

// ordered returns the query for a page in the order that keeps objects in their places, if there is one.
func (l list) ordered() url.Values {
	query := url.Values{}
	maps.Copy(query, l.query)
	if l.at.order != "" {
		query.Set("order_by", l.at.order)
		query.Set("direction", "asc")
	}
	return query
}

// gap returns the gap for a list that was not read completely.
func (l list) gap(cause, why, next string) estate.Gap {
	gap := estate.Gap{ID: cause, What: l.path, Why: why, Next: next, Of: l.at.of, Names: slices.Clone(l.ids), Plain: why}
	if service := l.query.Get("service_id"); service != "" {
		gap.What += " of service " + service
	}
	if label := l.group.Label(); label != "" {
		gap.What += " in gateway group " + label
		gap.Names = append(gap.Names, label)
	}
	return gap
}
