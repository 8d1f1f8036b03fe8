package controlplane

import "github.com/api7-preflight/api7-preflight/internal/estate"

// The names of concepts in this file that others refer to.
const customPlugin = "custom_plugin"

// accessConcepts say who may do what, and which custom code gateways run. The hash and the salt of a token are not
// fields, and what is not a field is never selected.
var accessConcepts = []*concept{
	{
		name: "token", kind: estate.Token,
		aliases: []string{"token", "api_token", "access_token", "user_token"},
		fields: []field{
			must("id"), must("name"), nice("org_id"), nice("user_id", "owner_id"),
			want("expires_at", "expired_at", "expire_at", "expires", "expire_time").asMoment("expired_seconds"),
		},
	},
	{
		name: "permission_policy", kind: estate.PermissionPolicy,
		aliases: []string{"permission_policy", "iam_policy", "iam_permission_policy"},
		fields:  []field{must("id"), must("name"), must("statement", "statements", "policy", "document", "policy_document").as(object)},
		without: append(groupColumns, "role_id"),
		alone:   []string{"statement"},
	},
	{
		name: customPlugin, kind: estate.CustomPlugin, optional: true,
		aliases: []string{"custom_plugin"},
		// The source code is not a field: it may contain anything, and no rule reads it.
		fields:  []field{must("id"), must("name"), nice("catalog", "category")},
		without: append(groupColumns, "custom_plugin_id"),
	},
}

// portalConcepts are what the Developer Portal holds. An installation without their tables has no portal. The names
// and addresses of a developer are not fields.
var portalConcepts = []*concept{
	{
		name: "api_product", kind: estate.APIProduct, optional: true,
		aliases: []string{"api_product", "portal_api_product"},
		fields:  []field{must("id"), must("name"), nice("status"), nice("portal_id")},
		without: []string{"api_product_id"},
	},
	{
		name: "developer", kind: estate.Developer, optional: true,
		aliases: []string{"developer", "portal_developer"},
		fields:  []field{must("id"), nice("status"), nice("portal_id")},
		without: []string{"developer_id"},
	},
}
