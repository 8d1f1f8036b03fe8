// Package componentportscollide finds components that share a host's network and listen on the same port.
package componentportscollide

import (
	_ "embed"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
)

//go:embed doc.md
var doc string

// Rule finds components that share a host's network and listen on the same port.
var Rule = rule.Rule{
	ID:         "component-ports-collide",
	Title:      "Two components on one host listen on the same port",
	Action:     "give each component a port of its own",
	Severity:   rule.Warning,
	Applies:    rule.Always,
	Catalogue:  []string{"R-3.9.0-5"},
	Confidence: rule.Inferred,
	Doc:        doc,
	Start:      start,
}

// join is what the files of one run say.
type join struct {
	programs   []*program
	containers []container
}

func start(p *rule.Pass) {
	on := onPath(p)
	j := &join{}
	kinds := make([]estate.Kind, 0, len(components()))
	for _, c := range components() {
		kinds = append(kinds, c.kind)
		p.On(c.kind, func(r *estate.Resource) {
			if r.Field("found").TextOrEmpty() != "helm" { // pods of the charts have a network of their own
				j.programs = append(j.programs, read(on, c, r))
			}
		})
	}
	p.NeedsSome(2, kinds...)
	p.Needs(estate.Image) // containers tell which components share a network
	p.On(estate.Image, func(r *estate.Resource) { j.containers = append(j.containers, started(r)) })
	p.AtEnd(func() {
		for _, h := range j.hosts(p) {
			h.judge(p, on)
		}
	})
}
