package version

import (
	"slices"
	"time"
)

// Evidence says which public source names a release and its date.
type Evidence string

const (
	// Notes are the vendor's release notes, docs.apiseven.com/enterprise/release-notes. The last release with public
	// notes is 3.9.3. The notes on the three hot fixes of 3.2 were removed later;
	// github.com/api7/docs.apiseven.com/commit/cbc2361 has them.
	Notes Evidence = "release notes"
	// Chart is the vendor's Helm chart (github.com/api7/api7-helm-chart); the date is the day on which it moved to
	// the release.
	Chart Evidence = "Helm chart"
	// Tested is the test matrix of the vendor's ADC (github.com/api7/adc) or a draft of the notes, where nothing else
	// names the release; the date is a day on which it existed.
	Tested Evidence = "ADC test matrix"
)

// Release is one row of the release table.
type Release struct {
	Version Version
	Date    string // year-month-day; lines overlap, so a later date is not a higher version
	Source  Evidence
}

// Releases returns the release table, oldest version first. The caller may keep the slice.
func Releases() []Release { return slices.Clone(releases) }

// Oldest returns the oldest release whose changes are known. What changed before it is unknown.
func Oldest() Version { return releases[0].Version }

// Newest returns the newest release of the table.
func Newest() Version { return releases[len(releases)-1].Version }

// Documented returns the newest release with public notes among those that of selects, and the selected ones above it,
// oldest first: none of them has public notes. ok is false if no selected release has any.
func Documented(of func(Version) bool) (newest Release, above []Release, ok bool) {
	for _, r := range releases {
		switch {
		case !of(r.Version):
		case r.Source == Notes:
			newest, above, ok = r, nil, true
		default:
			above = append(above, r)
		}
	}
	return newest, above, ok
}

// Known returns the row of v, and whether there is one.
func Known(v Version) (Release, bool) {
	i, ok := slices.BinarySearchFunc(releases, v, func(r Release, v Version) int { return r.Version.Compare(v) })
	if !ok {
		return Release{}, false
	}
	return releases[i], true
}

// NotBefore returns a day before which v cannot have been released: its own, or for a release that is not in the table that
// of the newest known one of its line below it; empty if there is none.
func NotBefore(v Version) (day string) {
	for _, r := range releases {
		if r.Version.Line() == v.Line() && !v.Less(r.Version) {
			day = r.Date
		}
	}
	return day
}

// GatewayOnly reports whether there is no control plane of the release.
func (r Release) GatewayOnly() bool { return r.Version.patch }

// NewestOf returns the newest known release of line l, and whether the line is known.
func NewestOf(l Line) (Release, bool) {
	for _, r := range slices.Backward(releases) {
		if r.Version.Line() == l {
			return r, true
		}
	}
	return Release{}, false
}

// Lines returns the known release lines, oldest first.
func Lines() []Line {
	var lines []Line
	for _, r := range releases {
		if l := r.Version.Line(); len(lines) == 0 || lines[len(lines)-1] != l {
			lines = append(lines, l)
		}
	}
	return lines
}

// LTS reports whether the vendor gives line l long-term support, as it does to one line at a time. Source:
// https://docs.api7.ai/enterprise/version-support-policy, which is younger than the guide that says so of 3.7.
func (l Line) LTS() bool { return l == Line{3, 8} }

// SupportedUntil returns the last day of the vendor's support for line l, year-month-day; empty: not known. The vendor
// names one only for the line with long-term support, three years from 2025-04-22, and says that all others have no
// formal lifecycle. Sources: https://docs.api7.ai/enterprise/version-support-policy and, with the same dates,
// https://docs.api7.ai/api7-gateway/install-and-upgrade/version-support-policy.
func (l Line) SupportedUntil() string {
	if l.LTS() {
		return "2028-04-21"
	}
	return ""
}

// Going reports whether line l can be expected to get releases that are not in the table: it has long-term support, or
// the table has one of it that is less than a year older than its youngest.
func (l Line) Going() bool {
	youngest := ""
	for _, r := range releases {
		youngest = max(youngest, r.Date)
	}
	day, err := time.Parse(time.DateOnly, youngest)
	last, known := NewestOf(l)
	return known && err == nil && (last.Date > day.AddDate(-1, 0, 0).Format(time.DateOnly) || l.SupportedUntil() > youngest)
}

