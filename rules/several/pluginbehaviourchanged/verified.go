package pluginbehaviourchanged

import (
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/cond"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/rules/internal/loggers"
)

// verified is that openid-connect verifies the issuer and the audience of tokens. That Apache APISIX falls back to the
// issuer of the discovery document is known; that API7 Enterprise took this over is inferred.
var verified = rule.Case{Entry: "R-3.5.5-3", Change: version.Since("3.5.5", "3.6.1", "3.7.1"), Confidence: rule.Inferred}

// itself holds where the plugin verifies bearer tokens, instead of asking the identity provider.
func itself() cond.Condition { return cond.Any(cond.True("/use_jwks"), cond.Has("/public_key")) }

// tokens are the changes of what is accepted, and of what is sent and logged.
func tokens() []rows.Attached {
	try := rule.Step{When: rule.Before, Text: "Compare iss and aud of a token in use today with the issuer of the discovery document: they differ where the identity provider is reached under several names, or issues tokens of two versions (Microsoft Entra)."}
	watch := rule.Step{When: rule.After, Text: "Watch for 401 answers, and send a request with a token of each client."}
	return []rows.Attached{
		{
			Case: verified, Plugins: []string{"openid-connect"}, If: cond.All(itself(), cond.Lacks("/claim_validator")),
			Action: "compare iss and aud of a token in use",
			Says:   "tokens were accepted from any issuer; from now on probably only from that of the discovery document",
			Steps:  []rule.Step{try, {When: rule.During, Text: "If tokens of another issuer must be accepted: once the control plane is upgraded, and before the gateways are, list every issuer in claim_validator.issuer.valid_issuers, that of the discovery document too, whose place the list takes."}, watch},
		},
		{
			Case: verified, Plugins: []string{"openid-connect"}, If: cond.Has("/claim_validator"),
			Action: "compare iss and aud of a token in use",
			Says:   "what claim_validator asks for had no effect; from now on tokens with another issuer or audience are refused",
			Steps:  []rule.Step{try, watch},
		},
		{
			Case:    rule.Case{Entry: "R-3.2.16.4-3", Change: version.Since("3.2.16.4"), Confidence: rule.Inferred},
			Plugins: loggers.Names(), Severity: rule.Notice,
			If:     cond.All(cond.True("/include_req_body"), cond.Lacks("/max_req_body_bytes")),
			Action: "set max_req_body_bytes for longer bodies",
			Says:   "bodies had no limit; from now on the default of max_req_body_bytes probably holds, in Apache APISIX 524288, and longer request bodies are truncated",
			Steps:  []rule.Step{{When: rule.Before, Text: "Set max_req_body_bytes if the log needs longer bodies."}},
		},
		{
			Case:    rule.Case{Entry: "R-3.8.9-6", Change: version.Since("3.8.9")},
			Plugins: []string{"oas-validator"}, If: cond.True("/verbose_errors"), Severity: rule.Notice,
			Action: "change alerts on these log lines",
			Says:   "details of answers that do not fit are logged as warnings instead of errors",
			Steps:  []rule.Step{{When: rule.Before, Text: "Change alerts that look for these lines in the error log, and let error_log_level show warnings if you want to keep the lines."}},
		},
		{
			Case:    rule.Case{Entry: "R-3.8.17-3", Change: version.Since("3.8.17")},
			Plugins: []string{"openapi-to-mcp"}, Severity: rule.Notice,
			Action: "check defaults in the OpenAPI document",
			Says:   "a query parameter that a client leaves out is sent with the default of the OpenAPI document",
			Steps:  []rule.Step{{When: rule.Before, Text: "See whether a default in the OpenAPI document differs from what the upstream does without the parameter."}},
		},
	}
}

// besideConsumers are the kinds on which jwt-auth says how tokens are verified; on a consumer it is only a key.
func besideConsumers() []estate.Kind {
	return slices.DeleteFunc(estate.PluginKinds(), func(k estate.Kind) bool { return k == estate.Consumer || k == estate.Credential })
}
