package infile

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
)

// OnDisk is an input that can be read at any place: a file, or a copy of what a pipe gave.
type OnDisk struct {
	*os.File

	Size int64
	temp string // to be removed at the end
}

// Begins is the number of bytes by which an input is judged before it is copied.
const Begins = 4096

// OnDisk returns the file itself, or copies what a pipe gives to a temporary one, and leaves nothing open if that fails.
// begins says by the first bytes, [Begins] if there are as many, why copying all would be in vain.
func (f *File) OnDisk(begins func(start []byte) error) (*OnDisk, error) {
	if file, size, ok := f.Regular(); ok {
		return &OnDisk{File: file, Size: size}, nil
	}
	defer f.Close() //nolint:errcheck // it was only read
	start := make([]byte, Begins)
	n, err := io.ReadFull(f, start)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, err //nolint:wrapcheck // callers have words for the system's errors
	}
	if err := begins(start[:n]); err != nil {
		return nil, err
	}
	return f.spool(io.MultiReader(bytes.NewReader(start[:n]), f))
}

// spool copies a stream to a temporary file, which has no name if the system allows that.
func (f *File) spool(all io.Reader) (*OnDisk, error) {
	temp, err := os.CreateTemp("", "api7-preflight-*")
	if err != nil {
		return nil, f.unspooled(err, "set TMPDIR to a folder that can be written, or name a file instead")
	}
	d := &OnDisk{File: temp}
	if os.Remove(temp.Name()) != nil {
		d.temp = temp.Name()
	}
	to := &disk{file: temp}
	d.Size, err = io.Copy(to, all)
	switch {
	case err == nil:
		return d, nil
	case to.err != nil:
		err = f.unspooled(to.err, "set TMPDIR to a folder with more room, or name a file instead")
	}
	return nil, errors.Join(err, d.Close())
}

func (f *File) unspooled(err error, hint string) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok { // the name of the temporary file tells nothing
		err = e.Err
	}
	return &Error{Name: f.name, Reason: "it cannot be copied to a temporary file in " + os.TempDir() + ": " + err.Error(), Hint: hint}
}

// disk is a file that remembers what went wrong in writing it.
type disk struct {
	file *os.File
	err  error
}

// Write passes p on.
func (d *disk) Write(p []byte) (n int, err error) {
	n, err = d.file.Write(p)
	d.err = err
	return n, err //nolint:wrapcheck // a writer passes errors on as they are
}

// Close closes the file, and removes the copy.
func (d *OnDisk) Close() error {
	err := d.File.Close()
	if d.temp != "" {
		err = errors.Join(err, os.Remove(d.temp))
	}
	return err
}
