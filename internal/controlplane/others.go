package controlplane

import (
	"slices"
	"strings"
)

// notConcepts are tables whose use is known or expected, and which hold nothing of any concept. Their documents cause
// no doubt. Some tables of the portal have names like the control plane's.
var notConcepts = []string{
	"account", "invitation", "member", "organization", "session", "user", "verification", "two_factor",
	"upstream", "apisix_upstream", "service_upstream", "consumer",
	"apisix_consumer", "credential", "consumer_credential", "global_rule", "apisix_global_rule", "plugin_metadata",
	"apisix_plugin_metadata", "ssl", "certificate", "ca_certificate", "sni", "secret", "secret_provider",
	"service_registry", "custom_plugin_gateway_group", "role",
	"role_permission_policy", "user_role", "system_setting", "setting", "license", "login_option",
	"alert_policy", "contact", "portal", "application", "subscription", "proto",
	"schema_migration", "migration", "goose_db_version", "gorp_migration", "flyway_schema_history",
}

// isExplained reports whether a table's name says that it holds no gateway configuration: it belongs to no concept,
// or to one outside gateway configuration. Such a table is never recognised as another concept, and its documents
// cause no doubt about one.
func isExplained(name string) bool {
	return slices.Contains(notConcepts, normal(name)) ||
		slices.ContainsFunc(slices.Concat(accessConcepts, portalConcepts, auditConcepts), func(c *concept) bool { return c.matches(name) >= 0 })
}

// harmless reports whether the name of a column without a field says that it holds no configuration.
func harmless(name string) bool {
	name = strings.ToLower(name)
	for _, suffix := range []string{"_id", "uid", "_at", "_by", "_time", "_key", "_salt", "_url", "_link", "_name", "version", "status", "email"} {
		if strings.HasSuffix(name, suffix) {
			return true
		}
	}
	return slices.Contains([]string{
		"id", "name", "desc", "description", "label", "labels", "type", "kind", "state", "username", "hostname", "ip", "ports",
		"host", "token", "salt", "password", "secret", "remark", "comment", "message", "title", "author", "category",
		"catalog", "tags", "logo", "icon", "certificate", "private_key", "ca_certificate", "oas", "documentation",
	}, name)
}
