// Package suggest finds what someone who misspelt a name most likely meant.
package suggest

import "github.com/agnivade/levenshtein"

// Nearest returns the name that differs least from word, if it differs in few enough letters to be a misspelling.
func Nearest(word string, names []string) (string, bool) {
	best, distance := "", len(word)/3+2
	for _, name := range names {
		if d := levenshtein.ComputeDistance(word, name); d < distance {
			best, distance = name, d
		}
	}
	return best, best != ""
}
