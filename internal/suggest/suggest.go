// Package suggest finds the name that someone who misspelt it most likely meant.
package suggest

import (
	"cmp"
	"slices"

	"github.com/agnivade/levenshtein"
)

// Nearest returns the name that differs least from word, and whether it differs in few enough letters to be a
// misspelling. A different order of the same letters counts as one error.
func Nearest(word string, names []string) (string, bool) {
	best, distance := "", len(word)/3+2
	for _, name := range names {
		d := levenshtein.ComputeDistance(word, name)
		if d > 1 && slices.Equal(letters(word), letters(name)) {
			d = 1
		}
		if d < distance {
			best, distance = name, d
		}
	}
	return best, best != ""
}

// Closest returns the n names that differ least from word, however much that is; among equals those that come first.
func Closest(word string, names []string, n int) []string {
	all := slices.Clone(names)
	slices.SortStableFunc(all, func(a, b string) int {
		return cmp.Compare(levenshtein.ComputeDistance(word, a), levenshtein.ComputeDistance(word, b))
	})
	return all[:min(n, len(all))]
}

// letters returns the letters of a word in alphabetical order.
func letters(word string) []rune {
	all := []rune(word)
	slices.Sort(all)
	return all
}
