package infile

import (
	"os"
	"slices"

	"golang.org/x/sys/unix"
)

// ofKernel reports whether the kernel makes the content of a file when it is read, as in /proc: reading it may wait.
func ofKernel(f *os.File) bool {
	var s unix.Statfs_t
	err := unix.Fstatfs(int(f.Fd()), &s)
	return err == nil && slices.Contains([]int64{unix.PROC_SUPER_MAGIC, unix.SYSFS_MAGIC, unix.TRACEFS_MAGIC, unix.DEBUGFS_MAGIC}, int64(s.Type)) //nolint:unconvert // of other sizes on other processors
}
