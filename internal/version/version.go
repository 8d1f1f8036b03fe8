// Package version orders API7 Enterprise releases: what a version is, which release brings a change, and what an
// upgrade from one release to another gains.
//
// API7 versions are not semantic versions. 3.2.16.7 has four parts, its hot fixes five; 3.9.10-patch.1 comes after
// 3.9.10, not before it; and release lines overlap in time, so "since 3.8.22" says nothing about 3.9.0. Every
// question of order is answered here and nowhere else.
package version

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/Masterminds/semver/v3"
)

// ErrNoRelease is returned by [Parse] for tags such as "latest", "dev" or "" that name no release.
var ErrNoRelease = errors.New("names no release")

// Version is one API7 Enterprise release. The zero Version is invalid and orders before every release.
type Version struct {
	core   *semver.Version // three parts, with the prerelease if there is one
	fourth uint64          // fourth part of 3.2.x versions, or N of a -patch.N tag
	patch  bool            // the fourth was written as -patch.N
	hotfix uint64          // fifth part: 3.2.16.4.1 is a hot fix of 3.2.16.4
}

// Line is a release line: all releases with the same major and minor number. The zero Line is invalid.
type Line struct{ Major, Minor uint64 }

const wantNumbers = "want three to five numbers, as in 3.7.3, 3.2.16.7 or 3.2.16.4.1"

// Parse parses a version as API7 writes it in release notes, image tags and the Admin API: three to five numbers, an
// optional leading v, an optional prerelease (-rc.1) or patch tag (-patch.1), and build data, which is ignored: +…
// and every other suffix (-debian, -hotfix.1). A suffix that the vendor does not use says nothing about the order;
// treated as a prerelease, it would come before the release that it was built from. For tags that name no release
// (latest, dev, a digest) the error is [ErrNoRelease].
func Parse(s string) (Version, error) {
	text := strings.TrimSpace(s)
	switch strings.ToLower(text) {
	case "", "dev", "latest", "stable", "main", "master", "nightly":
		return Version{}, fmt.Errorf("version %q %w", s, ErrNoRelease)
	}
	text, _, _ = strings.Cut(text, "+")
	text = strings.TrimPrefix(strings.TrimPrefix(text, "v"), "V")
	numbers, tag, tagged := strings.Cut(text, "-")
	parts := strings.Split(numbers, ".")
	if len(parts) < 3 || len(parts) > 5 {
		return Version{}, fmt.Errorf("version %q: %s", s, wantNumbers)
	}
	var more [2]uint64
	for i, part := range parts[3:] {
		n, err := strconv.ParseUint(part, 10, 32)
		if err != nil {
			return Version{}, fmt.Errorf("version %q: %s", s, wantNumbers)
		}
		more[i] = n
	}
	v := Version{fourth: more[0], hotfix: more[1]}
	if rest, ok := strings.CutPrefix(tag, "patch."); ok {
		n, err := strconv.ParseUint(rest, 10, 32)
		if err != nil || len(parts) > 3 {
			return Version{}, fmt.Errorf("version %q: a patch tag is written 3.9.10-patch.1", s)
		}
		v.fourth, v.patch = n, true
	}
	core := strings.Join(parts[:3], ".")
	if prerelease.MatchString(tag) {
		core += "-" + tag
	}
	parsed, err := semver.StrictNewVersion(core)
	if err != nil || tagged && tag == "" {
		return Version{}, fmt.Errorf("version %q: %s", s, wantNumbers)
	}
	v.core = parsed
	return v, nil
}

// prerelease matches the suffixes of versions that come before their release.
var prerelease = regexp.MustCompile(`(?i)^(rc|alpha|beta|pre|preview|dev|snapshot|nightly)([0-9.-]|$)`)

// MustParse is Parse for constants: it panics on an error.
func MustParse(s string) Version {
	v, err := Parse(s)
	if err != nil {
		panic(err)
	}
	return v
}

// IsZero reports whether v is the invalid zero Version.
func (v Version) IsZero() bool { return v.core == nil }

// Line returns the release line of v.
func (v Version) Line() Line {
	if v.IsZero() {
		return Line{}
	}
	return Line{v.core.Major(), v.core.Minor()}
}

// Release returns v without its prerelease part: 3.9.0-rc.1 is judged as 3.9.0, which it will become.
func (v Version) Release() Version {
	if v.IsZero() || v.core.Prerelease() == "" {
		return v
	}
	return Version{core: semver.New(v.core.Major(), v.core.Minor(), v.core.Patch(), "", ""), fourth: v.fourth, patch: v.patch, hotfix: v.hotfix}
}

// Compare returns -1, 0 or +1 as v comes before, is equal to or comes after w, by number and not by date. A missing
// fourth or fifth part counts as 0, a patch tag as a fourth part, and a prerelease comes before its release.
func (v Version) Compare(w Version) int {
	switch {
	case v.IsZero() && w.IsZero():
		return 0
	case v.IsZero():
		return -1
	case w.IsZero():
		return 1
	}
	return cmp.Or(
		v.Line().Compare(w.Line()),
		cmp.Compare(v.core.Patch(), w.core.Patch()),
		cmp.Compare(v.fourth, w.fourth),
		cmp.Compare(v.hotfix, w.hotfix),
		v.core.Compare(w.core),
	)
}

// Equal reports whether v and w are one release, written alike: 3.9.10-patch.1 is not 3.9.10.1, though neither comes first.
func (v Version) Equal(w Version) bool {
	return v == w || v.Compare(w) == 0 && v.String() == w.String()
}

// Less reports whether v comes before w.
func (v Version) Less(w Version) bool { return v.Compare(w) < 0 }

// String returns v as in its release notes, without a leading v.
func (v Version) String() string {
	switch {
	case v.IsZero():
		return "unknown"
	case v.patch:
		return fmt.Sprintf("%d.%d.%d-patch.%d", v.core.Major(), v.core.Minor(), v.core.Patch(), v.fourth)
	case v.fourth == 0 && v.hotfix == 0 && (v.Line() != Line{3, 2} || v.core.Patch() < fourParts):
		return v.core.String()
	}
	text := fmt.Sprintf("%d.%d.%d.%d", v.core.Major(), v.core.Minor(), v.core.Patch(), v.fourth)
	if v.hotfix > 0 {
		text += fmt.Sprintf(".%d", v.hotfix)
	}
	if pre := v.core.Prerelease(); pre != "" {
		text += "-" + pre
	}
	return text
}

// fourParts is the 3.2 patch number from which the vendor writes four parts even for .0 (3.2.9.0, 3.2.16.0).
const fourParts = 8

// ParseLine parses a release line as people write it: 3.8, v3.8, 3.8.x or 3.8.*. ok is false for all other text.
func ParseLine(s string) (l Line, ok bool) {
	parts := lineForm.FindStringSubmatch(s)
	if parts == nil {
		return Line{}, false
	}
	major, errMajor := strconv.ParseUint(parts[1], 10, 32)
	minor, errMinor := strconv.ParseUint(parts[2], 10, 32)
	return Line{major, minor}, errMajor == nil && errMinor == nil
}

var lineForm = regexp.MustCompile(`^[vV]?(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(?:\.[xX*])?$`)

// Compare returns -1, 0 or +1 as l comes before, is equal to or comes after m.
func (l Line) Compare(m Line) int {
	return cmp.Or(cmp.Compare(l.Major, m.Major), cmp.Compare(l.Minor, m.Minor))
}

// String returns the line as "3.7".
func (l Line) String() string { return fmt.Sprintf("%d.%d", l.Major, l.Minor) }
