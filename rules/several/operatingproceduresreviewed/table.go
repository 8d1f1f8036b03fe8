package operatingproceduresreviewed

import (
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

func table() []rows.Reminder { return append(runbooks, companions...) }

var runbooks = []rows.Reminder{
	{
		Case:  rule.Case{Entry: "R-3.2.9.2-1", Change: version.Since("3.2.9.2")},
		Title: "Keep database and key material together, and check that encrypted data stays readable",
		Why:   "Encryption moves from AES-128 to AES-256; the notes do not say whether stored certificates and plugin secrets are rewritten.",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Back up the database and, at the same time, the configuration files and secrets that hold key material: one without the other may be unreadable."},
			{When: rule.After, Text: "On every gateway group, open one HTTPS connection and send one request that needs a stored credential. Look for decryption errors in the logs."},
		},
	},
	{
		Case:  rule.Case{Entry: "R-3.2.12.0-5", Change: version.Since("3.2.12.0")},
		Title: "Revoke access tokens by themselves when somebody must be shut out",
		Why:   "From 3.2.12.0 on resetting a user's password leaves the user's access tokens valid.",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Add to the procedure for leavers and stolen passwords that the user's tokens are deleted too."},
		},
	},
	{
		Case:  rule.Case{Entry: "R-3.2.14.4-3", Change: version.Since("3.2.14.4")},
		Title: "Have the newest licence file at hand: older ones are refused",
		Why:   "A runbook that imports an earlier licence again, for a rollback or a second installation, fails.",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Put the licence that is in force where the runbook gets it from."},
		},
	},
	{
		Case:  rule.Case{Entry: "R-3.2.15.0-3", Change: version.Since("3.2.15.0")},
		Title: "Write control plane addresses without a slash at the end",
		Why:   "An address such as https://cp.example.org:7943/ is no longer accepted as the one at which gateways reach the control plane.",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Check the control plane addresses of each gateway group, in deployment scripts and in pipelines, and remove the slash."},
		},
	},
	{
		Case:  rule.Case{Entry: "R-3.8.7-3", Change: version.Since("3.8.7")},
		Title: "Start the Dashboard before the DP Manager, and give it time to migrate the database",
		Why:   "The DP Manager waits until the migration is done; orchestration that expects it to be ready first, or within a short time, waits forever or restarts it.",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Look through deployment scripts, start-up order and probes: nothing may wait for the DP Manager before the Dashboard runs."},
		},
	},
	{
		Case:  rule.Case{Entry: "R-3.8.16-4", Change: version.Since("3.8.16")},
		Title: "Keep your own steps for gateways on bare metal: the console no longer shows them",
		Why:   "From 3.8.16 on the page that deploys gateways has no tab for Linux without containers; whether such gateways are still supported is not said.",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Where gateways run without containers, save the script that the console shows today, and ask API7 whether the target supports them."},
		},
	},
	{
		Case:  rule.Case{Entry: "R-3.10.x-1", Change: version.Since("3.10.3"), Confidence: rule.Inferred},
		Title: "Use passwords of 13 characters or more in scripts that create users or set passwords",
		Why:   "The vendor's own tests had to move from 11 to 15 characters in July 2026, because of a rule of more than 12. No release note names the release; 3.10.3 is the first after that.",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Lengthen the passwords that scripts set, and try one on a control plane of the target. Whether users with a short password can still log in is not known: try that too."},
		},
	},
}

// companions are what runs beside the control plane or is built on its images.
var companions = []rows.Reminder{
	{
		Case:  rule.Case{Entry: "R-3.2.11.1-1", Change: version.Since("3.2.11.1"), Confidence: rule.Inferred},
		Title: "Test the oldest certificates and TLS clients with OpenSSL 3",
		Why:   "From 3.2.11.1 on gateways link OpenSSL 3. It refuses short keys, SHA-1 signatures and old protocols that the version before accepted.",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Look for keys below 2048 bits and SHA-1 signatures among certificates and client CAs, and have the oldest clients and TLS upstreams connect through a gateway of the target."},
		},
		If: []rows.Sign{{Kind: estate.SSL}},
	},
	{
		Case:  rule.Case{Entry: "R-3.2.14.4-5", Change: version.Since("3.2.14.4")},
		Title: "Test what is built on the gateway with its newer OpenResty",
		Why:   "3.2.14.4 raised OpenResty, and libraries of the console, to fix vulnerabilities; the notes do not say to which version.",
		Steps: rebuild,
	},
	{
		Case:  rule.Case{Entry: "R-3.8.3-2", Change: version.Since("3.8.3")},
		Title: "Plan the move of API7 Ingress Controller to 2.0",
		Why:   "2.0 came with 3.8.3. It does not read the configuration of 1.x, nor all of its resources, and it overwrites what others change in its gateway group.",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Follow its own upgrade guide: connect through a GatewayProxy resource, drop the configuration keys kubernetes, apisix, etcdserver, plugin_metadata_cm and log_rotation_*, replace ApisixClusterConfig and the access_key of hmac-auth in ApisixConsumer, install with the chart api7-ingress-controller."},
			{When: rule.After, Text: "Change the configuration of these gateway groups only through Kubernetes."},
		},
		If: []rows.Sign{{Kind: estate.GatewayGroup, Body: ingress}},
	},
	{
		Case:  rule.Case{Entry: "R-3.8.5-3", Change: version.Since("3.8.5")},
		Title: "Rebuild images of your own on the target's images: OpenSSL 3.2.4, and bookworm in those based on Debian",
		Why:   "The target's images have OpenSSL 3.2.4, and those based on Debian have moved to bookworm; libraries and packages that were added to older images may not load.",
		Steps: rebuild,
	},
	{
		Case:  rule.Case{Entry: "R-3.8.8-3", Change: version.Since("3.8.8")},
		Title: "Rebuild gateway images of your own on the target's image, which is based on Ubuntu 24.04",
		Why:   "Libraries, packages and compiled Lua modules that were added to an older gateway image may not load.",
		Steps: rebuild,
	},
}

var rebuild = []rule.Step{
	{When: rule.Before, Text: "List the images that are built from those of the vendor, build each from the target's image, and test what was added to it: packages, certificates, libraries of custom plugins."},
}

// ingress reports whether a gateway group belongs to an Ingress Controller, or whether that cannot be told. Groups of
// releases that know one type only say nothing.
func ingress(r *estate.Resource) bool {
	kind := r.Field("type").Text()
	text, _ := kind.Known()
	return text == "api7_ingress_controller" || kind.Unreadable() != ""
}
