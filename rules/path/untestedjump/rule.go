// Package untestedjump finds upgrades over more than one minor release, which the vendor does not test.
package untestedjump

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

//go:embed doc.md
var doc string

// Rule finds upgrades over more than one minor release.
var Rule = rule.Rule{
	ID:         "untested-jump",
	Title:      "The upgrade skips release lines, which the vendor does not test",
	Severity:   rule.Warning,
	Applies:    rule.Always,
	Catalogue:  []string{"G1"},
	Confidence: rule.Confirmed,
	Doc:        doc,
	Start:      start,
}

func start(p *rule.Pass) {
	skips := p.Path.Skips()
	if len(skips) == 0 || p.Path.Guide() != "" { // the report's path says so
		return
	}
	var stones, names []string
	for _, l := range skips {
		names = append(names, l.String())
		if newest, ok := version.NewestOf(l); ok {
			stones = append(stones, newest.Version.String())
		}
	}
	by := strings.Join(stones, ", then ")
	p.Report(p.PathFinding(fmt.Sprintf("from %s to %s skips %s; the vendor tests only steps between neighbouring lines",
		p.Path.From.Line(), p.Path.To.Line(), strings.Join(names, ", ")),
		[]rule.Evidence{{Name: "release lines entered", Value: strconv.Itoa(len(skips) + 1)}, {Name: "stepping stones", Value: by}},
		[]rule.Step{{When: rule.Before, Text: "Rehearse exactly this jump, or go in steps: " + by + ", then " + p.Path.To.String() + "."}}))
}
