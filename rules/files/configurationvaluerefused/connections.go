package configurationvaluerefused

import (
	"regexp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/cond"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// connections are how components reach the database and the control plane.
func connections() []rule.Fact {
	const (
		says          = "the control plane must be reached over https, at port 7943 unless something stands in front of it; 7900 is its port without TLS"
		secureAddress = "write https://host:7943"
	)
	secure := rule.Case{Entry: "R-3.2.14.1-1", Change: version.Since("3.2.14.1"), Gateways: true}
	steps := rule.Beforehand("Write https://host:7943 and make sure that the gateway has the certificates of its gateway group. The Dashboard shows the " +
		"address and the variables where it adds a gateway instance.")
	const hosts = "/deployment/etcd/host"
	return []rule.Fact{
		rows.KeySet{
			Case: rule.Case{Entry: "CP-DB-LIFETIME0", Change: version.Since("3.9.6")},
			In:   []estate.Kind{estate.DashboardConfig, estate.DPManagerConfig, estate.PortalConfig},
			Keys: []string{"/database/max_lifetime"},
			If: cond.Any(
				cond.All(cond.Shaped("", cond.OfNumber), cond.Not(cond.Exceeds("", 0))),
				cond.All(cond.Not(cond.Shaped("", cond.OfNumber)), cond.Like("", regexp.MustCompile(`^(0+(ns|us|µs|ms|s|m|h)?)+$`))),
			),
			Action: "set max_lifetime, such as 1h",
			Says:   "connections to the database are kept for ever: after a failover they stay on the former primary",
			Steps:  rule.Beforehand("Set database.max_lifetime to a duration such as 1h, which is the default of newer charts."),
		},
		rows.ValueIs{
			Case: secure, In: []estate.Kind{estate.GatewayConfig}, Says: says, Action: secureAddress, Steps: steps,
			If: cond.All(cond.Shaped(hosts, cond.OfList), cond.Some(hosts, plain(""))),
		},
		rows.ValueIs{
			Case: secure, In: []estate.Kind{estate.Image}, Says: says, Action: secureAddress, Steps: steps,
			If: cond.All(
				cond.Is("/component", "gateway"),
				cond.Any(plain("/environment/API7_CONTROL_PLANE_ENDPOINTS"), plain("/environment/APISIX_DEPLOYMENT_ETCD_HOST")),
			),
		},
	}
}

// plain holds of addresses of a control plane without TLS. Port 2379 is that of etcd: nothing of API7 listens there, and
// the charts and the built-in file have such an address as a placeholder.
func plain(pointer string) cond.Condition {
	like := func(expression string) cond.Condition { return cond.Like(pointer, regexp.MustCompile(expression)) }
	return cond.Any(like(`:7900\b`), cond.All(like(`(?i)\bhttp://`), cond.Not(like(`:2379\b`))))
}

// protocols are versions of TLS that need weaker security than the gateway's OpenSSL 3 has by default.
func protocols() []rule.Fact {
	old := rule.Case{Entry: "R-3.2.11.1-1", Change: version.Since("3.2.11.1"), Gateways: true, Confidence: rule.Inferred}
	offered := func(protocols, ciphers string) cond.Condition {
		return cond.All(
			cond.Like(protocols, regexp.MustCompile(`\bTLSv1(\.1)?(\s|$)`)), cond.Not(cond.Like(ciphers, regexp.MustCompile(`@SECLEVEL=0\b`))),
		)
	}
	const (
		says   = "offers TLS 1.0 or 1.1, which the default security level of OpenSSL 3 does not allow: clients that need them cannot connect"
		action = "delete TLSv1 and TLSv1.1"
	)
	steps := rule.Beforehand("Remove TLSv1 and TLSv1.1. If clients cannot do without them, add @SECLEVEL=0 to the ciphers and try such a client on a " +
		"test gateway of the target release.")
	return []rule.Fact{
		rows.ValueIs{
			Case: old, In: []estate.Kind{estate.GatewayConfig}, If: offered("/apisix/ssl/ssl_protocols", "/apisix/ssl/ssl_ciphers"),
			Says: says, Action: action, Steps: steps,
		},
		rows.ValueIs{
			Case: old, In: []estate.Kind{estate.HelmValues}, Chart: version.GatewayChart,
			If: offered("/gateway/tls/sslProtocols", "/gateway/tls/sslCiphers"), Says: says, Action: action, Steps: steps,
		},
	}
}
