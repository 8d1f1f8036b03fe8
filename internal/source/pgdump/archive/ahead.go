package archive

import "io"

// ahead reads a source in its own goroutine, so that decompressing and parsing run in parallel. It passes its buffers
// on without copying. If the source leaves its checksum to the reader, it is computed here too, for the same reason.
type ahead struct {
	bufs   [aheadBuffers][]byte // each begins with room for what was not consumed of the previous one
	free   chan int             // the buffers to fill
	full   chan filled
	quit   chan struct{}
	done   chan struct{} // closed when the goroutine has ended
	now    filled        // being consumed; n is 0 before the first
	at     int           // not consumed yet: bufs[now.buf][at:aheadRoom+now.n]
	sealed sealed        // nil if the source compares its checksum itself
}

// filled is a buffer with n bytes after its room.
type filled struct {
	buf int
	n   int
	err error
}

// sealed is a source that ends with a checksum of its content.
type sealed interface {
	io.Reader
	read(p []byte) // takes what was read, in order
	verify() error // compares the checksum, after the end
}

const (
	aheadBuffers = 3
	aheadRoom    = 16 << 10
)

// start begins to read src instead of any previous source, and returns the reader.
func (a *ahead) start(src io.Reader) *ahead {
	a.stop()
	a.free, a.full = make(chan int, aheadBuffers), make(chan filled, aheadBuffers)
	a.quit, a.done = make(chan struct{}), make(chan struct{})
	a.now, a.at = filled{}, aheadRoom
	a.sealed, _ = src.(sealed)
	for i := range a.bufs {
		a.free <- i
	}
	go a.fill(src)
	return a
}

// fill reads src into free buffers until its end or until quit is closed.
func (a *ahead) fill(src io.Reader) {
	defer close(a.done)
	for size := windowStart; ; size = windowSize {
		var f filled
		select {
		case f.buf = <-a.free:
		case <-a.quit:
			return
		}
		if len(a.bufs[f.buf]) < aheadRoom+size {
			a.bufs[f.buf] = make([]byte, aheadRoom+size)
		}
		for b := a.bufs[f.buf][aheadRoom:]; f.n < len(b) && f.err == nil; {
			var n int
			n, f.err = src.Read(b[f.n:])
			f.n += n
			select {
			case <-a.quit:
				return
			default:
			}
		}
		a.full <- f // there is room for all buffers
		if f.err != nil {
			return
		}
	}
}

// next returns a buffer in which rest, which must fit into the room, is followed by what was read next. The previous
// buffer may then be reused. An error comes with the last buffer.
func (a *ahead) next(rest []byte) ([]byte, error) {
	if a.at == a.end() {
		before := a.now
		if before.err != nil {
			return rest, before.err
		}
		a.receive()
		a.at -= copy(a.bufs[a.now.buf][a.at-len(rest):], rest)
		if before.n > 0 {
			a.free <- before.buf
		}
	} else { // the rest of a buffer that Read has begun
		a.at -= copy(a.bufs[a.now.buf][a.at-len(rest):a.at], rest)
	}
	b := a.bufs[a.now.buf][a.at:a.end()]
	a.at = a.end()
	return b, a.now.err
}

// Read returns what was read ahead.
func (a *ahead) Read(p []byte) (int, error) {
	for a.at == a.end() {
		before := a.now
		if before.err != nil {
			return 0, before.err
		}
		a.receive()
		if before.n > 0 {
			a.free <- before.buf
		}
	}
	n := copy(p, a.bufs[a.now.buf][a.at:a.end()])
	a.at += n
	return n, nil
}

func (a *ahead) end() int { return aheadRoom + a.now.n }

// receive waits for the next buffer and, at the end of a sealed source, compares the checksum.
func (a *ahead) receive() {
	a.now = <-a.full
	a.at = aheadRoom
	if a.sealed == nil {
		return
	}
	a.sealed.read(a.bufs[a.now.buf][a.at:a.end()])
	if a.now.err == io.EOF { //nolint:errorlint // a reader's end is never wrapped
		if err := a.sealed.verify(); err != nil {
			a.now.err = err
		}
	}
}

// stop ends the goroutine, if there is one. Buffers already returned stay valid.
func (a *ahead) stop() {
	if a.done == nil {
		return
	}
	close(a.quit)
	<-a.done
	a.done = nil
}
