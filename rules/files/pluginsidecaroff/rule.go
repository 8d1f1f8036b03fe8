// Package pluginsidecaroff finds plugins whose sidecar the gateway's Helm values leave off.
package pluginsidecaroff

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/few"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/cond"
	"github.com/api7-preflight/api7-preflight/internal/rule/settings"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

//go:embed doc.md
var doc string

// Rule finds plugins whose sidecar the gateway's Helm values leave off.
var Rule = rule.Rule{
	ID:         "plugin-sidecar-off",
	Title:      "A plugin is attached whose sidecar the gateway's Helm values leave off",
	Action:     "enable the sidecar in the values",
	Severity:   rule.Warning,
	Applies:    rule.Crossing,
	Confidence: rule.Inferred,
	Doc:        doc,
	Facts:      rule.Facts(table...),
}

// sidecar is a container that the gateway's chart starts beside the gateway, for plugins that cannot do without it.
type sidecar struct {
	entry   string
	change  version.Change // the first releases whose chart has it
	plugins []string
	value   string // JSON pointer to the value that switches it on
}

var table = []sidecar{
	{"GW-SIDECAR-SOAP", version.Since("3.8.14"), []string{"soap-proxy", "soap"}, "/soapProxy/enabled"},
	{"GW-SIDECAR-MCP-2", version.Since("3.9.10"), []string{"openapi-to-mcp", "mcp-tools-acl"}, "/openapiToMcp/enabled"},
}

// About returns the case.
func (s sidecar) About() rule.Case {
	return rule.Case{Entry: s.entry, Change: s.change, Gateways: true}
}

// carriers are the kinds on which an attached plugin is used, or will be after the next publication.
func carriers() []estate.Kind {
	return slices.DeleteFunc(estate.PluginKinds(), func(k estate.Kind) bool { return k.State() == estate.History })
}

// Watch looks for the plugins and for the value. Only who knows every place for a plugin can say that none needs the
// sidecar, and only who knows the values that it is on.
func (s sidecar) Watch(p *rule.Pass) {
	var attached few.Names
	p.Needs(append(carriers(), estate.HelmValues)...)
	for _, name := range s.plugins {
		p.OnResourceWith(name, func(r *estate.Resource, _ []estate.Plugin) {
			attached.Add(name + " on " + strings.ReplaceAll(r.Kind.String(), "_", " ") + " " + r.Name())
		}, carriers()...)
	}
	var off []rule.Finding
	p.On(estate.HelmValues, func(r *estate.Resource) {
		if r.Field("chart").TextOrEmpty() != version.GatewayChart {
			return
		}
		on := cond.True(s.value)(settings.Of(r))
		if on.Doubt() != "" {
			p.Doubt(r, settings.Place(r, s.value), on.Doubt())
		} else if !on.Yes() {
			off = append(off, rule.Finding{Subject: r.Subject(), Case: s.About(), Pointer: settings.Place(r, s.value), Message: settings.Path(r, s.value)})
		}
	})
	p.AtEnd(func() {
		if attached.Len() == 0 {
			return
		}
		for _, f := range off {
			p.Report(s.finding(f, attached.String()))
		}
	})
}

// finding says of one set of values what its plugins lack.
func (s sidecar) finding(f rule.Finding, attached string) rule.Finding {
	f.Message += fmt.Sprintf(": not true, but %s is attached, which talks to this sidecar", strings.Join(s.plugins, " or "))
	f.Evidence = []rule.Evidence{{Name: "attached", Value: attached}}
	key, _, _ := strings.Cut(strings.TrimPrefix(s.value, "/"), "/")
	f.Action = "set " + key + ".enabled: true"
	f.Remediation = []rule.Step{
		{When: rule.Before, Text: fmt.Sprintf("Set %s.enabled: true for the gateways that serve these routes, unless what the plugin talks to runs elsewhere.", key)},
		{When: rule.After, Text: "Send a request through one of these routes."},
	}
	return f
}
