// Package pluginvaluebecomesreference finds texts in plugins that the target takes for references.
package pluginvaluebecomesreference

import (
	_ "embed"
	"maps"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/jsonptr"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

//go:embed doc.md
var doc string

// Rule finds texts in plugins that the target takes for references.
var Rule = rule.Rule{
	ID:         "plugin-value-becomes-reference",
	Title:      "A text in a plugin starts like a reference to a secret or variable, and is looked up from now on",
	Action:     "check whether it is meant as a reference",
	Severity:   rule.Warning,
	Applies:    rule.Crossing,
	Change:     version.Since("3.9.11"),
	Catalogue:  []string{"R-3.9.11-1"},
	Confidence: rule.Inferred,
	Doc:        doc,
	Start:      start,
}

func start(p *rule.Pass) {
	for _, k := range estate.PluginKinds() {
		p.OnSieved(k, estate.Sieve{Words: []string{`"$`, `\u0024`}}, func(r *estate.Resource) {
			if !mayRefer(r.Body) {
				return
			}
			s := search{found: map[string][]place{}, doubt: func(pointer, why string) { p.Doubt(r, pointer, why) }}
			members, _ := r.Field("plugins").Members().Known()
			for _, m := range members {
				s.plugin(m.Key, m.Value, jsonptr.Append("/plugins", m.Key), false)
			}
			for _, name := range slices.Sorted(maps.Keys(s.found)) {
				p.Report(finding(r, name, s.found[name]))
			}
		})
	}
}

// finding shows where the texts are, and never what they say: the path of a secret tells of the store behind it.
func finding(r *estate.Resource, plugin string, places []place) rule.Finding {
	first := slices.IndexFunc(places, func(at place) bool { return !at.off })
	f := rule.Finding{
		Subject: r.Subject(), Part: plugin, Pointer: places[max(first, 0)].pointer, Severity: rule.Warning,
		Message: plugin + ": " + places[max(first, 0)].field + " starts like a reference; the target looks it up instead of taking it literally",
		Remediation: []rule.Step{
			{When: rule.Before, Text: "If it is meant as a reference and the plugin resolves it today, there is nothing to do. If it is meant as one and never worked, make sure that the secret provider or the environment variable exists for the gateways: it works from now on. If it is ordinary text, rewrite it so that it does not start with $secret:// or $env://."},
			{When: rule.After, Text: "Test the requests that the plugin handles."},
		},
	}
	if first < 0 {
		f.Message, f.Severity = "switched off: "+f.Message, rule.Notice
	}
	if r.Kind.State() != estate.Live {
		f.Severity = rule.Notice
	}
	for i, at := range places {
		if i != max(first, 0) {
			f.Evidence = append(f.Evidence, rule.AlsoAt(r.Origin.At(at.pointer)))
		}
	}
	return f
}
