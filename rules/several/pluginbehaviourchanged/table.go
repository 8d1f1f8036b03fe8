package pluginbehaviourchanged

import (
	"regexp"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/cond"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/rules/internal/loggers"
)

func table() []rows.Attached {
	all := slices.Concat(old, tokens(), recent)
	for i := range all {
		all[i].On = slices.DeleteFunc(kinds(all[i]), func(k estate.Kind) bool { return k.State() == estate.History })
	}
	return all
}

// kinds returns the kinds that a row looks at. Of them the rule leaves out history: an earlier version does nothing, and
// the target accepts it as it is.
func kinds(a rows.Attached) []estate.Kind {
	if len(a.On) == 0 {
		return estate.PluginKinds()
	}
	return slices.Clone(a.On)
}

// old are the changes of line 3.2.
var old = []rows.Attached{
	{
		Case:    rule.Case{Entry: "R-3.2.15.2-1", Change: version.Since("3.2.15.2")},
		Plugins: []string{"attach-consumer-label"}, Severity: rule.Notice,
		Action: "check which plugin reads its headers",
		Says:   "runs later, just before the request is sent on; plugins that run earlier no longer see its headers",
		Steps:  []rule.Step{{When: rule.Before, Text: "See whether another plugin of the same requests reads the headers that this one sets; if so, test it with the target."}},
	},
	{
		Case:    rule.Case{Entry: "R-3.2.16.4-3", Change: version.Since("3.2.16.4")},
		Plugins: loggers.Names(), Severity: rule.Notice,
		If:     cond.All(cond.True("/include_req_body"), cond.Exceeds("/max_req_body_bytes", 0)),
		Action: "raise max_req_body_bytes if too small",
		Says:   "max_req_body_bytes had no effect; longer request bodies are truncated from now on",
		Steps:  []rule.Step{{When: rule.Before, Text: "Raise max_req_body_bytes if the log needs longer bodies."}},
	},
	{
		Case:    rule.Case{Entry: "R-3.2.16.5-4", Change: version.Since("3.2.16.5")},
		Plugins: []string{"exit-transformer"}, Severity: rule.Notice,
		Action: "review its code: the sandbox is gone",
		Says:   "its Lua code runs without a sandbox",
		Steps:  []rule.Step{{When: rule.Before, Text: "Review the code as one that may do everything the gateway may, and check who is allowed to change it."}},
	},
	{
		Case:    rule.Case{Entry: "R-3.2.16.7-2", Change: version.Since("3.2.16.7"), Confidence: rule.Inferred},
		Plugins: []string{"limit-count-advanced"}, If: cond.Is("/window_type", "sliding"), Severity: rule.Notice,
		Action: "tell clients that read its headers",
		Says:   "in the rate limit headers, the remaining quota is rounded down and the reset time has two decimals",
		Steps:  []rule.Step{{When: rule.Before, Text: "Tell clients that read these headers; a parser of whole numbers fails on \"12.34\"."}},
	},
}

// recent are the changes from line 3.8 on.
var recent = []rows.Attached{
	{
		Case:    rule.Case{Entry: "R-3.8.8-1", Change: version.Since("3.8.8")},
		Plugins: []string{"api-breaker"}, Severity: rule.Notice,
		Action: "read its thresholds as if they were new",
		Says:   "counted breaker_time wrongly and did not open as configured; from now on it does",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Read the thresholds (unhealthy.failures, break_response_code, max_breaker_sec) as if they were new, and try them in a test environment."},
			{When: rule.After, Text: "Watch for answers with break_response_code."},
		},
	},
	{
		Case:    rule.Case{Entry: "R-3.8.8-2", Change: version.Since("3.8.8")},
		Plugins: []string{"proxy-cache"}, Severity: rule.Notice,
		Action: "check who reads its cache headers",
		Says:   "the response headers are the same with every caching strategy from now on",
		Steps:  []rule.Step{{When: rule.Before, Text: "See whether a client or monitor reads headers of the cache, such as Apisix-Cache-Status, and try it with the target."}},
	},
	{
		Case:    rule.Case{Entry: "R-3.8.9-2", Change: version.Since("3.8.9")},
		Plugins: []string{"jwt-auth"}, On: besideConsumers(), If: cond.Includes("/claims_to_verify", "exp"),
		Action: "tell clients to renew tokens in time",
		Says:   "exp was not verified although claims_to_verify asks for it; expired tokens are refused from now on",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Tell clients to renew their tokens in time; look for tokens in use today whose exp is in the past."},
			{When: rule.After, Text: "Watch for 401 answers."},
		},
	},
	{
		Case:    rule.Case{Entry: "R-3.8.16-1", Change: version.Since("3.8.16")},
		Plugins: []string{"openapi-to-mcp"},
		Action:  "give every operation an operationId",
		Says:    "names of MCP tools come from operationId of the OpenAPI document instead of the path",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Give every operation of the OpenAPI document an operationId, and find the clients and prompts that name tools."},
			{When: rule.After, Text: "Change these names, and have MCP clients read the list of tools again."},
		},
	},
	{
		Case:    rule.Case{Entry: "R-3.8.19-4", Change: version.Since("3.8.19")},
		Plugins: []string{"ai-proxy", "ai-proxy-multi"},
		Action:  "remove headers the provider must not see",
		Says:    "request headers of the client and of other plugins now reach the LLM provider",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Remove headers that the provider must not see (cookies, internal tokens, user data), for example with proxy-rewrite."},
			{When: rule.After, Text: "Check what reaches the provider. From 3.8.21 on headers of the plugin win over those of the client, whatever their case."},
		},
	},
	{
		Case:    rule.Case{Entry: "R-3.8.19-5", Change: version.Since("3.8.19")},
		Plugins: []string{"limit-count-advanced", "ai-rate-limiting"}, If: cond.Has("/rules"), Severity: rule.Notice,
		Action: "tell clients that read its headers",
		Says:   "the rate limit headers of each rule have its index or header_prefix in their name",
		Steps:  []rule.Step{{When: rule.Before, Text: "Tell clients that read these headers, or give each rule a header_prefix after the upgrade."}},
	},
	{
		Case:    rule.Case{Entry: "R-3.9.3-2", Change: version.Since("3.9.3"), Confidence: rule.Inferred},
		Plugins: []string{"saml-auth"}, If: cond.All(cond.Has("/idp_uri"), cond.Not(cond.Unlike("/idp_uri", entra())), cond.Not(cond.Is("/auth_protocol_binding_method", "HTTP-POST"))),
		Severity: rule.Notice,
		Action:   "set auth_protocol_binding_method after",
		Says:     "the identity provider looks like Azure AD, which needs auth_protocol_binding_method: HTTP-POST",
		Steps:    []rule.Step{{When: rule.After, Text: "Set auth_protocol_binding_method: HTTP-POST; earlier releases do not have the field. Without it the plugin sends HTTP-Redirect as before. Then test login and logout."}},
	},
}

// entra matches addresses of Azure AD (Microsoft Entra ID), also of its national clouds.
func entra() *regexp.Regexp {
	return regexp.MustCompile(`(?i)^https?://([^/]*\.)?(microsoftonline\.(com|us|de)|windows\.net|chinacloudapi\.cn|microsoftonline\.cn|ciamlogin\.com)([:/]|$)`)
}
