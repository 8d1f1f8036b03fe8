package archive

import (
	"bufio"
	"io"

	"github.com/klauspost/compress/gzip"
)

// gzipStream decompresses gzip members up to the end of the source, which may be padded with zeros, as tapes and
// block devices do.
type gzipStream struct {
	src *bufio.Reader
	dec *gzip.Reader
}

func (z *gzipStream) reset(src *bufio.Reader) error {
	z.src = src
	return z.member()
}

// member begins the next member.
func (z *gzipStream) member() error {
	var err error
	if z.dec == nil {
		z.dec, err = gzip.NewReader(z.src)
	} else {
		err = z.dec.Reset(z.src)
	}
	if err == nil {
		z.dec.Multistream(false)
	}
	return err //nolint:wrapcheck // the caller's
}

// Read implements [io.Reader].
func (z *gzipStream) Read(p []byte) (int, error) {
	for {
		n, err := z.dec.Read(p)
		if err != io.EOF { //nolint:errorlint // a reader's end is never wrapped
			return n, err //nolint:wrapcheck // a reader's end
		}
		if n > 0 {
			return n, nil
		}
		if err := z.padding(); err != nil {
			return 0, err
		}
		if err := z.member(); err != nil {
			return 0, err
		}
	}
}

// padding consumes zeros. It returns [io.EOF] at the end of the source.
func (z *gzipStream) padding() error {
	for {
		b, err := z.src.ReadByte()
		switch {
		case err != nil:
			return err //nolint:wrapcheck // a reader's end
		case b != 0:
			return z.src.UnreadByte() //nolint:wrapcheck // a byte was read
		}
	}
}
