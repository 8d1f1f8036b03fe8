package controlplane

import "math/bits"

// Repeats finds values that come more than once in a stream of hashes, in fixed memory: a Bloom filter tells what was
// surely not seen before, and what may have been is a candidate. A candidate is a value to look at, not a result.
type Repeats struct {
	filter     []uint64
	mask       uint64 // of the number of a line
	candidates map[int64]struct{}
	overflow   bool
}

const (
	filterBits    = 27 // at most: 16 MiB
	minFilterBits = 16
	maxCandidates = 100_000
)

// NewRepeats returns a filter for about n values; n below 1 is unknown. With 64 bits for each value hardly any
// candidate is false.
func NewRepeats(n int64) *Repeats {
	size := filterBits
	if n > 0 {
		size = min(max(bits.Len64(uint64(n))+6, minFilterBits), filterBits)
	}
	return &Repeats{
		filter: make([]uint64, 1<<size/64), mask: 1<<(size-lineBits) - 1, candidates: map[int64]struct{}{},
	}
}

// Add takes the next value. All its bits are in one line of the processor's cache: in a large filter, nothing else takes
// time.
func (r *Repeats) Add(hash int64) {
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
	lineBits  = 9                  // of a number that chooses a bit of a line
	spread    = 0x9e3779b97f4a7c15 // times this, the bits of a hash that do not choose the line choose up to seven of it
)

// Candidates returns the values that may have come more than once; no other has. Too many are not named.
func (r *Repeats) Candidates() (values map[int64]struct{}, tooMany bool) {
	return r.candidates, r.overflow
}
