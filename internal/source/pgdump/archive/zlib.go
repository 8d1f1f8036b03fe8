package archive

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"

	"github.com/klauspost/compress/flate"
)

// zlibStream decompresses RFC 1950 and leaves the checksum to the reader, so that both run in parallel.
type zlibStream struct {
	in       *bufio.Reader
	flate    io.ReadCloser
	sum      adler32
	expected uint32 // known once Read has returned io.EOF
}

var (
	errZlibHeader = errors.New("zlib: not a header")
	errZlibSum    = errors.New("zlib: the checksum does not match")
)

// reset begins a stream. If r is a [bufio.Reader], nothing after the stream is consumed from it.
func (z *zlibStream) reset(r io.Reader) error {
	in, ok := r.(*bufio.Reader)
	if !ok {
		in = bufio.NewReaderSize(r, readSize)
	}
	head := [2]byte{}
	if _, err := io.ReadFull(in, head[:]); err != nil {
		return cutShort(err)
	}
	const deflate, dictionary = 8, 0x20
	if head[0]&0x0f != deflate || head[0]>>4 > 7 || head[1]&dictionary != 0 || binary.BigEndian.Uint16(head[:])%31 != 0 {
		return errZlibHeader
	}
	z.in, z.sum = in, adlerStart
	if old, ok := z.flate.(flate.Resetter); ok { // as flate promises
		return old.Reset(in, nil) //nolint:wrapcheck // it never fails
	}
	z.flate = flate.NewReader(in)
	return nil
}

// Read decompresses. It returns [io.EOF] after the checksum, which it has read but not compared.
func (z *zlibStream) Read(p []byte) (int, error) {
	n, err := z.flate.Read(p)
	if err != io.EOF {
		return n, err //nolint:wrapcheck // whoever reads puts it in words
	}
	tail := [4]byte{}
	if _, err := io.ReadFull(z.in, tail[:]); err != nil {
		return n, cutShort(err)
	}
	z.expected = binary.BigEndian.Uint32(tail[:])
	return n, io.EOF
}

// read takes the bytes that Read has returned, in order.
func (z *zlibStream) read(p []byte) { z.sum.add(p) }

// verify compares the checksums. Read must have returned [io.EOF], and read must have taken everything.
func (z *zlibStream) verify() error {
	if uint32(z.sum) != z.expected {
		return errZlibSum
	}
	return nil
}

// cutShort turns the end of a file into an unexpected one.
func cutShort(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
