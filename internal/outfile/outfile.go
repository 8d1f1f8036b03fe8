// Package outfile writes files whole or not at all, wherever their names lead: through links, to a new file, to an
// old one, or to a device, pipe, socket or mount, which cannot be replaced.
package outfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
)

// Target is what a name leads to, after following all links, at the moment of [Find].
type Target struct {
	name string      // as given
	path string      // with links followed where possible
	info fs.FileInfo // nil: nothing exists there
	// descriptor is the file descriptor, if the name means one that this process has open, such as /dev/stderr or
	// /dev/fd/3; else 0. Others write there too, so its content is kept.
	descriptor int
}

// maxLinks is the number of links that a name may go through; the system has the same limit.
const maxLinks = 40

// Find returns what a name leads to. A dangling link leads to the file that it names. The error is an [Error]: no
// file can exist there.
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
			name = folder + string(filepath.Separator) + link // not joined: a/../b differs from b if a is a link
		}
	}
	return t, &Error{t.name, "its links form a loop", anotherHint}
}

func readLink(path string) (link string, isLink bool) {
	link, err := os.Readlink(path)
	return link, err == nil
}

// descriptor returns the file descriptor of this process that a path means, on systems that show them as files; else
// 0.
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

// Exists reports whether a file exists whose content would be lost.
func (t Target) Exists() bool { return t.regular() && t.descriptor == 0 }

func (t Target) regular() bool { return t.info != nil && t.info.Mode().IsRegular() }

// Info returns what exists there; nil: nothing.
func (t Target) Info() fs.FileInfo { return t.info }

// Folder returns the folder of the file, in which temporary files may be created; "" if none can.
func (t Target) Folder() string {
	folder := filepath.Dir(t.path)
	if t.path == "" || t.info != nil && !t.Exists() || takesFiles(folder) != nil {
		return ""
	}
	return folder
}

// Same reports whether two names lead to the same file, existing or not.
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

// Is reports whether the name leads to an existing file. For the null device it is false, because writing there harms
// nothing.
func (t Target) Is(info fs.FileInfo) bool {
	if t.info == nil || info == nil || !os.SameFile(t.info, info) {
		return false
	}
	null, err := os.Stat(os.DevNull)
	return err != nil || !os.SameFile(null, info)
}

// Check returns an [Error] if nothing can be written there, and nil if that cannot be known without writing.
func (t Target) Check() error {
	switch {
	case t.info == nil:
		return t.failed(takesFiles(filepath.Dir(t.path)))
	case t.info.IsDir():
		return t.failed(errFolder)
	case !t.Exists():
		return nil // only opening a device or pipe shows it, and opening a pipe waits for a reader
	}
	err := takesFiles(filepath.Dir(t.path))
	if irreplaceable(err) {
		err = writable(t.path)
	}
	return t.failed(err)
}
