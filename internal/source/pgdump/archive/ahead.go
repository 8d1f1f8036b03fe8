package archive

import "io"

// ahead reads a source in a goroutine of its own, so that decompressing and parsing go on at once.
type ahead struct {
	bufs [aheadBuffers][]byte
	free chan int // the buffers to fill
	full chan filled
	quit chan struct{}
	done chan struct{} // closed when the goroutine has ended
	now  filled        // what is being consumed; n is 0 before the first
	rest []byte        // of now
}

type filled struct {
	buf int // which buffer
	n   int
	err error
}

const aheadBuffers = 3

// start begins to read src, ending what was read before, and returns the reader.
func (a *ahead) start(src io.Reader) io.Reader {
	a.stop()
	a.free, a.full = make(chan int, aheadBuffers), make(chan filled, aheadBuffers)
	a.quit, a.done = make(chan struct{}), make(chan struct{})
	a.now, a.rest = filled{}, nil
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
		if len(a.bufs[f.buf]) < size {
			a.bufs[f.buf] = make([]byte, size)
		}
		for b := a.bufs[f.buf]; f.n < len(b) && f.err == nil; {
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

// Read returns what was read ahead.
func (a *ahead) Read(p []byte) (int, error) {
	for len(a.rest) == 0 {
		if a.now.err != nil {
			return 0, a.now.err
		}
		if a.now.n > 0 {
			a.free <- a.now.buf
		}
		a.now = <-a.full
		a.rest = a.bufs[a.now.buf][:a.now.n]
	}
	n := copy(p, a.rest)
	a.rest = a.rest[n:]
	return n, nil
}

// stop ends the goroutine, if there is one. What Read has returned stays valid.
func (a *ahead) stop() {
	if a.done == nil {
		return
	}
	close(a.quit)
	<-a.done
	a.done = nil
}
