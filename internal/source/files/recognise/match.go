package recognise

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/lazyregexp"
	"github.com/api7-preflight/api7-preflight/internal/source/files/tree"
)

// sure is from what weight of its signs on a document is taken for what it looks like.
const sure = 3

// byItsName is what the name of a file weighs that the vendor's Docker bundle gives it.
const byItsName = 2

// row is one form, and what a document of it has. What is empty is not asked for.
type row struct {
	form  Form
	file  *lazyregexp.Regexp // the name of the file is so
	all   []mark             // all of these are there
	some  []mark             // and at least one of these
	every []mark             // and these, wherever their paths lead
	none  []mark             // and none of these
	only  []string           // and no other keys than these
	signs []sign             // and signs of at least this weight together
	least int
	below bool                            // the signs, and least, are those of the value under one of the keys
	rival []sign                          // which weigh no more than signs do
	alien func(n *tree.Node) (why string) // why it is another program's file of this form, which is Other; empty: it is none
	why   string                          // for a reader; empty: the signs that are there
}

// mark is something that a document has or has not: a value of a shape at a path of keys, joined by dots. The key * stands
// for every key of a map and every element of a list.
type mark struct {
	path  string
	shape shape
}

// shape is what a value is.
type shape uint8

const (
	anything shape = iota
	text           // a scalar that is known and not empty
	list
	mapping
	filled // a map with entries
)

func (s shape) of(n *tree.Node) bool {
	switch s {
	case text:
		return n.Text() != ""
	case list:
		return n.IsList()
	case mapping:
		return n.IsMap()
	case filled:
		return n.IsMap() && !n.Bare()
	case anything:
	}
	return n != nil
}

// in reports whether a document has the mark.
func (m mark) in(n *tree.Node) bool { return slices.ContainsFunc(at(n, m.path), m.shape.of) }

// throughout reports whether all values at the mark's path have its shape.
func (m mark) throughout(n *tree.Node) bool {
	return !slices.ContainsFunc(at(n, m.path), func(v *tree.Node) bool { return !m.shape.of(v) })
}

// at returns the values at a path, nil for one that is not there.
func at(n *tree.Node, path string) []*tree.Node {
	before, after, several := strings.Cut(path, ".*")
	if before != "" {
		n = n.Get(before)
	}
	if !several {
		return []*tree.Node{n}
	}
	var all []*tree.Node
	for _, kid := range n.Kids() {
		all = append(all, at(kid, strings.TrimPrefix(after, "."))...)
	}
	return all
}

// match tells whether a document is of the row's form, and why.
func (r *row) match(n *tree.Node, path string) (m Match, ok bool) {
	marked := func(m mark) bool { return m.in(n) }
	switch {
	case slices.ContainsFunc(r.all, func(m mark) bool { return !m.in(n) }),
		len(r.some) > 0 && !slices.ContainsFunc(r.some, marked),
		slices.ContainsFunc(r.every, func(m mark) bool { return !m.throughout(n) }),
		slices.ContainsFunc(r.none, marked),
		r.only != nil && slices.ContainsFunc(n.Keys(), func(key string) bool { return !slices.Contains(r.only, key) }),
		r.file != nil && !r.file.MatchString(filepath.Base(path)):
		return Match{}, false
	}
	why, ok := r.weigh(n)
	if !ok {
		return Match{}, false
	}
	if r.alien != nil {
		if why := r.alien(n); why != "" {
			return Match{Form: Other, Why: why}, true
		}
	}
	if r.why != "" {
		why = r.why
	}
	return Match{Form: r.form, Why: why}, true
}

// weigh tells whether the signs weigh enough, and which are there.
func (r *row) weigh(n *tree.Node) (why string, ok bool) {
	if r.below {
		for key, value := range n.Entries() {
			if weight, why := score(value, r.signs); value.IsMap() && weight >= r.least {
				return key + " has " + why, true
			}
		}
		return "", false
	}
	weight, why := score(n, r.signs)
	if weight < r.least {
		return "", false
	}
	other, _ := score(n, r.rival)
	return "it has " + why, other <= weight
}

// weight is what the signs of a form weigh that are there.
type weight struct {
	all     int
	heavy   int  // how many of them few programs have
	own     bool // one of them is a key that none else has
	listens bool // one of them is a port
	named   bool // the vendor's bundle calls the file so
}

func (w weight) with(s sign) weight {
	w.all += s.weight
	if s.weight > 1 {
		w.heavy++
	}
	w.own = w.own || s.weight >= sure && s.value == ""
	w.listens = w.listens || s.weight >= sure && s.value != ""
	return w
}

// store is what a file says of a database.
type store uint8

const (
	noStore   store = iota
	someStore       // as many programs do
	ownStore        // as API7 does
)

// stores returns what a mark of a database says.
func (m mark) stores() store {
	switch m.path {
	case "database.type", "database.max_open_conns":
		return someStore
	}
	return ownStore
}

// What [weight.tells] says against a file.
const (
	tooLittle  = "nothing that only API7 has"
	noDatabase = "no database section, which every file of API7's control plane has"
)

// tells reports whether signs tell the file of a component, which has a database or not; else what is missing. A port or
// a key that many programs have tells nothing by itself.
func (w weight) tells(stored store) (lacks string) {
	special := w.own || w.listens
	switch {
	case w.named && (stored != noStore || w.all >= sure),
		stored == ownStore && w.heavy > 0 && w.all+1 >= sure, stored == someStore && (special || w.heavy > 1):
		return ""
	case stored == noStore && w.own:
		return noDatabase
	}
	return tooLittle
}

// score adds up the signs that are there and names the heaviest.
func score(n *tree.Node, signs []sign) (all int, why string) {
	w, why := weigh(n, signs)
	return w.all, why
}

// weigh is as [score] is, and says more.
func weigh(n *tree.Node, signs []sign) (w weight, why string) {
	var names []string
	for _, s := range signs {
		v := n.Get(s.path)
		if v == nil || s.value != "" && v.Text() != s.value {
			continue
		}
		w = w.with(s)
		name := s.path
		if s.value != "" {
			name += " " + s.value
		}
		if len(names) < 3 && s.weight > 1 || len(names) == 0 {
			names = append(names, name)
		}
	}
	return w, strings.Join(names, ", ")
}
