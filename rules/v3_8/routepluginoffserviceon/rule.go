// Package routepluginoffserviceon finds plugins that a route switches off and its service has on.
package routepluginoffserviceon

import (
	_ "embed"
	"fmt"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/remedy"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

//go:embed doc.md
var doc string

// Rule finds plugins that a route switches off and its service has on.
var Rule = rule.Rule{
	ID:         "route-plugin-off-service-on",
	Title:      "A route switches off a plugin of its service; the target obeys, earlier releases did not",
	Action:     "decide whether the plugin must run here",
	Severity:   rule.Breaking,
	Applies:    rule.Crossing,
	Change:     version.Since("3.8.19"),
	Catalogue:  []string{"R-3.8.19-3"},
	Confidence: rule.Confirmed,
	Doc:        doc,
	Start:      start,
}

func start(p *rule.Pass) {
	var off []switched
	now, _ := remedy.APIs(p)
	on := services{}
	p.NeedsInGroup(estate.Service, estate.Route)
	p.On(estate.Service, func(r *estate.Resource) { on.add(p, r) })
	p.OnSieved(estate.Route, estate.Sieve{Words: []string{`disable`, `\u`}}, func(r *estate.Resource) { off = append(off, switchedOff(p, r)...) })
	p.AtEnd(func() {
		for _, s := range off {
			if slices.Contains(on[s.service], s.plugin) {
				report(p, s, now)
			}
		}
	})
}

func report(p *rule.Pass, s switched, now remedy.API) {
	severity := rule.Warning
	if guards(s.plugin) {
		severity = rule.Breaking
	}
	remove := remedy.Patch(remedy.PatchOp{Op: "remove", Path: s.pointer})
	p.Report(rule.Finding{
		Subject: s.subject, Part: s.plugin, Pointer: s.pointer, Severity: severity,
		Message:  fmt.Sprintf("%s: switched off here and on in service %s; runs today, but not after the upgrade", s.plugin, s.service.id),
		Evidence: []rule.Evidence{{Name: "service", Value: s.service.id}},
		Remediation: []rule.Step{
			{When: rule.Before, Text: "If the plugin must run on this route, take it off the route, also in ADC files and scripts: then that of the service applies.", Command: remedy.EndpointOf(s.subject, now).Send("PATCH", remove)},
			{When: rule.After, Text: "If it must not run, send a request and check that it is off."},
		},
	})
}

// guards reports whether a plugin keeps requests out, so that a route without it is open.
func guards(plugin string) bool {
	return slices.Contains([]string{
		"acl", "authz-casbin", "authz-casdoor", "authz-keycloak", "basic-auth", "cas-auth", "chaitin-waf",
		"consumer-restriction", "csrf", "dingtalk-auth", "feishu-auth", "forward-auth", "hmac-auth", "ip-restriction",
		"jwe-decrypt", "jwt-auth", "key-auth", "ldap-auth", "multi-auth", "oas-validator", "oauth", "opa",
		"openid-connect", "portal-auth", "referer-restriction", "request-validation", "saml-auth", "ua-restriction",
		"uri-blocker", "wolf-rbac",
	}, plugin)
}
