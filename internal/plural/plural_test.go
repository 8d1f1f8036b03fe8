package plural_test

import (
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/plural"
)

func TestOnlyOneIsSingular(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]string{0: "0 rows", 1: "1 row", 2: "2 rows", 21: "21 rows", 1000: "1000 rows"} {
		if got := plural.Of(n, "row", "rows"); got != want {
			t.Errorf("Of(%d) = %q, want %q", n, got, want)
		}
	}
}
