package apiclientsadapted

import (
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

var table = slices.Concat(addresses, answers, sessions)

// addresses are changes of how a resource is addressed.
var addresses = []rows.Reminder{
	{
		Case:  rule.Case{Entry: "R-3.2.12.0-2", Change: version.Since("3.2.12.0")},
		Title: "Address consumers by gateway group and username, no longer by id",
		Why:   "Consumers no longer have an id in the Admin API; clients that read or delete consumers by id fail.",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Change clients to /apisix/admin/consumers/{username}?gateway_group_id=…, for use from the upgrade on."},
		},
		If: []rows.Sign{{Kind: estate.Consumer}},
	},
	{
		Case:  rule.Case{Entry: "R-3.2.12.0-3", Change: version.Since("3.2.12.0")},
		Title: "Name the gateway group in every call about certificates",
		Why:   "gateway_group_id is mandatory in the SSL calls of the Admin API; a client without it, such as one that renews certificates, is refused.",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Add gateway_group_id to the clients that list, upload or delete certificates, above all to those that renew them automatically."},
			{When: rule.After, Text: "Renew one certificate and check what its gateway group serves."},
		},
		If: []rows.Sign{{Kind: estate.SSL}},
	},
	{
		Case:  rule.Case{Entry: "R-3.2.13.0-1", Change: version.Since("3.2.13.0")},
		Title: "Send calls about service and route templates to /api/services/template",
		Why:   "The template calls moved there; their old addresses now give the services and routes that gateway groups run.",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Change clients that create, read or change service templates and their routes: their calls begin with /api/services/template and /api/routes/template from the upgrade on."},
			{When: rule.During, Text: "Keep these clients stopped until they are changed."},
		},
		If: []rows.Sign{{Kind: estate.ServiceTemplate}},
	},
	{
		Case:  rule.Case{Entry: "R-3.2.13.0-2", Change: version.Since("3.2.13.0")},
		Title: "Name the gateway group in calls of /apisix/admin/services and /apisix/admin/routes",
		Why:   "These calls now act on what a gateway group runs, at once and without publishing; a client without gateway_group_id is refused.",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Decide for every client of these addresses whether it means the template (then see /api/services/template) or the published service of a gateway group (then add gateway_group_id)."},
			{When: rule.During, Text: "Keep these clients stopped until they are changed."},
		},
	},
}

// answers are changes of what is sent and what comes back.
var answers = []rows.Reminder{
	{
		Case:  rule.Case{Entry: "R-3.2.13.0-5", Change: version.Since("3.2.13.0")},
		Title: "Scripts that upload certificates must expect that one which is there already is refused",
		Why:   "From 3.2.13.0 on a certificate that a gateway group has cannot be uploaded again.",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Have scripts look for the certificate and replace it, instead of uploading it a second time."},
		},
		If: []rows.Sign{{Kind: estate.SSL}},
	},
	{
		Case:  rule.Case{Entry: "R-3.2.11.4-1", Change: version.Since("3.2.11.4")},
		Title: "Scripts that read login options must not rely on the secrets in them",
		Why:   "The Admin API hides sensitive fields of login options; a script that reads one and writes it back may store what is shown in their place.",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Find scripts that read login options. Keep the credentials of LDAP, OIDC and other logins where the script can get them, and send them in full with every change."},
			{When: rule.After, Text: "Log in once with every login option."},
		},
	},
	{
		Case:  rule.Case{Entry: "R-3.2.12.0-1", Change: version.Since("3.2.12.0")},
		Title: "Swap the status values of services in scripts: 0 is now off, and 1 is on",
		Why:   "Before 3.2.12.0 the Admin API used 0 for on and 1 for off: a script that is not changed switches off the services that it means to switch on.",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Find every client that sends or reads status: publishing a service, changing its runtime configuration, listing published services. Note which published services are on."},
			{When: rule.During, Text: "Keep these clients stopped until they are changed."},
			{When: rule.After, Text: "Compare the published services that are on with your note, then start the changed clients."},
		},
	},
	{
		Case:  rule.Case{Entry: "R-3.5.0-3", Change: version.Since("3.5.0")},
		Title: "Clients that copy, compare or restore services must expect several upstreams per service",
		Why:   "A service can have more upstreams than its default one; a client that knows only one loses or overlooks the others.",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Have these clients read and write the other upstreams at /apisix/admin/services/{id}/upstreams?gateway_group_id=…. ADC does so from 0.19.0 on."},
		},
	},
	{
		Case:  rule.Case{Entry: "R-3.8.11-2", Change: version.Since("3.8.11"), Confidence: rule.Inferred},
		Title: "Where ADC creates services, look for conflicting routes in two services of a gateway group",
		Why:   "When ADC created a service, the check for conflicting routes did not see those of other services; now it does, so a pipeline that worked may be refused.",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Run the pipeline against a copy with the target, on an empty gateway group. If it is refused, make the routes differ in host, path, method or priority."},
		},
		If: []rows.Sign{{Kind: estate.Route}},
	},
	{
		Case:  rule.Case{Entry: "R-3.8.13-1", Change: version.Since("3.8.13")},
		Title: "Check clients of the Certificate Usage call against the OpenAPI description of the target",
		Why:   "The fields of its answer change to those that the description has always named.",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Find clients that ask where a certificate is used, and change them to the fields of the description."},
		},
		If: []rows.Sign{{Kind: estate.SSL}},
	},
	{
		Case:  rule.Case{Entry: "R-3.9.0-9", Change: version.Since("3.9.0")},
		Title: "Do not take addresses of gateway instances from the instance list",
		Why:   "The list no longer shows IP address and port, because they were misleading; scripts and people that use them find nothing.",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Take the addresses of gateways from where they are deployed: Kubernetes, the load balancer, the inventory."},
		},
	},
}

// sessions are changes of who may call.
var sessions = []rows.Reminder{
	{
		Case:  rule.Case{Entry: "R-3.2.14.4-2", Change: version.Since("3.2.14.4")},
		Title: "Automation must not log in as a user: each login ends the previous session",
		Why:   "A user has only one session; two scripts, or a script and a person, log each other out.",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Give every script a user of its own, and an API token of that user instead of a name and a password."},
		},
	},
	{
		Case:  rule.Case{Entry: "R-3.2.15.0-5", Change: version.Since("3.2.15.0")},
		Title: "Scripts that set up a new control plane must change the password before they upload the licence",
		Why:   "The order used to be the reverse; scripts for test environments and for disaster recovery stop half way.",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Swap the two steps in scripts that install a control plane, and run them once with the target."},
		},
	},
	{
		Case:  rule.Case{Entry: "R-3.8.7-1", Change: version.Since("3.8.7")},
		Title: "Send a token with /api/license, /api/system_infos and /api/developer-portal-url",
		Why:   "Before 3.8.7 these calls needed none; monitors and scripts that call them without one are refused.",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Find monitors of the licence and of the control plane that call these addresses, and give each an API token. Sending one does no harm before the upgrade."},
			{When: rule.After, Text: "Make sure that the monitors still get an answer: a refused licence monitor is a silent one."},
		},
	},
}
