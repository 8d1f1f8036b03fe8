// Package expiredtokenrejected finds API tokens that have expired and still work.
package expiredtokenrejected

import (
	_ "embed"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/plural"
	"github.com/api7-preflight/api7-preflight/internal/redact"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

//go:embed doc.md
var doc string

// Rule finds API tokens that have expired and still work.
var Rule = rule.Rule{
	ID:         "expired-token-rejected",
	Title:      "An API token has expired, and the target refuses it",
	Action:     "replace the token if anything uses it",
	Severity:   rule.Warning,
	Applies:    rule.Crossing,
	Change:     version.Since("3.8.19"),
	Catalogue:  []string{"R-3.8.19-2"},
	Confidence: rule.Confirmed,
	Doc:        doc,
	Start:      func(p *rule.Pass) { p.On(estate.Token, func(r *estate.Resource) { judge(p, r) }) },
}

func judge(p *rule.Pass, r *estate.Resource) {
	age, at := r.Field("expired_seconds").Number(), r.Field("expires_at").Text()
	text, dated := at.Known()
	switch why := age.Unreadable(); {
	case why != "":
		p.Doubt(r, "/expired_seconds", "when the token expires cannot be read: "+why)
		return
	case dated && never(text), age.Absent() && !dated && at.Unreadable() == "":
		return
	case age.Absent():
		p.Doubt(r, "/expires_at", "the token expires, but whether it already has is not known: this source does not say when it was read")
		return
	}
	seconds, _ := age.Known()
	past, err := seconds.Float64()
	if err != nil {
		p.Doubt(r, "/expired_seconds", "when the token expires cannot be read: "+err.Error())
		return
	}
	if past <= 0 {
		return
	}
	if why := at.Unreadable(); why == estate.Hidden { // a program may have written a time in place of none
		p.Doubt(r, "/expires_at", "whether the token expires cannot be told: when it does "+why)
		return
	}
	const day = 24 * 60 * 60
	evidence := []rule.Evidence{{Name: "token", Value: r.Name()}}
	if user, _ := r.Field("user_id").Text().Known(); user != "" {
		evidence = append(evidence, rule.Evidence{Name: "user id", Value: user})
	}
	if dated {
		evidence = append(evidence, rule.Evidence{Name: "expired at", Value: redact.Found(text)})
	} else {
		evidence = append(evidence, rule.Evidence{Name: "expired", Value: plural.Of(int(past/day), "day", "days") + " ago"})
	}
	p.Report(rule.Finding{
		Subject: r.Subject(), Pointer: "/expired_seconds", Message: "has expired: it works until the upgrade and is refused after it",
		Evidence: evidence, Remediation: steps,
	})
}

// never reports whether a time is one that a program writes in place of none: the first of its clock or of its calendar.
func never(at string) bool {
	return strings.HasPrefix(at, "0001-01-0") || strings.HasPrefix(at, "1970-01-01")
}

var steps = []rule.Step{
	{When: rule.Before, Text: "Find out whether a pipeline or script still uses the token; the audit log names the token of each change. If so, give it a new token of the same user, with an expiry date that somebody watches."},
	{When: rule.Before, Text: "Delete the expired token once nobody uses it."},
}
