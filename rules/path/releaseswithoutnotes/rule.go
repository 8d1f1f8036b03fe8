// Package releaseswithoutnotes doubts paths over releases whose changes are not public.
package releaseswithoutnotes

import (
	_ "embed"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/rules/internal/defect"
)

//go:embed doc.md
var doc string

// Rule doubts paths over releases whose changes are not public.
var Rule = rule.Rule{
	ID:         "releases-without-notes",
	Title:      "Releases on the path have no public notes: what they change is unknown",
	Action:     "ask API7 for the release notes",
	Severity:   rule.Warning,
	Applies:    rule.Always,
	Catalogue:  []string{"G12"},
	Confidence: rule.Confirmed,
	Doc:        doc,
	Start:      start,
}

func start(p *rule.Pass) {
	path := p.Path()
	silent := silent(path)
	if len(silent) == 0 {
		return
	}
	next := "ask API7 for the release notes of these releases, and rehearse the upgrade on a copy"
	if version.Since("3.9.10").In(path.To.Release()) {
		next += "; a scratch control plane of the target says which configuration it would refuse (POST /apisix/admin/configs/validate, see rules explain releases-without-notes)"
	}
	p.DoubtPath(estate.ReleaseNotes, "no public release notes say what "+defect.Spans(silent)+" changed: only the Helm chart's history and open code do, "+
		"and other changes are unknown, not absent", next+"; then accept it: --accept-unknown releases-without-notes=REASON")
}

// silent returns the releases on the path of which no notes tell: neither their own, nor those of a release on the path
// that is as new, since what two lines change at the same time stands in the notes of both. What came out after the
// target cannot be in it.
func silent(p version.Path) []version.Version {
	target, known := version.Known(p.To.Release())
	told := ""
	var some []version.Release
	for _, r := range version.Releases() {
		v := r.Version
		switch {
		case !p.From.Release().Less(v) || p.To.Release().Less(v):
		case known && r.Date > target.Date:
		case r.Source == version.Notes:
			told = max(told, r.Date)
		default:
			some = append(some, r)
		}
	}
	var out []version.Version
	for _, r := range some {
		if r.Date > told {
			out = append(out, r.Version)
		}
	}
	return out
}
