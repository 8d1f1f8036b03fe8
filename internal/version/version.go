// Package version is the order of API7 Enterprise releases: what a version is, which release brings a change,
// and what a path from one release to another gains.
//
// API7 versions are not semantic versions. 3.2.16.7 has four parts; 3.9.10-patch.1 comes after 3.9.10, not before it;
// and release lines overlap in time, so "since 3.8.22" says nothing about 3.9.0. Every order question is answered here
// and nowhere else.
package version

import (
	"cmp"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/Masterminds/semver/v3"
)

// ErrNoRelease is returned by [Parse] for tags such as "latest", "dev" or "" that name no release.
var ErrNoRelease = errors.New("names no release")

// Version is one API7 Enterprise release. The zero Version is invalid and orders before every release.
type Version struct {
	core   *semver.Version // three parts, with the prerelease if there is one
	hotfix uint64          // fourth part of 3.2.x versions, or N of a -patch.N tag
	patch  bool            // the hotfix was written as -patch.N
}

// Line is a release line: all releases that share major and minor number. The zero Line is invalid.
type Line struct{ Major, Minor uint64 }

// Parse reads a version as API7 writes it in release notes, image tags and the Admin API: three or four numbers,
// an optional leading v, an optional prerelease (-rc.1) or patch tag (-patch.1), and optional build data (+…), which
// is ignored. Tags that name no release (latest, dev, a digest) give an error that is [ErrNoRelease].
func Parse(s string) (Version, error) {
	text := strings.TrimSpace(s)
	switch strings.ToLower(text) {
	case "", "dev", "latest", "stable", "main", "master", "nightly":
		return Version{}, fmt.Errorf("version %q %w", s, ErrNoRelease)
	}
	text, _, _ = strings.Cut(text, "+")
	text = strings.TrimPrefix(strings.TrimPrefix(text, "v"), "V")
	numbers, tag, _ := strings.Cut(text, "-")
	parts := strings.Split(numbers, ".")
	if len(parts) != 3 && len(parts) != 4 {
		return Version{}, fmt.Errorf("version %q: want three or four numbers, as in 3.7.3 or 3.2.16.7", s)
	}
	var v Version
	if len(parts) == 4 {
		n, err := strconv.ParseUint(parts[3], 10, 32)
		if err != nil {
			return Version{}, fmt.Errorf("version %q: the fourth part is not a number", s)
		}
		v.hotfix = n
	}
	if rest, ok := strings.CutPrefix(tag, "patch."); ok {
		n, err := strconv.ParseUint(rest, 10, 32)
		if err != nil || len(parts) == 4 {
			return Version{}, fmt.Errorf("version %q: a patch tag is written 3.9.10-patch.1", s)
		}
		v.hotfix, v.patch, tag = n, true, ""
	}
	core := strings.Join(parts[:3], ".")
	if tag != "" {
		core += "-" + tag
	}
	parsed, err := semver.StrictNewVersion(core)
	if err != nil {
		return Version{}, fmt.Errorf("version %q: want three or four numbers, as in 3.7.3 or 3.2.16.7", s)
	}
	v.core = parsed
	return v, nil
}

// MustParse is Parse for constants; it panics on an error.
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

// Release returns v without its prerelease part: 3.9.0-rc.1 is judged as the 3.9.0 that it will become.
func (v Version) Release() Version {
	if v.IsZero() || v.core.Prerelease() == "" {
		return v
	}
	return Version{core: semver.New(v.core.Major(), v.core.Minor(), v.core.Patch(), "", ""), hotfix: v.hotfix, patch: v.patch}
}

// Compare orders v and w by number, not by date: -1, 0 or +1. A missing fourth part counts as 0, a patch tag as a
// fourth part, and a prerelease comes before its release.
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
		cmp.Compare(v.hotfix, w.hotfix),
		v.core.Compare(w.core),
	)
}

// Less reports whether v comes before w.
func (v Version) Less(w Version) bool { return v.Compare(w) < 0 }

// String writes v as its release notes do, without a leading v.
func (v Version) String() string {
	switch {
	case v.IsZero():
		return "unknown"
	case v.patch:
		return fmt.Sprintf("%d.%d.%d-patch.%d", v.core.Major(), v.core.Minor(), v.core.Patch(), v.hotfix)
	case v.hotfix == 0 && (v.Line() != Line{3, 2} || v.core.Patch() < fourParts):
		return v.core.String()
	}
	text := fmt.Sprintf("%d.%d.%d.%d", v.core.Major(), v.core.Minor(), v.core.Patch(), v.hotfix)
	if pre := v.core.Prerelease(); pre != "" {
		text += "-" + pre
	}
	return text
}

// fourParts is the 3.2 patch number from which the vendor writes four parts even for .0 (3.2.9.0, 3.2.16.0).
const fourParts = 8

// Compare orders two lines.
func (l Line) Compare(m Line) int {
	return cmp.Or(cmp.Compare(l.Major, m.Major), cmp.Compare(l.Minor, m.Minor))
}

// String writes the line as "3.7".
func (l Line) String() string { return fmt.Sprintf("%d.%d", l.Major, l.Minor) }
