package alloctest_test

import (
	"runtime"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/test/alloctest"
)

// noted keeps what a test was told.
type noted struct {
	testing.TB

	failed bool
}

func (*noted) Helper()                 {}
func (n *noted) Errorf(string, ...any) { n.failed = true }

//nolint:paralleltest // counts what the whole process allocates
func TestWhatIsAllocatedIsCountedWhereverAndHoweverShort(t *testing.T) {
	const limit = 4 << 20
	for name, tc := range map[string]struct {
		f      func()
		failed bool
	}{
		"nothing":  {func() {}, false},
		"a little": {func() { _ = strings.Repeat("x", 1<<20) }, false},
		"at once":  {func() { _ = strings.Repeat("x", 5<<20) }, true},
		"in parts, and freed": {func() {
			for range 50 {
				_ = strings.Repeat("x", 100<<10)
				runtime.GC()
			}
		}, true},
		"by another goroutine": {func() {
			done := make(chan string)
			go func() { done <- strings.Repeat("x", 5<<20) }()
			<-done
		}, true},
	} {
		n := &noted{TB: t}
		if alloctest.Within(n, limit, tc.f); n.failed != tc.failed {
			t.Errorf("%s: failed is %v, want %v", name, n.failed, tc.failed)
		}
	}
}
