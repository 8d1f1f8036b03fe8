package infile_test

import (
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/api7-preflight/api7-preflight/internal/infile"
)

// TestAFileOfTheKernelIsReadAsAPipeIs has a file that gives some bytes at once. One such as /proc/kmsg gives none until
// something happens, and only an administrator may read it.
func TestAFileOfTheKernelIsReadAsAPipeIs(t *testing.T) {
	t.Parallel()
	const name = "/proc/version"
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	f, err := infile.Open(t.Context(), name, infile.Options{Idle: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	got, err := io.ReadAll(f)
	if _, _, onDisk := f.Regular(); err != nil || string(got) != string(want) || onDisk {
		t.Errorf("%q, %v, on a disk: %t", got, err, onDisk)
	}
	if _, err := infile.Regular(name); !strings.Contains(told(t, err).Reason, "only files on a disk are read here") {
		t.Errorf("as a file on a disk: %v", err)
	}
	if got := infile.Beginning(name, 10); got != nil {
		t.Errorf("its beginning is %q", got)
	}
}
