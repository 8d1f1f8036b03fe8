// Package nearby tells which files of a repository belong together: it may hold several installations.
package nearby

import (
	"path"
	"strings"
)

// To returns those of the others that stand nearest to the file or Helm release with an id: the same file, or those that
// share the longest part of the path to it. Several may be as near as each other.
func To[T any](id string, others []T, idOf func(T) string) []T {
	best, near := -1, []T(nil)
	for _, o := range others {
		switch n := shared(Release(id), Release(idOf(o))); {
		case n > best:
			best, near = n, []T{o}
		case n == best:
			near = append(near, o)
		}
	}
	return near
}

// Release returns what the ids of all that is in one file, or made of the values of one Helm release, begin with.
func Release(id string) string {
	release, _, _ := strings.Cut(id, "#")
	return release
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
