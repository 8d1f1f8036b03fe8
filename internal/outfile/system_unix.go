//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package outfile

import (
	"errors"
	"io/fs"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// takesFiles returns an error if no file can be created in a folder.
func takesFiles(folder string) error {
	return unix.Access(folder, unix.W_OK|unix.X_OK) //nolint:wrapcheck // put into words by the caller
}

// writable returns an error if a file cannot be written.
func writable(file string) error {
	return unix.Access(file, unix.W_OK) //nolint:wrapcheck // put into words by the caller
}

// own gives a file the owner and group of another, or only the group. It ignores what is not permitted.
func own(f *os.File, of fs.FileInfo) {
	if was, ok := of.Sys().(*syscall.Stat_t); ok && f.Chown(int(was.Uid), int(was.Gid)) != nil {
		_ = f.Chown(-1, int(was.Gid))
	}
}

// lock waits until no other run writes to a file; closing the file unlocks it. Writing can still be interrupted
// afterwards.
func lock(f *os.File) error {
	conn, err := f.SyscallConn()
	if err != nil {
		return err //nolint:wrapcheck // put into words by the caller
	}
	var locked error
	err = conn.Control(func(fd uintptr) { locked = unix.Flock(int(fd), unix.LOCK_EX) })
	return errors.Join(err, locked)
}

// again opens the file behind a descriptor again, at the same offset.
func again(descriptor int, name string) (*os.File, error) {
	fd, err := unix.Dup(descriptor)
	if err != nil {
		return nil, err //nolint:wrapcheck // put into words by the caller
	}
	return os.NewFile(uintptr(fd), name), nil
}
