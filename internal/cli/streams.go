package cli

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
)

// watched is standard output that remembers its first error.
type watched struct {
	w    io.Writer
	err  error
	done <-chan struct{} // ends waiting for a reader that does not read
}

// errShut says that there is no standard output to write to.
var errShut = errors.New("standard output is closed")

// Write passes p on.
func (w *watched) Write(p []byte) (n int, err error) {
	if f, ok := file(w.w); ok && shut(f) {
		err = errShut
	} else {
		n, err = w.pass(p)
	}
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		err = path.Err
	}
	if w.err == nil {
		w.err = err
	}
	return n, err
}

// pass writes p. If the program is interrupted meanwhile, the write is left to itself: nothing is written after it.
func (w *watched) pass(p []byte) (int, error) {
	type result struct {
		n   int
		err error
	}
	select {
	case <-w.done:
		return 0, context.Canceled
	default:
	}
	written := make(chan result, 1)
	go func() {
		n, err := w.w.Write(p)
		written <- result{n, err}
	}()
	select {
	case r := <-written:
		return r.n, r.err
	case <-w.done:
		return 0, context.Canceled
	}
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
