package snapshot_test

import (
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/source/snapshot"
)

func TestASnapshotIsKnownByItsBeginning(t *testing.T) {
	t.Parallel()
	whole := take(t, demo(t))
	for name, test := range map[string]struct {
		content []byte
		is      bool
	}{
		"whole":               {whole, true},
		"its beginning":       {whole[:min(len(whole), snapshot.Beginning)], true},
		"cut off":             {whole[:len(whole)-1], true},
		"of a later format":   {snapshot.Seal([]byte(`{"format":"api7-preflight-snapshot","schema_version":"99"}` + "\n")), true},
		"of another program":  {snapshot.Seal([]byte(`{"format":"backup"}` + "\n")), false},
		"compressed text":     {snapshot.Seal([]byte("api7-preflight-snapshot\n")), false},
		"of one endless line": {snapshot.Seal(make([]byte, 1<<20)), false},
		"text":                {[]byte(header + "\n"), false},
		"the magic alone":     {whole[:4], false},
		"nothing":             {nil, false},
	} {
		if got := snapshot.Is(test.content); got != test.is {
			t.Errorf("%s: %v", name, got)
		}
	}
}
