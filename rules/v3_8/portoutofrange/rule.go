// Package portoutofrange finds ports that no connection can have.
package portoutofrange

import (
	_ "embed"
	"fmt"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/rules/internal/traffic"
)

//go:embed doc.md
var doc string

// Rule finds ports that no connection can have.
var Rule = rule.Rule{
	ID:         "port-out-of-range",
	Title:      "A port is above 65535, which the target refuses",
	Action:     "set a port up to 65535",
	Severity:   rule.Warning,
	Applies:    rule.Crossing,
	Change:     version.Since("3.8.6"),
	Catalogue:  []string{"R-3.8.6-1"},
	Confidence: rule.Inferred,
	Doc:        doc,
	Start:      start,
}

const highest = 65535

// bad is a port that is too high.
type bad struct{ pointer, text string }

func start(p *rule.Pass) {
	traffic.OnUpstreams(p, func(r *estate.Resource, h *traffic.Holder) {
		var all []bad
		for _, u := range h.Upstreams {
			all = append(all, nodes(p, r, u)...)
			all = append(all, check(p, r, u)...)
		}
		report(p, r, h, all)
	})
	for _, k := range []estate.Kind{estate.StreamRoute, estate.StreamRouteTemplate} {
		p.On(k, func(r *estate.Resource) {
			n, why := number(r.Field("server_port"))
			if why != "" {
				p.Doubt(r, "/server_port", "server_port cannot be read: "+why)
			}
			if n > highest {
				report(p, r, &traffic.Holder{}, []bad{{"/server_port", fmt.Sprintf("server_port %.0f", n)}})
			}
		})
	}
}

func report(p *rule.Pass, r *estate.Resource, h *traffic.Holder, all []bad) {
	if len(all) == 0 {
		return
	}
	f := rule.Finding{
		Subject: r.Subject(), Part: h.Plugin, Pointer: all[0].pointer, Severity: h.Severity(r, rule.Warning),
		Message: all[0].text + ": ports go up to 65535",
		Remediation: []rule.Step{
			{When: rule.Before, Text: "Correct the port, also in ADC files and scripts; nothing answers there. The target refuses the next change of the object."},
		},
	}
	if h.Plugin != "" {
		f.Message = h.Plugin + ": " + f.Message
	}
	if h.Off {
		f.Message = "switched off: " + f.Message
	}
	for _, b := range all[1:min(len(all), 10)] {
		also := rule.AlsoAt(r.Origin.At(b.pointer))
		also.Value += ": " + b.text
		f.Evidence = append(f.Evidence, also)
	}
	p.Report(f)
}
