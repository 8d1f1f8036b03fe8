package pgdump

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// spill is a sequence of numbers and byte strings that is written once and can be read from its start any number of
// times. A small one stays in memory, a larger one goes to a temporary file that nobody else can open.
type spill struct {
	dir  string
	file *os.File
	buf  []byte
	size int64 // in file
	err  error // from writing; reading returns it
}

const (
	inMemory   = 256 << 10
	readBuffer = 64 << 10
)

func (s *spill) number(n uint64) {
	s.buf = binary.AppendUvarint(s.buf, n)
	if len(s.buf) >= inMemory {
		s.flush()
	}
}

// bytes writes a byte string; nil and empty are different.
func (s *spill) bytes(b []byte) {
	if b == nil {
		s.number(0)
		return
	}
	s.number(uint64(len(b)) + 1)
	s.buf = append(s.buf, b...)
}

func (s *spill) flush() {
	if s.file == nil && s.err == nil {
		s.file, s.err = os.CreateTemp(s.dir, "api7-preflight-*")
		if s.err == nil {
			_ = os.Remove(s.file.Name()) // it exists while it is open, if the system allows that
		}
	}
	if s.err == nil {
		_, s.err = s.file.Write(s.buf)
	}
	s.size += int64(len(s.buf))
	s.buf = s.buf[:0]
}

// close frees the file.
func (s *spill) close() {
	if s.file == nil {
		return
	}
	_ = s.file.Close()
	_ = os.Remove(s.file.Name()) // already gone on most systems
}

// reader returns a reader from the start. Nothing may be written while it is in use.
func (s *spill) reader() *spillReader {
	r := &spillReader{err: s.err}
	if s.file == nil {
		r.in = bufio.NewReaderSize(bytes.NewReader(s.buf), readBuffer)
	} else {
		r.in = bufio.NewReaderSize(io.MultiReader(io.NewSectionReader(s.file, 0, s.size), bytes.NewReader(s.buf)), readBuffer)
	}
	return r
}

// spillReader reads a spill. After an error it returns nothing more.
type spillReader struct {
	in  *bufio.Reader
	own []byte // a byte string that is longer than the buffer
	err error
}

// more reports whether there is anything left to read.
func (r *spillReader) more() bool {
	if r.err != nil {
		return false
	}
	_, err := r.in.Peek(1)
	if err != nil && !errors.Is(err, io.EOF) {
		r.err = err
	}
	return err == nil
}

func (r *spillReader) number() uint64 {
	if r.err != nil {
		return 0
	}
	n, err := binary.ReadUvarint(r.in)
	r.err = err
	return n
}

// bytes returns a string, valid until the next call.
func (r *spillReader) bytes() []byte {
	n := int(r.number()) //nolint:gosec // the length of a slice that was written
	if n == 0 || r.err != nil {
		return nil
	}
	n--
	if n > readBuffer {
		if cap(r.own) < n {
			r.own = make([]byte, n)
		}
		r.own = r.own[:n]
		_, r.err = io.ReadFull(r.in, r.own)
		return r.own
	}
	b, err := r.in.Peek(n)
	if err != nil {
		r.err = err
		return nil
	}
	_, r.err = r.in.Discard(n)
	return b
}

// failed returns the error in words; nil if there was none.
func (r *spillReader) failed() error {
	return unkept(r.err)
}

// unkept returns the error for rows that could not be kept in a temporary file; nil if err is nil.
func unkept(err error) error {
	if err == nil {
		return nil
	}
	where := ""
	if path, ok := errors.AsType[*os.PathError](err); ok {
		where, err = " in "+filepath.Dir(path.Path), path.Err
	}
	return &estate.OpenError{
		Message: fmt.Sprintf("rows cannot be kept in a temporary file%s: %v", where, err),
		Hint:    "set TMPDIR to a folder that can be written and has room for the rows of kine",
	}
}
