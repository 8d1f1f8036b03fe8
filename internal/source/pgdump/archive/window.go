package archive

import (
	"bytes"
	"errors"
	"io"
)

// window is a buffered reader that returns slices of its own buffer, which the caller may overwrite, and knows its
// offset.
type window struct {
	src  io.Reader
	own  []byte
	buf  []byte // its own, or borrowed from a src that reads ahead
	lent bool
	r, w int   // buf[r:w] is read and not yet consumed
	base int64 // the offset of buf[0]
	err  error // the error that ended src; io.EOF at its end

	limit int64 // the offset at which nothing more is read; 0: there is none
}

// A window starts small, because most tables are small, and grows with what is read.
const (
	windowSize  = 256 << 10
	windowStart = 8 << 10
)

// errLimit means that the limit is reached.
var errLimit = errors.New("the limit is reached")

// errLongLine means that a line is longer than the window.
var errLongLine = errors.New("a line longer than the window")

// reset starts reading src, whose first byte has the given offset.
func (w *window) reset(src io.Reader, offset int64) {
	w.src, w.buf, w.lent, w.r, w.w, w.base, w.err, w.limit = src, nil, false, 0, 0, offset, nil, 0
}

func (w *window) offset() int64   { return w.base + int64(w.r) }
func (w *window) pending() []byte { return w.buf[w.r:w.w] }

// Read implements [io.Reader].
func (w *window) Read(p []byte) (int, error) {
	if _, ok := w.peek(); !ok {
		return 0, w.err
	}
	n := copy(p, w.pending())
	w.r += n
	return n, nil
}

// more reads more after what is pending. It returns false if the window is full or the source has ended.
func (w *window) more() bool {
	if w.err == nil && w.limit > 0 && w.offset() >= w.limit {
		w.err = errLimit
	}
	if w.err != nil {
		return false
	}
	if a, ok := w.src.(*ahead); ok && w.w-w.r <= aheadRoom {
		return w.take(a)
	}
	w.makeRoom()
	for idle := 0; w.err == nil && w.w < len(w.buf); idle++ {
		n, err := w.src.Read(w.buf[w.w:])
		w.w, w.err = w.w+n, err
		if n > 0 {
			return true
		}
		if idle == maxIdle {
			w.err = io.ErrNoProgress
		}
	}
	return false
}

// take replaces the window's buffer with one that was read ahead, so that only what is pending has to move.
func (w *window) take(a *ahead) bool {
	pending := w.w - w.r
	b, err := a.next(w.pending())
	w.base += int64(w.r)
	w.buf, w.lent, w.r, w.w, w.err = b, true, 0, len(b), err
	return len(b) > pending
}

// makeRoom makes room after what is pending, unless that fills the window.
func (w *window) makeRoom() {
	size := len(w.own)
	switch {
	case w.lent && w.w-w.r >= windowSize:
		return
	case w.lent:
		size = windowSize
	case w.w == len(w.buf):
		size = min(max(4*size, windowStart), windowSize)
	case w.r < w.w:
		return
	}
	own := w.own
	if len(own) < size {
		own = make([]byte, size)
	}
	w.base += int64(w.r)
	w.w = copy(own, w.pending())
	w.own, w.buf, w.lent, w.r = own, own, false, 0
}

const maxIdle = 100

// ahead returns at least n pending bytes; fewer only at the end of the source or of the window.
func (w *window) ahead(n int) []byte {
	for more := true; more && w.w-w.r < n; {
		more = w.more()
	}
	return w.pending()
}

// peek returns the next byte; false at the end.
func (w *window) peek() (byte, bool) {
	if w.r == w.w && !w.more() {
		return 0, false
	}
	return w.buf[w.r], true
}

// line consumes a line and returns it without its end. If the line is longer than the window, it consumes nothing and
// returns errLongLine. If the source ends before the line does, it returns the source's error, even [io.EOF].
func (w *window) line() ([]byte, error) {
	for seen := 0; ; {
		if i := bytes.IndexByte(w.buf[w.r+seen:w.w], '\n'); i >= 0 {
			line := w.buf[w.r : w.r+seen+i]
			w.r += seen + i + 1
			return line, nil
		}
		seen = w.w - w.r
		if w.more() {
			continue
		}
		if w.err == nil {
			return nil, errLongLine
		}
		return nil, w.err
	}
}

// skipTo consumes everything before offset, unless stop returns an error.
func (w *window) skipTo(offset int64, stop func() error) error {
	for w.offset() < offset {
		if err := stop(); err != nil {
			return own{err}
		}
		if w.r == w.w && !w.more() {
			return broken(w.err, w.offset(), "too early")
		}
		w.r += int(min(offset-w.offset(), int64(w.w-w.r)))
	}
	return nil
}
