// Package untestedjump finds upgrades over more than one minor release, which the vendor does not test.
package untestedjump

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/rule"
)

//go:embed doc.md
var doc string

// Rule finds upgrades over more than one minor release.
var Rule = rule.Rule{
	ID:         "untested-jump",
	Title:      "The upgrade skips release lines, which the vendor does not test",
	Action:     "rehearse this jump, or go line by line",
	Severity:   rule.Warning,
	Applies:    rule.Always,
	Catalogue:  []string{"G1"},
	Confidence: rule.Confirmed,
	Doc:        doc,
	Start:      start,
}

func start(p *rule.Pass) {
	path := p.Path()
	skips := path.Skips()
	if len(skips) == 0 || path.Guide() != "" { // the report's path says so
		return
	}
	var names []string
	for _, l := range skips {
		names = append(names, l.String())
	}
	var stones []string
	for _, l := range path.Stones() {
		stones = append(stones, l.String())
	}
	by := "a release of " + strings.Join(stones, ", then of ")
	p.Report(p.PathFinding(fmt.Sprintf("from %s to %s skips %s; the vendor tests only steps between neighbouring lines",
		path.From.Line(), path.To.Line(), strings.Join(names, ", ")),
		[]rule.Evidence{{Name: "release lines entered", Value: strconv.Itoa(len(skips) + 1)}, {Name: "stepping stones", Value: by}},
		[]rule.Step{{When: rule.Before, Text: "Rehearse exactly this jump, or go in steps that the vendor tests or describes, over " + by + ". Check each step by itself: which release of a line to take, its own report says."}}))
}
