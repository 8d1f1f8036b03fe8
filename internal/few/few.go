// Package few names the first few of many things.
package few

import (
	"fmt"
	"slices"
	"strings"
)

// shown is the number of names in a sentence.
const shown = 5

// Names counts things and keeps the alphabetically first few of their names, whatever the order in which they are
// added. It needs memory for a handful of names only. The zero Names is empty.
type Names struct {
	count int
	first []string // one more than is shown, for Except
}

// Of returns Names with the given names added.
func Of(names ...string) *Names {
	var n Names
	for _, name := range names {
		n.Add(name)
	}
	return &n
}

// Add counts one thing. A name that several things have is shown once. The caller may reuse the memory of name.
func (n *Names) Add(name string) { n.AddBytes([]byte(name)) }

// AddBytes is [Names.Add] for a name in a buffer. It allocates only if the name is one of the first.
func (n *Names) AddBytes(name []byte) {
	n.count++
	if len(n.first) > shown && string(name) > n.first[shown] {
		return
	}
	if i, found := slices.BinarySearch(n.first, string(name)); !found {
		n.first = slices.Insert(n.first, i, string(name))
		n.first = n.first[:min(len(n.first), shown+1)]
	}
}

// Len returns the number of things added.
func (n *Names) Len() int { return n.count }

// First returns the names that String shows.
func (n *Names) First() []string { return slices.Clone(n.first[:min(len(n.first), shown)]) }

// String names the first few and counts the others: "a, b, c, d, e and 7 more".
func (n *Names) String() string { return sentence(n.first, n.count) }

// Of is [Names.String] where it is known that the names are of that many things.
func (n *Names) Of(count int) string { return sentence(n.first, count) }

// Except is [Names.String] without the thing of that name.
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
