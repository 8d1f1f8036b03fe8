package controlplane

import (
	"hash/maphash"
	"maps"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/few"
)

// tally is what was read of one table.
type tally struct {
	read      bool
	objects   identity // by gateway group and id
	extra     int64    // rows beyond the first of an object
	published int64    // publications
	gaps      []estate.Gap

	// The objects of a small table are remembered until kine shows them, to be able to name differences.
	unmet      map[string]bool
	overflow   bool
	onlyInKine few.Names
	key        []byte // the last object, for meet
}

// remembered is the number of objects up to which a table is small.
const remembered = 10_000

func (t *tally) add(group, id string) {
	t.objects.add(group, id)
	if t.overflow = t.overflow || len(t.unmet) >= remembered; t.overflow {
		t.unmet = nil
		return
	}
	if t.unmet == nil {
		t.unmet = map[string]bool{}
	}
	t.unmet[group+"/"+id] = true
}

// meet records that kine has the object.
func (t *tally) meet(group, id string) {
	if t.overflow {
		return
	}
	t.key = append(append(append(t.key[:0], group...), '/'), id...)
	if t.unmet[string(t.key)] {
		delete(t.unmet, string(t.key))
	} else {
		t.onlyInKine.AddBytes(t.key)
	}
}

// differences returns the names of a few objects that only one side has, if they are known, and the end of a sentence
// about the difference.
func (t *tally) differences() (names []string, listed string) {
	missing := few.Of(slices.Collect(maps.Keys(t.unmet))...)
	if missing.Len() > 0 {
		listed = "; only in the table: " + missing.String()
	}
	if t.onlyInKine.Len() > 0 {
		listed += "; only in kine: " + t.onlyInKine.String()
	}
	return append(missing.First(), t.onlyInKine.First()...), listed
}

// identity is a fingerprint of a set of objects, whatever their order. In a few bytes for any number of objects, it
// is enough to tell whether two tables hold the same ones.
type identity struct {
	count int64
	sum   uint64
}

// seed is shared in the process, because identities are compared with each other.
var seed = maphash.MakeSeed()

func (i *identity) add(group, id string) {
	i.count++
	i.sum += maphash.Comparable(seed, [2]string{group, id})
}

func (i *identity) same(other identity) bool { return i.count == other.count && i.sum == other.sum }
