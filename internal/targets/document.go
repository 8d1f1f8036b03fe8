package targets

import (
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// Document is what the command targets answers. Its lists are never nil; targets are in the order of their versions.
type Document struct {
	SchemaVersion string              `json:"schema_version"`
	Tool          report.Tool         `json:"tool"`
	Run           report.Run          `json:"run"`
	From          string              `json:"from"`
	FromEvidence  string              `json:"from_evidence" jsonschema:"how the installed version is known"`
	FromGiven     bool                `json:"from_given" jsonschema:"whether --from gave it and no source contradicts it"`
	Gateways      string              `json:"gateways" jsonschema:"oldest gateway version that a source gives; empty if no source gives one"`
	Sources       []string            `json:"sources" jsonschema:"what was read, without secrets"`
	Scope         report.Scope        `json:"scope"`
	FailOn        string              `json:"fail_on"`
	ExitCode      int                 `json:"exit_code"`
	Advice        string              `json:"advice" jsonschema:"which release to choose, in words"`
	Best          []string            `json:"best" jsonschema:"the releases to choose, at most four, the best by its defects first"`
	Targets       []Target            `json:"targets"`
	WhyNot        *Against            `json:"why_not" jsonschema:"what speaks against one release; null if nobody asked"`
	Comparison    *Comparison         `json:"comparison" jsonschema:"two releases compared; null if nobody asked"`
	LeftOut       int                 `json:"left_out" jsonschema:"rules that --only and --skip leave out"`
	Unexamined    []report.Unexamined `json:"unexamined" jsonschema:"what of the installation was not examined for one target at least"`

	whole bool // somebody asked for all of the targets
}

// Chosen returns the releases to choose, in the order of Best.
func (d *Document) Chosen() []Target {
	var out []Target
	for _, v := range d.Best {
		if i := slices.IndexFunc(d.Targets, func(t Target) bool { return t.Version == v }); i >= 0 {
			out = append(out, d.Targets[i])
		}
	}
	return out
}

// Question is what is asked about the releases that an installation could go to.
type Question struct {
	Installed version.Path                      // its target does not matter
	Outline   func(version.Path) *report.Report // sealed, with what was decided about its findings
	Report    func(version.Path) *report.Report // the same with all texts, of the paths that [Question.Paths] says
	WhyNot    version.Version                   // zero: none
	Compare   [2]version.Version                // zero: none
	Lines     []version.Line                    // of the targets to list besides the best; empty: all
}

// Paths returns every path that has to be judged to answer: to each release, and to one that may be chosen or is asked about
// over stops. Of those in full, all texts are needed.
func (q *Question) Paths() (full, all []version.Path) {
	for _, v := range []version.Version{q.WhyNot, q.Compare[0], q.Compare[1]} {
		if !v.IsZero() {
			full = append(full, q.pathTo(v))
		}
	}
	all = Paths(q.Installed, false)
	for _, p := range slices.Clone(all) {
		if r, _ := version.Known(p.To); r.Source == version.Notes || p.To.Compare(q.WhyNot) == 0 {
			all = append(all, Steps(p)...)
		}
	}
	return full, all
}

// Ask answers.
func Ask(q Question) *Document {
	d := &Document{SchemaVersion: report.SchemaVersion, From: q.Installed.From.String(), Best: []string{}, Sources: []string{}, Targets: []Target{}, Unexamined: []report.Unexamined{}}
	var all []*Target
	for _, p := range Paths(q.Installed, false) {
		r := q.Outline(p)
		t := Of(r)
		all = append(all, &t)
		d.learn(r)
	}
	best := choose(all, q.Installed.From)
	for _, t := range best {
		d.Best = append(d.Best, t.Version)
		t.Stops = t.stops(&q)
	}
	d.Advice = choice(best, all, q.Installed.From)
	for _, t := range all {
		if t.version.Compare(q.WhyNot) == 0 {
			d.WhyNot = t.whyNot(best, all, &q)
			t.Stops = t.stops(&q)
		}
	}
	if sides := named(all, q.Compare); len(sides) == len(q.Compare) {
		d.Comparison = Compare(q.Report(q.pathTo(sides[0].version)), q.Report(q.pathTo(sides[1].version)))
	}
	d.whole = len(q.Lines) > 0
	for _, t := range all {
		if len(q.Lines) == 0 || t.Best || slices.Contains(q.Lines, t.version.Line()) {
			d.Targets = append(d.Targets, *t)
		}
	}
	return d
}

// pathTo returns the direct path to a release.
func (q *Question) pathTo(v version.Version) version.Path {
	return version.Path{From: q.Installed.From, To: v, Gateways: q.Installed.Gateways}
}

// named returns the targets with these versions.
func named(all []*Target, versions [2]version.Version) (out []*Target) {
	for _, v := range versions {
		if i := slices.IndexFunc(all, func(t *Target) bool { return t.version.Compare(v) == 0 }); i >= 0 {
			out = append(out, all[i])
		}
	}
	return out
}

// choice says which to choose.
func choice(best, all []*Target, from version.Version) string {
	if len(best) == 0 {
		text := "No release with public notes is newer than " + from.String()
		for _, t := range all {
			if t.Documented {
				return text + ": " + t.Version + " and those after it were released before."
			}
		}
		return text + "."
	}
	words := make([]string, len(best))
	for i, t := range best {
		words[i] = t.Version + ": " + t.Reason
	}
	return strings.Join(words, "; ") + "."
}

// aboutPath are the causes of gaps that no source could close.
var aboutPath = []string{estate.ReleaseNotes, estate.ReleaseDates, estate.EarlyChanges}

// learn takes what a report says of the installation. The exit code is 4 if something of it was not examined that leaves
// the target undecided; that nobody knows what a release changed is no such gap.
func (d *Document) learn(r *report.Report) {
	d.FromEvidence, d.FromGiven, d.Gateways, d.Scope, d.FailOn, d.Run, d.Tool = r.Path.FromEvidence, r.Path.FromGiven, r.Path.Gateways, r.Scope, r.FailOn, r.Run, r.Tool
	if len(d.Sources) == 0 {
		for _, s := range r.Sources {
			d.Sources = append(d.Sources, s.Name)
		}
	}
	d.LeftOut = leftOut(r)
	for _, u := range r.Unexamined {
		if u.ID == estate.ReleaseNotes { // the list of releases says it
			continue
		}
		d.gap(u)
		if slices.Contains(aboutPath, u.ID) {
			continue
		}
		if r.Verdict == report.Incomplete && !u.Accepted {
			d.ExitCode = report.ExitIncomplete
		}
	}
	if r.Verdict == report.Incomplete && len(r.Unexamined) == 0 { // nothing at all was looked at
		d.ExitCode = report.ExitIncomplete
	}
}

// leftOut counts the rules that --only and --skip leave out.
func leftOut(r *report.Report) (n int) {
	for i := range r.Rules {
		if r.Rules[i].Status == report.Disabled {
			n++
		}
	}
	return n
}

// gap adds what was not examined. For another target more rules may need it.
func (d *Document) gap(u report.Unexamined) {
	for i := range d.Unexamined {
		known := &d.Unexamined[i]
		if known.Fingerprint != u.Fingerprint {
			continue
		}
		for _, id := range u.Rules {
			if !slices.Contains(known.Rules, id) {
				known.Rules = append(slices.Clone(known.Rules), id)
			}
		}
		return
	}
	d.Unexamined = append(d.Unexamined, u)
}

// Few returns the targets that are enough to see where to go: of each line the newest two and any that is better, and those
// that were asked for; all of them if they are of lines that were asked for.
func (d *Document) Few() []Target {
	if d.whole {
		return d.Targets
	}
	keep := map[string]bool{}
	for _, v := range d.Best {
		keep[v] = true
	}
	if d.WhyNot != nil {
		keep[d.WhyNot.Version] = true
	}
	if d.Comparison != nil {
		keep[d.Comparison.A.Version], keep[d.Comparison.B.Version] = true, true
	}
	all := make([]*Target, len(d.Targets))
	of := map[string]int{}
	for i := range slices.Backward(d.Targets) {
		t := &d.Targets[i]
		all[i] = t
		if of[t.Line]++; of[t.Line] <= newestShown {
			keep[t.Version] = true
		}
	}
	for _, t := range byLine(all, version.Line{}) {
		keep[t.Version] = true
	}
	return slices.DeleteFunc(slices.Clone(d.Targets), func(t Target) bool { return !keep[t.Version] })
}

// newestShown is how many of the newest releases of a line are listed where not all are.
const newestShown = 2
