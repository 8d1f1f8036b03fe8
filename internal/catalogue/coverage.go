package catalogue

import (
	"fmt"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/version"
)

// How is how a change is covered.
type How string

// The ways to cover a change.
const (
	Automatic  How = "automatic"
	ByHand     How = "by hand"
	NotCovered How = "not covered"
)

// Covered is one change that concerns an upgrade.
type Covered struct {
	Entry Entry
	How   How
	// Passing is true if only releases between the two ends have the change, so that it matters if one of them is a
	// stop.
	Passing bool
}

// Line is what is known about the part of an upgrade in one release line.
type Line struct {
	Name    string // "3.8"; "every upgrade" for changes of no release
	Changes []Covered
	// Notes is the newest release on the path with public release notes. Silent are the later releases without any:
	// their changes are known only from the history of the Helm chart and from code.
	Notes  version.Release
	Silent []version.Release
}

// Count returns the number of changes covered in that way.
func (l *Line) Count(how How) int {
	n := 0
	for _, c := range l.Changes {
		if c.How == how {
			n++
		}
	}
	return n
}

// everyUpgrade is the name of the line for changes of no release.
const everyUpgrade = "every upgrade"

// Cover returns what is known about path p, line by line. byHand reports whether a rule is a manual check.
func Cover(entries []Entry, p version.Path, byHand func(rule string) bool) []Line {
	var lines []Line
	at := func(name string) *Line {
		i := slices.IndexFunc(lines, func(l Line) bool { return l.Name == name })
		return &lines[i]
	}
	names := p.Lines()
	if len(names) == 0 || names[0] != p.From.Line() {
		names = append([]version.Line{p.From.Line()}, names...)
	}
	for _, l := range names {
		notes, silent := known(l, p)
		lines = append(lines, Line{Name: l.String(), Notes: notes, Silent: silent})
	}
	lines = append(lines, Line{Name: everyUpgrade})
	for _, e := range entries {
		name, met := meets(&e, p)
		if !met {
			continue
		}
		line := at(name)
		line.Changes = append(line.Changes, Covered{Entry: e, How: how(&e, byHand), Passing: e.passing(p)})
	}
	return slices.DeleteFunc(lines, func(l Line) bool {
		return len(l.Changes) == 0 && (l.Name == everyUpgrade || l.Name == p.From.Line().String() && l.Name != p.To.Line().String())
	})
}

func how(e *Entry, byHand func(string) bool) How {
	switch {
	case len(e.Handled.Rules) == 0:
		return NotCovered
	case slices.ContainsFunc(e.Handled.Rules, func(id string) bool { return !byHand(id) }):
		return Automatic
	}
	return ByHand
}

// meets returns the line of the first release on path p with the change; met is false if there is none. A change that
// comes and goes between the two ends counts, because every release between them may be a stop.
func meets(e *Entry, p version.Path) (line string, met bool) {
	w, dated := e.Window()
	if !dated {
		return everyUpgrade, true
	}
	if oldest := version.Oldest(); w.Contains(p.From.Release()) {
		// A change of the oldest known release may be new to someone who upgraded to it recently: nothing before it
		// is known.
		isOldest := p.From.Compare(oldest) == 0 && slices.ContainsFunc(w.In.First(), func(v version.Version) bool { return v.Compare(oldest) == 0 })
		return oldest.Line().String(), isOldest
	}
	for _, r := range version.Releases() {
		v := r.Version
		if p.From.Less(v) && !p.To.Release().Less(v) && w.Contains(v) {
			return v.Line().String(), true
		}
	}
	return "", false
}

// passing reports whether the path's target no longer has the change.
func (e *Entry) passing(p version.Path) bool {
	w, dated := e.Window()
	return dated && !w.Contains(p.To.Release())
}

// known returns the newest release of a line with public notes on the path, and the later ones without.
func known(l version.Line, p version.Path) (notes version.Release, silent []version.Release) {
	for _, r := range version.Releases() {
		switch {
		case r.Version.Line() != l || !p.From.Less(r.Version) || p.To.Release().Less(r.Version):
		case r.Source == version.Notes:
			notes, silent = r, nil
		default:
			silent = append(silent, r)
		}
	}
	return notes, silent
}

// Span returns the releases as "3.9.4 to 3.9.18", or the only one; "" if there are none.
func Span(releases []version.Release) string {
	switch len(releases) {
	case 0:
		return ""
	case 1:
		return releases[0].Version.String()
	}
	return fmt.Sprintf("%s to %s", releases[0].Version, releases[len(releases)-1].Version)
}