// Nearest returns the known release that someone who wrote v most likely meant: the newest one of its line that is
// not newer than v, else the oldest of its line, else the newest of the nearest line.
func Nearest(v Version) Release {
	best, sameLine := releases[0], false
	for _, r := range releases {
		same := r.Version.Line() == v.Line()
		switch {
		case same && (!sameLine || !v.Less(r.Version)):
			best, sameLine = r, true
		case !same && !sameLine && r.Version.Less(v):
			best = r
		}
	}
	return best
}

// releases is the release table, in version order. 3.9.10-patch.1 exists for the gateway only.
var releases = []Release{
	{MustParse("3.2.8.1"), "2024-02-08", Notes},
	{MustParse("3.2.9.0"), "2024-03-04", Chart},
	{MustParse("3.2.9.1"), "2024-03-19", Notes},
	{MustParse("3.2.9.2"), "2024-04-01", Notes},
	{MustParse("3.2.9.3"), "2024-04-03", Notes},
	{MustParse("3.2.9.4"), "2024-04-07", Notes},
	{MustParse("3.2.9.5"), "2024-04-16", Notes},
	{MustParse("3.2.10.0"), "2024-04-22", Notes},
	{MustParse("3.2.10.1"), "2024-04-28", Notes},
	{MustParse("3.2.11.0"), "2024-05-06", Chart},
	{MustParse("3.2.11.1"), "2024-05-08", Notes},
	{MustParse("3.2.11.2"), "2024-05-20", Notes},
	{MustParse("3.2.11.3"), "2024-05-20", Notes},
	{MustParse("3.2.11.4"), "2024-06-07", Notes},
	{MustParse("3.2.11.5"), "2024-06-18", Notes},
	{MustParse("3.2.11.6"), "2024-06-24", Notes},
	{MustParse("3.2.11.7"), "2024-06-24", Notes},
	{MustParse("3.2.11.8"), "2024-06-26", Notes},
	{MustParse("3.2.12.0"), "2024-05-24", Notes},
	{MustParse("3.2.13.0"), "2024-06-19", Notes},
	{MustParse("3.2.14.0"), "2024-07-08", Notes},
	{MustParse("3.2.14.1"), "2024-07-22", Notes},
	{MustParse("3.2.14.2"), "2024-07-30", Notes},
	{MustParse("3.2.14.3"), "2024-08-06", Notes},
	{MustParse("3.2.14.4"), "2024-08-14", Notes},
	{MustParse("3.2.14.4.1"), "2024-12-09", Notes},
	{MustParse("3.2.14.5"), "2024-08-20", Chart},
	{MustParse("3.2.14.6"), "2024-08-29", Chart},
	{MustParse("3.2.15.0"), "2024-09-14", Notes},
	{MustParse("3.2.15.1"), "2024-09-18", Notes},
	{MustParse("3.2.15.2"), "2024-09-19", Notes},
	{MustParse("3.2.15.2.1"), "2024-12-09", Notes},
	{MustParse("3.2.16.0"), "2024-09-30", Notes},
	{MustParse("3.2.16.1"), "2024-10-04", Notes},
	{MustParse("3.2.16.2"), "2024-10-11", Notes},
	{MustParse("3.2.16.3"), "2024-10-21", Notes},
	{MustParse("3.2.16.4"), "2024-11-01", Notes},
	{MustParse("3.2.16.4.1"), "2024-12-09", Notes},
	{MustParse("3.2.16.5"), "2024-11-21", Notes},
	{MustParse("3.2.16.6"), "2024-11-25", Notes},
	{MustParse("3.2.16.7"), "2024-12-13", Notes},
	{MustParse("3.3.0"), "2024-12-16", Notes},
	{MustParse("3.3.1"), "2024-12-19", Notes},
	{MustParse("3.3.2"), "2024-12-24", Notes},
	{MustParse("3.3.3"), "2025-01-14", Notes},
	{MustParse("3.3.4"), "2025-02-18", Tested},
	{MustParse("3.4.0"), "2025-01-07", Notes},
	{MustParse("3.4.1"), "2025-01-14", Notes},
	{MustParse("3.4.2"), "2025-02-18", Tested},
	{MustParse("3.5.0"), "2025-01-27", Notes},
	{MustParse("3.5.1"), "2025-02-06", Notes},
	{MustParse("3.5.2"), "2025-02-13", Notes},
	{MustParse("3.5.3"), "2025-02-18", Notes},
	{MustParse("3.5.4"), "2025-03-07", Notes},
	{MustParse("3.5.5"), "2025-03-14", Notes},
	{MustParse("3.6.0"), "2025-02-26", Notes},
	{MustParse("3.6.1"), "2025-03-14", Notes},
	{MustParse("3.7.0"), "2025-03-10", Notes},
	{MustParse("3.7.1"), "2025-03-14", Notes},
	{MustParse("3.7.2"), "2025-03-24", Notes},
	{MustParse("3.7.3"), "2025-04-22", Notes},
	{MustParse("3.7.4"), "2025-04-30", Notes},
	{MustParse("3.7.5"), "2025-05-19", Notes},
	{MustParse("3.7.6"), "2025-06-04", Notes},
	{MustParse("3.7.7"), "2025-06-11", Notes},
	{MustParse("3.7.8"), "2025-06-16", Notes},
	{MustParse("3.8.0"), "2025-04-22", Notes},
	{MustParse("3.8.1"), "2025-05-07", Notes},
	{MustParse("3.8.2"), "2025-05-19", Notes},
	{MustParse("3.8.3"), "2025-06-04", Notes},
	{MustParse("3.8.4"), "2025-06-11", Notes},
	{MustParse("3.8.5"), "2025-06-16", Notes},
	{MustParse("3.8.6"), "2025-06-27", Notes},
	{MustParse("3.8.7"), "2025-07-17", Notes},
	{MustParse("3.8.8"), "2025-07-28", Notes},
	{MustParse("3.8.9"), "2025-08-11", Notes},
	{MustParse("3.8.10"), "2025-08-25", Notes},
	{MustParse("3.8.11"), "2025-08-25", Notes},
	{MustParse("3.8.12"), "2025-09-17", Notes},
	{MustParse("3.8.13"), "2025-09-23", Notes},
	{MustParse("3.8.14"), "2025-09-25", Notes},
	{MustParse("3.8.15"), "2025-10-13", Notes},
	{MustParse("3.8.16"), "2025-10-28", Notes},
	{MustParse("3.8.17"), "2025-11-10", Notes},
	{MustParse("3.8.18"), "2025-11-25", Notes},
	{MustParse("3.8.19"), "2025-12-09", Notes},
	{MustParse("3.8.20"), "2025-12-11", Notes},
	{MustParse("3.8.21"), "2025-12-23", Notes},
	{MustParse("3.8.22"), "2026-01-19", Notes},
	{MustParse("3.8.23"), "2026-04-22", Tested},
	{MustParse("3.9.0"), "2026-01-06", Notes},
	{MustParse("3.9.1"), "2026-01-08", Notes},
	{MustParse("3.9.2"), "2026-01-19", Notes},
	{MustParse("3.9.3"), "2026-01-26", Notes},
	{MustParse("3.9.4"), "2026-02-03", Chart},
	{MustParse("3.9.5"), "2026-02-14", Chart},
	{MustParse("3.9.6"), "2026-03-10", Chart},
	{MustParse("3.9.7"), "2026-03-25", Chart},
	{MustParse("3.9.8"), "2026-04-07", Chart},
	{MustParse("3.9.9"), "2026-04-10", Chart},
	{MustParse("3.9.10"), "2026-04-22", Chart},
	{MustParse("3.9.10-patch.1"), "2026-04-27", Chart},
	{MustParse("3.9.11"), "2026-04-30", Chart},
	{MustParse("3.9.12"), "2026-05-08", Chart},
	{MustParse("3.9.13"), "2026-05-22", Chart},
	{MustParse("3.9.14"), "2026-06-16", Chart},
	{MustParse("3.9.15"), "2026-06-22", Chart},
	{MustParse("3.9.16"), "2026-07-10", Chart},
	{MustParse("3.9.17"), "2026-07-28", Chart},
	{MustParse("3.9.18"), "2026-08-12", Chart},
	{MustParse("3.10.0"), "2026-06-01", Chart},
	{MustParse("3.10.1"), "2026-06-15", Chart},
	{MustParse("3.10.2"), "2026-06-29", Chart},
	{MustParse("3.10.3"), "2026-07-14", Chart},
	{MustParse("3.10.4"), "2026-07-27", Chart},
	{MustParse("3.10.5"), "2026-08-11", Chart},
}
