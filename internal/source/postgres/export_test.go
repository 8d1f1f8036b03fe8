package postgres

import "io/fs"

// Internals that tests use.

// Queries are the embedded SQL files.
var Queries fs.FS = queries

// ViewFunctions creates the functions of the views without secrets.
var ViewFunctions = viewFunctions

// IDSet returns a function that reports whether an id is in a set of these ids.
func IDSet(ids []int64) func(int64) bool {
	var s idSet
	for _, id := range ids {
		s.add(id)
	}
	s.seal()
	return s.has
}
