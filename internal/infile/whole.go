package infile

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// Limit is the size that a kind of file never has.
type Limit struct {
	Bytes int64
	What  string // the kind: "settings file"
}

// over returns the error for a file that is larger.
func (l Limit) over(name string) error {
	return &Error{
		Name: name, Reason: fmt.Sprintf("it is larger than %d MiB, which no %s is", l.Bytes>>20, l.What),
		Hint: "name the " + l.What + "; this is another file",
	}
}

// ReadAll reads a whole input, as [Open] opens it. An [Error] also says that it is larger than the limit; no more than
// that is ever in memory.
func ReadAll(ctx context.Context, name string, l Limit, o Options) ([]byte, error) {
	f, err := Open(ctx, name, o)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // it was only read
	return f.ReadAll(l)
}

// ReadAll reads the rest of the file, as the function ReadAll does.
func (f *File) ReadAll(l Limit) ([]byte, error) {
	if f.size > l.Bytes {
		return nil, l.over(f.name)
	}
	var all bytes.Buffer
	if f.size > 0 {
		all.Grow(int(f.size) + bytes.MinRead)
	}
	_, err := all.ReadFrom(io.LimitReader(f, l.Bytes+1))
	switch {
	case err != nil:
		return nil, err //nolint:wrapcheck // callers have words for the system's errors
	case int64(all.Len()) > l.Bytes: // a pipe has no size, and a file grows
		return nil, l.over(f.name)
	}
	return all.Bytes(), nil
}

// Regular opens a file on a disk, and refuses whatever else a name leads to with an [Error]. It never waits, so it is
// for files that the user did not name: those that another file names, or that stand beside it.
func Regular(name string) (*os.File, error) {
	return regular(name, os.Stat, os.OpenFile)
}

// RegularIn is [Regular] for a file in a folder that is open.
func RegularIn(folder *os.Root, name string) (*os.File, error) {
	return regular(name, folder.Stat, folder.OpenFile)
}

func regular(name string, stat func(string) (fs.FileInfo, error), open func(string, int, fs.FileMode) (*os.File, error)) (*os.File, error) {
	info, err := stat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, refuse(name, info)
	}
	f, err := open(name, os.O_RDONLY|unwaiting, 0)
	if err != nil {
		return nil, err
	}
	switch info, err = f.Stat(); {
	case err != nil:
	case !info.Mode().IsRegular(): // it became something else
		err = refuse(name, info)
	case ofKernel(f):
		err = &Error{Name: name, Reason: "the kernel makes it as it is read: only files on a disk are read here", Hint: "copy it first"}
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// Beginning returns the first bytes of a file on a disk, n at most; nil if it is none, or cannot be read.
func Beginning(name string, n int) []byte {
	f, err := Regular(name)
	if err != nil {
		return nil
	}
	defer f.Close() //nolint:errcheck // it was only read
	start := make([]byte, n)
	got, _ := io.ReadFull(f, start) // a file may be shorter
	return start[:got]
}
