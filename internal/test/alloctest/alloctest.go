// Package alloctest fails tests that allocate too much memory. It is for fuzzing: an input that makes a reader
// allocate memory out of all proportion is as bad as one that makes it panic, but the machine may have enough memory
// to hide it.
package alloctest

import (
	"runtime"
	"testing"
)

// Within runs f and fails the test if f allocates more than limit bytes. Allocations by any goroutine count, even if
// freed again, so f never holds more than limit. No parallel test may run at the same time.
func Within(tb testing.TB, limit uint64, f func()) {
	tb.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	if got := after.TotalAlloc - before.TotalAlloc; got > limit {
		tb.Errorf("allocated %d bytes, more than %d", got, limit)
	}
}
