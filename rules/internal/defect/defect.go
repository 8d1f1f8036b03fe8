// Package defect holds the releases that are known to be bad targets: which defect each has, and where it is fixed.
package defect

import (
	"slices"

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
	// Grave ones are as grave where the source has them too: they let somebody in, or end the workers of gateways.
	Grave    bool
	Severity rule.Severity
	Says     string      // what happens, in words that follow the release and a colon
	Who      string      // who is affected
	Steps    []rule.Step // of its finding, if it can be one
	// Signs are what only an installation that can meet it has; one is enough, and of Also one more. Without signs every
	// installation can.
	Signs, Also []Sign
	// Unseen says why no input shows whether it strikes; usually empty.
	Unseen string
	// By is a rule that looks for it and reports it. Without Signs and Unseen, what that rule found says whether this
	// installation meets it.
	By string
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
	if len(d.Steps) > 0 && (d.Severity == rule.Notice || d.By != "") {
		flaws = append(flaws, "Steps: the defect is never a finding that shows them")
	}
	for _, s := range slices.Concat(d.Signs, d.Also) {
		flaws = append(flaws, s.flaws()...)
	}
	if len(d.Also) > 0 && len(d.Signs) == 0 {
		flaws = append(flaws, "Also: there are no Signs beside which it is wanted")
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
	case !d.Upgrading && !d.Grave && d.In(p.From):
		return d.Severity.Milder()
	}
	return d.Severity
}
