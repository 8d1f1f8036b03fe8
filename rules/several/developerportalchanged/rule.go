// Package developerportalchanged reminds of what changes for a Developer Portal that is in use.
package developerportalchanged

import (
	_ "embed"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/remedy"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

//go:embed doc.md
var doc string

// Rule reminds of what changes for a Developer Portal that is in use.
var Rule = rule.Rule{
	ID:         "developer-portal-changed",
	Title:      "The Developer Portal changes: installations that use it must prepare",
	Severity:   rule.Breaking,
	Applies:    rule.Crossing,
	Confidence: rule.Confirmed,
	Doc:        doc,
	Catalogue:  []string{"HELM-PORTAL-FE"},
	Facts:      rule.Facts(table...),
}

var table = []rows.Reminder{
	{
		Case:  rule.Case{Entry: "R-3.8.18-1", Change: version.Since("3.8.18")},
		Title: "Change no API product between the upgrades of the control plane and of the gateways",
		Why:   "The plugin portal-auth of 3.8.18 and that of older gateways do not understand each other: changes of API products do not take effect until the gateways are upgraded.",
		Steps: []rule.Step{
			{When: rule.During, Text: "Tell everybody who manages API products to wait, and upgrade the gateways right after the control plane."},
			{When: rule.After, Text: "Call one product with the credentials of a developer."},
		},
		If: inUse,
	},
	{
		Case:  rule.Case{Entry: "R-3.8.18-2", Change: version.Since("3.8.18")},
		Title: "Check that developers, products and subscriptions have moved to the portal called default",
		Why:   "From 3.8.18 on there can be several portals; the upgrade creates one and moves what exists to it.",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Write down how many developers, API products and subscriptions there are."},
			{When: rule.After, Text: "Compare with the portal default; change scripts that use /api/api_products and /api/developers so that they name the portal.", Command: remedy.Get("/api/portals")},
		},
		If: inUse,
	},
	{
		Case:  rule.Case{Entry: "R-3.8.18-4", Change: version.Since("3.8.18")},
		Title: "Decide on pending subscriptions: developers who wait for approval are blocked from 3.8.18 on",
		Why:   "Until 3.8.18 developers could call a product while their subscription was pending; from then on the gateway refuses them.",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Go through the pending subscriptions in the Dashboard and approve those that you want to keep working."},
		},
		If: inUse,
	},
	{
		Case:  rule.Case{Entry: "R-3.9.0-3", Change: version.Since("3.9.0")},
		Title: "Deploy the new Developer Portal: its pages are a separate application, and single sign-on is set up there",
		Why:   "3.9.0 splits the portal: the old image serves only the Portal API, the pages come from a new front end with its own database, and the single sign-on of the old portal is gone.",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Write down the portal's login options (LDAP, OIDC, SAML, CAS, SCIM) and its custom pages and colours; plan the host name and database of the front end."},
			{When: rule.After, Text: "Create a portal token in the control plane, deploy the front end with it (on Kubernetes with the vendor's chart developer-portal-fe), and set up single sign-on in its configuration."},
			{When: rule.After, Text: "Have a developer log in and call a product."},
		},
		If: slices.Concat(inUse, deployed),
	},
	{
		Case:  rule.Case{Entry: "R-3.9.0-4", Change: version.Since("3.9.0"), Until: version.Since("3.9.1")},
		Title: "Delete developers that nobody wants any more: 3.9.0 cannot delete those of the old portal",
		Why:   "In 3.9.0 developers created before it cannot be deleted.",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Delete the developers that you no longer want before the upgrade. 3.9.1 can delete them again."},
		},
		If: []rows.Sign{{Kind: estate.Developer}},
	},
}

// deployed shows that the portal runs, whether somebody uses it yet or not: the image of the target serves no pages.
var deployed = []rows.Sign{
	{Kind: estate.PortalConfig},
	{Kind: estate.Image, Body: func(r *estate.Resource) bool { return r.Field("component").TextOrEmpty() == "developer_portal" }},
}

// inUse shows that somebody uses the portal.
var inUse = []rows.Sign{{Kind: estate.APIProduct}, {Kind: estate.Developer}, {Plugins: []string{"portal-auth"}}}
