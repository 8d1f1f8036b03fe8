// Package targetolderthansource finds targets that were released before the installed release.
package targetolderthansource

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

//go:embed doc.md
var doc string

// Rule finds targets that were released before the installed release.
var Rule = rule.Rule{
	ID:         "target-older-than-source",
	Title:      "The target was released before the installed release, so what was fixed in between comes back",
	Action:     "choose a target as new as the source",
	Severity:   rule.Warning,
	Applies:    rule.Always,
	Catalogue:  []string{"G4"},
	Confidence: rule.Confirmed,
	Doc:        doc,
	Start:      start,
}

func start(p *rule.Pass) {
	path := p.Path()
	from, to := path.From.Release(), path.To.Release()
	target, _ := version.Known(to)
	if source, known := version.Known(from); known {
		if target.Date < source.Date {
			p.Report(finding(path, source, target))
		}
		return
	}
	before, after := around(from)
	switch {
	case from.Less(version.Oldest()) || after.Date != "" && after.Date <= target.Date:
	case target.Date < before.Date:
		p.Report(finding(path, version.Release{Version: from, Date: before.Date, Source: version.Tested}, target))
	default:
		p.DoubtPath(estate.ReleaseDates, fmt.Sprintf("the release date of %s is not known, so the target %s of %s may be older", from, to, target.Date),
			"ask API7 whether "+to.String()+" has everything that "+from.String()+" fixes")
	}
}

// around returns the releases of its line between which v lies, where there are such.
func around(v version.Version) (before, after version.Release) {
	for _, r := range version.Releases() {
		switch {
		case r.Version.Line() != v.Line():
		case r.Version.Less(v):
			before = r
		case after.Date == "":
			after = r
		}
	}
	return before, after
}

func finding(p version.Path, from, to version.Release) rule.Finding {
	evidence := []rule.Evidence{{Name: "released", Value: fmt.Sprintf("%s on %s, %s on %s", to.Version, to.Date, from.Version, from.Date)}}
	back := lost(p)
	for _, what := range back {
		evidence = append(evidence, rule.Evidence{Name: "comes back", Value: what})
	}
	if _, dated := version.Known(from.Version); !dated {
		evidence[0].Value += " at the earliest"
	}
	if from.Source != version.Notes {
		evidence = append(evidence, rule.Evidence{Name: "not known", Value: "what " + from.Version.String() + " changed is not public, so more may come back"})
	}
	f := rule.PathFinding(p, fmt.Sprintf("%s is older than the installed %s; %s", to.Version, from.Version, count(back)), evidence, nil)
	f.Action, f.Remediation = newer(p, from)
	if len(back) == 0 && from.Source == version.Notes {
		f.Severity = rule.Notice
	}
	return f
}

func count(back []string) string {
	switch len(back) {
	case 0:
		return "what was fixed in between may come back, though nothing is known to"
	case 1:
		return "a defect that was fixed in between comes back"
	}
	return strconv.Itoa(len(back)) + " defects that were fixed in between come back"
}

// newer leads to a release that is as new as the installed one.
func newer(p version.Path, from version.Release) (action string, steps []rule.Step) {
	recent := firsts(p, from)
	if len(recent) == 0 {
		return "ask API7 for a target as new as yours",
			rule.Beforehand("No known release from " + p.To.String() + " on is as new as the installed one. Ask API7 for one that has its fixes.")
	}
	return "", rule.Beforehand(fmt.Sprintf("Decide on a target that is as new as %s and has all of its known fixes. The first of each line: %s.", p.From, strings.Join(recent, ", ")))
}

// firsts returns the first release of each line, from the target on, that is as new as the installed one.
func firsts(p version.Path, from version.Release) []string {
	var names []string
	var last version.Line
	for _, r := range version.Releases() {
		line := r.Version.Line()
		if r.Version.Less(p.To.Release()) || line == last || r.Date < from.Date || len(lost(version.Path{From: p.From, To: r.Version})) > 0 {
			continue
		}
		last, names = line, append(names, r.Version.String())
	}
	return names
}
