//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package infile

import (
	"errors"
	"os"
)

// unwaiting is nothing: no name leads to a pipe that would wait on this system.
const unwaiting = 0

// again returns an error. It is never called, because this system does not show open files as files.
func again(int, string) (*os.File, error) { return nil, errors.ErrUnsupported }
