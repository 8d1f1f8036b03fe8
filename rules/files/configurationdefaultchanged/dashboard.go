package configurationdefaultchanged

import (
	"regexp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/cond"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// dashboard are defaults of the Dashboard's file alone.
func dashboard() []rule.Fact {
	in := []estate.Kind{estate.DashboardConfig}
	const lists, proxies = "/security/ip_restriction", "/security/trusted_proxies"
	policy := rows.KeyAbsent{
		Case:    rule.Case{Entry: "R-3.8.7-2", Change: version.Since("3.8.7")},
		In:      in,
		Key:     "/security/content_security_policy",
		Default: rows.Default{Empty: "the program's own policy applies", Program: "a policy that is on"},
		Action:  "write a policy if frames or proxies need it",
		Says:    "not set; from 3.8.7 on the Dashboard sends a content security policy, with which browsers refuse frames, scripts and assets of other hosts",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Where the Dashboard is embedded in another page, or a proxy in front of it adds scripts or serves assets from another host, write a policy that allows this as security.content_security_policy into the file of the target."},
			{When: rule.After, Text: "Open the Dashboard the way its users do, and look for refused content in the browser's console."},
		},
	}
	framed := policy // graver, and the one that is shown where it speaks as well
	framed.If, policy.Severity = cond.Like("/session_options_config/same_site", regexp.MustCompile(`^(?i:none)$`)), rule.Notice
	return []rule.Fact{
		rows.KeyAbsent{
			Case:    rule.Case{Entry: "R-3.2.9.2-2", Change: version.Since("3.2.9.2"), Confidence: rule.Inferred},
			In:      in,
			Key:     "/server/listen/disable",
			Default: rows.Default{Chart: "true"},
			Action:  "move clients from port 7080 to https 7443",
			Says:    "not set; from 3.2.9.2 on plain HTTP (port 7080) is off by default, and Dashboard and Admin API answer only on HTTPS (port 7443)",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Move clients of port 7080 to https and port 7443: ADC, Terraform, the Ingress Controller, scripts, health checks, load balancers. Until that is done set server.listen.disable: false in the file of the target."},
				{When: rule.After, Text: "Make sure that each of them reaches the Dashboard, and trusts its certificate: without server.tls.cert_file it is a self-signed one."},
			},
		},
		framed, policy,
		rows.ValueIs{
			Case: rule.Case{Entry: "R-3.8.17-2", Change: version.Since("3.8.17"), Confidence: rule.Inferred},
			In:   in,
			If: cond.All(
				cond.Any(cond.Lacks(proxies), cond.Includes(proxies, "0.0.0.0/0"), cond.Includes(proxies, "::/0")),
				cond.Any(cond.Has(lists+"/allow_list"), cond.Has(lists+"/deny_list")),
			),
			Action: "set security.trusted_proxies",
			Says:   "security.trusted_proxies does not limit whose X-Forwarded-For counts, by the chart everybody's, so a sender can forge an address that gets past this list",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Set security.trusted_proxies to the addresses of the proxies in front of the Dashboard, and nothing else; where there is none, to 127.0.0.1/32."},
				{When: rule.After, Text: "Call the Dashboard from an address that is not allowed, with an allowed one in X-Forwarded-For: it must refuse."},
			},
		},
		rows.KeySet{
			Case:     rule.Case{Entry: "R-3.8.21-2", Change: version.Since("3.8.21"), Confidence: rule.Inferred},
			In:       in,
			Keys:     []string{"/fallback_cp"},
			Severity: rule.Notice,
			Action:   "decide which side writes the backup",
			Says:     "the control plane writes the backup of the configuration; from 3.8.21 on the documented way is a gateway with deployment.fallback_cp.mode: write",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Decide which of the two writes to the bucket. Gateways of the target read json: have the new version export before a gateway must start from the backup."},
				{When: rule.After, Text: "Make sure that the objects in the bucket are newer than the upgrade."},
			},
		},
	}
}
