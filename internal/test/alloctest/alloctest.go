// Package alloctest fails tests that allocate more than they may. Fuzzing uses it: an input that makes a reader ask for
// memory out of all proportion is as bad as one that makes it panic, and the machine that runs the test may have enough.
package alloctest

import (
	"runtime"
	"testing"
)

// Within runs f and fails the test if f allocates more than limit bytes. Everything counts that is allocated meanwhile,
// by any goroutine and be it freed again, so the limit bounds what f ever holds; no parallel test may run beside it.
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
