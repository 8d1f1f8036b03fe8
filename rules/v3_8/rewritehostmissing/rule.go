// Package rewritehostmissing finds upstreams that rewrite the host of requests to none.
package rewritehostmissing

import (
	_ "embed"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/rules/internal/traffic"
)

//go:embed doc.md
var doc string

// Rule finds upstreams that rewrite the host of requests to none.
var Rule = rule.Rule{
	ID:         "rewrite-host-missing",
	Title:      "An upstream rewrites the host of requests but does not say to which",
	Action:     "set upstream_host, or change pass_host",
	Severity:   rule.Warning,
	Applies:    rule.Crossing,
	Change:     version.Since("3.8.18"),
	Catalogue:  []string{entry},
	Confidence: rule.Confirmed,
	Doc:        doc,
	Start:      start,
}

const entry = "R-3.8.18-3"

func start(p *rule.Pass) {
	traffic.OnUpstreams(p, func(r *estate.Resource, h *traffic.Holder) {
		for _, u := range h.Upstreams {
			if lacks(p, r, u) {
				report(p, r, h, u)
				return
			}
		}
	})
}

func lacks(p *rule.Pass, r *estate.Resource, u traffic.Upstream) bool {
	how := u.Field("pass_host").Text()
	if why := how.Unreadable(); why != "" {
		p.Doubt(r, u.Pointer+"/pass_host", "pass_host cannot be read: "+why)
	}
	mode, _ := how.Known()
	return mode == "rewrite" && u.Field("upstream_host").Empty()
}

func report(p *rule.Pass, r *estate.Resource, h *traffic.Holder, u traffic.Upstream) {
	f := rule.Finding{
		Subject: r.Subject(), Part: h.Plugin, Pointer: u.Pointer + "/pass_host", Severity: h.Severity(r, rule.Warning),
		Message: "pass_host is rewrite, but upstream_host is missing",
		Remediation: []rule.Step{
			{When: rule.Before, Text: "Set upstream_host to the host that the upstream expects, or pass_host to pass or node; also in ADC files and scripts. The target refuses the next change of the object."},
		},
	}
	if h.Plugin != "" { // which upstreams in plugins are checked is inferred
		f.Case = rule.Case{Entry: entry, Change: version.Since("3.8.18"), Confidence: rule.Inferred}
		f.Message = h.Plugin + ": " + f.Message
	}
	if h.Off {
		f.Message = "switched off: " + f.Message
	}
	p.Report(f)
}
