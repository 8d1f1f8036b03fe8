//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package infile

import (
	"os"

	"golang.org/x/sys/unix"
)

// unwaiting makes opening a pipe not wait for its writer.
const unwaiting = unix.O_NONBLOCK

// again opens the file behind a descriptor again, at the same offset.
func again(descriptor int, name string) (*os.File, error) {
	fd, err := unix.Dup(descriptor)
	if err != nil {
		return nil, err //nolint:wrapcheck // only whether it can be is asked
	}
	return os.NewFile(uintptr(fd), name), nil
}
