package controlplane

import "math/bits"

// Repeats finds values that occur more than once in a stream of hashes, in fixed memory. A Bloom filter tells which
// values are certainly new; any other value is a candidate. Candidates still have to be checked.
type Repeats struct {
	early      []int64 // the first values, as long as there is no filter
	size       int     // of the filter, in bits, as a power of two
	filter     []uint64
	mask       uint64 // for the index of a line
	candidates map[int64]struct{}
	overflow   bool
}

const (
	filterBits    = 27 // the most: 16 MiB
	minFilterBits = 16
	maxCandidates = 100_000
	manyEarly     = 1 << 10 // from here on there is a filter; to clear one takes longer than to compare fewer values
)

// NewRepeats returns a filter for about n values; n below 1 means unknown. With 64 bits per value hardly any
// candidate is false.
func NewRepeats(n int64) *Repeats {
	size := filterBits
	if n > 0 {
		size = min(max(bits.Len64(uint64(n))+6, minFilterBits), filterBits)
	}
	return &Repeats{size: size, candidates: map[int64]struct{}{}}
}

// Add takes the next value.
func (r *Repeats) Add(hash int64) {
	if r.filter != nil {
		r.sift(hash)
		return
	}
	if r.early = append(r.early, hash); len(r.early) == manyEarly {
		r.filter, r.mask = make([]uint64, 1<<r.size/64), 1<<(r.size-lineBits)-1
		for _, h := range r.early {
			r.sift(h)
		}
		r.early = nil
	}
}

// sift looks for a value in the filter and puts it there. All its bits are in one cache line, because in a large filter
// memory access takes all the time.
func (r *Repeats) sift(hash int64) {
	h := uint64(hash) //nolint:gosec // bits, not a number
	line := r.filter[h&r.mask*lineWords:][:lineWords]
	seen := uint64(1)
	for g := (h ^ h>>32) * spread; g > 1<<lineBits; g >>= lineBits {
		word, bit := &line[g%lineWords], g/lineWords%64
		seen &= *word >> bit
		*word |= 1 << bit
	}
	if seen == 0 || r.overflow {
		return
	}
	if r.candidates[hash] = struct{}{}; len(r.candidates) > maxCandidates {
		r.overflow, r.candidates = true, nil
	}
}

const (
	lineWords = 8                  // 64 bytes
	lineBits  = 9                  // of a number that selects a bit in a line
	spread    = 0x9e3779b97f4a7c15 // multiplier that spreads the bits that do not select the line, which then select up to seven bits in it
)

// Candidates returns the values that may have occurred more than once; no other value has. If there are too many, it
// returns none of them.
func (r *Repeats) Candidates() (values map[int64]struct{}, tooMany bool) {
	seen := make(map[int64]struct{}, len(r.early))
	for _, h := range r.early {
		if _, again := seen[h]; again {
			r.candidates[h] = struct{}{}
		}
		seen[h] = struct{}{}
	}
	return r.candidates, r.overflow
}
