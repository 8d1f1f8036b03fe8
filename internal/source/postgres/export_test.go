package postgres

import "io/fs"

// What tests look at from inside.

// Queries are the embedded SQL files.
var Queries fs.FS = queries

// IDSet returns a function that tells which of the ids are in a set of them.
func IDSet(ids []int64) func(int64) bool {
	var s idSet
	for _, id := range ids {
		s.add(id)
	}
	s.seal()
	return s.has
}
