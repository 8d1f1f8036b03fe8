// Package targets weighs the releases that an installation could go to. It sees only reports, one for each release, all
// made from one read of the installation: the engine judges, this package compares. What a check says about its target
// and what the command targets recommends come from here.
package targets

import (
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// Paths returns the upgrade paths to every known release above the installed one, or to those alone that can be recommended.
func Paths(installed version.Path, documented bool) []version.Path {
	var all []version.Path
	for _, r := range version.Releases() {
		if installed.From.Release().Less(r.Version) && !r.GatewayOnly() && (!documented || r.Source == version.Notes) {
			all = append(all, version.Path{From: installed.From, To: r.Version, Gateways: installed.Gateways})
		}
	}
	return all
}

// Rivals returns the paths to the releases with which a check compares its target: of its line and of each line above, the
// newest two with public notes, since later releases of a line have fewer defects. For a target without public notes it is
// also those of the nearest line below. [Paths] has all, but every check would pay for them.
func Rivals(p version.Path) []version.Path {
	goal, _ := version.Known(p.To.Release())
	var out, below []version.Path
	all := Paths(p, true)
	for i, one := range all {
		line := one.To.Line()
		if i+newestShown < len(all) && all[i+newestShown].To.Line() == line {
			continue
		}
		switch {
		case line.Compare(p.To.Line()) >= 0:
			out = append(out, one)
		case len(below) > 0 && below[0].To.Line() == line:
			below = append(below, one)
		default:
			below = []version.Path{one}
		}
	}
	if goal.Source != version.Notes {
		return append(below, out...)
	}
	return out
}

// Target is a release that the installation could go to, and what that would bring.
type Target struct {
	Version        string            `json:"version"`
	Date           string            `json:"date" jsonschema:"of its release, year-month-day"`
	Line           string            `json:"line"`
	LTS            bool              `json:"lts" jsonschema:"whether its line has long-term support"`
	SupportedUntil string            `json:"supported_until" jsonschema:"last day of the vendor's support for its line; empty: not known"`
	Charts         Charts            `json:"charts" jsonschema:"the newest versions of the vendor's Helm charts that install it; empty: none names it"`
	Documented     bool              `json:"documented" jsonschema:"whether public release notes describe it"`
	Verdict        report.Verdict    `json:"verdict" jsonschema:"as check --to gives it"`
	Summary        report.Summary    `json:"summary" jsonschema:"as check --to gives it"`
	Known          int               `json:"known_defects" jsonschema:"its known defects, whether this installation meets them or not"`
	Met            report.Severities `json:"met" jsonschema:"known defects that this installation meets"`
	Unknown        report.Severities `json:"unknown" jsonschema:"known defects of which nobody can tell whether this installation meets them"`
	Defects        []report.Defect   `json:"defects" jsonschema:"its known defects that this installation meets or may meet, the gravest first"`
	Unexamined     []string          `json:"unexamined" jsonschema:"ids of what was not examined and is not accepted, each once"`
	Skips          []string          `json:"skips" jsonschema:"release lines that the path passes over"`
	Guide          string            `json:"guide" jsonschema:"the vendor's upgrade guide that describes such a path in one step; empty if there is none or nothing is skipped"`
	Older          bool              `json:"older" jsonschema:"whether it was released before the installed release"`
	Best           bool              `json:"best" jsonschema:"whether it is one of the releases to choose"`
	Reason         string            `json:"reason" jsonschema:"why it is one of them, or why it can be none; else empty"`
	// Stops are only worked out for releases that are best or asked for.
	Stops *Stops `json:"stops" jsonschema:"the way in steps that the vendor tests or describes; null where the direct way is one, and for releases that are neither best nor asked for"`

	path    version.Path
	breaks  int // breaking findings, whatever was decided about them: what other releases are compared by
	warns   int // warnings, the same
	version version.Version
	choice  bool // the upgrade could end in it, and lose no fix: it has public notes, and is not older than what is installed
}

// Charts are versions of the vendor's Helm charts.
type Charts struct {
	ControlPlane string `json:"control_plane"`
	Gateway      string `json:"gateway"`
}

// Of returns what a sealed report says of its target. Whether it is best is for [Choose] to say.
func Of(r *report.Report) Target {
	from, v := version.MustParse(r.Path.From), version.MustParse(r.Path.To).Release()
	known, listed := version.Known(v)
	t := Target{
		Version: r.Path.To, Date: known.Date, Line: v.Line().String(), LTS: v.Line().LTS(), SupportedUntil: v.Line().SupportedUntil(),
		Charts:     chartsOf(v),
		Documented: listed && known.Source == version.Notes, Verdict: r.Verdict, Summary: r.Summary, Known: len(r.Target.Defects),
		Defects: []report.Defect{}, Unexamined: []string{}, Skips: append([]string{}, r.Path.Skips...), Guide: r.Path.Guide,
		version: v, path: version.Path{From: from, To: v},
	}
	for _, d := range r.Target.Defects {
		switch d.Concerned {
		case "yes":
			t.Met = t.Met.With(d.Severity)
		case "unknown":
			t.Unknown = t.Unknown.With(d.Severity)
		default:
			continue
		}
		t.Defects = append(t.Defects, d)
	}
	all := r.Findings.Severities()
	t.breaks, t.warns = all.Breaking, all.Warning
	seen := map[string]bool{}
	for _, u := range r.Unexamined {
		if !u.Accepted && !seen[u.ID] {
			seen[u.ID] = true
			t.Unexamined = append(t.Unexamined, u.ID)
		}
	}
	var against []string
	if !t.Documented {
		against = append(against, "no public release notes, so its defects are not known")
	}
	if t.Date < version.NotBefore(from.Release()) {
		t.Older, against = true, append(against, "older than the installed "+r.Path.From+", so fixes would be lost")
	}
	t.choice, t.Reason = len(against) == 0, strings.Join(against, "; ")
	return t
}

func chartsOf(v version.Version) Charts {
	return Charts{newest(version.ControlPlaneChart, v), newest(version.GatewayChart, v)}
}

// newest returns the newest version of a chart that installs a release; empty: none names it.
func newest(chart string, v version.Version) string {
	if all := version.ChartsOf(chart, v); len(all) > 0 {
		return all[len(all)-1]
	}
	return ""
}

// outline returns what the report of another target says of this one.
func (t *Target) outline() report.Candidate {
	return report.Candidate{Version: t.version.String(), LTS: t.LTS, Breaking: t.breaks, Defects: t.Known, Met: t.Met, Unknown: t.Unknown}
}
