//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package outfile

import (
	"errors"
	"io/fs"
	"os"
)

// takesFiles returns nil: only writing shows it on this system.
func takesFiles(string) error { return nil }

// writable returns nil: only writing shows it on this system.
func writable(string) error { return nil }

// own does nothing: a file belongs to the user who creates it.
func own(*os.File, fs.FileInfo) {}

// lock does nothing: a file that is open for writing cannot be opened again on this system.
func lock(*os.File) error { return nil }

// again returns an error. It is never called, because this system does not show open files as files.
func again(int, string) (*os.File, error) { return nil, errors.ErrUnsupported }
