// Package hmacautholdform finds consumers that sign requests in the old form of hmac-auth.
package hmacautholdform

import (
	_ "embed"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/cond"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

//go:embed doc.md
var doc string

// Rule finds consumers that sign requests in the old form of hmac-auth.
var Rule = rule.Rule{
	ID:         "hmac-auth-old-form",
	Title:      "hmac-auth is configured in the old form, which the target may no longer accept",
	Action:     "test its clients with the target",
	Severity:   rule.Warning,
	Applies:    rule.Crossing,
	Confidence: rule.Inferred,
	Doc:        doc,
	Facts: rule.Facts(rows.Attached{
		Case:    rule.Case{Entry: "R-3.2.16.3-4", Change: version.Since("3.2.16.3")},
		Plugins: []string{"hmac-auth"},
		On:      []estate.Kind{estate.Consumer, estate.Credential},
		If:      old(),
		Says:    "configured in the old form; the target probably accepts only key_id and another Authorization header",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Verify on a test installation of the target that clients of this consumer are let in. If not, they must send Authorization: Signature keyId=… instead of X-HMAC-* headers, from the day of the upgrade on."},
			{When: rule.Before, Text: "List the owners of clients that sign requests with hmac-auth, and agree on the day with them."},
			{When: rule.After, Text: "Set key_id in place of access_key; algorithms, clock skew and signed headers are set on the route or service."},
		},
	}),
}

// old holds for fields that only the old form has on a consumer.
func old() cond.Condition {
	return cond.Any(
		cond.Has("/access_key"), cond.Has("/algorithm"), cond.Has("/clock_skew"), cond.Has("/signed_headers"),
		cond.Has("/keep_headers"), cond.Has("/encode_uri_params"), cond.Has("/max_req_body"),
	)
}
