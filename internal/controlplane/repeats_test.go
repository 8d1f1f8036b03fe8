package controlplane_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/controlplane"
)

func TestRepeatedValuesAreNeverMissed(t *testing.T) {
	t.Parallel()
	for _, n := range []int64{-1, 1, 1000, 1 << 40} {
		var values []int64
		for i := range int64(5000) {
			values = append(values, i*0x5851f42d4c957f2d)
		}
		values = append(values, values[7], values[4999], values[7], 0)
		repeats := controlplane.NewRepeats(n)
		for _, v := range values {
			repeats.Add(v)
		}
		got, _ := repeats.Candidates()
		for _, v := range []int64{values[7], values[4999], 0} {
			if _, ok := got[v]; !ok {
				t.Errorf("for %d values: %d is not found", n, v)
			}
		}
		if (n < 0 || n > 5000) && len(got) > 3 {
			t.Errorf("for %d values: %d candidates for 3", n, len(got))
		}
	}
}

func TestFewValuesAreComparedExactly(t *testing.T) {
	t.Parallel()
	repeats := controlplane.NewRepeats(0)
	for _, v := range []int64{5, -3, 7, 5, 0, -3, 5} {
		repeats.Add(v)
	}
	got, tooMany := repeats.Candidates()
	if diff := cmp.Diff(map[int64]struct{}{5: {}, -3: {}}, got); diff != "" || tooMany {
		t.Errorf("too many: %v (-want +got):\n%s", tooMany, diff)
	}
}

func TestTooManyRepeatedValuesAreNotNamed(t *testing.T) {
	t.Parallel()
	repeats := controlplane.NewRepeats(1 << 40)
	for range 2 {
		for i := range int64(100_001) {
			repeats.Add(i * 0x5851f42d4c957f2d)
		}
	}
	if got, tooMany := repeats.Candidates(); !tooMany || len(got) > 0 {
		t.Errorf("too many: %v, and %d are named", tooMany, len(got))
	}
}
