// Package consumersshareratelimit finds consumers whose rate limits are mixed up by a defect of the target.
package consumersshareratelimit

import (
	_ "embed"

	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

//go:embed doc.md
var doc string

// Rule finds consumers whose rate limits are mixed up by a defect of the target.
var Rule = rule.Rule{
	ID:         "consumers-share-rate-limit",
	Title:      "Consumers with the same limit-count configuration share one counter in the target",
	Action:     "choose a target without the defect",
	Severity:   rule.Breaking,
	Applies:    rule.Reaching,
	Confidence: rule.Confirmed,
	Doc:        doc,
	Facts:      rule.Facts(shared{}),
}

// shared is the one fact.
type shared struct{}

// About returns the case.
func (shared) About() rule.Case {
	return rule.Case{Entry: "R-3.8.5-2", Change: version.Since("3.8.5"), Until: version.Since("3.8.22", "3.9.2")}
}

// gained reports whether the path brings the defect, rather than keeps it.
func (s shared) gained(p version.Path) bool {
	w := version.Window{In: s.About().Change, Out: s.About().Until}
	return !w.Contains(p.From.Release())
}
