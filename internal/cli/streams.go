package cli

import (
	"errors"
	"io"
	"io/fs"
	"os"
)

// watched is standard output that remembers its first error.
type watched struct {
	w   io.Writer
	err error
}

// errShut says that there is no standard output to write to.
var errShut = errors.New("standard output is closed")

// Write passes p on.
func (w *watched) Write(p []byte) (n int, err error) {
	if f, ok := file(w.w); ok && shut(f) {
		err = errShut
	} else {
		n, err = w.w.Write(p)
	}
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		err = path.Err
	}
	if w.err == nil {
		w.err = err
	}
	return n, err
}

// file returns the file behind a stream.
func file(stream any) (*os.File, bool) {
	if out, ok := stream.(*watched); ok {
		stream = out.w
	}
	f, ok := stream.(*os.File)
	return f, ok && f != nil
}

func stat(f *os.File) fs.FileInfo {
	info, err := f.Stat()
	if err != nil {
		return nil
	}
	return info
}
