//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package cli

import (
	"os"

	"golang.org/x/sys/unix"
)

// shut reports whether a stream was closed when the program started. The Go runtime then opens the null device in its
// place, and opens it for reading too, which ">/dev/null" in a shell does not do. A caller that opens it that way to
// discard the output looks the same.
func shut(f *os.File) bool {
	null, err := os.Stat(os.DevNull)
	info := stat(f)
	if err != nil || info == nil || !os.SameFile(null, info) {
		return false
	}
	flags, err := unix.FcntlInt(f.Fd(), unix.F_GETFL, 0)
	return err == nil && flags&unix.O_ACCMODE == unix.O_RDWR
}
