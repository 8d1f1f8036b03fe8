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
	// Idle is how long an input may give no byte; 0: for ever. One that gives some now and then ends too: for each
	// [Least] bytes it may keep the reader waiting [Windows] times as long. What makes progress is never ended: a program
	// hands a pipe some KiB at a time, as pg_dump does, so one that is slow because its server is gives nothing for a while
	// and then that much, and the time in which the reader itself is busy does not count.
	Idle time.Duration
}

// Least is the number of bytes, unless the end comes first, that a pipe gives within [Windows] times [Options.Idle].
const (
	Least   = 4 << 10
	Windows = 3
)

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

	waited time.Duration // for the bytes in given
	given  int           // fewer than Least
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
	case now.Mode().IsRegular() && ofKernel(f):
		return streamed(w, f, f), nil
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
	began := time.Now() //nolint:forbidigo // it measures how long one waits, as a timer does, and says no time
	got, err := await(f.wait, f.pending, f.patience())
	if err != nil {
		return err
	}
	f.waited += time.Since(began)
	if f.given += len(got.data); f.given >= Least {
		f.waited, f.given = 0, 0
	}
	f.pending, f.spare, f.rest, f.end = nil, got.data[:cap(got.data)], got.data, got.err
	return nil
}

// patience returns how long the next piece may take.
func (f *File) patience() patience {
	whole := Windows * f.wait.idle
	if left := whole - f.waited; f.wait.idle > 0 && left < f.wait.idle {
		return patience{limit: max(left, time.Nanosecond), words: fmt.Sprintf("it has given only %d bytes in %%s", f.given), told: whole}
	}
	return patience{limit: f.wait.idle, words: "it has given nothing for %s", told: f.wait.idle}
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

// patience is how long to wait, 0 for ever, and what to say when that is over: words with a %s for the time.
type patience struct {
	limit time.Duration
	words string
	told  time.Duration
}

// await waits for what comes.
func await[T any](w waiting, coming <-chan T, p patience) (got T, err error) {
	var clock <-chan time.Time
	if p.limit > 0 {
		timer := time.NewTimer(p.limit)
		defer timer.Stop()
		clock = timer.C
	}
	select {
	case got = <-coming:
		return got, nil
	case <-w.done:
		return got, w.over()
	case <-clock:
		return got, &Error{Name: w.name, Reason: fmt.Sprintf(p.words, p.told), Hint: "check the program that writes to it, or allow more time with --timeout", Silent: true}
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
	r, err := await(w, coming, patience{limit: w.idle, words: words, told: w.idle})
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
