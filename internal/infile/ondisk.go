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

const (
	// Begins is the number of bytes by which an input is judged before it is copied.
	Begins = 4096
	// Goes is the number of bytes up to which an input is judged again and again while it is copied.
	Goes  = goes << (3 * 3)
	goes  = 64 << 10 // when it is judged for the first time, then when it has grown to so many times that
	grown = 8
)

// Judge says why copying all of an input would be in vain.
type Judge struct {
	// Begins judges by the first bytes, [Begins] if there are as many.
	Begins func(start []byte) error
	// Goes judges what has not come to its end by the bytes that were copied so far, which are [Goes] at last; nil: it
	// need not be judged.
	Goes func(start *OnDisk) error
}

// OnDisk returns the file itself, or copies what a pipe gives to a temporary one, and leaves nothing open if that fails.
func (f *File) OnDisk(judge Judge) (*OnDisk, error) {
	if file, size, ok := f.Regular(); ok {
		return &OnDisk{File: file, Size: size}, nil
	}
	defer f.Close() //nolint:errcheck // it was only read
	start := make([]byte, Begins)
	n, err := io.ReadFull(f, start)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, err //nolint:wrapcheck // callers have words for the system's errors
	}
	if err := judge.Begins(start[:n]); err != nil {
		return nil, err
	}
	return f.spool(io.MultiReader(bytes.NewReader(start[:n]), f), judge)
}

// spool copies a stream to a temporary file, which has no name if the system allows that.
func (f *File) spool(all io.Reader, judge Judge) (*OnDisk, error) {
	temp, err := os.CreateTemp("", "api7-preflight-*")
	if err != nil {
		return nil, f.unspooled(err, "set TMPDIR to a folder that can be written, or name a file instead")
	}
	d := &OnDisk{File: temp}
	if os.Remove(temp.Name()) != nil {
		d.temp = temp.Name()
	}
	to := &disk{file: temp}
	if err = d.grow(to, all, judge); err == nil {
		return d, nil
	}
	if to.err != nil {
		err = f.unspooled(to.err, "set TMPDIR to a folder with more room, or name a file instead")
	}
	return nil, errors.Join(err, d.Close())
}

// grow copies everything, and asks the judge now and then whether to go on.
func (d *OnDisk) grow(to io.Writer, all io.Reader, judge Judge) error {
	for stage := int64(goes); judge.Goes != nil && stage <= Goes; stage *= grown {
		n, err := io.CopyN(to, all, stage-d.Size)
		switch d.Size += n; {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err //nolint:wrapcheck // callers have words for the system's errors
		}
		if err := judge.Goes(d); err != nil {
			return err
		}
	}
	n, err := io.Copy(to, all)
	d.Size += n
	return err //nolint:wrapcheck // as above
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
