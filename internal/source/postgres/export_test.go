package postgres

import (
	"io/fs"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// What tests look at from inside.

// Queries are the embedded SQL files.
var Queries fs.FS = queries

// ParseKey returns the parts of a key and whether it is a resource.
func ParseKey(name string) (group string, kind estate.Kind, id string, isResource bool) {
	key, class := parseKey(name, collections())
	return key.group, key.kind, key.id, class == keyResource
}

// Repeated returns which of the values are taken to come more than once.
func Repeated(n int64, values []int64) map[int64]struct{} {
	r := newRepeats(n)
	for _, v := range values {
		r.add(v)
	}
	return r.candidates
}

// IDSet returns a function that tells which of the ids are in a set of them.
func IDSet(ids []int64) func(int64) bool {
	var s idSet
	for _, id := range ids {
		s.add(id)
	}
	s.seal()
	return s.has
}
