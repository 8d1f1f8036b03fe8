// Package few names the first few of many things.
package few

import (
	"fmt"
	"slices"
	"strings"
)

// shown is how many names a sentence holds.
const shown = 5

// Names counts things and keeps the first few of their names in alphabetical order, in whatever order they come. Of any
// number of things it holds a handful of names. The zero Names is empty.
type Names struct {
	count int
	first []string // one more than is shown, for Except
}

// Of returns the names of a list.
func Of(names ...string) *Names {
	var n Names
	for _, name := range names {
		n.Add(name)
	}
	return &n
}

// Add counts a thing. A name that several things have is shown once. The name may change after the call.
func (n *Names) Add(name string) {
	n.count++
	if i, found := slices.BinarySearch(n.first, name); !found && i <= shown {
		n.first = slices.Insert(n.first, i, strings.Clone(name))
		n.first = n.first[:min(len(n.first), shown+1)]
	}
}

// Len returns how many things were added.
func (n *Names) Len() int { return n.count }

// String names the first few and counts the others: "a, b, c, d, e and 7 more".
func (n *Names) String() string { return sentence(n.first, n.count) }

// Except is [Names.String] without one of the things.
func (n *Names) Except(name string) string {
	others := slices.DeleteFunc(slices.Clone(n.first), func(other string) bool { return other == name })
	return sentence(others, n.count-1)
}

func sentence(names []string, count int) string {
	names = names[:min(len(names), shown)]
	text := strings.Join(names, ", ")
	if more := count - len(names); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}
