// Package estate describes an API7 Enterprise installation: kinds of resources, a resource as a rule sees it, where
// it was read, and how completely. It knows no source and no rule.
package estate

import "fmt"

// Kind is one kind of resource. The zero Kind is invalid.
type Kind uint8

// The kinds, in report order.
const (
	GatewayGroup        Kind = iota + 1 // a gateway group
	Instance                            // a gateway instance, as it reported itself to the control plane
	InstanceCertificate                 // a certificate by which gateway instances and control plane know each other
	ServiceTemplate                     // a service template; it belongs to no gateway group
	RouteTemplate                       // a route of a service template
	StreamRouteTemplate                 // a stream route of a service template
	ServiceVersion                      // an immutable earlier version of a service template
	RouteVersion                        // a route of such a version
	Publication                         // which template was published as which service on which gateway group
	Service                             // a published service
	Route                               // a route of a published service
	StreamRoute                         // a stream route of a published service
	Upstream                            // an upstream of a published service
	Consumer                            // a consumer
	Credential                          // a credential of a consumer
	GlobalRule                          // plugins that run for every request of a gateway group
	PluginConfig                        // a shared set of plugins
	ConsumerGroup                       // plugins shared by consumers
	PluginMetadata                      // settings of one plugin for a gateway group
	PluginList                          // the plugins enabled on a gateway group
	CustomPlugin                        // a custom plugin
	SSL                                 // a certificate with its SNIs
	Secret                              // a secret provider
	Proto                               // a protocol buffer definition
	Token                               // an API token of a user
	PermissionPolicy                    // a permission policy
	APIProduct                          // a product of the Developer Portal
	Developer                           // a developer of the Developer Portal
	Database                            // the control plane's database itself
	AuditLog                            // how far back the audit log goes; none of its records
	DashboardConfig                     // the configuration file of the Dashboard
	DPManagerConfig                     // the configuration file of the DP Manager
	PortalConfig                        // the configuration file of the Developer Portal
	FileServerConfig                    // the configuration file of the file server
	GatewayConfig                       // the configuration file of gateway instances
	HelmValues                          // the values of one release of a Helm chart
	Image                               // a container image and how it is started
)

var kindNames = [...]string{
	GatewayGroup: "gateway_group", Instance: "instance", InstanceCertificate: "instance_certificate", ServiceTemplate: "service_template",
	RouteTemplate: "route_template", StreamRouteTemplate: "stream_route_template", ServiceVersion: "service_version",
	RouteVersion: "route_version", Publication: "publication", Service: "service", Route: "route",
	StreamRoute: "stream_route", Upstream: "upstream", Consumer: "consumer", Credential: "credential",
	GlobalRule: "global_rule", PluginConfig: "plugin_config", ConsumerGroup: "consumer_group",
	PluginMetadata: "plugin_metadata", PluginList: "plugin_list", CustomPlugin: "custom_plugin", SSL: "ssl",
	Secret: "secret", Proto: "proto", Token: "token", PermissionPolicy: "permission_policy", APIProduct: "api_product",
	Developer: "developer", Database: "database", AuditLog: "audit_log", DashboardConfig: "dashboard_config", DPManagerConfig: "dp_manager_config",
	PortalConfig: "portal_config", FileServerConfig: "file_server_config", GatewayConfig: "gateway_config",
	HelmValues: "helm_values", Image: "image",
}

// String returns the kind as it appears in reports and schema maps: "service_template".
func (k Kind) String() string {
	if int(k) < len(kindNames) && kindNames[k] != "" {
		return kindNames[k]
	}
	return fmt.Sprintf("kind(%d)", uint8(k))
}

// MarshalText returns the text of [Kind.String].
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// ParseKind returns the kind that [Kind.String] names s. It returns an error if there is none.
func ParseKind(s string) (Kind, error) {
	for _, k := range Kinds() {
		if k.String() == s {
			return k, nil
		}
	}
	return 0, fmt.Errorf("unknown kind %q", s)
}

// Kinds returns every kind in report order.
func Kinds() []Kind {
	all := make([]Kind, 0, len(kindNames)-1)
	for k := GatewayGroup; int(k) < len(kindNames); k++ {
		all = append(all, k)
	}
	return all
}

// PluginKinds returns the kinds that can carry a plugins object. Plugin metadata is not one of them: it configures a
// plugin and attaches it to nothing.
func PluginKinds() []Kind {
	return []Kind{
		ServiceTemplate, RouteTemplate, StreamRouteTemplate, ServiceVersion, RouteVersion,
		Service, Route, StreamRoute, Consumer, Credential, GlobalRule, PluginConfig, ConsumerGroup,
	}
}

// InFiles reports whether kind k exists in configuration files only, and in no database or API.
func (k Kind) InFiles() bool {
	switch k { //nolint:exhaustive // every other kind is configuration that the control plane keeps
	case DashboardConfig, DPManagerConfig, PortalConfig, FileServerConfig, GatewayConfig, HelmValues, Image:
		return true
	}
	return false
}

// State says what a finding on a resource means for traffic.
type State string

// The states of a resource.
const (
	Live     State = "live"     // gateways run it
	Template State = "template" // goes live with the next publication
	History  State = "history"  // goes live if someone rolls back to it
)

// State returns the state of every resource of this kind.
func (k Kind) State() State {
	switch k { //nolint:exhaustive // every other kind is what gateways run or report
	case ServiceTemplate, RouteTemplate, StreamRouteTemplate:
		return Template
	case ServiceVersion, RouteVersion:
		return History
	}
	return Live
}
