// Package samefolder tells which files of a repository belong together: it may hold several installations.
package samefolder

import (
	"cmp"
	"path"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// From returns the file that a resource stands in, or the values of a Helm release that it is made of: what belongs
// together for certain comes from the same.
func From(r *estate.Resource) string {
	return strings.Clone(cmp.Or(r.Field("from").TextOrEmpty(), r.Origin.Table))
}

// To returns those of the others that stand nearest to what comes from a file: those of the same file, or those that share
// the longest part of the path to it. Several may be as near as each other.
func To[T any](from string, others []T, fromOf func(T) string) []T {
	best, near := -1, []T(nil)
	for _, o := range others {
		switch n := shared(from, fromOf(o)); {
		case n > best:
			best, near = n, []T{o}
		case n == best:
			near = append(near, o)
		}
	}
	return near
}

// shared counts the folders that two paths begin with alike; the file itself counts as one more.
func shared(a, b string) int {
	n := 0
	x, y := strings.Split(path.Clean(a), "/"), strings.Split(path.Clean(b), "/")
	for n < min(len(x), len(y)) && x[n] == y[n] {
		n++
	}
	return n
}
