//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package cli

import (
	"os"

	"golang.org/x/sys/unix"
)

// shut reports whether a stream was closed when the program began. The runtime has then opened the null device in its
// place, and for reading as well, which ">/dev/null" of a shell does not. A caller that does so too, to be rid of the
// output, cannot be told from one that has none.
func shut(f *os.File) bool {
	null, err := os.Stat(os.DevNull)
	info := stat(f)
	if err != nil || info == nil || !os.SameFile(null, info) {
		return false
	}
	flags, err := unix.FcntlInt(f.Fd(), unix.F_GETFL, 0)
	return err == nil && flags&unix.O_ACCMODE == unix.O_RDWR
}
