package defect

import (
	"slices"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/version"
)

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

// count writes a number.
func count(n int64) string { return strconv.FormatInt(n, 10) }
