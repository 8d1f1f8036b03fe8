package version

import (
	"fmt"
	"strings"
)

// Change is the set of first releases with a change, one per release line. Lines overlap in time, so a single
// boundary is not enough: what 3.8.22 and 3.9.2 fixed is missing in 3.9.0 and 3.9.1. The zero Change is in no
// release.
type Change struct{ first []Version }

// Since returns the Change with the given first releases, at most one per line. It panics on a malformed version, on
// two of the same line and on prereleases, because changes are constants.
func Since(first ...string) Change {
	c, err := ParseChange(first)
	if err != nil {
		panic("version: " + err.Error())
	}
	return c
}

// ParseChange is [Since] for first releases that are no constants.
func ParseChange(first []string) (Change, error) {
	c := Change{first: make([]Version, 0, len(first))}
	for _, s := range first {
		v, err := Parse(s)
		if err != nil {
			return Change{}, err
		}
		if v != v.Release() {
			return Change{}, fmt.Errorf("a change begins with a release, not with %s", s)
		}
		for _, w := range c.first {
			if w.Line() == v.Line() {
				return Change{}, fmt.Errorf("two first releases of line %s", v.Line())
			}
		}
		c.first = append(c.first, v)
	}
	return c, nil
}

// IsZero reports whether c names no release.
func (c Change) IsZero() bool { return len(c.first) == 0 }

// First returns the first releases, in the order given to [Since]. The caller may keep the slice.
func (c Change) First() []Version { return append([]Version(nil), c.first...) }

// In reports whether release v has the change: v is at or after the first release of its line or, if c names none of
// that line, its line is newer than every line that c names.
func (c Change) In(v Version) bool {
	newest := Line{}
	for _, f := range c.first {
		if f.Line() == v.Line() {
			return !v.Less(f)
		}
		if f.Line().Compare(newest) > 0 {
			newest = f.Line()
		}
	}
	return !c.IsZero() && v.Line().Compare(newest) > 0
}

// String lists the first releases: "3.8.22, 3.9.2".
func (c Change) String() string {
	names := make([]string, len(c.first))
	for i, v := range c.first {
		names[i] = v.String()
	}
	return strings.Join(names, ", ")
}

// Window is the life of a defect, from In until Out. An empty Out means that it never ended.
type Window struct{ In, Out Change }

// Contains reports whether release v has the defect.
func (w Window) Contains(v Version) bool { return w.In.In(v) && !w.Out.In(v) }

// Path is an upgrade of an installation.
type Path struct {
	From, To Version // of the control plane
	// Gateways is the oldest version of a gateway instance, if it is known; zero: as From.
	Gateways Version
}

// Equal reports whether two paths are one.
func (p Path) Equal(q Path) bool {
	return p.From.Equal(q.From) && p.To.Equal(q.To) && p.Gateways.Equal(q.Gateways)
}

// OfGateways returns the path of the data plane, which may start from an older version. A gateway newer than the
// control plane, as in files prepared for an upgrade, does not shorten it.
func (p Path) OfGateways() Path {
	if p.Gateways.IsZero() || p.From.Less(p.Gateways) {
		return p
	}
	return Path{From: p.Gateways, To: p.To}
}

// Gains reports whether the upgrade brings change c: the target has it and the source does not.
func (p Path) Gains(c Change) bool { return !c.In(p.From.Release()) && c.In(p.To.Release()) }

// Reaches reports whether the target has change c, gained on this path or before it.
func (p Path) Reaches(c Change) bool { return c.In(p.To.Release()) }

// Lines returns the known release lines that the path enters, oldest first: 3.4.1 to 3.7.3 enters 3.5, 3.6 and 3.7.
// An upgrade inside one line returns that line.
func (p Path) Lines() []Line {
	if p.From.Line() == p.To.Line() {
		return []Line{p.To.Line()}
	}
	var lines []Line
	for _, r := range releases {
		l := r.Version.Line()
		if l.Compare(p.From.Line()) > 0 && l.Compare(p.To.Line()) <= 0 && (len(lines) == 0 || lines[len(lines)-1] != l) {
			lines = append(lines, l)
		}
	}
	return lines
}

// Skips returns the release lines between source and target, oldest first; nil if they are of one line or neighbours. The
// vendor tests only steps between neighbouring lines.
func (p Path) Skips() []Line {
	if lines := p.Lines(); len(lines) > 1 {
		return lines[:len(lines)-1]
	}
	return nil
}

// Stones returns the fewest lines over which the path goes in steps that the vendor tests or that its guide describes; nil if
// the path is such a step itself. Which release of a line is the best one depends on the installation.
func (p Path) Stones() []Line {
	var all []Line
	for len(p.Skips()) > 0 && p.Guide() == "" {
		stone, ok := p.farthest()
		if !ok {
			break
		}
		all = append(all, stone.Line())
		p.From = stone
	}
	return all
}

// farthest returns a release of the last line that one step of the path reaches.
func (p Path) farthest() (v Version, ok bool) {
	for _, l := range p.Skips() {
		newest, known := NewestOf(l)
		step := Path{From: p.From, To: newest.Version}
		if known && (len(step.Skips()) == 0 || step.Guide() != "") {
			v, ok = newest.Version, true
		}
	}
	return v, ok
}

// Guide returns the upgrade guide of the vendor that describes the path in one step although it skips lines; empty if
// there is none. Source: https://docs.api7.ai/enterprise/3.7.x/upgrade-guides/upgrade, for sources from 3.3 on.
func (p Path) Guide() string {
	if len(p.Skips()) > 0 && p.To.Line() == MustParse("3.7.0").Line() && !p.From.Less(MustParse("3.3.0")) {
		return "3.7.x"
	}
	return ""
}
