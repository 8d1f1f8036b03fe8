//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package outfile

import (
	"errors"
	"io/fs"
	"os"
)

// takesFiles is told by writing.
func takesFiles(string) error { return nil }

// writable is told by writing.
func writable(string) error { return nil }

// own has nothing to give: files belong to whoever makes them.
func own(*os.File, fs.FileInfo) {}

// lock is not needed: what is open for writing cannot be opened again.
func lock(*os.File) error { return nil }

// again is not asked for: no file shows what a process has open.
func again(int, string) (*os.File, error) { return nil, errors.ErrUnsupported }
