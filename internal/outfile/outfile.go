// Package outfile writes files whole or not at all, wherever their names lead: through links, to a new file, over an
// old one, or into a device, pipe, socket or mount, which cannot be replaced.
package outfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
)

// Target is what a name leads to, through all links. It tells of one moment.
type Target struct {
	name string      // as it was given
	path string      // without links, as far as they can be followed
	info fs.FileInfo // nil: nothing is there
	// descriptor is the number under which this process has the file open, where that is what the name says, as
	// /dev/stderr and /dev/fd/3 do; else 0. Others write there too, so what is there stays.
	descriptor int
}

// maxLinks is how many links a name may go through, as for the system.
const maxLinks = 40

// Find follows a name. A link to nothing leads to what it names. The error is an [Error]: no file can be there.
func Find(name string) (Target, error) {
	t := Target{name: name, path: name}
	info, err := os.Stat(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return t, failed(name, err)
	}
	t.info = info
	for range maxLinks {
		above, last := filepath.Split(name)
		folder, err := filepath.EvalSymlinks(orHere(above))
		if err != nil {
			return t, failed(t.name, err)
		}
		t.path = filepath.Join(folder, last)
		if t.descriptor = descriptor(folder, last); t.descriptor > 0 {
			return t, nil
		}
		link, isLink := readLink(t.path)
		if !isLink {
			return t, nil
		}
		if name = link; !filepath.IsAbs(link) {
			name = folder + string(filepath.Separator) + link // not joined: a/../b is not b where a is a link
		}
	}
	return t, &Error{t.name, "its links form a loop", anotherHint}
}

func readLink(path string) (link string, isLink bool) {
	link, err := os.Readlink(path)
	return link, err == nil
}

// descriptor returns the number of an open file of this process that a path says, where the system shows them as files.
func descriptor(folder, last string) int {
	n, err := strconv.Atoi(last)
	if err != nil || folder != fmt.Sprintf("/proc/%d/fd", os.Getpid()) {
		return 0
	}
	return n
}

func orHere(folder string) string {
	if folder == "" {
		return "."
	}
	return folder
}

// Exists reports whether a file is there whose content would be lost.
func (t Target) Exists() bool { return t.regular() && t.descriptor == 0 }

func (t Target) regular() bool { return t.info != nil && t.info.Mode().IsRegular() }

// Info returns what is there; nil: nothing.
func (t Target) Info() fs.FileInfo { return t.info }

// Folder returns the folder of the file, where temporary files may be beside it; empty: it takes none.
func (t Target) Folder() string {
	folder := filepath.Dir(t.path)
	if t.path == "" || t.info != nil && !t.Exists() || takesFiles(folder) != nil {
		return ""
	}
	return folder
}

// Same reports whether two names lead to one file, which may be there or not.
func (t Target) Same(other Target) bool {
	if t.info != nil || other.info != nil {
		return t.Is(other.info)
	}
	if t.path == other.path {
		return true
	}
	here, err := os.Stat(filepath.Dir(t.path))
	there, failed := os.Stat(filepath.Dir(other.path))
	return err == nil && failed == nil && filepath.Base(t.path) == filepath.Base(other.path) && os.SameFile(here, there)
}

// Is reports whether a name leads to a file that is there. The null device is nobody's: what goes there harms nothing.
func (t Target) Is(info fs.FileInfo) bool {
	if t.info == nil || info == nil || !os.SameFile(t.info, info) {
		return false
	}
	null, err := os.Stat(os.DevNull)
	return err != nil || !os.SameFile(null, info)
}

// Check reports why nothing can be written there, as far as that can be told without touching it; the error is an
// [Error].
func (t Target) Check() error {
	switch {
	case t.info == nil:
		return t.failed(takesFiles(filepath.Dir(t.path)))
	case t.info.IsDir():
		return t.failed(errFolder)
	case !t.Exists():
		return nil // a device or pipe tells when it is opened, and a pipe not before someone reads it
	}
	err := takesFiles(filepath.Dir(t.path))
	if irreplaceable(err) {
		err = writable(t.path)
	}
	return t.failed(err)
}
