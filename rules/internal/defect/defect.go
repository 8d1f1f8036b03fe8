// Package defect holds the releases that are known to be bad targets: which defect each has, and where it is fixed.
package defect

import (
	"fmt"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// Defect is one defect of some releases. As a fact it reports the target of a path that has it.
type Defect struct {
	// Case is the window: it came with Change and went with Until.
	Case rule.Case
	// HotFixes are releases in the window that have the fix all the same. Later releases of their line do not, so no window
	// can express it.
	HotFixes []version.Version
	// Assumed windows begin with the release line of the fix, because the notes do not say since when it was there.
	Assumed bool
	// Below restricts it to upgrades from releases before this one; zero: from any.
	Below version.Version
	// Upgrading defects strike while the upgrade runs, all others for as long as the release runs.
	Upgrading bool
	// Shown ones strike only who has a certain configuration, and a rule of their own looks for it. They count when a
	// better release is sought.
	Shown    bool
	Severity rule.Severity
	Says     string // what happens, in words that follow the release and a colon
	Who      string // who is affected
	Steps    []rule.Step
}

// About returns the case.
func (d Defect) About() rule.Case { return d.Case }

// Flaws returns what is wrong with the row.
func (d Defect) Flaws() []string {
	var flaws []string
	if d.Severity < rule.Notice || d.Severity > rule.Breaking {
		flaws = append(flaws, "Severity: want Notice, Warning or Breaking")
	}
	if d.Says == "" || d.Who == "" {
		flaws = append(flaws, "Says, Who: want what happens, and to whom")
	}
	return flaws
}

// In reports whether release v has the defect.
func (d Defect) In(v version.Version) bool {
	return version.Window{In: d.Case.Change, Out: d.Case.Until}.Contains(v.Release()) && !d.fixes(v)
}

// fixes reports whether release v is a hot fix of the defect.
func (d Defect) fixes(v version.Version) bool {
	return slices.ContainsFunc(d.HotFixes, func(w version.Version) bool { return w.Compare(v.Release()) == 0 })
}

// Hits reports whether path p ends in a release with the defect, from a release that it concerns.
func (d Defect) Hits(p version.Path) bool {
	return d.In(p.To) && (d.Below.IsZero() || p.From.Release().Less(d.Below))
}

// Comes reports whether the source of path p is rid of the defect and its target has it.
func (d Defect) Comes(p version.Path) bool {
	return !d.Upgrading && d.Hits(p) && (d.Case.Until.In(p.From.Release()) || d.fixes(p.From))
}

// Grade returns the severity on path p, zero where the defect does not hit it. What the source suffers from as well is
// one degree less grave.
func (d Defect) Grade(p version.Path) rule.Severity {
	switch {
	case !d.Hits(p):
		return 0
	case !d.Upgrading && d.In(p.From):
		return d.Severity.Milder()
	}
	return d.Severity
}

// Watch reports the target.
func (d Defect) Watch(p *rule.Pass) {
	grade := d.Grade(p.Path)
	if grade == 0 {
		return
	}
	to := p.Path.To.String()
	message := to + ": " + d.Says
	if !d.Upgrading && d.In(p.Path.From) {
		message += "; " + p.Path.From.String() + " has the same defect"
	}
	evidence := []rule.Evidence{
		{Name: "affected", Value: d.Who},
		{Name: "releases with the defect", Value: Spans(releases(d.In))},
		{Name: "fixed in", Value: d.Case.Until.String()},
	}
	if d.Assumed {
		evidence = append(evidence, rule.Evidence{Name: "not said", Value: "the notes do not say when the defect was introduced"})
	}
	f := p.PathFinding(message, evidence, append([]rule.Step{d.better(p.Path)}, d.Steps...))
	f.Case, f.Severity = d.Case, grade
	if d.In(p.Path.From) { // then the path does not gain it
		f.Case.Change = version.Change{}
	}
	p.Report(f)
}

// better is the step to the nearest release without the defect, and to the nearest that is in no window at all.
func (d Defect) better(p version.Path) rule.Step {
	text := "No known release from " + p.To.String() + " on is free of this defect."
	if rid, ok := Nearest(p, func(to version.Path) bool { return d.Grade(to) == 0 }); ok {
		text = fmt.Sprintf("Choose %s or later instead of %s: it is the nearest release without this defect.", rid, p.To)
		if good, ok := Nearest(p, func(to version.Path) bool { return d.Grade(to) == 0 && Good(to) }); ok && good.Compare(rid) != 0 {
			text += fmt.Sprintf(" The nearest release without any known defect above a notice is %s.", good)
		}
	}
	return rule.Step{When: rule.Before, Text: text}
}

// Good reports whether path p meets no defect that is more than a notice.
func Good(p version.Path) bool {
	for _, d := range table {
		if d.Grade(p) > rule.Notice {
			return false
		}
	}
	return true
}

// Nearest returns the lowest known release, not below the target of path p, that a path to may end in: of the same line
// if there is one, else of the next.
func Nearest(p version.Path, fits func(version.Path) bool) (version.Version, bool) {
	for _, r := range version.Releases() {
		if !r.Version.Less(p.To.Release()) && fits(version.Path{From: p.From, To: r.Version}) {
			return r.Version, true
		}
	}
	return version.Version{}, false
}

// releases returns the known releases that have something.
func releases(have func(version.Version) bool) []version.Version {
	var all []version.Version
	for _, r := range version.Releases() {
		if have(r.Version) {
			all = append(all, r.Version)
		}
	}
	return all
}

// Spans writes known releases, in version order, as spans without a gap in one release line: "3.8.5 to 3.8.21, 3.9.0, 3.9.1".
func Spans(some []version.Version) string {
	var spans []string
	all := version.Releases()
	for i := 0; i < len(some); {
		n := i + 1
		for n < len(some) && neighbours(all, some[n-1], some[n]) {
			n++
		}
		switch first, last := some[i].String(), some[n-1].String(); n - i {
		case 1:
			spans = append(spans, first)
		case 2:
			spans = append(spans, first, last)
		default:
			spans = append(spans, first+" to "+last)
		}
		i = n
	}
	return strings.Join(spans, ", ")
}

// neighbours reports whether w is the next known release after v, in the same line.
func neighbours(all []version.Release, v, w version.Version) bool {
	i := slices.IndexFunc(all, func(r version.Release) bool { return r.Version.Compare(v) == 0 })
	return i >= 0 && i+1 < len(all) && v.Line() == w.Line() && all[i+1].Version.Compare(w) == 0
}
