package postgres

import "math/bits"

// repeats finds values that come more than once in a stream of hashes, in fixed memory: a Bloom filter tells what was
// surely not seen before, and what may have been is a candidate. A candidate is a value to look at, not a result.
type repeats struct {
	filter     []uint64
	mask       uint64
	candidates map[int64]struct{}
	overflow   bool // more candidates than are worth naming
}

const (
	filterBits    = 27 // at most: 16 MiB
	minFilterBits = 16
	maxCandidates = 100_000
)

// newRepeats returns a filter for about n values; n below 1 is unknown. With 64 bits for each value hardly any
// candidate is false.
func newRepeats(n int64) *repeats {
	size := filterBits
	if n > 0 {
		size = min(max(bits.Len64(uint64(n))+6, minFilterBits), filterBits)
	}
	return &repeats{
		filter: make([]uint64, 1<<size/64), mask: 1<<size - 1, candidates: map[int64]struct{}{},
	}
}

func (r *repeats) add(hash int64) {
	h := uint64(hash) //nolint:gosec // bits, not a number
	step := h>>32 | h<<32 | 1
	seen := true
	for range 4 {
		bit := h & r.mask
		if r.filter[bit/64]&(1<<(bit%64)) == 0 {
			seen = false
			r.filter[bit/64] |= 1 << (bit % 64)
		}
		h += step
	}
	if !seen || r.overflow {
		return
	}
	if r.candidates[hash] = struct{}{}; len(r.candidates) > maxCandidates {
		r.overflow, r.candidates = true, nil
	}
}
