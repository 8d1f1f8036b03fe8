package infile

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// Error says why an input is not read, and what to do about it, each in one line.
type Error struct {
	Name, Reason, Hint string
	// Silent is true if the input is one that would be read, and gave nothing in time.
	Silent bool
}

// Error names the input as the caller did.
func (e *Error) Error() string { return e.Name + ": " + e.Reason }

// Unwrap returns the error that a command shows.
func (e *Error) Unwrap() error { return &estate.OpenError{Message: e.Error(), Hint: e.Hint} }

// taken reports whether what a name leads to is read: a file on a disk, or a pipe.
func taken(info fs.FileInfo) bool {
	return info.Mode().IsRegular() || info.Mode()&fs.ModeNamedPipe != 0
}

// refuse returns the error for what is not read.
func refuse(name string, info fs.FileInfo) error {
	what, hint := "something else", "name a file or a pipe"
	switch mode := info.Mode(); {
	case mode.IsDir():
		what, hint = "a folder", "name a file in it"
	case mode&fs.ModeSocket != 0:
		what = "a socket"
	case mode&fs.ModeCharDevice != 0:
		what, hint = "a character device", "name a file or a pipe, or /dev/stdin for what is typed"
	case mode&fs.ModeDevice != 0:
		what = "a block device"
	case mode&fs.ModeNamedPipe != 0:
		what, hint = "a pipe", "name a file on a disk"
	}
	return &Error{Name: name, Reason: fmt.Sprintf("it is %s: only files and pipes are read", what), Hint: hint}
}

// inherited opens what a name means that stands for an open file of this process, such as /dev/stdin and /dev/fd/3.
// Whatever that is, the one who started the program gave it to be read.
func inherited(name string) (*os.File, bool) {
	const maxLinks = 40 // as the system has it
	own := []string{"/dev/fd", fmt.Sprintf("/proc/%d/fd", os.Getpid())}
	for range maxLinks {
		folder, err := filepath.EvalSymlinks(filepath.Dir(name))
		if err != nil {
			return nil, false
		}
		last := filepath.Base(name)
		if descriptor, err := strconv.Atoi(last); err == nil && slices.Contains(own, folder) {
			f, err := again(descriptor, name)
			return f, err == nil
		}
		link, err := os.Readlink(filepath.Join(folder, last))
		if err != nil {
			return nil, false
		}
		if name = link; !filepath.IsAbs(link) {
			name = folder + string(filepath.Separator) + link // not joined: a/../b differs from b if a is a link
		}
	}
	return nil, false
}
