package helmvalueignored

import (
	"regexp"

	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/cond"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// lines are values that the charts of one release line read and those of another do not. What says the same as the
// default of the charts that read it is left alone.
func lines() []rows.KeySet {
	newer := rule.Case{Entry: "HELM-39-310-2", Change: version.Since("3.9.14"), Until: version.Since("3.10.2"), Gateways: true}
	says := "read only by charts 3.10.3 and later, not by those of the 3.9 line: the target's chart ignores it"
	const yourself = "write config.yaml yourself if you need it"
	steps := []rule.Step{
		{When: rule.Before, Text: "Do not rely on it with this target. If you need it, write config.yaml yourself: apisix.enableCustomizedConfig: true with apisix.customizedConfig."},
	}
	return []rows.KeySet{
		{
			Case: rule.Case{Entry: "HELM-39-310", Change: version.Since("3.10.0"), Gateways: true},
			In:   values, Chart: version.GatewayChart, Charts: version.Since("0.2.69", "3.10.0"), Severity: rule.Warning,
			Keys: []string{"/apisix/matchURIEncodedSlash"}, If: cond.True(""),
			Action: yourself,
			Says:   "read only by charts 3.9.5 and later of the 3.9 line, not by those of the 3.10 line: apisix.match_uri_encoded_slash is no longer written into the gateway's file",
			Steps: []rule.Step{
				{When: rule.Before, Text: "If routes must match an encoded slash (%2F), write config.yaml yourself: apisix.enableCustomizedConfig: true with apisix.customizedConfig. Ask the vendor whether the target knows the key: no public source says so."},
				{When: rule.During, Text: "Call a route with %2F in its path through the first new gateway."},
			},
		},
		{
			Case: newer, In: values, Chart: version.GatewayChart, Severity: rule.Notice,
			Keys: []string{"/apisix/proxyProtocol/listenHttpPort", "/apisix/proxyProtocol/listenHttpsPort"}, If: cond.Exceeds("", 0),
			Says: says, Action: yourself, Steps: steps,
		},
		{
			Case: newer, In: values, Chart: version.GatewayChart, Severity: rule.Notice,
			Keys: []string{"/gateway/tls/sslSessionTickets", "/apisix/showUpstreamStatusInResponseHeader"}, If: cond.True(""),
			Says: says, Action: yourself, Steps: steps,
		},
		{
			Case: newer, In: values, Chart: version.GatewayChart, Severity: rule.Notice,
			Keys: []string{"/nginx/http/realIpHeader"}, If: cond.Unlike("", regexp.MustCompile(`^X-Real-IP$`)),
			Says: says, Action: yourself, Steps: steps,
		},
	}
}
