package configurationdefaultchanged

import (
	"regexp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/cond"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// gateway are defaults of the gateway's file.
func gateway() []rule.Fact {
	in := []estate.Kind{estate.GatewayConfig}
	front := rows.KeyAbsent{
		Case:    rule.Case{Entry: "R-3.9.16-2", Change: version.Since("3.9.16", "3.10.2"), Gateways: true, Confidence: rule.Inferred},
		In:      in,
		Key:     "/apisix/trusted_addresses",
		Default: rows.Default{Chart: "none", Program: "none"},
		Action:  "list your proxies as trusted_addresses",
		Says:    "not set; the target trusts no sender, overwrites X-Forwarded-Proto, -Host and -Port and clears Forwarded. Behind a proxy that ends TLS, upstreams see http where clients use https",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Where a load balancer, CDN or proxy in front sets these headers, list its addresses as apisix.trusted_addresses (Helm chart gateway: apisix.trustedAddresses) with the target. Otherwise there is nothing to do."},
			{When: rule.After, Text: "Send a request through the proxy, and look at X-Forwarded-Proto as the upstream gets it."},
		},
	}
	behind := front // graver, and the one that is shown where it speaks as well
	behind.If, front.Severity = proxied(), rule.Notice
	return []rule.Fact{
		behind, front,
		rows.KeyAbsent{
			Case:     rule.Case{Entry: "R-3.9.16-1", Change: version.Since("3.9.16", "3.10.2"), Gateways: true, Confidence: rule.Inferred},
			In:       in,
			Key:      "/apisix/max_post_args_readable_size",
			Default:  rows.Default{Chart: "64"},
			Severity: rule.Notice,
			Action:   "raise max_post_args_readable_size if needed",
			Says:     "not set; for conditions on post_arg. the target reads bodies up to a limit, by the chart 64 MB, and does not match larger ones",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Where routes have conditions on post_arg. and requests with larger bodies, set apisix.max_post_args_readable_size (Helm chart gateway: apisix.maxPostArgsReadableSize) in MB with the target; 0 is no limit."},
			},
		},
		rows.KeyAbsent{
			Case:     rule.Case{Entry: "R-3.8.21-1", Change: version.Since("3.8.21"), Gateways: true},
			In:       in,
			Key:      "/deployment/fallback_cp",
			Default:  rows.Default{Chart: "none", Program: "none"},
			Severity: rule.Notice,
			Action:   "run two DP Managers, or set fallback_cp",
			Says:     "not set; from 3.8.21 on a gateway that starts while the control plane is down ends with an error, and this one has no backup of its configuration to start from",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Run more than one DP Manager, or set deployment.fallback_cp, where gateways are started on their own: autoscaling, node replacement, restarts by a supervisor."},
				{When: rule.During, Text: "Start gateways of the target only while the control plane answers."},
			},
		},
	}
}

// proxied holds if the file says that a proxy is in front: senders other than the gateway itself are believed about the
// address of the client.
func proxied() cond.Condition {
	return cond.Any(
		cond.Some("/nginx_config/http/real_ip_from", cond.Unlike("", regexp.MustCompile(`^(127\.0\.0\.1|unix:)$`))),
		cond.Unlike("/nginx_config/http/real_ip_header", regexp.MustCompile(`(?i)^X-Real-IP$`)),
	)
}
