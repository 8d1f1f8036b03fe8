package outfile

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// Error says why a file cannot be written and what to do next, each in one line.
type Error struct{ Name, Reason, Hint string }

// Error names the file as the caller did, never a temporary file.
func (e *Error) Error() string { return "cannot write " + e.Name + ": " + e.Reason }

const anotherHint = "choose another file"

var errFolder = errors.New("it is a folder")

func (t Target) failed(err error) error { return failed(t.name, err) }

// failed turns a system error about the named file into an [Error]. A context error stays as it is.
func failed(name string, err error) error {
	e, told := errors.AsType[*Error](err)
	switch {
	case err == nil:
		return nil
	case told:
		return e
	case errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, errFolder):
		return &Error{name, "it is a folder", "name a file in it: " + filepath.Join(name, "FILE")}
	case errors.Is(err, fs.ErrNotExist):
		return &Error{name, "no such folder", "create the folder first, or choose another"}
	case errors.Is(err, syscall.ENOTDIR):
		return &Error{name, filepath.Dir(name) + " is not a folder", anotherHint}
	case errors.Is(err, syscall.ELOOP):
		return &Error{name, "its links form a loop", anotherHint}
	case errors.Is(err, fs.ErrPermission):
		return &Error{name, "permission denied", "choose a folder that you can write to"}
	case errors.Is(err, syscall.EPIPE):
		return &Error{name, "its reader has gone away", "check the command that reads it"}
	case errors.Is(err, syscall.ENOSPC):
		return &Error{name, "no space left", "free some space, or choose another place"}
	}
	return &Error{name, cause(err).Error(), anotherHint}
}

// cause returns the system's error without file names.
func cause(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	if e, ok := errors.AsType[*os.LinkError](err); ok {
		return e.Err
	}
	return err
}

// irreplaceable reports whether an error means that a file cannot be replaced by another and must be written in
// place: it is a mount, or its folder accepts no new file.
func irreplaceable(err error) bool {
	for _, known := range []error{syscall.EBUSY, syscall.EXDEV, syscall.EROFS, fs.ErrPermission} {
		if errors.Is(err, known) {
			return true
		}
	}
	return false
}
