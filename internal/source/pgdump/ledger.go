package pgdump

import (
	"hash/maphash"

	"github.com/api7-preflight/api7-preflight/internal/controlplane"
)

// ledger is a list of keys in the order in which they are added. It finds those that were added more than once.
type ledger struct {
	spill
	length int
	seed   maphash.Seed
	filter *controlplane.Repeats // of the keys so far; nil: made on first use
	hashes []int64               // not in the filter yet
}

// manyHashes is the number of hashes that are added to the filter together, so that they do not wait for memory one
// by one.
const manyHashes = 256

func newLedger(dir string) *ledger { return &ledger{spill: spill{dir: dir}, seed: maphash.MakeSeed()} }

// add adds a key. The newest of equal keys is the one with the highest rank or, if they have the same rank, the last.
func (l *ledger) add(key []byte, rank int64) {
	l.number(uint64(rank)) //nolint:gosec // bits, not a number
	l.bytes(key)
	l.length++
	if l.filter == nil {
		return
	}
	if l.hashes = append(l.hashes, l.hash(key)); len(l.hashes) == manyHashes {
		l.addHashes()
	}
}

func (l *ledger) addHashes() {
	for _, hash := range l.hashes {
		l.filter.Add(hash)
	}
	l.hashes = l.hashes[:0]
}

// repeats is what a ledger knows about keys that were added more than once.
type repeats struct {
	stale   []uint64 // a bit for each entry that is not the newest of its key; nil: none
	objects int64    // keys that occur more than once
	extra   int64    // entries beyond the first of each
}

func (r *repeats) isStale(i int) bool { return r.stale != nil && r.stale[i/64]&(1<<(i%64)) != 0 }

func (r *repeats) strike(i, length int) {
	if r.stale == nil {
		r.stale = make([]uint64, length/64+1)
	}
	r.stale[i/64] |= 1 << (i % 64)
	r.extra++
}

// manyKeys is the number of keys that are compared at a time, which takes about 15 MB.
const manyKeys = 100_000

// repeats compares the keys. A filter of hashes first shows which keys may occur more than once. There are usually
// none, and then nothing is compared. Otherwise the keys themselves are compared, in parts if there are many, so that
// memory is limited and no two different keys are ever taken for one.
func (l *ledger) repeats() (repeats, error) {
	var found repeats
	if l.length == 0 {
		return found, nil
	}
	var err error
	if l.filter == nil {
		filter := controlplane.NewRepeats(int64(l.length))
		err = l.each(func(_ int, key []byte, _ int64) { filter.Add(l.hash(key)) })
		l.filter = filter
	}
	l.addHashes()
	candidates, tooMany := l.filter.Candidates()
	if err != nil || len(candidates) == 0 && !tooMany {
		return found, err
	}
	if !tooMany {
		err = l.compare(&found, func(hash int64) bool { _, ok := candidates[hash]; return ok })
		return found, err
	}
	parts := uint64(l.length/manyKeys + 1) //nolint:gosec // not negative
	for part := range parts {
		if err := l.compare(&found, func(hash int64) bool { return uint64(hash)%parts == part }); err != nil { //nolint:gosec // bits
			return found, err
		}
	}
	return found, nil
}

// compare marks every entry that is not the newest of its key as stale, among the keys whose hash is chosen.
func (l *ledger) compare(found *repeats, chosen func(hash int64) bool) error {
	type entry struct {
		at       int
		rank     int64
		repeated bool
	}
	newest := map[string]*entry{}
	return l.each(func(i int, key []byte, rank int64) {
		if !chosen(l.hash(key)) {
			return
		}
		e := newest[string(key)]
		if e == nil {
			newest[string(key)] = &entry{at: i, rank: rank}
			return
		}
		if !e.repeated {
			e.repeated = true
			found.objects++
		}
		if rank < e.rank {
			found.strike(i, l.length)
			return
		}
		found.strike(e.at, l.length)
		e.at, e.rank = i, rank
	})
}

func (l *ledger) each(visit func(i int, key []byte, rank int64)) error {
	r := l.reader()
	for i := 0; r.more(); i++ {
		rank := int64(r.number()) //nolint:gosec // bits, not a number
		if key := r.bytes(); r.err == nil {
			visit(i, key, rank)
		}
	}
	return r.failed()
}

func (l *ledger) hash(key []byte) int64 {
	return int64(maphash.Bytes(l.seed, key)) //nolint:gosec // bits, not a number
}
