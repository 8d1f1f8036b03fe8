// Package infile opens what a user names as an input. It is the only place that does: a file, a pipe and standard input
// are read, whatever else a name may lead to is refused, and waiting for a program that never writes ends.
package infile

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Options say how inputs are read. The zero Options wait without end.
type Options struct {
	// Stdin is what the name - means; nil: it is a file of that name.
	Stdin io.Reader
	// Idle is how long an input may give no byte; 0: for ever.
	Idle time.Duration
}

// File is an input that is open for reading. It is read by one goroutine.
type File struct {
	name string
	file *os.File // nil: it is a stream of the caller's
	from io.Reader
	size int64 // of a regular file; else -1
	wait waiting

	pending chan answer // what the read that is under way gives; nil: none is
	spare   []byte      // for the next read
	rest    []byte      // what was read and not passed on yet
	end     error       // what comes after rest; nil: more
}

// answer is what one read of a pipe gave.
type answer struct {
	data []byte
	err  error
}

// Open opens the file, pipe or stream that a name means. Opening a pipe waits for the program that writes to it. That
// ends, as every later read does, with the context's error when it is done, and with an [Error] after [Options.Idle].
// An [Error] also says that the name leads to something that is not read; every other error is the system's.
func Open(ctx context.Context, name string, o Options) (*File, error) {
	w := waiting{name: name, done: ctx.Done(), cause: ctx.Err, idle: o.Idle}
	if name == "-" && o.Stdin != nil {
		w.name = "standard input"
		return streamed(w, o.Stdin, nil), nil
	}
	info, err := os.Stat(name)
	if err != nil {
		return nil, err //nolint:wrapcheck // callers have words for the system's errors
	}
	if !taken(info) {
		if f, ok := inherited(name); ok && !info.IsDir() {
			return streamed(w, f, f), nil
		}
		return nil, refuse(name, info)
	}
	return w.opened(info, func() (*os.File, error) { return os.Open(name) })
}

// OpenIn is [Open] for a file in a folder that is open.
func OpenIn(ctx context.Context, folder *os.Root, name string, o Options) (*File, error) {
	w := waiting{name: filepath.Join(folder.Name(), name), done: ctx.Done(), cause: ctx.Err, idle: o.Idle}
	info, err := folder.Stat(name)
	if err != nil {
		return nil, err //nolint:wrapcheck // as above
	}
	if !taken(info) {
		return nil, refuse(w.name, info)
	}
	return w.opened(info, func() (*os.File, error) { return folder.Open(name) })
}

// opened opens a file or pipe that is there.
func (w waiting) opened(info fs.FileInfo, open func() (*os.File, error)) (*File, error) {
	if err := w.over(); err != nil {
		return nil, err
	}
	f, err := w.openedBy(open)
	if err != nil {
		return nil, err
	}
	now, err := f.Stat()
	switch {
	case err != nil:
	case now.Mode().IsRegular():
		return &File{name: w.name, file: f, from: f, size: now.Size(), wait: w}, nil
	case taken(now) && !info.Mode().IsRegular():
		return streamed(w, f, f), nil
	default: // it became something else
		err = refuse(w.name, now)
	}
	_ = f.Close()
	return nil, err
}

// streamed returns a file that only gives one byte after the other.
func streamed(w waiting, from io.Reader, f *os.File) *File {
	return &File{name: w.name, file: f, from: from, size: -1, wait: w}
}

// Read reads. The error for what ended, or took too long, is as in [Open].
func (f *File) Read(p []byte) (int, error) {
	if err := f.wait.over(); err != nil {
		return 0, err
	}
	if f.size >= 0 {
		return f.from.Read(p) //nolint:wrapcheck // a reader passes errors on as they are
	}
	if len(f.rest) == 0 && f.end == nil {
		if err := f.more(); err != nil {
			return 0, err
		}
	}
	n := copy(p, f.rest)
	f.rest = f.rest[n:]
	if n == 0 && len(p) > 0 {
		return 0, f.end
	}
	return n, nil
}

// piece is the number of bytes that are read of a pipe at a time.
const piece = 64 << 10

// more waits for the next piece. The system cannot be made to end every read, so a read that takes too long is left to
// itself, with its memory.
func (f *File) more() error {
	if f.pending == nil {
		if f.spare == nil {
			f.spare = make([]byte, piece)
		}
		from, buffer, pending := f.from, f.spare, make(chan answer, 1)
		f.spare, f.pending = nil, pending
		go func() {
			n, err := from.Read(buffer)
			pending <- answer{buffer[:n], err}
		}()
	}
	got, err := await(f.wait, f.pending, "it has given nothing for %s")
	if err != nil {
		return err
	}
	f.pending, f.spare, f.rest, f.end = nil, got.data[:cap(got.data)], got.data, got.err
	return nil
}

// Close closes the file. The caller's stream stays open.
func (f *File) Close() error {
	if f.file == nil {
		return nil
	}
	return f.file.Close() //nolint:wrapcheck // names the file
}

// Name returns what the file is called in messages.
func (f *File) Name() string { return f.name }

// Regular returns the file and its size, if it is one on a disk, which can be read at any place.
func (f *File) Regular() (file *os.File, size int64, ok bool) { return f.file, f.size, f.size >= 0 }

// waiting is what ends waiting for an input.
type waiting struct {
	name  string
	done  <-chan struct{}
	cause func() error
	idle  time.Duration
}

// over returns the context's error, once it is done.
func (w waiting) over() error {
	if err := w.cause(); err != nil {
		return fmt.Errorf("reading %s: %w", w.name, err)
	}
	return nil
}

// await waits for what comes. The words for what did not come in time have a %s for the time.
func await[T any](w waiting, coming <-chan T, late string) (got T, err error) {
	var clock <-chan time.Time
	if w.idle > 0 {
		timer := time.NewTimer(w.idle)
		defer timer.Stop()
		clock = timer.C
	}
	select {
	case got = <-coming:
		return got, nil
	case <-w.done:
		return got, w.over()
	case <-clock:
		return got, &Error{Name: w.name, Reason: fmt.Sprintf(late, w.idle), Hint: "check the program that writes to it, or allow more time with --timeout", Silent: true}
	}
}

// openedBy waits for a call that opens a file. When a pipe finds its writer too late, it is closed again.
func (w waiting) openedBy(open func() (*os.File, error)) (*os.File, error) {
	return call(w, "no program has written to it for %s", open, func(late *os.File) { _ = late.Close() })
}

// Call waits for a library that opens inputs by itself, as [Open] would wait. The name says which they are, in the plural.
func Call[T any](ctx context.Context, name string, o Options, do func() (T, error)) (T, error) {
	w := waiting{name: name, done: ctx.Done(), cause: ctx.Err, idle: o.Idle}
	return call(w, "reading them takes longer than %s", do, func(T) {})
}

// call waits for a call that may never return. drop takes what comes too late.
func call[T any](w waiting, words string, do func() (T, error), drop func(T)) (none T, err error) {
	type result struct {
		got T
		err error
	}
	coming := make(chan result, 1)
	go func() {
		got, err := do()
		coming <- result{got, err}
	}()
	r, err := await(w, coming, words)
	if err == nil {
		return r.got, r.err
	}
	go func() {
		if late := <-coming; late.err == nil {
			drop(late.got)
		}
	}()
	return none, err
}
