// Package rules lists every rule and says which release lines they answer for. One folder holds one rule, grouped by
// the release line that brings the change.
package rules

import "github.com/api7-preflight/api7-preflight/internal/version"

// Covers reports whether the rules answer for the changes of release line l. They answer for what the vendor's guide to
// 3.7.x demands of sources from 3.3 on: the lines that such an upgrade enters.
func Covers(l version.Line) bool {
	return l.Compare(version.Line{Major: 3, Minor: 4}) >= 0 && l.Compare(version.Line{Major: 3, Minor: 7}) <= 0
}
