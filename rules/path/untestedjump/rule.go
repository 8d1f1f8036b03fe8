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
	lines := p.Path.Lines()
	if len(lines) < 2 {
		return
	}
	var stones []string
	for _, l := range lines[:len(lines)-1] {
		if newest, ok := version.NewestOf(l); ok {
			stones = append(stones, newest.Version.String())
		}
	}
	by := strings.Join(stones, ", then ")
	evidence := []rule.Evidence{{Name: "release lines entered", Value: strconv.Itoa(len(lines))}, {Name: "stepping stones", Value: by}}
	step := "Rehearse exactly this jump, or go in steps: " + by + ", then " + p.Path.To.String() + "."
	if covered(p.Path) {
		evidence = append(evidence, rule.Evidence{Name: "documented", Value: "the vendor's guide to 3.7.x describes this jump in one step"})
		step += " The vendor's guide to 3.7.x describes the jump from " + p.Path.From.Line().String() + " in one step: documented, though not among the tested ones."
	}
	f := p.PathFinding(fmt.Sprintf("from %s to %s skips %s; the vendor tests only steps between neighbouring lines",
		p.Path.From.Line(), p.Path.To.Line(), skipped(lines)), evidence, []rule.Step{{When: rule.Before, Text: step}})
	if covered(p.Path) {
		f.Severity = rule.Notice
	}
	p.Report(f)
}

func skipped(lines []version.Line) string {
	names := make([]string, len(lines)-1)
	for i := range names {
		names[i] = lines[i].String()
	}
	return strings.Join(names, ", ")
}

// covered reports whether the vendor's guide to 3.7.x, which covers sources from 3.3 on, documents the path.
func covered(p version.Path) bool {
	return p.To.Line() == version.MustParse("3.7.0").Line() && !p.From.Less(version.MustParse("3.3.0"))
}
